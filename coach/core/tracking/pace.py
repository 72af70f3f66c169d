"""Where a goal stands, how that compares with the pace it should keep, and what to call it.

A *counter* (meetings, revenue) starts at 0 and adds up; a *level* (closing rate, NPS) is measured again each time and
must hold at the end. Progress is counted along the way from the start to the target: at 20 from 18 towards 25, 2 of 7
are done; for a counter that is actual ÷ target. A counter's pace follows the season that its history shows, else the
calendar's days, evenly.
"""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Literal

from coach.core import kpis
from coach.core.model import Component
from coach.core.model.base import Number, Value
from coach.core.model.reading import Cadence
from coach.core.tracking.seasons import Season, passed

Status = Literal["waiting", "on_track", "behind", "at_risk", "stale", "reached", "missed"]
"""``waiting``: no check-in is due yet. ``stale``: one was due and nobody looked; silence is never green."""

ON_TRACK, BEHIND = 0.95, 0.80  # pace from which a goal is on track, behind; under, at risk (UX.md, section 4)
_ROUNDING = 1e-9  # 4.8 of 12 at half time is a pace of 0.8, whatever binary fractions make of it
_LEVEL_UNITS = ("%", "points", "days", "hours")
_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


class Plan(Value):
    """A goal as arithmetic: from ``base`` on ``start`` to ``target`` on ``due``.

    ``base`` None: the level it starts from is not known, so neither is an even progress.
    ``repeats``: the target is owed again each period of the cadence ("50 calls a week"). ``due`` None: no end is known.
    """

    base: Number | None
    target: Number
    start: dt.date
    due: dt.date | None = None
    counter: bool = True
    strict: bool = False  # "more than": being equal is not enough
    lower: bool = False  # lower is better: churn, or a ceiling
    repeats: Cadence | None = None
    follow_up: Cadence = "month"  # how often a check-in is due
    season: Season | None = None  # of a counter; None: every day counts alike


class Point(Value):
    """What a check-in said."""

    day: dt.date
    value: Number


class Standing(Value):
    """Where a goal stands on a day. Ratios are 0-1 and may pass 1; None is unknown, never zero."""

    status: Status
    today: dt.date
    start: dt.date  # of the goal, or of the current period when it repeats
    due: dt.date | None
    base: Number | None
    target: Number
    actual: Number | None = None
    checked_on: dt.date | None = None
    expected: Number | None = None  # where even progress would be on the day of the last check-in
    attainment: Number | None = None  # share of the way that is done; actual ÷ target from an unknown start
    pace: Number | None = None  # attainment ÷ the share even progress would have done; None on the first day
    gap: Number | None = None  # actual minus expected, in the goal's unit
    projection: Number | None = None  # at the due date, if the rest goes as so far
    needed_per_week: Number | None = None  # to reach the target in time, from the last check-in
    days_left: int | None = None
    next_check_in: dt.date


def plan(
    component: Component,
    *,
    start: dt.date,
    target: float | None,
    due: dt.date | None,
    follow_up: Cadence,
    season: Season | None = None,
) -> Plan | None:
    """The goal as arithmetic; None when it has no target. ``target`` is in the terms of ``level(component)``."""
    if target is None:
        return None
    counter, base = _is_counter(component), _base(component)
    return Plan(
        base=base,
        target=target,
        start=start,
        due=due,
        counter=counter,
        strict=component.comparator in ("<", ">"),
        lower=component.comparator in ("<", "<=") or (base is not None and target < base) or _better_lower(component),
        repeats=component.cadence if counter else None,
        follow_up=follow_up,
        season=season if counter and component.cadence is None else None,
    )


def is_counter(component: Component) -> bool:
    """Whether check-ins add up from 0 rather than measure again."""
    return _is_counter(component)


def _is_counter(component: Component) -> bool:
    """Whether check-ins add up from 0 rather than measure again."""
    if component.unit in _LEVEL_UNITS or component.direction == "maintain":
        return False
    kpi = kpis.find(component.metric)
    if kpi is None or kpi.id == "other":
        return component.change != "from_to"  # "from 12 to 15 resellers" is a level, "sign 15 resellers" is not
    return kpi.adds_up == "sum"


def _base(component: Component) -> float | None:
    """Where progress starts from. A counter's stated baseline is what it is compared with, not where it starts."""
    if _is_counter(component) or (component.change == "relative" and component.baseline is None):
        return 0.0  # a change from an unknown base is followed as itself: "+20 %" starts at 0 %
    return component.baseline


def _better_lower(component: Component) -> bool:
    kpi = kpis.find(component.metric)
    return kpi is not None and kpi.better == "lower" and component.change != "relative"


def level(component: Component) -> float | None:
    """The level a component aims at; the change itself when it is one from an unknown base, None without a figure."""
    value, base = component.value, component.baseline
    if value is None or component.change != "relative" or base is None:
        return value
    sign = -1 if component.direction == "decrease" else 1
    if component.unit == "%":
        return base * (1 + sign * value / 100)
    return base * value if component.unit == "x" else base + sign * value


