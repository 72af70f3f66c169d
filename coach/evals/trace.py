"""What happened when a case was played, as plain data: kept in the journal, read by the scorers and by people."""

import datetime as dt
from typing import Any

from coach.core.model import Component, Draft, Source, Turn
from coach.core.model.base import Value

TODAY = dt.date(2026, 1, 15)
TEXTS = ("statement", "rationale", "guardrail", "incentive", "announcement")
_GOAL = (
    "metric", "metric_raw", "value", "value_max", "unit", "comparator", "baseline", "baseline_unit", "change",
    "direction", "cadence", "deadline", "segment", "channel", "means", "actor",
)  # fmt: skip


class Asked(Value):
    """A question as it was shown, and what was known and missing then. ``spoken``: the manager's language."""

    slot: str
    text: str
    why: str = ""
    code: str = ""
    missing: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    spoken: str
    answer: str = ""
    shrugged: bool = False


class Shown(Value):
    """A figure of a draft and the source it claims."""

    text: str
    start: int
    end: int
    value: float | str
    unit: str
    kind: str
    ref: str
    code: str = ""
    quote: str = ""
    role: str = ""  # "value", "baseline", "deadline", "start"…
    working: dict[str, Any] = {}  # of a formula: what it starts from


class Written(Value):
    """A draft as the manager saw it, and how it was read and judged."""

    texts: dict[str, str]
    language: str
    author: str
    framing: str
    axis: str
    goal: dict[str, Any]
    smart: bool
    verdicts: dict[str, str]
    figures: tuple[Shown, ...] = ()
    cadence: str = ""
    indicators: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()

    @property
    def statement(self) -> str:
        """The goal itself."""
        return self.texts["statement"]


class Trace(Value):
    """One play of one case. ``said``: all the manager typed or was given; ``spoken``: their language at the end."""

    said: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    drafts: tuple[Written, ...] = ()
    spoken: str = ""
    status: str = ""
    notices: tuple[str, ...] = ()
    persona: str = ""
    day: dt.date = TODAY
    writer: str = ""  # who was to word it; empty for the built-in words
    found: dict[str, Any] = {}
    """What a suite without a dialogue found."""


def written(draft: Draft) -> Written:
    """A draft as plain data."""
    return Written(
        texts={name: getattr(draft, name) for name in TEXTS},
        language=draft.language,
        author=draft.author,
        framing=draft.framing,
        axis=draft.axis,
        goal=goal(draft.reading.first),
        smart=draft.assessment.smart,
        verdicts={name: review.verdict for name, review in draft.assessment.criteria.items()},
        figures=tuple(
            Shown(
                text=figure.text, start=figure.span[0], end=figure.span[1], value=_plain(figure.value), unit=figure.unit,
                kind=figure.source.kind, ref=figure.source.ref, code=figure.source.code,
                role=figure.role,
                quote=str(figure.source.params.get("quote", "")),
                working=_working(figure.source) if figure.source.code.startswith("formula.") else {},
            )
            for figure in draft.figures
        ),
        cadence=draft.follow_up.cadence,
        indicators=draft.follow_up.indicators,
        unknowns=draft.unknowns,
    )  # fmt: skip


def goal(read: Component) -> dict[str, Any]:
    """A goal as it was read, as plain data."""
    return {name: _plain(getattr(read, name)) for name in _GOAL}


def asked(turn: Turn, spoken: str) -> Asked:
    """The question of a turn, beside what was known then."""
    question = turn.question
    if question is None:
        raise ValueError("the turn asks nothing")
    return Asked(
        slot=question.slot,
        text=question.text,
        why=question.why,
        code=question.code,
        missing=tuple(gap.slot for gap in turn.gaps),
        decisive=tuple(gap.slot for gap in turn.gaps if gap.decisive),
        known=tuple(fact.name for fact in turn.facts),
        spoken=spoken,
    )


def _working(source: Source) -> dict[str, Any]:
    """Amounts, days and names of a formula's params, without the wrapping they are worded with."""
    plain: dict[str, Any] = {}
    for name, value in source.params.items():
        if isinstance(value, dict):
            plain[name] = next(iter(value.values()), None)
            if "unit" in value:
                plain[f"{name}_unit"] = value["unit"]
        elif isinstance(value, int | float | str):
            plain[name] = value
    return plain


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
