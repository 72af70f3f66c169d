"""The brief, and the suggested goal in which every figure carries its source (CONTRACT: ``Draft``)."""

from datetime import date
from typing import Any, Literal

from coach.core.model.base import Number, Span, Value
from coach.core.model.context import Profile
from coach.core.model.kpi import KpiSeries
from coach.core.model.reading import Cadence, Component, Reading
from coach.core.model.smart import Assessment

Variant = Literal["prudent", "balanced", "ambitious"]
Framing = Literal["result", "level", "rhythm", "total", "milestone"]
"""How the same facts are worded: the result alone, the level a change leads to, the pace it takes, the sum a pace
makes, or the result with a half-way mark."""

DraftText = Literal["statement", "rationale", "guardrail", "incentive", "announcement"]


class Source(Value):
    """Where a figure or a fact comes from.

    ``ref``: event id and span (``e3:12-15``), KPI series id, calibration id or convention id; a figure worked out from
    others is a convention whose id names the formula and whose ``params`` hold the working and the refs it starts from.
    """

    kind: Literal["user", "kpi", "calibration", "convention"]
    ref: str
    explain: str = ""  # one sentence for a person; worded at the edge from ``code`` and ``params``
    code: str = ""  # which wording: "user", "formula.per_period", "default.deadline"…
    params: dict[str, Any] = {}

    @classmethod
    def said(cls, event_id: str, span: Span, quote: str) -> "Source":
        """The manager's own words: where they stand and what they are."""
        return cls(kind="user", ref=f"{event_id}:{span[0]}-{span[1]}", code="user", params={"quote": quote})


class Fact(Value):
    """One thing that is known about the goal, as data, and where it was said."""

    name: str  # a field of Component ("value", "deadline"…) or of Context ("maturity"…)
    value: Any
    source: Source


class Brief(Value):
    """What a draft may say: the facts, where each comes from, and for whom they are worded."""

    goal: Component
    sources: dict[str, Source]  # by field of ``goal``: no figure is worded that has none
    profile: Profile = Profile()
    language: str
    locale: str | None = None
    today: date
    ambition: str = ""  # as typed first, untouched
    opening: str = ""  # the event it was said in
    smart: bool = False  # the verdict the wording may not fall under
    verdicts: dict[str, str] = {}
    unknowns: tuple[str, ...] = ()
    due_first: bool = False  # "By 31 March, book 30 meetings": the other way of saying the same
    history: KpiSeries | None = None  # past figures of the goal's KPI: what "attainable" is judged on


class Figure(Value):
    """A number or a date standing at ``span`` in one of the draft's texts."""

    span: Span
    value: Number | date
    unit: str  # as Component.unit; "date" for a day
    source: Source
    text: DraftText = "statement"
    role: str = ""  # which fact: "value", "baseline", "deadline"…; "derived" for a figure worked out from others


class FollowUp(Value):
    """How often to look, and at which KPIs."""

    cadence: Cadence
    indicators: tuple[str, ...] = ()


class Candidate(Value):
    """A wording before verification: the sentence, the goal it must say, and the texts around it."""

    statement: str
    goal: Component  # what the sentence must be read as
    figures: tuple[Figure, ...] = ()
    rationale: str = ""
    guardrail: str = ""
    follow_up: FollowUp
    incentive: str = ""
    announcement: str = ""
    variant: Variant = "balanced"
    framing: Framing = "result"
    axis: str = ""
    author: str = "rules"
    chance: Number | None = None


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
    framing: Framing = "result"
    axis: str = ""  # prospecting, revenue, conversion, productivity, retention
    author: str = "rules"
    chance: Number | None = None  # of reaching it on current form, when a history tells
    unknowns: tuple[str, ...] = ()  # slots the manager skipped: shown as "to confirm"
