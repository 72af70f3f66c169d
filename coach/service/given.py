"""A profile or a history as a stranger may give it: every text bounded, every name one that we know."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from coach.core.model import Context, Conventions, Profile
from coach.core.model.base import Value
from coach.core.model.kpi import KpiPoint, KpiSeries, Subject
from coach.core.smart.thresholds import REGISTRY
from coach.service.values import LARGEST, Day, Figure, Name, Note, Whole

MOST = 50  # priorities, thresholds, rules


def _known(thresholds: dict[str, float]) -> dict[str, float]:
    for id, figure in thresholds.items():
        known = REGISTRY.get(id)
        if known is None:
            raise PydanticCustomError("threshold_unknown", "There is no threshold {id}", {"id": id[:80]})
        if not known.low <= figure <= known.high:
            bounds = {"id": id, "low": f"{known.low:g}", "high": f"{known.high:g}"}
            raise PydanticCustomError("threshold_out_of_range", "{id} goes from {low} to {high}", bounds)
    return thresholds


class GivenContext(Context):
    """Means and market, as given."""

    headcount: Annotated[int, Field(ge=0, le=100_000), Whole] | None = None
    ramping: Annotated[int, Field(ge=0, le=100_000), Whole] | None = None
    goals_running: Annotated[int, Field(ge=0, le=10_000), Whole] | None = None
    means: Annotated[Note, Field(max_length=500)] | None = None
    segment: Annotated[Note, Field(max_length=200)] | None = None
    crm: Annotated[Note, Field(max_length=60)] | None = None
    strategy: Annotated[tuple[Name, ...], Field(max_length=MOST)] = ()

    def plain(self) -> Context:
        """The same, as the line knows it."""
        return Context.model_validate(self.model_dump())


class GivenConventions(Conventions):
    """How the workspace reads SMART, as given."""

    thresholds: Annotated[dict[str, Figure], Field(max_length=MOST), AfterValidator(_known)] = {}
    disputed: Annotated[tuple[Name, ...], Field(max_length=MOST)] = ()
    fiscal_year_start: Annotated[int, Field(ge=1, le=12), Whole] = 1  # month
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "FR"


class GivenProfile(Value):
    """Context and conventions, as given."""

    context: GivenContext = GivenContext()
    conventions: GivenConventions = GivenConventions()

    def plain(self) -> Profile:
        """The same, as the line knows it."""
        return Profile.model_validate(self.model_dump())


class GivenPoint(KpiPoint):
    """One period of a history, as given."""

    start: Day
    end: Day
    value: Figure | None
    numerator: Figure | None = None
    denominator: Figure | None = None
    n: Annotated[int, Field(ge=0, le=LARGEST), Whole] | None = None


class GivenSubject(Subject):
    """Whose history it is, as given."""

    ref: Annotated[Note, Field(max_length=200)] = ""
    label: Annotated[Note, Field(max_length=200)] = ""


class GivenSeries(KpiSeries):
    """A history, as given. What it narrows is frozen: pyright takes it for something that could be widened again."""

    metric: Name
    unit: Annotated[Note, Field(max_length=20)]
    points: Annotated[tuple[GivenPoint, ...], Field(max_length=2_000)]  # pyright: ignore[reportIncompatibleVariableOverride]
    subject: GivenSubject = GivenSubject()  # pyright: ignore[reportIncompatibleVariableOverride]
    source: Annotated[Note, Field(max_length=60)] = "manual"
    caveats: Annotated[tuple[Name, ...], Field(max_length=MOST)] = ()
    data_date: Day | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
