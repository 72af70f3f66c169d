"""Whom and where the goal aims at, through which channel, by whom: what narrows it, and the words that say so."""

from dataclasses import dataclass

from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones

_LONGEST = 12  # words of a segment

_CUES = (
    "generic", "additional", "more", "better", "fewer", "growth", "drop", "new", "target", "baseline", "each", "lose",
    "retain", "contact", "sign", "hire", "outdo", "add",
)  # fmt: skip
_FILLERS = (
    "idiom", "frame", "kind.greetings", "scope.actors", "scope.segment_before", *(f"cue.{name}" for name in _CUES),
)  # fmt: skip
"""Roles of phrases that carry a goal, not whom or what it is about."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The stretches of each part; ``narrows`` is false for words like "qualified" that leave the goal as wide as it was."""

    segment: Stretch | None = None
    channel: Stretch | None = None
    means: Stretch | None = None
    actor: Stretch | None = None
    narrows: bool = False


def find(scan: Scan, zones: Zones, part: Stretch, taken: set[int]) -> Scope:
    """What narrows the goal read in ``part``; ``taken`` are the words of its metric and verb."""
    become = {hit.end for hit in scan.of_role("cue.into", part)} if scan.of_role("verb", part) else set()
    channels = [
        hit
        for hit in scan.of_role("scope.channels", part)
        if scan.is_free(hit) and (hit.first not in taken or _is_a_way(scan, hit.first))
    ]
    less = {hit.end for hit in scan.of_role("cue.fewer", part)}  # "less cold calling"
    channel = next((hit for hit in channels if hit.first not in become | less), None)
    actor = next((h for h in scan.of_role("scope.actors", part) if zones.at(h.first) is None), None)
    means = zones.named("means", part)
    segment = _segment(scan, zones, part, taken | (covered((channel,)) if channel else set()))
    within = _within_a_name(scan, part, taken)
    channel = channel or within["scope.channels"]
    inside = within["scope.segments"]
    segment = segment or (inside and (inside.first, inside.end)) or _population(scan, part, taken) or _aged(scan, part)
    narrows = segment is not None or channel is not None or means is not None or actor is not None
    return Scope(
        segment=segment,
        channel=(channel.first, channel.end) if channel else None,
        means=means,
        actor=(actor.first, actor.end) if actor else None,
        narrows=narrows,
    )


def _within_a_name(scan: Scan, part: Stretch, taken: set[int]) -> dict[str, Hit | None]:
    """What narrows a KPI from inside its name: "online sales", "enterprise accounts"; not "inbound leads"."""
    loose = covered(scan.of_role("scope.loose", part))
    found: dict[str, Hit | None] = {"scope.channels": None, "scope.segments": None}
    for name in scan.of_role("metric", part):
        if name.first not in taken or name.end - name.first < 2:
            continue
        for role in found:
            inner = scan.of_role(role, (name.first, name.end))
            said = (hit for hit in inner if hit.first not in loose and hit.end - hit.first < name.end - name.first)
            found[role] = found[role] or next(said, None)
    return found


def _population(scan: Scan, part: Stretch, taken: set[int]) -> Stretch | None:
    """ "à tout nouveau client", "to every lead": each of those people, who are not what the goal counts."""
    for hit in scan.of_role("metric", part):
        if hit.value in ("new_customers", "leads") and hit.first not in taken:
            before = hit.first - 1 if not scan.is_at("cue.new", hit.first - 1) else hit.first - 2
            whole = before > part[0] and scan.stems[before] in scan.vocabulary.sets["whole"]
            if whole and scan.ends_at("scope.segment_before", before):
                return hit.first, hit.end
    return None


def _aged(scan: Scan, part: Stretch) -> Stretch | None:
    """ "les devis de plus de 30 jours", "leads older than a week": which of them, by their age."""
    for mention in scan.times:
        first, end = scan.stretch(mention.span)
        if mention.role == "duration" and not mention.numbers and part[0] < first < part[1]:
            return first, end
    return None


