"""What the known figures say beforehand: a goal's season, its next check-in, and what usually makes its result."""

import datetime as dt
from dataclasses import dataclass

from coach.core import kpis as catalogue
from coach.core import tracking
from coach.core.model import Component
from coach.core.model.kpi import KpiPoint
from coach.core.tracking import Causes, Drivers, Standing, seasons
from coach.core.tracking import causes as splitting
from coach.errors import NotFound
from coach.service import kpis, profiles
from coach.service.coach import Coach
from coach.service.values import Actor, CheckIn, Goal, Proposal

LOOKED_BACK = dt.timedelta(days=366)  # how much of the past tells what is usual
_LATE_START = 3  # days after a period's start at which the period still counts as whole


@dataclass(frozen=True)
class Usual:
    """The drivers of a goal: as they were before it, and as they have been since it started, where that is known."""

    before: Drivers
    since: Drivers | None = None


async def season(coach: Coach, actor: Actor, component: Component) -> tracking.Season | None:
    """The season of what the goal counts, from the best known history; None without one, or for a level."""
    if component.metric is None or not tracking.is_counter(component):
        return None
    known = await kpis.history(coach, actor.workspace_id, component.metric, coach.today())
    return seasons.of(known.series) if known else None


async def proposal(coach: Coach, actor: Actor, goal: Goal, looks: tuple[CheckIn, ...], standing: Standing) -> Proposal:
    """What the next check-in may say: what the CRM counts since the start, else what the last one said."""
    today = coach.today()
    counted = await _counted(coach, actor, goal, today)
    if counted is not None:
        return counted.model_copy(update={"due": standing.next_check_in})
    last = next((look for look in looks if look.counts), None)
    value = last.value if last and standing.actual is not None else None
    return Proposal(value=value, day=today, source="last", due=standing.next_check_in)


async def _counted(coach: Coach, actor: Actor, goal: Goal, today: dt.date) -> Proposal | None:
    component = goal.draft.reading.first
    kpi = catalogue.known(goal.metric)
    if kpi is None or goal.cadence is not None or (component.change == "relative" and component.baseline is None):
        return None
    known = await _history(coach, actor, goal, goal.metric or "", today)
    if known is None:
        return None
    first = goal.start - dt.timedelta(days=_LATE_START)
    points = [point for point in known.series.points if first <= point.start <= today and point.value is not None]
    value = _value(points, kpi.adds_up, goal.unit)
    if value is None:
        return None
    return Proposal(
        value=value,
        day=min(known.series.data_date or today, today),
        source=known.series.source,
        label=known.label,
        data_date=known.series.data_date,
        since=points[0].start if points[0].start > goal.start else None,
        synthetic=known.synthetic,
    )


def _value(points: list[KpiPoint], adds_up: str, unit: str | None) -> float | None:
    """The figure that the periods make together, in the goal's unit."""
    if not points:
        return None
    if adds_up == "sum":
        return round(sum(point.value or 0.0 for point in points), 6)
    if adds_up == "level":
        return points[-1].value
    rate = _pooled(points)
    return None if rate is None else round(rate * 100 if unit == "%" else rate, 2)


def _pooled(points: list[KpiPoint]) -> float | None:
    """A rate over several periods, each by its own weight where that is known."""
    weighed = [point for point in points if point.denominator]
    if weighed:
        whole = sum(point.denominator or 0.0 for point in weighed)
        return sum(point.numerator or 0.0 for point in weighed) / whole
    values = [point.value for point in points if point.value is not None]
    return sum(values) / len(values) if values else None


async def _history(coach: Coach, actor: Actor, goal: Goal, metric: str, today: dt.date) -> kpis.History | None:
    """The metric's past for the goal's lead or team where it has its own, else for everyone."""
    if goal.lead or goal.team:
        known = {(one.kind, one.label.casefold()): one.ref for one in await kpis.subjects(coach, actor.workspace_id)}
        person = known.get(("person", (goal.lead or "").casefold()))
        team = known.get(("team", (goal.team or "").casefold()))
        found = None
        if person:
            found = await kpis.history(coach, actor.workspace_id, metric, today, owner=person)
        elif team:
            found = await kpis.history(coach, actor.workspace_id, metric, today, team=team)
        if found is not None:
            return found
    return await kpis.history(coach, actor.workspace_id, metric, today)


async def usual(coach: Coach, actor: Actor, goal: Goal) -> Usual | None:
    """What usually makes the goal's result, from the figures before it, and what has since; None when unknown."""
    funnel = splitting.FUNNEL.get(goal.metric or "")
    if funnel is None:
        return None
    today = coach.today()
    _, rate, value = funnel
    found: dict[str, dict[str, float | None]] = {"before": {}, "since": {}}
    for name, metric in (("rate", rate), ("value", value)):
        known = await _history(coach, actor, goal, metric, today) if metric else None
        if known is None:
            continue
        before = [p for p in known.series.points if goal.start - LOOKED_BACK <= p.start and p.end <= goal.start]
        since = [p for p in known.series.points if goal.start <= p.start <= today]
        found["before"][name], found["since"][name] = _pooled(before), _pooled(since)
        if name == "rate" and any(point.denominator for point in since):
            found["since"]["volume"] = sum(point.denominator or 0.0 for point in since)
    if not any(found["before"].values()):
        return None
    found["before"]["cycle_days"] = (await profiles.recent(coach, actor)).context.sales_cycle_days
    since = {name: figure for name, figure in found["since"].items() if figure is not None}
    return Usual(Drivers.model_validate(found["before"]), Drivers.model_validate(since) if since else None)


def causes(standing: Standing, looks: tuple[CheckIn, ...], known: Usual | None) -> Causes | None:
    """The gap by driver: what a check-in says of them goes before what the CRM counts."""
    if standing.expected is None or standing.actual is None or standing.checked_on is None or standing.base != 0:
        return None
    told = next((look.drivers for look in looks if look.counts and look.drivers is not None), None)
    seen = told or (known.since if known else None)
    if seen is None or known is None or standing.gap is None or standing.gap >= 0:
        return None
    days = (standing.checked_on - standing.start).days
    planned = splitting.planned(standing.expected, known.before)
    return splitting.split(standing.expected, standing.actual, planned, seen, days=days)


async def next_look(coach: Coach, actor: Actor, goal_id: str) -> Proposal:
    """What the goal's next check-in may say; NotFound for a goal without a figure to follow."""
    from coach.service import goals

    goal = await goals.get(coach, actor, goal_id)
    standing_of = await goals.progress(coach, actor, goal_id)
    if standing_of.standing is None:
        raise NotFound("This goal has no figure to follow.", remedy="Give it a target.", reason="no_figure")
    return await proposal(coach, actor, goal, standing_of.check_ins, standing_of.standing)
