"""``POST /calibrations``: past figures and a target in, a range and a chance out; nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from coach.api.assessments import Reference
from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import CoachDep, language_of
from coach.core import kpis
from coach.core.calibration import history
from coach.core.calibration.answer import answer
from coach.core.model.base import Number, Value
from coach.core.model.calibration import Calibrated
from coach.core.model.kpi import KpiSeries
from coach.errors import BadInput
from coach.service.given import GivenSeries
from coach.service.values import Day
from coach.wording import catalogue

router = APIRouter(tags=["calibrations"])

_UNIT = r"^(count|%|points|[A-Z]{3})$"


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

    Too short a history is an answer too: ``needed`` says what is missing.
    """
    start = asked.start or coach.today()
    found, placed, told = answer(_series(asked, coach.today()), start=start, end=asked.by, target=asked.target)
    words = catalogue(language_of(request))
    return Calibrated.of(found, placed, {about: words.gettext(key, **params) for about, key, params in told})


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
    return history.read(asked.history or "", metric=metric, today=today, unit=asked.unit)
