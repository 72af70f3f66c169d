"""The SMART verdict (CONTRACT: ``Assessment``)."""

from typing import Any, Literal

from coach.core.model.base import Number, Span, Value
from coach.core.model.reading import Reading

Criterion = Literal["specific", "measurable", "attainable", "realistic", "time_bound"]
CRITERIA: tuple[Criterion, ...] = ("specific", "measurable", "attainable", "realistic", "time_bound")
Verdict = Literal["pass", "warn", "fail", "unknown"]


class Evidence(Value):
    """What a finding stands on, or (with ``missing``) what would settle it."""

    kind: Literal["quote", "history", "context", "convention", "calendar", "missing"]
    ref: str  # slot, KPI id, threshold id…
    text: str = ""  # the words or figures, worded for a person
    value: Number | None = None  # convention: the figure compared with, in the threshold's unit


class Finding(Value):
    """One remark by one criterion. ``rule`` is its id; ``message`` is worded at the edge from ``rule``, ``verdict`` and ``params``."""

    rule: str  # "measurable.baseline"
    verdict: Verdict
    code: str = ""  # which message of the rule; "" means the verdict tells
    message: str = ""
    spans: tuple[Span, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    params: dict[str, Any] = {}
    asks_for: str | None = None  # the slot that would settle it
    disputed: bool = False


class CriterionReview(Value):
    """A criterion's verdict and the findings it rests on."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class Suggestion(Value):
    """One way to make the goal better: the slot to fill, and an example in the manager's words where one can be built."""

    slot: str
    criterion: Criterion | None = None  # which failing criterion it mends; None when the text is no goal
    code: str = ""  # which wording
    params: dict[str, Any] = {}
    message: str = ""
    example: str | None = None


class Assessment(Value):
    """The five verdicts on one reading. ``smart``: S, M and T pass (or warn), neither A nor R fails."""

    reading: Reading
    smart: bool
    criteria: dict[str, CriterionReview]
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # codes: "horizon.past", "fit.junior_value_goal"…
    fit: tuple[Finding, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
