"""A goal that was read, placed in a history: what "attainable" is then judged on."""

import datetime as dt

from coach.core import kpis
from coach.core.calibration import placing
from coach.core.model.calibration import Calibration, NotEnoughHistory, Placed
from coach.core.model.kpi import KpiSeries
from coach.core.model.reading import Component, Reading

_DAYS = {"day": 7 / 5, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
"""Calendar days for one of a rhythm: five working days a week."""


def judged(reading: Reading, series: KpiSeries) -> Placed | NotEnoughHistory | None:
    """The reading's first goal placed in ``series``.

    None when they cannot be compared: another indicator or unit, no target, no date to come.
    """
    goal = reading.first
    start = max(goal.start, reading.reference_date) if goal.start else reading.reference_date
    if goal.value is None or goal.deadline is None or goal.deadline < start or not _same_thing(goal, series):
        return None
    found = placing.calibrate(series, start=start, end=goal.deadline)
    if isinstance(found, NotEnoughHistory):
        return found
    level = _level(goal, found)
    return None if level is None else placing.place(found, level, strict=goal.comparator in (">", "<"))


def _same_thing(goal: Component, series: KpiSeries) -> bool:
    if goal.metric != series.metric:
        return False
    if goal.change == "relative":
        return goal.unit in ("%", "x", "points", series.unit)
    return goal.unit in (series.unit, "none", None)


def _level(goal: Component, found: Calibration) -> float | None:
    """The target over the whole horizon, in the history's own unit."""
    value = float(goal.value or 0)
    if goal.change == "relative":
        return _from_before(goal, value, found)
    if goal.baseline is not None and goal.change == "from_to" and _adds_up(found.metric) and goal.cadence is None:
        return None  # "from 20 to 30 meetings" tells no stretch: a month, a quarter?
    if found.unit == "%":
        return value / 100
    if goal.cadence is not None and _adds_up(found.metric):
        return value * ((found.end - found.start).days + 1) / _DAYS[goal.cadence]
    return value


def _adds_up(metric: str) -> bool:
    kpi = kpis.find(metric)
    return kpi is None or kpi.adds_up == "sum"


def _from_before(goal: Component, value: float, found: Calibration) -> float | None:
    """ "+15 %" is counted from the same stretch a year ago, or from the last one when that is not known."""
    before = _before(found)
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


def _before(found: Calibration) -> float | None:
    past = {one.kind: one.value for one in found.comparable}
    length = _length(found)
    value = past.get("year_ago", past.get("last"))
    return None if value is None else value * length


def _length(found: Calibration) -> float:
    """The horizon beside its comparable stretch: a stretch of whole periods is a little longer or shorter."""
    same = next((one for one in found.comparable if one.kind in ("year_ago", "last")), None)
    if same is None or not _adds_up(found.metric):
        return 1.0
    ratio = ((found.end - found.start).days + 1) / (same.end - same.start).days
    return 1.0 if abs(ratio - 1) < 0.04 else ratio


def horizon_is_too_far(start: dt.date, end: dt.date, series: KpiSeries) -> bool:
    """Whether the history's periods are too short to look as far as ``end``."""
    return ((end - start).days + 1) / placing.DAYS[series.grain] > placing.LONGEST_HORIZON[series.grain]
