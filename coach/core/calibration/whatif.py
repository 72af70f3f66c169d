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
        rates: From deal back to call, each by the team's own count; without people or rates there is no funnel.
        deal: What a deal brings, when ``target`` is an amount.

    Raises:
        ValueError: As :func:`capacity.of` and :func:`funnel.backwards`.
    """
    found = placing.calibrate(series, start=start, end=end)
    if isinstance(found, NotEnoughHistory):
        return found
    time = None
    if headcount is not None:
        time = capacity.of(
            start, end, headcount=headcount, country=country, ramping=ramping, ramp_share=ramp_share
        )  # fmt: skip
        if headcount_before:
            found = _scaled(found, time.full_time / headcount_before)
    steps: tuple[funnel.Step, ...] = ()
    if time is not None and time.full_time > 0 and time.weeks > 0 and rates and target > 0:
        first = "deals_won" if deal else series.metric
        steps = funnel.backwards(target, rates, people=time.full_time, weeks=time.weeks, deal=deal, metric=first)
    return WhatIf(placing.place(found, target), time, steps)


def _scaled(calibration: Calibration, factor: float) -> Calibration:
    """The futures of another number of people; a rate or a score does not depend on it."""
    kpi = kpis.find(calibration.metric)
    if kpi is not None and kpi.adds_up != "sum":
        return calibration
    return calibration.model_copy(update={"quantiles": tuple(value * factor for value in calibration.quantiles)})
