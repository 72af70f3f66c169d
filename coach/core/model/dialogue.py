"""The conversation: what is missing, what is asked, and the state after each event."""

from typing import Any, Literal

from coach.core.model.base import Span, Value
from coach.core.model.calibration import Calibrated
from coach.core.model.context import Context
from coach.core.model.draft import Draft, Fact
from coach.core.model.smart import Assessment, Criterion

Slot = Literal[
    "goal", "object", "target", "unit", "deadline", "baseline", "segment", "means",
    "maturity", "company", "headcount", "market_growth", "extra_means", "strategy", "history",
]  # fmt: skip
"""What can be missing. ``goal``: which of several goals; ``object``: the KPI; ``history``: past figures."""


class Gap(Value):
    """A missing fact, why it matters, and who could give it."""

    slot: Slot
    criterion: Criterion
    decisive: bool  # without it there is no SMART goal; otherwise it only sharpens a verdict
    sources: tuple[Literal["crm", "context", "manager"], ...] = ("manager",)


class QuickReply(Value):
    """A chip that fills the composer; ``text`` is what would be sent. Worded at the edge, from ``code``."""

    label: str = ""
    text: str = ""
    code: str = ""
    params: dict[str, Any] = {}


class Question(Value):
    """One slot, one question. Worded at the edge (catalogue) or by a model."""

    id: str
    slot: Slot
    code: str  # which wording: "deadline.first", "deadline.again", "target.default"…
    params: dict[str, Any] = {}
    text: str = ""
    why: str = ""
    replies: tuple[QuickReply, ...] = ()
    asked: int = 1  # how many times this slot has been asked, this one included


class Pointer(Value):
    """Words of the manager's that a second reader takes for the answer to a slot: words, never a figure of its own."""

    slot: Slot
    quote: str  # as it stands in the message
    metric: str = ""  # for the object: which KPI of the catalogue it names


class Notice(Value):
    """Something the manager should know about how the last message was taken; worded at the edge."""

    code: str  # "replaced.value", "language.switched", "not_understood"…
    params: dict[str, Any] = {}
    text: str = ""


class Message(Value):
    """One line of the thread. The coach's is worded at the edge from ``notices`` and ``question``."""

    id: str  # id of the event it comes from
    role: Literal["manager", "coach"]
    text: str
    spans: dict[str, tuple[Span, ...]] = {}  # criterion → the words it reads in a manager's message
    superseded: bool = False  # an edit replaced it; kept, greyed
    question: Question | None = None
    notices: tuple[Notice, ...] = ()


class Turn(Value):
    """The conversation after its last event: everything a screen, a terminal or an API client shows."""

    status: Literal["open", "drafted", "adopted"]
    language: str
    statement: str = ""  # the ambition with the answers folded in, as the assessment judged it
    messages: tuple[Message, ...] = ()
    assessment: Assessment | None = None
    gaps: tuple[Gap, ...] = ()
    question: Question | None = None
    drafts: tuple[Draft, ...] = ()
    calibrated: Calibrated | None = None  # the goal's KPI on current form, when past figures are known
    chosen: int | None = None  # index into drafts
    version: int = 0  # which set of drafts is shown, of ``versions``; each can be shown again
    versions: int = 1
    another: bool = False  # whether the built-in drafter has wordings that were not shown yet
    context: Context = Context()
    facts: tuple[Fact, ...] = ()  # what is known about the goal, each with the event and the words it comes from
    unknowns: tuple[Slot, ...] = ()  # asked or missing, and left open by the manager
    notices: tuple[Notice, ...] = ()  # how the last event was taken
