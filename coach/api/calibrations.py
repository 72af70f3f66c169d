"""``POST /calibrations``: past figures and a target in, a range and a chance out; nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from coach.api.assessments import Reference
from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import CoachDep, language_of
from coach.core import kpis
from coach.core.calibration import funnel, history, pasting
from coach.core.calibration.answer import Means, answer, suppose
from coach.core.model.base import Number, Value
from coach.core.model.calibration import Calibrated
from coach.core.model.kpi import KpiSeries
from coach.errors import BadInput
from coach.service.given import GivenSeries
from coach.service.values import Day, Name, Whole
from coach.wording import word

router = APIRouter(tags=["calibrations"])

_UNIT = r"^(count|%|points|[A-Z]{3})$"


Share = Annotated[float, Field(ge=0, le=1)]
People = Annotated[int, Field(ge=0, le=100_000), Whole]
_Count = Annotated[float, Field(ge=0, le=1e9)]


class GivenRate(Value):
    """Of ``out_of`` things ``metric``, ``came`` led to one of the step before: of 60 meetings, 12 made a deal."""

    metric: Name
    came: _Count
    out_of: _Count


class GivenDeal(Value):
    """What a deal brings: mean, spread (standard deviation), and how many were seen."""

    mean: _Count
    spread: _Count = 0.0
    seen: Annotated[int, Field(ge=1, le=10**9), Whole] = 1


class ToCalibrate(Value):
    """A history, as a series or as pasted lines, and the horizon it is asked about."""

    series: GivenSeries | None = None
    history: str | None = Field(
        default=None, max_length=history.LONGEST, description="One period a line: “2025-01;12”, “T1 2025 ; 340 k€”."
    )
    metric: str | None = Field(default=None, max_length=60, description="What the pasted figures are of: a KPI's id.")
    unit: str | None = Field(default=None, pattern=_UNIT, description="Left out, the figures' sign or the KPI's own.")
    target: Annotated[Number, Field(ge=-1e15, le=1e15)] | None = Field(
        default=None, description="Over the whole horizon, in the history's unit; a rate as 0-1."
    )
    by: Day = Field(description="The last day of the horizon.")
    start: Reference = None
    headcount: People | None = Field(default=None, description="People on the goal: opens the what-if.")
    headcount_before: People | None = Field(default=None, description="People who made the past figures.")
    ramping: People = Field(default=0, description="Of the people, how many still learn the job.")
    ramp_share: Share = Field(default=0.5, description="What one of them yields beside another.")
    taken: Share = Field(default=0.0, description="Share of the time that running goals take.")
    days_off: Annotated[float, Field(ge=0, le=366)] = 0.0
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = Field(default="FR", description="Whose holidays are off.")
    rates: Annotated[tuple[GivenRate, ...], Field(max_length=5)] = Field(
        default=(), description="From the deal back to the call, each by the team's own count."
    )
    deal: GivenDeal | None = Field(default=None, description="What a deal brings, for a target in money.")


_FR = {
    "history": "janv. 2025;12\nfév. 2025;14\nmars 2025;9\navril 2025;15\nmai 2025;11",
    "metric": "qualified_meetings",
    "target": 40,
    "start": "2025-06-01",
    "by": "2025-08-31",
}
_EN = {"history": "2025-Q1,340k\n2025-Q2,360k", "metric": "revenue", "unit": "GBP", "by": "2025-12-31"}


@router.post(
    "/calibrations",
    responses=documented(403, 415, 422),
    openapi_extra=describes(ToCalibrate, fr=_FR, en=_EN),
    summary="Place a target in a history",
)
def calibrate(
    asked: Annotated[ToCalibrate, Depends(sent(ToCalibrate))], request: Request, coach: CoachDep
) -> Calibrated:
    """What the figure may be by then if nothing changes (P1 to P99), the target's chance, and each in a sentence.

    With people or rates: what if. The time there is, holidays off, and the activity the target asks of each person.

    Too short a history is an answer too: ``needed`` says what is missing.
    """
    start, series = asked.start or coach.today(), _series(asked, coach.today())
    if asked.target is not None and (asked.headcount is not None or asked.rates):
        return word(_supposed(asked, series, start), language_of(request))
    found, placed, _ = answer(series, start=start, end=asked.by, target=asked.target)
    return word(Calibrated.of(found, placed), language_of(request))


def _supposed(asked: ToCalibrate, series: KpiSeries, start: Day) -> Calibrated:
    means = Means(
        headcount=asked.headcount,
        headcount_before=asked.headcount_before,
        ramping=asked.ramping,
        ramp_share=asked.ramp_share,
        country=asked.country,
        taken=asked.taken,
        days_off=asked.days_off,
    )
    rates = tuple(funnel.Rate(rate.metric, rate.came, rate.out_of) for rate in asked.rates)
    deal = asked.deal and funnel.DealSize(asked.deal.mean, asked.deal.spread, asked.deal.seen)
    return suppose(series, asked.target or 0.0, start=start, end=asked.by, means=means, rates=rates, deal=deal)


def _series(asked: ToCalibrate, today: Day) -> KpiSeries:
    if (asked.series is None) == (asked.history is None) or (asked.history is not None and asked.metric is None):
        raise BadInput(
            "A history is needed, in one form.",
            remedy="Give either “series”, or “history” with “metric”.",
            reason="history_source",
        )
    metric = asked.series.metric if asked.series is not None else asked.metric or ""
    if kpis.find(metric) is None:
        shown = metric[:40]
        raise BadInput(
            f"The indicator {shown} is not known.",
            remedy="Choose one of the catalogue.",
            reason="history_metric",
            text=shown,
        )
    if asked.series is not None:
        return asked.series
    return pasting.read(asked.history or "", metric=metric, today=today, unit=asked.unit)