def standing(plan: Plan, points: Sequence[Point], *, today: dt.date) -> Standing:
    """Where the goal stands on ``today``; of two points on one day the later in the list counts."""
    start, due = _window(plan, today)
    known = sorted((p for p in points if plan.start <= p.day <= today), key=lambda point: point.day)
    seen = [point for point in known if start <= point.day]
    next_check_in = _next(plan, known[-1] if known else None, due)
    last = seen[-1] if seen else None
    share = None if last is None else _share(plan, start, due, last.day)
    expected = None if share is None or plan.base is None else plan.base + (plan.target - plan.base) * share
    attainment = None if last is None else _attainment(plan, last.value)
    pace = _pace(plan, attainment, share)
    return Standing(
        status=_status(
            plan, seen, attainment if plan.base is None else pace, due, today > _patience(plan, next_check_in), today
        ),
        today=today,
        start=start,
        due=due,
        base=plan.base,
        target=plan.target,
        actual=last.value if last else None,
        checked_on=last.day if last else None,
        expected=expected,
        attainment=attainment,
        pace=pace,
        gap=None if last is None or expected is None else last.value - expected,
        projection=_projection(plan, last, share),
        needed_per_week=_needed(plan, last, due),
        days_left=None if due is None else max((due - today).days, 0),
        next_check_in=next_check_in,
    )


def _window(plan: Plan, today: dt.date) -> tuple[dt.date, dt.date | None]:
    """The period that is judged: the whole goal, or the current one of a goal that repeats."""
    if plan.repeats is None:
        return plan.start, plan.due
    day = min(today, plan.due) if plan.due else today
    first, last = period(max(day, plan.start), plan.repeats)
    return max(first, plan.start), min(last, plan.due) if plan.due else last


def period(day: dt.date, cadence: Cadence) -> tuple[dt.date, dt.date]:
    """First and last day of the calendar period that holds ``day``; weeks start on Monday."""
    if cadence == "day":
        return day, day
    if cadence == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[cadence]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return first, _plus_months(first, months) - dt.timedelta(days=1)


def _plus_months(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)


def share(plan: Plan, day: dt.date) -> float | None:
    """The share of the way that the pace asks for by the end of ``day``: 1 on the due date; None without one."""
    return _share(plan, plan.start, plan.due, day)


def expected(plan: Plan, day: dt.date) -> float | None:
    """Where the pace would be by the end of ``day``; None without a base, an end, or for a goal that repeats."""
    gone = share(plan, day)
    if gone is None or plan.base is None or plan.repeats is not None:
        return None
    return plan.base + (plan.target - plan.base) * gone


def _share(plan: Plan, start: dt.date, due: dt.date | None, day: dt.date) -> float | None:
    return None if due is None else passed(start, due, day, plan.season)


def _attainment(plan: Plan, value: float) -> float | None:
    """The share of the way that is done; from an unknown start, how near the level is to the target."""
    if plan.base is not None and plan.target != plan.base:
        return _finite((value - plan.base) / (plan.target - plan.base))
    near = (plan.target, value) if plan.lower else (value, plan.target)
    return _finite(near[0] / near[1]) if near[1] else None


def _finite(ratio: float) -> float | None:
    """The ratio, or None where the way is too short for one: a target a hair's breadth from the start."""
    return ratio if math.isfinite(ratio) else None


def _pace(plan: Plan, attainment: float | None, share: float | None) -> float | None:
    if plan.base is None or attainment is None or not share:
        return None
    if plan.lower and plan.base <= plan.target:  # a ceiling: the less of it is used, the better
        return _finite(share / attainment) if attainment else None
    return _finite(attainment / share) if plan.base != plan.target else attainment


def _status(
    plan: Plan, seen: Sequence[Point], pace: float | None, due: dt.date | None, silent: bool, today: dt.date
) -> Status:
    met = bool(seen) and _meets(seen[-1].value, plan)
    over = due is not None and today > due
    won = met if plan.lower or not plan.counter else any(_meets(point.value, plan) for point in seen)
    if won and (over or (plan.counter and not plan.lower)):
        return "reached"
    if over:
        return "missed"
    if silent:
        return "stale"
    if not seen:
        return "waiting"
    if (met and not plan.counter) or pace is None or pace >= ON_TRACK - _ROUNDING:
        return "on_track"
    return "behind" if pace >= BEHIND - _ROUNDING else "at_risk"


def _meets(value: float, plan: Plan) -> bool:
    if value == plan.target:
        return not plan.strict
    return (value < plan.target) == plan.lower


def _next(plan: Plan, last: Point | None, due: dt.date | None) -> dt.date:
    """The day the next look is due: one follow-up period after the last one, at the due date at the latest."""
    day = (last.day if last else plan.start) + dt.timedelta(days=_DAYS[plan.follow_up])
    return min(day, due) if due is not None and (last is None or last.day < due) else day


def _patience(plan: Plan, next_check_in: dt.date) -> dt.date:
    """The last day on which silence is still patience: a third of a follow-up period after the look was due."""
    return next_check_in + dt.timedelta(days=_DAYS[plan.follow_up] // 3)


def _projection(plan: Plan, last: Point | None, share: float | None) -> float | None:
    return plan.base + (last.value - plan.base) / share if last and share and plan.base is not None else None


def _needed(plan: Plan, last: Point | None, due: dt.date | None) -> float | None:
    if last is None or due is None or due <= last.day:
        return None
    return (plan.target - last.value) / ((due - last.day).days / 7)
