"""The season of a KPI: how busy each month of the year is, as the team's own history shows it."""

import calendar
import datetime as dt
from collections.abc import Callable

from coach.core.model.base import Number, Value
from coach.core.model.kpi import KpiSeries

CYCLES_NEEDED = 2
_FLOOR = 0.05  # a closed month still passes: a weight of zero would leave days on which nothing is ever late
_PERIODS = {"month": 12, "quarter": 4, "week": 52}


class Season(Value):
    """How busy a day of each month is against a usual day: 12 weights, January first, whose mean is 1."""

    weights: tuple[Number, ...]
    source: str = ""  # the history's: a connector's name, "manual"…
    first: dt.date | None = None  # where that history begins
    last: dt.date | None = None  # and ends, exclusive
    cycles: int = CYCLES_NEEDED  # whole years it holds


def passed(start: dt.date, due: dt.date, day: dt.date, season: Season | None = None) -> float:
    """The share of the work between ``start`` and ``due`` that belongs before the end of ``day``, 0 to 1."""
    if due <= start or day >= due:
        return 1.0
    if day <= start:
        return 0.0
    if season is None:
        return (day - start).days / (due - start).days
    return _weight(start, day, season) / _weight(start, due, season)


def _weight(start: dt.date, end: dt.date, season: Season) -> float:
    """The weights of the days after ``start`` up to ``end``, added up."""
    total, day = 0.0, start
    while day < end:
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        upto = min(last, end)
        days = (upto - day).days
        if not days:  # the last day of a month: the next day opens another
            upto, days = day + dt.timedelta(days=1), 1
        total += days * max(season.weights[upto.month - 1], _FLOOR)
        day = upto
    return total


def of(series: KpiSeries) -> Season | None:
    """The season that a history shows, a month's weight each; None when it shows none, or is too short to.

    Kept with the goal when it is adopted: a pace that moved with each reading of the CRM could not be kept to.
    """
    points = [point for point in series.points if point.complete and point.value is not None]
    if series.grain not in _PERIODS or len(points) < CYCLES_NEEDED * _PERIODS[series.grain]:
        return None
    from coach.core.calibration import season  # NumPy comes with it

    year = max(point.end for point in points).year
    usual = season.profile(series, start=dt.date(year, 1, 1), end=dt.date(year, 12, 31))
    if not usual.seasonal:
        return None
    return Season(
        weights=_monthly(usual.share, year),
        source=series.source,
        first=points[0].start,
        last=points[-1].end,
        cycles=len(points) // _PERIODS[series.grain],
    )


def _monthly(share: Callable[[dt.date], float], year: int) -> tuple[float, ...]:
    """What a day of each month weighs, from the shares of the year that have come by its end."""
    weights, before = [], 0.0
    for month in range(1, 13):
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        by_then = share(last)
        weights.append((by_then - before) / last.day)
        before = by_then
    mean = sum(weights) / 12
    return tuple(round(max(weight / mean, _FLOOR), 4) for weight in weights)
