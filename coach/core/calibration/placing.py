"""From a KPI's history to a calibration over a horizon, and a target placed in it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.core import kpis
from coach.core.calibration import forecast, levels, ratchet, rates, shrink
from coach.core.model.calibration import LEVELS, Calibration, Comparable, NotEnoughHistory, Placed
from coach.core.model.kpi import KpiPoint, KpiSeries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

CYCLE = {"day": 0, "week": 52, "month": 12, "quarter": 4, "year": 0}
"""Periods in a year: the cycle looked for in a history of that grain."""

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
LONGEST_HORIZON = {"day": 400, "week": 160, "month": 60, "quarter": 24, "year": 6}


def calibrate(
    series: KpiSeries, *, start: dt.date, end: dt.date, team: KpiSeries | None = None, headcount: int | None = None
) -> Calibration | NotEnoughHistory:
    """What the KPI may be from ``start`` to ``end`` (both included) if nothing changes.

    Args:
        series: Past periods, oldest first; incomplete ones are left out, empty ones count as zero for a sum.
        start: First day of the horizon.
        end: Last day of the horizon; not before ``start``.
        team: For a person's series that adds up: the team's, which steadies a short one; ``headcount`` people made it.
    """
    points = complete(series)
    kpi = kpis.find(series.metric)
    adds_up = kpi.adds_up if kpi else "sum"
    short = _too_short(series, points, adds_up)
    if short is not None:
        return short
    shares = _shares(series, points, start, end)
    drawn = _drawn(series, points, adds_up, shares)
    steadied = adds_up == "sum" and team is not None and bool(headcount)
    if team is not None and headcount and steadied:
        drawn = drawn * _towards(team, points, headcount)
    return Calibration(
        metric=series.metric,
        unit=series.unit,
        subject=series.subject,
        start=start,
        end=end,
        grain=series.grain,
        quantiles=_quantiles(drawn, whole=series.unit == "count" and adds_up == "sum"),
        periods=len(points),
        first=points[0].start,
        data_date=series.data_date or points[-1].end - dt.timedelta(days=1),
        source=series.source,
        history=points,
        comparable=_comparable(points, adds_up, max(1, round(sum(shares))), CYCLE[series.grain], kpi),
        growth=_growth(points, adds_up, CYCLE[series.grain]),
        lower_is_better=kpi is not None and kpi.better == "lower",
        adds_up=adds_up == "sum",
        caveats=(*series.caveats, *_caveats(series, points, adds_up), *(["steadied_by_team"] if steadied else [])),
    )


def place(calibration: Calibration, target: float, *, strict: bool = False) -> Placed:
    """``target`` (over the whole horizon, in the KPI's unit) placed in the calibration."""
    past = {one.kind: one.value * calibration.beside(one) for one in calibration.comparable}
    best, last = past.get("best"), past.get("last")
    return Placed(
        calibration=calibration,
        level=target,
        probability=calibration.chance(target, strict=strict),
        best=best,
        periods=calibration.periods,
        growth_asked=target / last - 1 if last else None,
        ratchet=ratchet.of(calibration.history, target * _a_period_of(calibration)),
    )


def _a_period_of(calibration: Calibration) -> float:
    """What a figure over the horizon is multiplied by to be that of one past period; 1 for a level."""
    if not calibration.adds_up:
        return 1.0
    return DAYS[calibration.grain] / ((calibration.end - calibration.start).days + 1)


def complete(series: KpiSeries) -> tuple[KpiPoint, ...]:
    """The complete periods from the first figure on: what a calibration stands on."""
    kept = tuple(point for point in series.points if point.complete)
    first = next((place for place, point in enumerate(kept) if point.value), len(kept))
    return kept[first:]  # periods before the first figure are a CRM not yet used, not a team at rest


def _too_short(series: KpiSeries, points: Sequence[KpiPoint], adds_up: str) -> NotEnoughHistory | None:
    events = None
    if adds_up == "rate" and any(point.denominator for point in points):
        events = int(sum(point.denominator or 0 for point in points))
    known = len(points) if adds_up == "sum" or events is not None else sum(p.value is not None for p in points)
    if known >= forecast.FEWEST_PERIODS and (events is None or events >= rates.FEWEST_EVENTS):
        return None
    return NotEnoughHistory(
        metric=series.metric,
        unit=series.unit,
        periods=known,
        needed=forecast.FEWEST_PERIODS,
        grain=series.grain,
        events=events,
        events_needed=rates.FEWEST_EVENTS if events is not None else None,
    )


def _towards(team: KpiSeries, points: Sequence[KpiPoint], headcount: int) -> float:
    mean = shrink.per_head(team.points, points, headcount)
    return 1.0 if mean is None else shrink.factor([point.value or 0.0 for point in points], mean)


def _caveats(series: KpiSeries, points: Sequence[KpiPoint], adds_up: str) -> list[str]:
    """A season can only be known once it has come twice; until then a range may miss it."""
    unseen = adds_up == "sum" and CYCLE[series.grain] > 0 and len(points) < 2 * CYCLE[series.grain]
    return ["season_unseen"] if unseen else []


def _shares(series: KpiSeries, points: Sequence[KpiPoint], start: dt.date, end: dt.date) -> list[float]:
    """How much of each coming period the horizon covers, from the first one after the history."""
    length = DAYS[series.grain]
    ahead = max(0.0, (start - points[-1].end).days / length)
    span = ((end - start).days + 1) / length
    gap = int(ahead + 1e-6)
    return [0.0] * min(gap, 2) + _covered(span, LONGEST_HORIZON[series.grain])


def _covered(span: float, most: int) -> list[float]:
    """``span`` periods as whole ones and a last part; a few days more or less than whole are whole."""
    whole = round(span) if abs(span - round(span)) < 0.04 and span >= 0.96 else math.floor(span)
    rest = span - whole
    parts = [1.0] * whole + ([rest] if rest > 0.04 else [])
    return (parts or [max(rest, 0.02)])[:most]


def _drawn(series: KpiSeries, points: Sequence[KpiPoint], adds_up: str, shares: Sequence[float]) -> Floats:
    import numpy as np

    values = [max(0.0, point.value or 0.0) for point in points]
    if adds_up == "sum":
        kind = "count" if series.unit == "count" else "amount"
        drawn = forecast.draws(values, kind, len(shares), CYCLE[series.grain])
        return drawn @ np.asarray(shares)
    if adds_up == "rate" and any(point.denominator for point in points):
        pairs = [(point.numerator or 0.0, point.denominator or 0.0) for point in points]
        return rates.draws(pairs, sum(shares))
    known = [point.value for point in points if point.value is not None]
    bounded = series.unit == "%" and min(known) >= 0 and max(known) <= 1
    return levels.draws(known, max(1, round(sum(shares))), bounded=bounded, walks=adds_up == "level")


def _quantiles(drawn: Floats, *, whole: bool) -> tuple[float, ...]:
    import numpy as np

    found = np.quantile(drawn, [level / 100 for level in LEVELS])
    return tuple(float(value) for value in (np.round(found) if whole else found))


def _comparable(
    points: Sequence[KpiPoint], adds_up: str, length: int, cycle: int, kpi: kpis.Kpi | None
) -> tuple[Comparable, ...]:
    stretches = [
        Comparable(kind="last", start=part[0].start, end=part[-1].end, value=_together(part, adds_up))
        for part in (points[i : i + length] for i in range(len(points) - length + 1))
    ]
    if not stretches:
        return ()
    lower = kpi is not None and kpi.better == "lower"
    best = (min if lower else max)(stretches, key=lambda stretch: stretch.value)
    found = [stretches[-1], best.model_copy(update={"kind": "best"})]
    if cycle and len(points) >= cycle:
        ago = points[len(points) - cycle :][:length]
        if len(ago) == length:
            value = _together(ago, adds_up)
            found.insert(1, Comparable(kind="year_ago", start=ago[0].start, end=ago[-1].end, value=value))
    return tuple(found)


def _together(part: Sequence[KpiPoint], adds_up: str) -> float:
    if adds_up == "sum":
        return float(sum(point.value or 0 for point in part))
    if adds_up == "rate" and any(point.denominator for point in part):
        return sum(point.numerator or 0 for point in part) / max(1e-12, sum(point.denominator or 0 for point in part))
    return (
        float(sum(point.value or 0 for point in part) / len(part)) if adds_up == "rate" else float(part[-1].value or 0)
    )


def _growth(points: Sequence[KpiPoint], adds_up: str, cycle: int) -> float | None:
    """The last year against the one before; None without two whole ones, or from nothing."""
    if not cycle or len(points) < 2 * cycle:
        return None
    before = _together(points[-2 * cycle : -cycle], adds_up)
    return _together(points[-cycle:], adds_up) / before - 1 if before else None
