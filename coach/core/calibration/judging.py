"""A goal that was read, placed in a history: what "attainable" is then judged on, and where the goal starts from."""

import datetime as dt
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from coach.core import kpis
from coach.core.calibration import placing
from coach.core.model.calibration import Calibration, Comparable, NotEnoughHistory, Placed, Plan
from coach.core.model.kpi import KpiSeries
from coach.core.model.reading import Component, Reading

_ALIKE = math.log(1.5)
"""How far a stated start may be from the history's, and still be of the same stretch."""

_DAYS = {"day": 7 / 5, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
"""Calendar days for one of a rhythm: five working days a week."""


def judged(reading: Reading, series: KpiSeries, expected: float | None = None) -> Placed | NotEnoughHistory | None:
    """The reading's first goal placed in ``series``; beside it what the strategy asks, a growth of ``expected`` a year.

    None when they cannot be compared: another indicator or unit, no target, no date to come.
    """
    goal = reading.first
    found = of_goal(goal, series, reading.reference_date) if goal.value is not None else None
    if not isinstance(found, Calibration):
        return found
    level = level_of(goal, found)
    if level is None:
        return None
    placed = placing.place(found, level, strict=goal.comparator in (">", "<"))
    return placed if expected is None else placed.model_copy(update={"plan": _plan(found, expected)})


def _plan(found: Calibration, expected: float) -> Plan | None:
    """The strategy's growth over the same stretch a year ago, as a level; None where that stretch is not known."""
    past = next((one for one in found.comparable if one.kind == "year_ago"), None)
    if past is None or past.value <= 0 or found.unit in ("%", "points"):
        return None
    level = past.value * found.beside(past) * (1 + expected)
    return Plan(level=level, growth=expected, probability=found.chance(level))


def of_goal(goal: Component, series: KpiSeries, today: dt.date) -> Calibration | NotEnoughHistory | None:
    """What the goal's KPI may be over the goal's own time, whatever its target.

    None when they cannot be compared: another indicator or unit, no date to come, one too far for the periods.
    """
    start = max(goal.start, today) if goal.start else today
    if goal.deadline is None or goal.deadline < start or not _same_thing(goal, series):
        return None
    if horizon_is_too_far(start, goal.deadline, series):
        return None
    return _calibrated(cast("Any", series), start, goal.deadline)  # frozen to the last point, though no type says so


@lru_cache(maxsize=64)
def _calibrated(series: KpiSeries, start: dt.date, end: dt.date) -> Calibration | NotEnoughHistory:
    """The calibration, kept: one turn asks for it at every step of the line."""
    return placing.calibrate(series, start=start, end=end)


@dataclass(frozen=True, slots=True)
class Base:
    """Where the history says that a goal starts from: ``value`` in ``unit``, a percentage as people say it (18).

    ``stretch`` is the past stretch it stands for; ``scaled`` when the horizon is shorter or longer than that.
    """

    value: float
    unit: str
    stretch: Comparable
    scaled: bool


def base_of(goal: Component, series: KpiSeries, today: dt.date) -> Base | None:
    """The baseline that ``series`` knows; None when there is none, or the goal gives its own.

    For a sum over the goal's time, the same stretch a year ago, or the last one; for a rhythm, a usual period of it.
    """
    found = of_goal(goal, series, today)
    if not isinstance(found, Calibration):
        return None
    stretch = _same_stretch(found)
    if stretch is None:
        return None
    value, scaled = stretch.value, False
    if _adds_up(found.metric):
        if goal.cadence is not None:
            value *= _DAYS[goal.cadence] / (stretch.end - stretch.start).days
        else:
            value, scaled = value * _length(found), _length(found) != 1.0
    if found.unit == "%":
        return Base(round(value * 100, 1), "%", stretch, scaled)
    return Base(_readable(value, found.unit), found.unit, stretch, scaled)


def _readable(value: float, unit: str) -> float:
    """A count to one decimal below ten and whole above; an amount to the unit."""
    return round(value, 1) if abs(value) < 10 and unit in ("count", "points") else float(round(value))


def grounded(reading: Reading, series: KpiSeries) -> Reading:
    """The reading with the starting point that the history knows and the text does not say.

    An amount to reach then reads as a movement from the same stretch before, so that its growth can be judged.
    """
    goal = reading.first
    base = base_of(goal, series, reading.reference_date) if goal.baseline is None else None
    if base is None:
        return reading
    moves = goal.change == "absolute" and goal.unit == base.unit and base.unit not in ("count", "points", "%")
    told = {"baseline": base.value, "baseline_unit": base.unit, **({"change": "from_to"} if moves else {})}
    first = goal.model_copy(update=told)
    return reading.model_copy(update={"components": (first, *reading.components[1:])})


def _same_thing(goal: Component, series: KpiSeries) -> bool:
    if goal.metric != series.metric:
        return False
    if goal.value is None:
        return True
    if goal.change == "relative":
        return goal.unit in ("%", "x", "points", series.unit)
    return goal.unit in (series.unit, "none", None)


def level_of(goal: Component, found: Calibration) -> float | None:
    """The target over the whole horizon, in the history's own unit; None when it cannot be told.

    "From 20 to 30 meetings" tells no stretch: it is that of which the history says 20.
    """
    value = float(goal.value or 0)
    if goal.change == "relative":
        return _from_before(goal, value, found)
    if found.unit == "%":
        return value / 100
    days = _days_of(goal, found)
    return None if days is None else value * _span(found) / days


def value_of(goal: Component, found: Calibration, level: float) -> float | None:
    """The inverse of :func:`level_of`: ``level`` in the goal's own terms; None when those cannot say it."""
    if goal.change == "relative":
        return _as_change(goal, found, level)
    if found.unit == "%":
        return level * 100
    days = _days_of(goal, found)
    return None if days is None else level / _span(found) * days


def _span(found: Calibration) -> int:
    return (found.end - found.start).days + 1


def _days_of(goal: Component, found: Calibration) -> float | None:
    """Days that the goal's figure is for: the whole horizon, or a period of its rhythm; None when nothing tells."""
    if not _adds_up(found.metric):
        return float(_span(found))
    if goal.cadence is not None:
        return _DAYS[goal.cadence]
    if goal.change != "from_to" or goal.baseline is None:
        return float(_span(found))
    return _days_of_base(goal.baseline, found)


def _days_of_base(baseline: float, found: Calibration) -> float | None:
    """Days of which the history would say ``baseline``: a week, a month…, the horizon; None when of none."""
    rates = [point.value / (point.end - point.start).days for point in found.history[-12:] if point.value is not None]
    usual = sum(rates) / len(rates) if rates else 0.0
    if usual <= 0 or baseline <= 0:
        return None
    stretches = [*(_DAYS[each] for each in ("week", "month", "quarter", "year")), float(_span(found))]
    apart, days = min((abs(math.log(baseline / (usual * each))), each) for each in stretches)
    return days if apart <= _ALIKE else None


def _as_change(goal: Component, found: Calibration, level: float) -> float | None:
    """A level as the change that leads to it, in the goal's direction; None against it, or from nothing."""
    before = _start(goal, found)
    if not before or before <= 0:
        return None
    sign = -1 if goal.direction == "decrease" else 1
    if goal.unit == "x":
        return level / before if level > 0 else None
    change = sign * (level / before - 1) * 100 if goal.unit == "%" else sign * (level - before)
    if goal.unit != "%" and found.unit == "%":
        change *= 100
    return change if change > 0 else None


def _adds_up(metric: str) -> bool:
    kpi = kpis.find(metric)
    return kpi is None or kpi.adds_up == "sum"


def _from_before(goal: Component, value: float, found: Calibration) -> float | None:
    """ "+15 %" is counted from the same stretch a year ago, or from the last one when that is not known."""
    before = _start(goal, found)
    if before is None:
        return None
    sign = -1 if goal.direction == "decrease" else 1
    if goal.unit == "%":
        return before * (1 + sign * value / 100)
    if goal.unit == "x":
        return before * value
    if found.unit == "%":
        return before + sign * value / 100  # points of percentage
    return before + sign * value


def _start(goal: Component, found: Calibration) -> float | None:
    """What a change is counted from, over the horizon: the baseline that is given, else the history's."""
    if goal.baseline is None:
        return _before(found)
    if found.unit == "%":
        return goal.baseline / 100
    days = _days_of_base(goal.baseline, found) if _adds_up(found.metric) else float(_span(found))
    return _before(found) if days is None else goal.baseline * _span(found) / days


def _before(found: Calibration) -> float | None:
    same = _same_stretch(found)
    return None if same is None else same.value * _length(found)


def _same_stretch(found: Calibration) -> Comparable | None:
    """The same stretch a year ago; the last one when that is not known."""
    past = {one.kind: one for one in found.comparable}
    return past.get("year_ago", past.get("last"))


def _length(found: Calibration) -> float:
    """The horizon beside its comparable stretch: a stretch of whole periods is a little longer or shorter."""
    same = _same_stretch(found)
    return 1.0 if same is None else found.beside(same)


def horizon_is_too_far(start: dt.date, end: dt.date, series: KpiSeries) -> bool:
    """Whether the history's periods are too short to look as far as ``end``."""
    return ((end - start).days + 1) / placing.DAYS[series.grain] > placing.LONGEST_HORIZON[series.grain]
