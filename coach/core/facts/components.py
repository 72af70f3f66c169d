"""The goals of a text, put together from its figures, its times and its words."""

from coach.core.facts import parts
from coach.core.facts.goal import Goal, unit_of
from coach.core.facts.scan import Scan, Stretch
from coach.core.facts.zones import Zones
from coach.core.model import Component

_STATEMENTS = 60  # of a long text: what follows them is no longer the goal


def find(scan: Scan) -> tuple[Component, ...]:
    """The goals of the text, in its order; when the first has no figure, the first that has one comes before it."""
    zones = Zones(scan)
    statements = _without_orders(scan, scan.statements()[:_STATEMENTS])
    read = [[Goal(scan, zones, part) for part in parts.cut(scan, zones, statement)] for statement in statements]
    goals = [goal for told in read for goal in told if goal.says_something()]
    aims = [goal for told in read for goal in _aims(told, goals)]
    goals = aims or goals
    if any(goal.target is not None for goal in goals):
        goals = [goal for goal in goals if goal.names_something() or goal.opens_on_verb() or goal.is_wanted()]
    if len(statements) > 1 and any(goal.target is not None and goal.metric is not None for goal in goals):
        goals = [
            goal for goal in goals if goal.target is not None or (goal.metric is not None and goal.opens_on_verb())
        ]
    primary = sorted(goals, key=lambda goal: (goal.target is None, goal.part[0]))
    shared = [mention for mention in scan.times if mention.role in ("deadline", "start")]
    _share_rhythm(read)
    order = sorted(goals, key=lambda goal: goal.part[0])
    if order and primary[0].target is not None and order[0].target is None:
        order = [primary[0], *(goal for goal in order if goal is not primary[0] and goal.metric)]
    return tuple(_completed(goal, goal.component(shared)) for goal in order[: parts.MOST])


def _share_rhythm(read: list[list[Goal]]) -> None:
    """ "60 emails, 40 dials and 10 touches per day": what is said behind a list is said of all of it."""
    for told in read:
        listed = len(told) > 1 and all(goal.target is not None and not goal.verbs for goal in told[1:])
        if listed and told[0].target is not None and not any(goal.has_rhythm() for goal in told[:-1]):
            said = [mention for mention in told[-1].times if mention.role == "cadence"]
            for goal in told[:-1]:
                goal.times = [*goal.times, *said]


def _completed(goal: Goal, component: Component) -> Component:
    """A goal that names no KPI takes it from what was told before: "our churn is 6% and we want to bring it to 4%"."""
    if component.metric is not None or component.change != "absolute" or not goal.is_nameless():
        return component
    told = (0, goal.part[0])
    named = next(reversed(goal.scan.of_role("metric", told)), None)
    base = goal.told_before()
    if named is None or base is None or goal.target is None:
        return component
    spans = {"metric": (goal.scan.span((named.first, named.end)),), "baseline": (base.span,)}
    facts: dict[str, object] = {
        "metric": named.value,
        "metric_raw": goal.scan.quote((named.first, named.end)),
        "object_kind": "definite",
        "unit": unit_of(goal.target, named.value),
        "baseline": base.value,
        "change": "from_to",
        "direction": "increase" if goal.target.value >= base.value else "decrease",
    }
    return component.model_copy(update=facts | {"spans": component.spans | spans})


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
            background = goal.is_background() or (wanted and goal.looks_back())
        if not background and goal.says_something():
            aims.append(goal)
    return aims
