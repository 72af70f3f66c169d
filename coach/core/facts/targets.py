"""One part of a text that may hold a goal, and which of its figures is the target."""

import itertools
from dataclasses import replace

from coach.core.facts.mentions import QuantityMention, TimeMention
from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones

NEAR = 4  # words between a figure and the noun it counts
_FIGURES = 40  # of one goal


class Targeted:
    """A part of the text: its verbs, times and figures; ``base`` is what one starts from, ``target`` what is aimed at."""

    def __init__(self, scan: Scan, zones: Zones, part: Stretch) -> None:
        self.scan, self.zones, self.part = scan, zones, part
        self.times = [mention for mention in scan.times if part[0] <= scan.stretch(mention.span)[0] < part[1]]
        figures = [figure for figure in scan.figures if part[0] <= scan.stretch(figure.span)[0] < part[1]]
        told = [end for figure in figures[:_FIGURES] for end in _ends_of(scan, figure)]
        self.figures = sorted([*told, *_measured(self.times)], key=lambda figure: figure.span)
        self.verbs = _verbs(scan, part)
        self.base, self.target = self._ends()

    def _cue(self, name: str) -> bool:
        """Whether a word of the lexicon's list ``name`` is said; "more than 30 days" says nothing of more."""
        hits = self.scan.of_role(f"cue.{name}", self.part)
        if name not in ("more", "fewer"):
            return bool(hits)
        return any(hit.end not in self.scan.figured and hit.end not in self.scan.timed for hit in hits)

    def _zone(self, figure: QuantityMention) -> str | None:
        return self.zones.at(self.scan.stretch(figure.span)[0])

    def _ends(self) -> tuple[QuantityMention | None, QuantityMention | None]:
        """The figure one starts from and the figure aimed at."""
        usable = [f for f in self.figures if self._zone(f) not in ("means", "reason", "purpose", "without")]
        starts, aims = [f for f in usable if f.form == "from"], [f for f in usable if f.form == "to"]
        if starts and aims:
            return starts[0], aims[0]
        pair = self._moved(usable)
        if pair is not None:
            return pair
        base = starts[0] if starts else next((f for f in usable if self._is_of_today(f, usable)), None)
        others = [f for f in usable if f is not base]
        aims = [f for f in others if self._zone(f) not in ("comparison", "condition")]
        aims = aims or [f for f in others if self._zone(f) == "condition"]
        target = self._chosen(aims)
        compared = [f for f in others if self._zone(f) == "comparison" and f is not target]
        if base is None and target is not None and self.scan.ends_at("cue.target", self.scan.stretch(target.span)[0]):
            base = next((f for f in aims if f is not target and f.unit == target.unit), None)
        if base is None and target is not None and compared and compared[0].unit in (target.unit, "count", "none"):
            base = compared[0]
        return base, target

    def _is_of_today(self, figure: QuantityMention, figures: list[QuantityMention]) -> bool:
        """ "on est à 18 %, on vise 25 %", "88 % (82 % l'an dernier)"."""
        said = self.scan.ends_at("cue.baseline", self.scan.stretch(figure.span)[0])
        alike = any(other is not figure and _alike(other.unit, figure.unit) for other in figures)
        return (said and alike) or self._is_dated_back(figure)

    def _is_dated_back(self, figure: QuantityMention) -> bool:
        """ "88 % (82 % l'an dernier)": a figure of a past period."""
        end = self.scan.stretch(figure.span)[1]
        mention = self.scan.timed.get(end)
        return mention is not None and mention.role == "comparison" and len(self.figures) > 1

    def _moved(self, figures: list[QuantityMention]) -> tuple[QuantityMention, QuantityMention] | None:
        """Two figures of one unit, the first behind "from", the second behind "to"."""
        for first, second in itertools.pairwise(figures):
            same = first.unit == second.unit or "count" in (first.unit, second.unit)
            if same and self._behind(first, "from") and self._behind(second, "to"):
                return first, second
        return None

    def _behind(self, figure: QuantityMention, cue: str) -> bool:
        first = self.scan.stretch(figure.span)[0]
        if figure.form in ("from", "to"):
            return figure.form == cue
        return self.scan.ends_at(f"cue.{cue}", first)

    def _chosen(self, aims: list[QuantityMention]) -> QuantityMention | None:
        """The first figure that counts something, else the likeliest; one that only counts the team or the scope is none."""
        weights = {id(figure): self._weight(figure) for figure in aims}
        named = [figure for figure in aims if self.scan.ends_at("cue.target", self.scan.stretch(figure.span)[0])]
        sure = named or [figure for figure in aims if weights[id(figure)] >= 1.9]
        best = sure[0] if sure else max(aims, key=lambda figure: weights[id(figure)], default=None)
        return best if best is not None and weights[id(best)] > -1 else None

    def _weight(self, figure: QuantityMention) -> float:
        """How much a figure looks like the target: it has a unit, or counts something that is counted."""
        first, end = self.scan.stretch(figure.span)
        hits = self.scan.of_role("metric", self.part)
        weight = (
            2.0 if figure.unit not in ("count", "none") or figure.form in ("change", "multiplier", "range") else 0.0
        )
        if any(end <= hit.first <= end + NEAR and self._joined(end, hit.first) for hit in hits):
            weight += 3
        elif any(hit.end <= first <= hit.end + 2 * NEAR for hit in hits):
            weight += 1.5
        said = first > 0 and self.scan.has("determiners", first - 1) and not self._is_aimed_at(first - 1)
        if said or self._counts_the_scope(figure):
            weight -= 2.5
        if first > 0 and self.scan.ends_at("cue.top", first):
            weight -= 4  # "our top 20 accounts"
        counts_people = any(end <= hit.first <= end + 1 for hit in self.scan.of_role("scope.actors", self.part))
        if counts_people and not (self._cue("hire") or self._cue("contact")):
            weight -= 2.5
        return weight - first / 10_000  # of two alike, the first

    def _is_aimed_at(self, article: int) -> bool:
        """ "atteindre les 10 k", "hit the 500 mark": the article of a mark to reach, not of people already there."""
        return any(hit.end == article and hit.value in ("reach", "move", "sell") for hit in self.verbs)

    def _counts_the_scope(self, figure: QuantityMention) -> bool:
        """ "auprès de 30 clients existants": a figure behind a word that introduces a segment."""
        first = self.scan.stretch(figure.span)[0]
        return self.scan.ends_at("scope.strong_before", first)

    def _joined(self, end: int, first: int) -> bool:
        between = range(end, first)
        return not any(
            self.scan.words.words[i] in ",;:()" or i in self.scan.timed or i in self.scan.figured for i in between
        )