def _is_a_way(scan: Scan, first: int) -> bool:
    """ "by phone": a word that could be a verb, behind a preposition."""
    return scan.is_at("verb", first) is not None and scan.ends_at("scope.segment_before", first)


def _segment(scan: Scan, zones: Zones, part: Stretch, taken: set[int]) -> Stretch | None:
    """The run of words that narrows the most; None when none says more than "qualified" or "new"."""
    known = covered(scan.of_role("scope.segments", part))  # "Italy" is no adverb
    noise = taken | _noise(scan, part)
    part = (part[0], _first_join(scan, part))
    best: tuple[int, Stretch] | None = None
    run: list[int] = []
    for i in range(part[0], part[1] + 1):
        inside = i < part[1] and i not in noise and scan.is_word(i) and zones.at(i) is None
        inside = inside and not scan.has("function", i)
        if inside:
            run.append(i)
            continue
        bridge = (
            i < part[1] and run and scan.is_word(i) and i not in taken and i not in scan.timed and i not in scan.figured
        )
        if bridge and zones.at(i) is None and i + 1 < part[1] and i + 1 not in noise and scan.is_word(i + 1):
            continue
        best = _longer(scan, run, best, known)
        run = []
    if best is None or best[0] == 0:
        return None
    first, end = best[1]
    return first, min(end, first + _LONGEST)


def _longer(
    scan: Scan, run: list[int], best: tuple[int, Stretch] | None, known: set[int]
) -> tuple[int, Stretch] | None:
    if not run:
        return best
    adverbs = scan.vocabulary.adverbs
    telling = sum(i in known or not (scan.has("narrowless", i) or scan.stems[i].endswith(adverbs)) for i in run)
    return (telling, (run[0], run[-1] + 1)) if best is None or telling > best[0] else best


def _first_join(scan: Scan, part: Stretch) -> int:
    """Where a second thing begins ("et la satisfaction client"): what stands there narrows nothing."""
    segments = covered(scan.of_role("scope.segments", part))
    for hit in scan.of_role("word.joins", part):
        inside = hit.first - 1 in segments and (hit.end in segments or scan.has("function", hit.end))
        second = hit.first > part[0] and not inside and hit.first not in scan.timed and hit.end < part[1]
        named = any(scan.is_at(role, hit.end) is not None for role in ("verb", "metric", "object"))
        if second and (scan.has("determiners", hit.end) or named):
            return hit.first
    return part[1]


def _noise(scan: Scan, part: Stretch) -> set[int]:
    """Words that carry the goal, its figures and its time, not its scope."""
    words = scan.words.words
    noise = {
        i for i in range(*part) if i in scan.timed or i in scan.figured or len(words[i]) == 1 or scan.is_bracketed(i)
    }
    if part[1] > part[0] + 1 and scan.has("determiners", part[0] + 1):
        noise.add(part[0])  # a verb that the lexicon does not know: "Satisfaire nos clients"
    return (noise | filler(scan)) - _known(scan, part)


def filler(scan: Scan) -> set[int]:
    """The words of the text that narrow nothing, wherever they stand: worked out once, whatever goals it holds."""
    found = scan.memo.get("filler")
    if found is None:
        found = {i for role in _FILLERS for hit in scan.hits.get(role, ()) for i in range(hit.first, hit.end)}
        less = {hit.end for hit in scan.of_role("cue.fewer")}  # "moins de stress", "less cold calling"
        found |= less | covered(hit for hit in scan.of_role("metric") if hit.first in less)
        found |= covered(hit for hit in scan.of_role("cue.to") if hit.end in scan.figured)
        into = {hit.end for hit in scan.of_role("cue.into")}  # "convertir des leads en rendez-vous": what they become
        found |= covered(hit for hit in scan.of_role("metric") if hit.first in into)
        found |= covered(hit for hit in scan.of_role("object") if hit.value in ("money", "catch_all"))
        scan.memo["filler"] = found
    return found


def _known(scan: Scan, part: Stretch) -> set[int]:
    """Words of a segment that takes several to name: "business customers", though "business" alone is anything."""
    return covered(hit for hit in scan.of_role("scope.segments", part) if hit.end - hit.first > 1)
