"""The season of a KPI: how busy each month of the year is, as the team's own history shows it."""

import calendar
import datetime as dt
import statistics
from collections.abc import Sequence
from itertools import pairwise

from coach.core.model.base import Number, Value
from coach.core.model.kpi import KpiPoint, KpiSeries

CYCLES_NEEDED = 2
_FLOOR = 0.05  # a closed month still passes: a weight of zero would leave days on which nothing is ever late
_PLACES = {"month": 12, "quarter": 4}


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
    """The season that monthly or quarterly figures show; None below two whole years, or when it is mere chance.

    Each period is compared with the year around it (a centred moving average, so that growth is no season), the
    comparisons of one month are averaged, and pulled towards 1 as far as their own scatter says that chance explains
    them.
    """
    places = _PLACES.get(series.grain)
    points = [point for point in series.points if point.complete and point.value is not None]
    if places is None or len(points) < CYCLES_NEEDED * places or not _in_a_row(points):
        return None
    per_day = [(point.value or 0.0) / (point.end - point.start).days for point in points]
    seen: list[list[float]] = [[] for _ in range(places)]
    for point, ratio in zip(points, _ratios(per_day, places), strict=True):
        if ratio is not None:
            seen[(point.start.month - 1) * places // 12].append(ratio)
    weights = _steadied(seen)
    if weights is None:
        return None
    months = tuple(weights[month * places // 12] for month in range(12))
    mean = statistics.fmean(months)
    return Season(
        weights=tuple(round(weight / mean, 4) for weight in months),
        source=series.source,
        first=points[0].start,
        last=points[-1].end,
        cycles=len(points) // places,
    )


def _in_a_row(points: Sequence[KpiPoint]) -> bool:
    return all(before.end == after.start for before, after in pairwise(points))


def _ratios(values: Sequence[float], places: int) -> list[float | None]:
    """Each value against the mean of the year around it; at the ends, against the nearest such mean."""
    half, count = places // 2, len(values)
    centres: list[float | None] = [None] * count
    for at in range(half, count - half):
        edge = (values[at - half] + values[at + half]) / 2
        centres[at] = (edge + sum(values[at - half + 1 : at + half])) / places
    known = [at for at, centre in enumerate(centres) if centre is not None]
    if not known:
        return [None] * count
    growth = _growth(values, places)
    found: list[float | None] = []
    for at, value in enumerate(values):
        near = min(max(at, known[0]), known[-1])
        centre = (centres[near] or 0.0) * growth ** ((at - near) / places)
        found.append(value / centre if centre > 0 else None)
    return found


def _growth(values: Sequence[float], places: int) -> float:
    """How much the last whole year is of the one before it, kept within reason: what carries the ends on."""
    last, before = sum(values[-places:]), sum(values[-2 * places : -places])
    return min(max(last / before, 0.5), 2.0) if before > 0 and last > 0 else 1.0


def _steadied(seen: Sequence[Sequence[float]]) -> list[float] | None:
    """One weight a place, pulled towards 1 by what chance explains; None when chance explains it all."""
    if any(not ratios for ratios in seen):
        return None
    means = [statistics.fmean(ratios) for ratios in seen]
    freedom = sum(len(ratios) - 1 for ratios in seen)
    if freedom < len(seen) - 1:
        return None
    scatter = sum((ratio - mean) ** 2 for ratios, mean in zip(seen, means, strict=True) for ratio in ratios) / freedom
    by_chance = statistics.fmean([scatter / len(ratios) for ratios in seen])
    spread = statistics.variance(means)
    kept = 1 - by_chance / spread if spread > 0 else 0.0
    if kept < 0.5:  # F under 2: as many histories without any season look like this
        return None
    centre = statistics.fmean(means)
    return [max(_FLOOR, 1 + kept * (mean / centre - 1)) for mean in means]
