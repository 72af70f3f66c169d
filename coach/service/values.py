"""What the use cases take and give. Times are UTC; ``version`` grows with each change of the row."""

import datetime as dt
import re
from typing import Annotated, Generic, Literal, LiteralString, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from coach.core.facts.text import LONGEST
from coach.core.model import Draft, Profile, Turn
from coach.core.model.base import Number, Value
from coach.core.tracking import Causes, Correction, Drivers, Outlook, Part, Score, Season, Standing
from coach.entrance import storable
from coach.errors import BadInput

T = TypeVar("T")
TEXT_AT_MOST = LONGEST  # characters of one ambition or answer
LARGEST = 2**63 - 1  # what both databases hold in a whole number
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_SOMETHING = r"^[^\x00]*[^\s\x00\x1c-\x1f\x85][^\x00]*$"  # told to callers; the validators below decide


def _readable(text: str) -> str:
    try:
        return storable(text)
    except BadInput as refused:
        # the reason is one of three words of ours, though no type says so
        code = cast(LiteralString, f"text_{refused.details['reason']}")
        raise PydanticCustomError(code, "{said}", {"said": str(refused)}) from None


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("text_not_text", "A NUL character cannot be stored")
    return text


def _iso(day: object) -> object:
    """The day of an ISO string, by hand: pydantic also reads "0", as 1970-01-01."""
    if not isinstance(day, str):
        return day
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
            raise ValueError(day)
        return dt.date.fromisoformat(day)
    except ValueError:
        raise PydanticCustomError("date_parsing", "A day as 2026-01-31 is expected") from None


def _whole(number: object) -> object:
    """JSON has one kind of number: 5.0 is as whole as 5."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _in_our_time(day: dt.date) -> dt.date:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        said = {"first": _FIRST_DAY.isoformat(), "last": _LAST_DAY.isoformat()}
        raise PydanticCustomError("day_out_of_range", "A day from {first} to {last}", said)
    return day


Text = Annotated[
    str,
    StringConstraints(max_length=TEXT_AT_MOST),
    AfterValidator(_readable),
    Field(json_schema_extra={"pattern": _SOMETHING, "minLength": 1}),
]
Note = Annotated[
    str,
    StringConstraints(max_length=2_000),
    AfterValidator(_no_nul),
    Field(json_schema_extra={"pattern": r"^[^\x00]*$"}),
]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_no_nul),
    Field(json_schema_extra={"pattern": r"^[^\x00]*$"}),
]
Day = Annotated[
    dt.date,
    BeforeValidator(_iso),
    AfterValidator(_in_our_time),
    Field(json_schema_extra={"pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"}),
]
Whole = BeforeValidator(_whole)  # after an ``int`` and its bounds
Figure = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=1, le=LARGEST)]
Language = Literal["fr", "en"]
TextLanguage = Literal["fr", "en", "es"]  # what can be read; what is said is said in ``Language``

GoalStatus = Literal["draft", "adopted", "running", "reached", "missed", "abandoned"]
"""``draft``: prepared, not adopted; ``adopted``: it has not started yet; the last three are ends."""

CLOSED = ("reached", "missed", "abandoned")
Outcome = Literal["reached", "missed", "abandoned"]
Confidence = Literal["high", "medium", "low"]


class Actor(Value):
    """Who is acting, in which workspace, and the language they read."""

    workspace_id: str
    person_id: str
    language: Language = "en"


class Once(Value):
    """An idempotency key, and the fingerprint of what was asked under it."""

    key: str
    fingerprint: str


class Page(Value, Generic[T]):
    """Part of a list, newest first; ``next`` is the cursor of the following part, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


class ConversationSummary(Value):
    """A line of the history."""

    id: str
    title: str
    language: str
    status: Literal["open", "drafted", "adopted"]
    goal_id: str | None = None
    version: int  # number of its events
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None = None


class Conversation(ConversationSummary):
    """A conversation and everything a screen shows of it, worded in the conversation's language."""

    turn: Turn


class Goal(Value):
    """An adopted goal: its draft as adopted, and where it stands since. ``target`` and ``due`` follow adjustments."""

    id: str
    conversation_id: str | None
    owner_id: str
    statement: str
    language: str
    status: GoalStatus
    metric: str | None
    unit: str | None
    target: Number | None  # the level to reach, or the change when no baseline is known
    baseline: Number | None
    direction: str | None
    cadence: str | None
    start: dt.date
    due: dt.date | None
    draft: Draft
    lead: str | None = None  # who leads it
    lead_email: str | None = None
    team: str | None = None
    parent_id: str | None = None  # the goal it serves
    strategy: str | None = None  # the declared priority it serves
    split: tuple[Part, ...] = ()  # the people's parts, which add up to the target
    season: Season | None = None  # what its pace follows; None: every day counts alike
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    closed_at: dt.datetime | None = None
    deleted_at: dt.datetime | None = None


class Related(Value):
    """The goals around one: what it serves, what serves it, what it could serve."""

    parent: Goal | None
    children: tuple[Goal, ...]
    candidates: tuple[Goal, ...]


Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^$|^[^\s@<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,189}$"),
    AfterValidator(_no_nul),
]


class GivenPart(Part):
    """One person's part of a goal, as given."""

    name: Name
    target: Figure


