"""Where one goal ends and the next begins in a statement."""

from collections.abc import Iterator

from coach.core.facts.scan import Scan, Stretch
from coach.core.facts.targets import NEAR
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones

MOST = 12
"""Goals told apart in one statement, and in one text; a manager who names more has written a plan, not a goal."""

_READ = 400  # words of one statement in which goals are told apart, and of one goal
_MOVES = ("increase", "decrease", "maintain", "reach")


def cut(scan: Scan, zones: Zones, statement: Stretch) -> list[Stretch]:
    """The statement cut where a second goal begins: after "and" or a comma, with a verb, a figure or a KPI of its own."""
    cuts = [statement[0]]
    for join, after in _joints(scan, statement):
        if len(cuts) == MOST:
            break
        if zones.at(join) in ("reason", "means", "purpose"):
            continue
        before, behind = (cuts[-1], join), (after, statement[1])
        wanted = scan.is_at("frame", after) is not None and zones.at(after) is None
        begins = _begins_a_goal(scan, zones, behind) and (
            _is_a_goal(scan, zones, before) or _does_something(scan, before, after)
        )
        if wanted or begins or _names_a_second(scan, zones, before, join, behind):
            cuts.append(after)
    ends = [*cuts[1:], statement[1]]
    return [(first, min(end, first + _READ)) for first, end in zip(cuts, ends, strict=True) if first < end]


def _joints(scan: Scan, statement: Stretch) -> Iterator[Stretch]:
    """Each comma and "and" outside of brackets, figures and compounds: the word itself, and the first word behind it."""
    depth = 0
    for i in range(statement[0], min(statement[1] - 1, statement[0] + _READ)):
        word = scan.words.words[i]
        depth = max(0, depth + (word == "(") - (word == ")"))
        if depth or i == statement[0] or i in scan.timed or i in scan.figured or _is_compound(scan, i):
            continue
        join = scan.is_at("word.joins", i)
        if join is None and word != ",":
            continue
        after = join.end if join else i + 1
        further = scan.is_at("word.joins", after) if word == "," else None
        yield i, further.end if further else after


def _is_compound(scan: Scan, i: int) -> bool:
    """ "click-and-collect"."""
    start = scan.words.starts[i]
    return start > 0 and scan.text.norm[start - 1] == "-"


def _begins_a_goal(scan: Scan, zones: Zones, part: Stretch) -> bool:
    first, end = part
    if first >= end or first in scan.timed or zones.at(first) in ("comparison", "condition"):
        return False
    verb = scan.is_at("verb", first)
    if (verb is not None and verb.form in ("base", "gerund")) or scan.is_at("frame", first) is not None:
        return True
    following = (first, min(first + NEAR + 3, end))
    figure = next((i for i in range(*following) if i in scan.figured), None)
    metric = next((hit for hit in scan.of_role("metric", following)), None)
    if figure is None or metric is None or zones.at(first) == "condition":
        return False
    return scan.figured[figure].form not in ("from", "to") or metric.first < figure


def _is_a_goal(scan: Scan, zones: Zones, part: Stretch) -> bool:
    metric = any(zones.at(hit.first) is None for hit in scan.of_role("metric", part))
    figure = any(i in scan.figured for i in range(*part))
    verb = bool(scan.of_role("verb", part))
    return (metric and (figure or verb)) or (figure and verb) or (verb and bool(scan.of_role("object", part)))


def _does_something(scan: Scan, part: Stretch, after: int) -> bool:
    """ "vendre en ligne, présenter…": a verb with its complement, before another verb."""
    verb, following = scan.is_at("verb", part[0]), scan.is_at("verb", after)
    if verb is None or following is None or verb.form != "base" or following.form != "base":
        return False
    return any(scan.is_word(i) and not scan.has("function", i) for i in range(verb.end, part[1]))


def _names_a_second(scan: Scan, zones: Zones, before: Stretch, join: int, behind: Stretch) -> bool:
    """ "améliorer le taux de conversion et la satisfaction client": one verb, two KPIs, no figure."""
    second = _next_metric(scan, behind)
    if second is None or scan.is_at("cue.both", join) is None:
        return False
    if any(i in scan.figured for i in range(before[0], behind[1])):
        return False
    named = scan.of_role("metric", before)
    moved = any(hit.value in _MOVES and hit.form == "base" for hit in scan.of_role("verb", before))
    if not moved or len(named) != 1 or named[0].end != join or zones.at(named[0].first) is not None:
        return False
    people = {"leads", "new_customers"}
    return second.value != named[0].value and not {second.value, named[0].value} <= people


def _next_metric(scan: Scan, part: Stretch) -> Hit | None:
    """The KPI that ``part`` opens on, behind small words."""
    for i in range(part[0], min(part[0] + 3, part[1])):
        hit = scan.is_at("metric", i)
        if hit is not None and hit.end <= part[1]:
            return hit
        if not scan.has("function", i):
            return None
    return None
