"""What was read in a text, and where (CONTRACT: ``Reading``)."""

from datetime import date
from typing import Literal

from coach.core.model.base import Number, Span, Value

METRICS = (
    "qualified_meetings", "calls", "leads", "new_customers", "deals_won", "revenue", "margin", "conversion_rate",
    "closing_rate", "quotes_sent", "renewal_rate", "churn", "upsell_revenue", "nps", "average_deal_size",
    "response_rate", "pipeline_value", "other",
)  # fmt: skip
"""KPI ids of the built-in catalogue; plugins may add more."""

CADENCES = ("day", "week", "month", "quarter", "year")

Comparator = Literal["=", ">", ">=", "<", "<="]
Change = Literal["absolute", "relative", "from_to"]
Direction = Literal["increase", "decrease", "maintain", "reach"]
Cadence = Literal["day", "week", "month", "quarter", "year"]
TimeBasis = Literal["horizon", "cadence_only", "none"]
ObjectKind = Literal["definite", "catch_all", "none"]
NonGoalKind = Literal[
    "question", "greeting", "gibberish", "injection", "command", "report", "problem", "statement", "other_language"
]


class Quantity(Value):
    """A number of the text that is not part of a date, a period or a horizon; base units (150 k€ is 150000 EUR)."""

    value: Number
    unit: str
    span: Span
    value_max: Number | None = None


class Condition(Value):
    """A second quantity that narrows the goal and is not its target ("panier moyen supérieur à 8 000 €")."""

    metric: str | None
    comparator: Comparator
    value: Number
    unit: str
    span: Span


class Component(Value):
    """One goal read in the text. ``None`` means "the text does not say", never a default.

    ``spans`` gives, per fact (``metric``, ``value``, ``baseline``, ``deadline``, ``cadence``, ``direction``, ``segment``,
    ``channel``, ``means``, ``object``), the typed words it was read from.
    """

    metric: str | None = None
    metric_raw: str | None = None
    value: Number | None = None
    value_max: Number | None = None
    unit: str | None = None
    comparator: Comparator | None = None
    baseline: Number | None = None
    baseline_unit: str | None = None  # when it is not the target's: "+20 %" from 150 000 €
    baseline_period: str | None = None  # a comparison period that was named, not given a figure ("par rapport au S1")
    change: Change | None = None
    direction: Direction | None = None
    cadence: Cadence | None = None
    deadline: date | None = None
    deadline_alt: tuple[date, ...] = ()  # other readings, or candidates when the company's calendar is needed
    start: date | None = None
    time_basis: TimeBasis = "none"
    needs_calendar: bool = False  # "this financial year", "week 2 of the plan": a horizon, but whose date?
    time_problem: str | None = None  # "impossible_date" (31 février), "impossible_period" (T5)
    segment: str | None = None
    channel: str | None = None
    means: str | None = None  # a concrete action or lever ("grâce à un nouveau CRM")
    actor: str | None = None  # who is to do it, when a role is named ("SDRs")
    scoped: bool = (
        False  # segment, channel, means or actor narrows the goal; "clients qualifiés" is a segment that does not
    )
    object_kind: ObjectKind = "none"  # catch_all: "performance", "visibilité"
    placeholder: bool = False  # "X %", "Y mois"
    conditions: tuple[Condition, ...] = ()
    spans: dict[str, tuple[Span, ...]] = {}


class Reading(Value):
    """What a text says, before any judgement."""

    text: str
    language: str  # ISO 639-1 of what was read; "und" when no language could be told
    reference_date: date
    kind: Literal["goal", "non_goal"]
    non_goal_kind: NonGoalKind | None = None
    components: tuple[Component, ...] = ()
    quantities: tuple[Quantity, ...] = ()

    @property
    def first(self) -> Component:
        """The primary component; an empty one when the text holds no goal."""
        return self.components[0] if self.components else Component()
