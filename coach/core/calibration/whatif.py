"""What if: another target, date, headcount or rate, answered at once from the same history."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from coach.core import kpis
from coach.core.calibration import capacity, funnel, placing
from coach.core.model.calibration import Calibration, NotEnoughHistory, Placed
from coach.core.model.kpi import KpiSeries


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The target placed, the time there is, and the activity it asks for (empty without rates)."""

    placed: Placed
    capacity: capacity.Capacity | None
    steps: tuple[funnel.Step, ...]
    headcount: int | None = None
    headcount_before: int | None = None
    middle_before: float | None = None  # the middle of the range with the people of before
    now: tuple[tuple[str, float], ...] = ()  # activities a person and week as the past shows them, by metric


def what_if(
    series: KpiSeries,
    target: float,
    *,
    start: dt.date,
    end: dt.date,
    headcount: int | None = None,
    headcount_before: int | None = None,
    ramping: int = 0,
    ramp_share: float = 0.5,
    country: str = "FR",
    taken: float = 0.0,
    days_off: float = 0.0,
    rates: Sequence[funnel.Rate] = (),
    deal: funnel.DealSize | None = None,
) -> WhatIf | NotEnoughHistory:
    """``target`` over the horizon with other people or rates.

    Args:
        series: The team's past figures.
        target: Over the whole horizon, in the series' unit.
        start: First day of the horizon.
        end: Last day of the horizon.
        headcount: People on the goal; those ``ramping`` count for ``ramp_share``.
        headcount_before: People who made the past figures; with both, what adds up is scaled to the new team.
        ramping: How many are still learning the job.
        ramp_share: What one of them yields beside another (0-1).
        country: Whose public holidays are off.
        taken: Share of the time that goals already running take (0-1).
        days_off: Leave a person takes within the horizon, in days.
        rates: From deal back to call, each by the team's own count; without people or rates there is no funnel.
        deal: What a deal brings, when ``target`` is an amount.

    Raises:
        ValueError: As :func:`capacity.of` and :func:`funnel.backwards`.
    """
    found = placing.calibrate(series, start=start, end=end)
    if isinstance(found, NotEnoughHistory):
        return found
    time, before = None, found.quantile(0.5)
    if headcount is not None:
        time = capacity.of(
            start, end, headcount=headcount, country=country, ramping=ramping, ramp_share=ramp_share,
            taken=taken, days_off=days_off,
        )  # fmt: skip
        if headcount_before:
            found = _scaled(found, time.full_time * (1 - taken) / headcount_before)
    steps: tuple[funnel.Step, ...] = ()
    if time is not None and time.full_time > 0 and time.weeks > 0 and rates and target > 0:
        first = "deals_won" if deal else series.metric
        people = max(time.full_time * (1 - taken), 1e-6)
        steps = funnel.backwards(target, rates, people=people, weeks=time.weeks, deal=deal, metric=first)
    moved = headcount is not None and bool(headcount_before)
    return WhatIf(
        placing.place(found, target),
        time,
        steps,
        headcount=headcount,
        headcount_before=headcount_before,
        middle_before=before if moved else None,
        now=_now(series, headcount_before or headcount),
    )


def _now(series: KpiSeries, people: int | None) -> tuple[tuple[str, float], ...]:
    """What a person has done of it a week, over the last twelve periods; empty for what does not add up."""
    points = placing.complete(series)[-12:]
    kpi = kpis.find(series.metric)
    if not people or not points or (kpi is not None and (kpi.adds_up != "sum" or kpi.unit != "count")):
        return ()
    weeks = (points[-1].end - points[0].start).days / 7
    return ((series.metric, sum(point.value or 0.0 for point in points) / weeks / people),)


def _scaled(calibration: Calibration, factor: float) -> Calibration:
    """The futures of another number of people; a rate or a score does not depend on it."""
    kpi = kpis.find(calibration.metric)
    if kpi is not None and kpi.adds_up != "sum":
        return calibration
    return calibration.model_copy(update={"quantiles": tuple(value * factor for value in calibration.quantiles)})
