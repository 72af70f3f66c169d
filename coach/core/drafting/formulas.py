"""Figures worked out from the manager's own, each by a declared formula whose working can be shown and checked."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from coach.core import kpis
from coach.core.model import Brief, Component, Source
from coach.core.model.reading import Cadence

PERIOD_DAYS: dict[str, float] = {"day": 1, "week": 7, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
_SHORT, _MEDIUM = 70, 430  # days under which a rhythm is told per week, per month; per quarter beyond
_TOLD_IN_WEEKS_TO_JUNIORS = 190
_PERIODS_OFF_AT_MOST = 0.1  # how far whole periods may be from the time there is
_ROUNDED_AT_MOST = 1.12  # a rounded rhythm that adds more than this to the target would be another goal


class Worked(NamedTuple):
    """A figure and the formula it comes from."""

    value: float
    source: Source


def formula(name: str, brief: Brief, of: Sequence[str], **params: object) -> Source:
    """The source of a figure worked out from the facts ``of``; ``params`` hold the working."""
    refs = [brief.sources[fact].ref for fact in of if fact in brief.sources]
    return Source(kind="convention", ref=f"formula.{name}", code=f"formula.{name}", params={**params, "of": refs})


def told(value: float, unit: str | None) -> dict[str, object]:
    """A figure as a message parameter."""
    return {"amount": value, "unit": unit or "none"}


def per(cadence: Cadence) -> dict[str, str]:
    """The name of a period as a message parameter."""
    return {"key": f"source.cadence.{cadence}"}


def per_period(brief: Brief, *, plain: bool) -> tuple[Cadence, Worked, bool] | None:
    """What the target takes each period, and whether that is exact. None when it would say nothing.

    ``plain`` prefers weeks, for a team that wants a short rhythm. Counts are rounded up, money to two digits.
    """
    goal = brief.goal
    days = _days(goal, brief.today)
    if goal.value is None or days is None:
        return None
    for cadence in _told_in(days, plain=plain):
        exact = days / PERIOD_DAYS[cadence]
        periods = round(exact)
        fits = periods >= 2 and abs(periods - exact) <= exact * _PERIODS_OFF_AT_MOST
        if fits and round_up(goal.value / periods, goal.unit) * periods <= goal.value * _ROUNDED_AT_MOST:
            return _shared(brief, goal.value, cadence, periods)
    return None


def _told_in(days: int, *, plain: bool) -> tuple[Cadence, ...]:
    """The periods a rhythm may be told in, the fittest first."""
    if days <= (_TOLD_IN_WEEKS_TO_JUNIORS if plain else _SHORT):
        return ("week", "month")
    return (
        ("month", "week")
        if days <= _TOLD_IN_WEEKS_TO_JUNIORS
        else ("month", "quarter")
        if days <= _MEDIUM
        else ("quarter",)
    )


def _shared(brief: Brief, value: float, cadence: Cadence, periods: int) -> tuple[Cadence, Worked, bool]:
    exact = value / periods
    shown = round_up(exact, brief.goal.unit)
    source = formula(
        "per_period",
        brief,
        ("value", "deadline"),
        value=told(value, brief.goal.unit),
        periods=periods,
        cadence=per(cadence),
        result=told(shown, brief.goal.unit),
    )
    return cadence, Worked(shown, source), math.isclose(shown, exact)


def in_total(brief: Brief) -> Worked | None:
    """What a rhythm makes by the due date, whole periods only."""
    goal = brief.goal
    days = _days(goal, brief.today)
    if goal.value is None or goal.cadence is None or days is None or goal.value_max is not None:
        return None
    periods = int(days / PERIOD_DAYS[goal.cadence])
    if goal.cadence == "day":
        periods = days * 5 // 7  # working days
    if periods < 2:
        return None
    total = goal.value * periods
    return Worked(
        total,
        formula(
            "total",
            brief,
            ("value", "deadline"),
            value=told(goal.value, goal.unit),
            periods=periods,
            cadence=per(goal.cadence),
            result=told(total, goal.unit),
        ),
    )


def level(brief: Brief) -> Worked | None:
    """The level a change leads to from its baseline: +20 % from 150,000 is 180,000."""
    goal = brief.goal
    if goal.value is None or goal.baseline is None or goal.change != "relative":
        return None
    sign = -1 if goal.direction == "decrease" else 1
    changed = {"%": goal.baseline * (1 + sign * goal.value / 100), "x": goal.baseline * goal.value}
    reached = changed.get(goal.unit or "", goal.baseline + sign * goal.value)
    if reached < 0:
        return None
    unit = goal.baseline_unit
    shown = round(reached, 1) if goal.baseline < 100 and unit != "count" else float(round(reached))
    source = formula(
        "level",
        brief,
        ("baseline", "value"),
        baseline=told(goal.baseline, unit),
        value=told(goal.value, goal.unit),
        result=told(shown, unit),
    )
    return Worked(shown, source)


def halfway(brief: Brief) -> tuple[Worked, date, Source] | None:
    """Half of the way, half-way through: the figure, the day (a working day) and the day's source."""
    goal = brief.goal
    days = _days(goal, brief.today)
    if goal.value is None or goal.deadline is None or days is None or days < 45:
        return None
    start = goal.baseline if goal.change == "from_to" and goal.baseline is not None else 0.0
    if abs(goal.value - start) < 4 and goal.unit in ("count", "none", None):
        return None
    middle = start + (goal.value - start) / 2
    whole = start == 0 or goal.unit == "count"  # nobody signs half a contract
    shown = round_up(middle, goal.unit) if whole else round(middle, 1) if abs(middle) < 100 else float(round(middle))
    day = goal.deadline - timedelta(days=days // 2)
    day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)
    amount = formula(
        "halfway",
        brief,
        ("value", "baseline") if start else ("value",),
        value=told(goal.value, goal.unit),
        start=told(start, goal.unit),
        result=told(shown, goal.unit),
    )
    return (
        Worked(shown, amount),
        day,
        formula("halfway_day", brief, ("deadline",), deadline={"date": goal.deadline.isoformat()}),
    )


def round_up(value: float, unit: str | None) -> float:
    """Up to the next unit for a count, to two significant digits for money, to one decimal otherwise."""
    if unit in ("count", "none", None):
        return float(math.ceil(round(value, 6)))
    if kpis.is_currency(unit) and value >= 100:
        step = 10.0 ** (math.floor(math.log10(value)) - 1)
        return math.ceil(round(value / step, 6)) * step
    return round(value, 1)


def _days(goal: Component, today: date) -> int | None:
    """Days left to reach the goal, from its start when that is to come."""
    if goal.deadline is None:
        return None
    days = (goal.deadline - max(goal.start or today, today)).days
    return days if days > 0 else None