def _alike(one: str, other: str) -> bool:
    """Whether two units may be the same: "stuck at 31 (points): get it to 45"."""
    return one == other or {one, other} <= {"points", "count", "none"}


def _ends_of(scan: Scan, figure: QuantityMention) -> tuple[QuantityMention, ...]:
    """A range behind "up from" is a movement: its two ends are two figures."""
    if figure.form != "range" or not figure.ends or figure.value_max is None:
        return (figure,)
    first = scan.stretch(figure.span)[0]
    if not any(hit.end == first and hit.end - hit.first > 1 for hit in scan.of_role("cue.from")):
        return (figure,)
    lower, upper = figure.ends
    return (
        replace(figure, span=lower, value_max=None, ends=None, form="from"),
        replace(figure, span=upper, value=figure.value_max, value_max=None, ends=None, form="to"),
    )


def _verbs(scan: Scan, part: Stretch) -> list[Hit]:
    """Verbs of the part; a word of a metric's name ("cycle de vente") is none, unless it opens the part."""
    named = covered(scan.of_role("metric", part)) | covered(scan.of_role("idiom", part))
    said = covered(scan.of_role("frame", part))
    first = next((i for i in range(*part) if scan.is_word(i) and i not in scan.timed and i not in said), part[0])
    return [
        hit
        for hit in scan.of_role("verb", part)
        if scan.is_free(hit)
        and (
            (hit.first == first and not is_a_noun(scan, hit, part))
            or (hit.first not in named and not _is_counted(scan, hit))
        )
    ]


def is_a_noun(scan: Scan, hit: Hit, part: Stretch) -> bool:
    """Whether an opening word that could be a verb names a KPI: "(I need) leads", "Calls: 20"."""
    if scan.is_at("metric", hit.first) is None or not scan.vocabulary.head_last:
        return False
    alone = hit.end >= part[1] or not (scan.is_word(hit.end) or hit.end in scan.figured)
    return alone or (scan.words.words[hit.first].endswith("s") and hit.end not in scan.figured)


def _is_counted(scan: Scan, hit: Hit) -> bool:
    """Whether a figure stands right before a word that could be a verb: "33 lift contracts", "a 10 % increase"."""
    moves = any(scan.is_at(f"cue.{cue}", hit.first) is not None for cue in ("growth", "drop"))
    return hit.end - hit.first == 1 and hit.first - 1 in scan.figured and hit.first not in scan.figured and not moves


def _measured(times: list[TimeMention]) -> list[QuantityMention]:
    """Durations that a metric is measured in ("de 9 à 6 mois"), as figures."""
    found = []
    for mention in times:
        forms = ("from", "to") if len(mention.numbers) == 2 else ("plain",) * len(mention.numbers)
        for (value, unit), form in zip(mention.numbers, forms, strict=True):
            found.append(QuantityMention(span=mention.span, value=value, unit=unit, form=form))
    return found
