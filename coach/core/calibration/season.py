"""How a stretch usually fills: the share of its total that has come by a day, by season and working days.

Even progress counts July like March, and Sundays like Tuesdays; a team that signs half of its year in the last quarter
would then be late until October. Source: the season of the team's own history, as :mod:`forecast` sees it.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from coach.core import kpis
from coach.core.calibration import capacity, cycle, placing
from coach.core.model.kpi import KpiPoint, KpiSeries

LONGEST = dt.timedelta(days=3660)
_LEAST = 0.05  # of a usual period: no season makes a period worth nothing


@dataclass(frozen=True, slots=True)
class Profile:
    """How the total of a stretch builds up, day by day.

    ``seasonal`` tells whether a season was seen; without one only the working days shape it.
    """

    start: dt.date
    end: dt.date
    reached: tuple[float, ...]  # by the end of the n-th day, 0-1
    seasonal: bool

    def share(self, day: dt.date) -> float:
        """The share (0-1) of the total that has usually come by the end of ``day``; 0 before the start."""
        place = (day - self.start).days
        return 0.0 if place < 0 else self.reached[min(place, len(self.reached) - 1)]

    def day_of(self, share: float) -> dt.date:
        """The first day by whose end more than ``share`` of the total has usually come; the end from 1 on."""
        return min(self.end, self.start + dt.timedelta(days=bisect_right(self.reached, share)))


def profile(series: KpiSeries | None, *, start: dt.date, end: dt.date, country: str = "FR") -> Profile:
    """How a total builds up from ``start`` to ``end``, both included.

    Args:
        series: The KPI's past, oldest first; None, too short or without a season leaves the working days alone.
        start: First day.
        end: Last day, ten years later at most.
        country: ISO 3166 code whose public holidays are off; an unknown one has none.

    Raises:
        ValueError: The end is before the start, or too far.
    """
    if end < start or end - start > LONGEST:
        raise ValueError(f"{start} to {end} is no stretch")
    levels = _levels(series) if series is not None else None
    days = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    worked = _worked(days, country)
    weights = [w * (levels[_place(day, len(levels))] if levels else 1.0) for day, w in zip(days, worked, strict=True)]
    if levels:
        weights = _by_period(days, weights, worked, levels)
    total = sum(weights) or 1.0
    reached = tuple(min(1.0, part / total) for part in accumulate(weights))
    return Profile(start, end, (*reached[:-1], 1.0), levels is not None)


def _worked(days: Sequence[dt.date], country: str) -> list[float]:
    """1 for a working day, 0 for another; calendar days when no day of the stretch is worked."""
    holidays = capacity.holidays_of(country, days[0].year, days[-1].year)
    worked = [float(capacity.is_worked(day, holidays)) for day in days]
    return worked if any(worked) else [1.0] * len(days)


def _by_period(
    days: Sequence[dt.date], weights: Sequence[float], worked: Sequence[float], levels: Sequence[float]
) -> list[float]:
    """The days' weights such that a whole period weighs its level, however many working days it has."""
    inside: dict[tuple[int, int], float] = {}
    for day, work in zip(days, worked, strict=True):
        key = (day.year, _place(day, len(levels)))
        inside[key] = inside.get(key, 0.0) + work
    usual = 5 / 7 * (365.25 / len(levels))
    spread = []
    for day, weight in zip(days, weights, strict=True):
        seen = inside[(day.year, _place(day, len(levels)))]
        spread.append(weight * usual / seen if seen > 0.6 * usual else weight)
    return spread


def _place(day: dt.date, cycle: int) -> int:
    """Which period of the year the day lies in: 12 months, 4 quarters or 52 weeks."""
    return (day.month - 1) // (12 // cycle) if cycle <= 12 else min(51, day.isocalendar().week - 1)


def _levels(series: KpiSeries) -> tuple[float, ...] | None:
    """What each period of the year usually weighs, 1 being the mean; None when no season is seen."""
    kpi = kpis.find(series.metric)
    length = placing.CYCLE[series.grain]
    points = placing.complete(series)
    if not length or (kpi is not None and kpi.adds_up != "sum") or len(points) < cycle.LEAST_FOR_WAVE:
        return None
    kind = "count" if series.unit == "count" else "amount"
    shares = cycle.shares_of_year([max(0.0, point.value or 0.0) for point in points], kind, length)
    if shares is None:
        return None
    return _from_january(shares.tolist(), points, length)


def _from_january(shares: Sequence[float], points: Sequence[KpiPoint], cycle: int) -> tuple[float, ...]:
    first = _place(points[0].start, cycle)
    mean = sum(shares) / len(shares)
    return tuple(float(max(_LEAST, shares[(place - first) % cycle] / mean)) for place in range(cycle))
