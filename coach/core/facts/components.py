"""The goals of a text, put together from its figures, its times and its words."""

from coach.core.facts.goal import Goal
from coach.core.facts.scan import Scan, Stretch
from coach.core.facts.targets import NEAR
from coach.core.facts.zones import Zones
from coach.core.model import Component

MOST = 12
"""Goals told apart in one statement, and in one text; a manager who names more has written a plan, not a goal."""

_STATEMENTS = 60  # of a long text: what follows them is no longer the goal


def find(scan: Scan) -> tuple[Component, ...]:
    """The goals of the text, in its order."""
    zones = Zones(scan)
    statements = scan.statements()[:_STATEMENTS]
    parts = [part for statement in statements for part in _parts(scan, zones, statement)]
    read = [Goal(scan, zones, part) for part in parts]
    goals = [goal for goal in read if goal.says_something()]
    aims = [goal for goal in goals if not goal.is_background()]
    goals = aims or goals
    primary = sorted(goals, key=lambda goal: (goal.target is None, goal.part[0]))
    shared = [mention for mention in scan.times if mention.role in ("deadline", "start")]
    order = sorted(goals, key=lambda goal: goal.part[0])
    if order and primary[0].target is not None and order[0].target is None:
        order = [primary[0], *(goal for goal in order if goal is not primary[0] and goal.metric)]
    return tuple(goal.component(shared) for goal in order[:MOST])


def _parts(scan: Scan, zones: Zones, statement: Stretch) -> list[Stretch]:
    """A statement cut where a second goal begins: after "and" or a comma, with a verb or a figure of its own."""
    cuts = [statement[0]]
    for i in range(statement[0] + 1, statement[1] - 1):
        if i in scan.timed or i in scan.figured:
            continue
        if len(cuts) == MOST:
            break
        join = scan.is_at("word.joins", i)
        comma = scan.words.words[i] == ","
        if (join is None and not comma) or zones.at(i) in ("reason", "means", "purpose"):
            continue
        after = join.end if join else i + 1
        further = scan.is_at("word.joins", after) if comma else None
        after = further.end if further else after
        wanted = scan.is_at("frame", after) is not None and zones.at(after) is None
        if wanted or (_begins_a_goal(scan, zones, after, statement[1]) and _is_a_goal(scan, zones, (cuts[-1], i))):
            cuts.append(after)
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], statement[1]], strict=True) if a < b]


def _begins_a_goal(scan: Scan, zones: Zones, first: int, end: int) -> bool:
    if first >= end or first in scan.timed or zones.at(first) in ("comparison", "condition"):
        return False
    verb = scan.is_at("verb", first)
    if (verb is not None and verb.form in ("base", "gerund")) or scan.is_at("frame", first) is not None:
        return True
    following = (first, min(first + NEAR + 2, end))
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
