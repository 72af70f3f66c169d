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
    statements = _without_orders(scan, scan.statements()[:_STATEMENTS])
    read = [[Goal(scan, zones, part) for part in _parts(scan, zones, statement)] for statement in statements]
    goals = [goal for told in read for goal in told if goal.says_something()]
    aims = [goal for told in read for goal in _aims(told, goals)]
    goals = aims or goals
    if len(statements) > 1 and any(goal.target is not None and goal.metric is not None for goal in goals):
        goals = [goal for goal in goals if goal.target is not None or goal.opens_on_verb()]
    primary = sorted(goals, key=lambda goal: (goal.target is None, goal.part[0]))
    shared = [mention for mention in scan.times if mention.role in ("deadline", "start")]
    order = sorted(goals, key=lambda goal: goal.part[0])
    if order and primary[0].target is not None and order[0].target is None:
        order = [primary[0], *(goal for goal in order if goal is not primary[0] and goal.metric)]
    return tuple(goal.component(shared) for goal in order[:MOST])


def _without_orders(scan: Scan, statements: list[Stretch]) -> list[Stretch]:
    """The statements without the orders to the assistant that they carry: the goal alone is read."""
    kept = []
    for first, end in statements:
        order = next(iter(scan.of_role("kind.injections", (first, end))), None)
        if order is None:
            kept.append((first, end))
        elif any(i in scan.figured or scan.is_at("metric", i) is not None for i in range(first, order.first)):
            kept.append((first, order.first))
        elif _holds_a_target(scan, (order.end, end)):
            kept.append((order.end, end))
    return kept


def _holds_a_target(scan: Scan, part: Stretch) -> bool:
    return any(i in scan.figured for i in range(*part)) and bool(scan.of_role("metric", part))


def _aims(told: list[Goal], goals: list[Goal]) -> list[Goal]:
    """The goals of a statement without what it tells of today: "J'ai 2 boutiques, 300 abonnés, et je veux 20 clients"."""
    wanted = any(goal.is_wanted() for goal in goals)
    aims: list[Goal] = []
    background = False
    for goal in told:
        if goal.is_wanted() or goal.verbs:
            background = goal.is_background() or (wanted and goal.opens_on_someone() and not goal.is_wanted())
        elif not background:
            background = goal.is_background()
        if not background and goal.says_something():
            aims.append(goal)
    return aims


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
