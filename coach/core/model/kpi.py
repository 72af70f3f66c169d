"""What a KPI was, period by period, and the evidence behind each value."""

from datetime import date
from typing import Literal

from pydantic import Field

from coach.core.model.base import Number, Value
from coach.core.model.reading import Cadence

Method = Literal["exact", "proxy", "manual"]
SubjectKind = Literal["workspace", "team", "person", "pipeline", "segment"]


class Subject(Value):
    """Whose figure it is."""

    kind: SubjectKind = "workspace"
    ref: str = ""
    label: str = ""


class KpiPoint(Value):
    """One period, half-open ``[start, end)`` in the account's time zone.

    A rate's ``value`` is 0-1 with its ``numerator`` and ``denominator``; money is in the series' currency; ``coverage`` is the
    share of candidate records that had the needed field.
    """

    start: date
    end: date
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    n: int | None = Field(default=None, ge=0)
    coverage: float | None = Field(default=None, ge=0, le=1)
    complete: bool = True
    target: Number | None = None  # what was asked for the period, when a target was set


class KpiSeries(Value):
    """A KPI over consecutive periods of one length, oldest first."""

    metric: str
    unit: str
    grain: Cadence
    points: tuple[KpiPoint, ...]
    subject: Subject = Subject()
    source: str = "manual"  # connector's name, "csv", "demo" or "manual"
    method: Method = "manual"
    caveats: tuple[str, ...] = ()
    data_date: date | None = None  # until when the figures are known
    currency: str | None = None
