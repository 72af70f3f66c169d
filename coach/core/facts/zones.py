"""Parts of a statement that are not the goal itself: its means, its reasons, its conditions, what it is compared with."""

from coach.core.facts.scan import Scan, Stretch

_STOPS = frozenset(",;:().!?\n")


class Zones:
    """Which part of the statement each word stands in; words of the goal itself stand in none."""

    def __init__(self, scan: Scan) -> None:
        self._of: dict[int, str] = {}
        self._clear = 0  # no condition begins before this word: none of the words up to it is a figure
        self.stretches: list[tuple[str, Stretch]] = []
        verbal = {i for hit in scan.of_role("verb") for i in range(hit.first + 1, hit.end)}  # "break through 5%"
        for hit in scan.of_role("zone"):
            if hit.value == "joins" or self._of.get(hit.first) == "reason" or hit.first in verbal:
                continue
            self._mark(scan, hit.value, hit.first, hit.end)
        self._gerunds(scan)

    def at(self, word: int) -> str | None:
        """The zone of a word."""
        return self._of.get(word)

    def within(self, stretch: Stretch, *names: str) -> bool:
        """Whether the stretch begins in one of the zones ``names``."""
        return self._of.get(stretch[0]) in names

    def named(self, name: str, within: Stretch) -> Stretch | None:
        """The first zone ``name`` that begins in ``within``."""
        return next((s for zone, s in self.stretches if zone == name and within[0] <= s[0] < within[1]), None)

    def _gerunds(self, scan: Scan) -> None:
        """ "by hiring two reps", "en relançant les clients": a means."""
        for hit in scan.of_role("word.gerund"):
            verb = scan.is_at("verb", hit.end) or scan.is_at("verb", hit.end + 1)  # "by re-contacting"
            if verb is not None and (verb.form == "gerund" or scan.stems[verb.first].endswith(scan.vocabulary.gerunds)):
                self._mark(scan, "means", hit.first, hit.end)

    def _mark(self, scan: Scan, name: str, first: int, start: int) -> None:
        if self._of.get(first) == name or (name != "comparison" and any(i in scan.timed for i in range(first, start))):
            return
        if name == "condition" and first < self._clear and scan.is_at("cue.who", first) is None:
            return
        end = start
        while end < len(scan.words) and not self._ends(scan, name, end, start):
            end += 1
        figured = any(i in scan.figured for i in range(start, end))
        if name == "condition" and not figured and scan.is_at("cue.who", first) is None:
            self._clear = end
            return  # "avec des PME": whom the goal aims at, not what it must respect
        self.stretches.append((name, (first, end)))
        for i in range(first, end):
            self._of[i] = name

    @staticmethod
    def _ends(scan: Scan, name: str, i: int, start: int) -> bool:
        word = scan.words.words[i]
        if word in _STOPS and i not in scan.figured and not (word == "." and i in scan.timed):
            return True
        mention = scan.timed.get(i)
        if mention is not None and mention.role in ("deadline", "start") and name not in ("reason", "comparison"):
            return True
        if scan.is_at("word.joins", i) is not None and i > start and name in ("means", "comparison", "condition"):
            verb = scan.is_at("verb", i + 1)
            return verb is not None and verb.form == "base"
        zone = scan.is_at("zone", i)
        return zone is not None and i > start and zone.value in ("means", "reason", "comparison") and zone.value != name