class GoalChange(Value):
    """What a person changes of a goal; only the fields given are changed, and an empty text clears one.

    ``statement`` is read and judged again; ``target`` and ``due`` are adjustments and want a ``reason``, as an end does.
    The parts of ``split`` add up to the target; an empty list takes the split back.
    """

    statement: Text | None = None
    target: Figure | None = None
    due: Day | None = None
    status: GoalStatus | None = None
    lead: Annotated[Note, Field(max_length=200)] | None = None
    lead_email: Email | None = None
    team: Annotated[Note, Field(max_length=200)] | None = None
    parent_id: Annotated[str, Field(pattern=r"^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] | None = None
    strategy: Annotated[Note, Field(max_length=500)] | None = None
    split: Annotated[tuple[GivenPart, ...], Field(max_length=50)] | None = None
    deleted: bool | None = None  # false brings a deleted goal back
    reason: Note | None = None


class Adjustment(Value):
    """A dated change of target or due date, with its reason: both are scored at the end."""

    id: str
    goal_id: str
    person_id: str
    reason: str
    changes: dict[str, tuple[str | None, str | None]]  # field → (old, new), as ISO dates and plain numbers
    created_at: dt.datetime


class GivenDrivers(Drivers):
    """What made the figure since the start, where a person knows: it tells why a goal is late."""

    volume: Annotated[Figure, Field(ge=0)] | None = None  # what came in
    decided: Annotated[Figure, Field(ge=0)] | None = None  # won or lost
    rate: Annotated[Figure, Field(ge=0, le=1)] | None = None  # won, of those
    value: Annotated[Figure, Field(ge=0)] | None = None  # of one that was won
    cycle_days: Annotated[Figure, Field(ge=0)] | None = None


class NewCheckIn(Value):
    """One dated look at a goal, as a person gives it."""

    value: Figure  # where the KPI stands that day, cumulated since the start for a count or an amount
    day: Day | None = None  # today when not given; that of the corrected one for a correction
    confidence: Confidence | None = None
    comment: Note = ""
    drivers: GivenDrivers | None = None
    corrects: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] | None = None


class CheckIn(Value):
    """One dated look at a goal; of two on one day the later one counts. A corrected one is kept, and no longer counts."""

    id: str
    goal_id: str
    person_id: str
    day: dt.date
    value: Number
    confidence: Confidence | None
    comment: str
    source: str = "manual"  # or "link", or the CRM whose figure was confirmed
    corrects_id: str | None = None
    withdrawn: bool = False
    replaced: bool = False  # by a later one
    drivers: Drivers | None = None
    created_at: dt.datetime

    @property
    def counts(self) -> bool:
        """Whether it says where the goal stood that day."""
        return not self.replaced and not self.withdrawn


class Proposal(Value):
    """What the next check-in is likely to say, for a person to confirm or change."""

    value: Number | None
    day: dt.date
    source: str  # "last", or the connector the figure was read from
    label: str = ""
    data_date: dt.date | None = None
    since: dt.date | None = None  # the first day counted, where it is not the goal's own
    synthetic: bool = False
    due: dt.date | None = None  # the day a look is due


RemarkKind = Literal["comment", "commit", "contest", "answer"]


class NewRemark(Value):
    """What someone says of a goal: a comment, a commitment, an objection, or the answer to one."""

    kind: RemarkKind = "comment"
    text: Note = ""
    author: Annotated[Note, Field(max_length=200)] = ""  # who says it, when another writes it down
    answers: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] | None = None


class Remark(Value):
    """What someone said of a goal; nothing said is changed or removed."""

    id: str
    goal_id: str
    person_id: str
    author: str
    kind: RemarkKind
    text: str
    answers_id: str | None
    created_at: dt.datetime


class Next(Value):
    """What the next goal could be, ready to go back to the start of the line."""

    target: Number
    due: dt.date
    text: str


class NewReview(Value):
    """How a goal ended, and what was learnt."""

    outcome: Outcome
    learnt: Note = ""
    reason: Note | None = None  # wanted of a goal that is abandoned


class Review(Value):
    """The closing of a goal: the target that was adopted and the one it came to, each scored."""

    id: str
    goal_id: str
    person_id: str
    outcome: Outcome
    learnt: str
    scores: tuple[Score, ...]
    next: Next | None
    created_at: dt.datetime


class Progress(Value):
    """Where a goal stands, and what that rests on; ``standing`` is None for a goal without a figure to reach."""

    goal_id: str
    standing: Standing | None
    outlook: Outlook | None = None  # how it may end, once there is a check-in on the way
    causes: Causes | None = None  # the gap by driver, where the CRM or a check-in tells the drivers
    correction: Correction | None = None
    contested: bool = False  # someone objects, and nobody has answered
    split_lacks: Number = 0  # what the people's parts lack to make the target
    sentences: dict[str, str] = {}  # the same for a person: status, gap, projection, chance, cause, correction
    check_ins: tuple[CheckIn, ...]  # latest first
    adjustments: tuple[Adjustment, ...]  # latest first


class NewRating(Value):
    """What a person thinks of a draft that is shown; ``none`` takes it back."""

    draft: Annotated[int, Field(ge=0, le=9), Whole]
    mark: Literal["up", "down", "none"]
    note: Note = ""
    shared: bool = Field(default=False, description="Whether evals may read the words; without it they see the mark.")


class Rating(Value):
    """What a person thought of a draft."""

    id: str
    conversation_id: str
    mark: Literal["up", "down", "none"]
    note: str
    shared: bool
    ambition: str
    statement: str
    language: str
    author: str
    variant: str
    framing: str
    created_at: dt.datetime


class Preferences(Value):
    """How a person wants to be spoken to; None means as the browser or the machine says."""

    language: Language | None = None
    time_zone: str | None = None


class SavedProfile(Value):
    """The workspace's context and conventions, with their version."""

    profile: Profile
    version: int
