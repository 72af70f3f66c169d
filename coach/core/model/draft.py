"""A suggested goal in which every figure carries its source (CONTRACT: ``Draft``)."""

from datetime import date
from typing import Literal

from coach.core.model.base import Number, Span, Value
from coach.core.model.reading import Cadence, Reading
from coach.core.model.smart import Assessment

Variant = Literal["prudent", "balanced", "ambitious"]


class Source(Value):
    """Where a figure comes from. ``ref``: event id and span, KPI series id, calibration id or convention id."""

    kind: Literal["user", "kpi", "calibration", "convention"]
    ref: str
    explain: str = ""  # one sentence for a person, in the draft's language


class Figure(Value):
    """A number or a date standing in the statement at ``span``."""

    span: Span
    value: Number | date
    unit: str  # as Component.unit; "date" for a day
    source: Source


class FollowUp(Value):
    """How often to look, and at which KPIs."""

    cadence: Cadence
    indicators: tuple[str, ...] = ()


class Draft(Value):
    """A wording that passed verification: nothing else is ever shown."""

    statement: str
    language: str
    reading: Reading
    assessment: Assessment
    figures: tuple[Figure, ...]
    rationale: str = ""
    guardrail: str = ""
    follow_up: FollowUp
    incentive: str = ""
    announcement: str = ""
    variant: Variant
    axis: str = ""  # prospecting, revenue, conversion, productivity, retention
    author: str = "rules"
    unknowns: tuple[str, ...] = ()  # slots the manager skipped: shown as "to confirm"
