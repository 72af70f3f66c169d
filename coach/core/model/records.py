"""What a CRM knows, in words common to all of them, with as little about people as the figures need.

No customer's name, address, telephone number, message or note is ever a field here: no indicator needs one. Times are
aware; money is in its own ``currency`` and, where the CRM converted it, also in the account's (``amount_home``).
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from coach.core.model.base import Number, Value

Entity = Literal["owners", "pipelines", "deals", "activities", "companies", "quotes", "leads", "surveys"]
ENTITIES: tuple[Entity, ...] = (
    "owners", "pipelines", "companies", "deals", "activities", "quotes", "leads", "surveys",
)  # fmt: skip
"""In the order a full reading takes them: what others point to comes first."""

DealStatus = Literal["open", "won", "lost"]
ActivityKind = Literal["meeting", "call", "message", "task", "other"]
Outcome = Literal["held", "missed", "cancelled", "planned", "connected", "not_connected", "unknown"]
Id = Annotated[str, Field(min_length=1, max_length=120)]


class Account(Value):
    """The CRM account: its own zone decides when a month ends, its own currency what a sum is in."""

    id: Id
    name: str = ""
    time_zone: str = "UTC"
    currency: str = "EUR"


class Record(Value):
    """One object of the CRM. ``deleted``: it no longer counts; the rest of the fields may then be empty."""

    id: Id
    modified: AwareDatetime | None = None
    deleted: bool = False


class Owner(Record):
    """A sales person. ``label`` is what the team reads; ``teams`` are names."""

    entity: Literal["owners"] = "owners"
    label: str = ""
    teams: tuple[str, ...] = ()
    active: bool = True


class Stage(Value):
    """A step of a pipeline. ``probability`` is 0-1, None where the CRM has none."""

    id: Id
    label: str
    order: int = 0
    probability: float | None = Field(default=None, ge=0, le=1)
    closed: bool = False
    won: bool = False


class Pipeline(Record):
    """Stages in their order."""

    entity: Literal["pipelines"] = "pipelines"
    label: str
    stages: tuple[Stage, ...] = ()


class Entered(Value):
    """When a deal last came into a stage."""

    stage: Id
    at: AwareDatetime


class Deal(Record):
    """A sale. ``closed`` is set for won and lost ones only; ``archived`` ones were put aside and still count.

    ``margin`` is in the account's currency; None where costs are not filled, which is not a margin of zero.
    """

    entity: Literal["deals"] = "deals"
    amount: Number | None = None
    currency: str | None = None
    amount_home: Number | None = None
    status: DealStatus = "open"
    created: AwareDatetime | None = None
    closed: AwareDatetime | None = None
    expected: dt.date | None = None
    probability: float | None = Field(default=None, ge=0, le=1)
    pipeline: str | None = None
    stage: str | None = None
    entered: tuple[Entered, ...] = ()
    owner: str | None = None
    company: str | None = None
    existing_customer: bool | None = None
    archived: bool = False
    margin: Number | None = None


class Activity(Record):
    """A meeting, a call, a message. ``external`` tells whether a customer is linked to it, None when unknown.

    ``type`` and ``outcome_raw`` are the account's own words; ``outcome`` is what they mean. ``party`` is the CRM's id of the
    person written to, an id and nothing more: one person counts once.
    """

    entity: Literal["activities"] = "activities"
    kind: ActivityKind = "other"
    type: str | None = None
    direction: Literal["out", "in"] | None = None
    outcome: Outcome = "unknown"
    outcome_raw: str | None = None
    at: AwareDatetime | None = None
    duration_s: Number | None = Field(default=None, ge=0)
    owner: str | None = None
    deals: tuple[str, ...] = ()
    company: str | None = None
    external: bool | None = None
    party: str | None = None


class Company(Record):
    """A customer or a prospect, by what segments are made of. ``industry`` is a label or the CRM's own code."""

    entity: Literal["companies"] = "companies"
    industry: str | None = None
    headcount: int | None = Field(default=None, ge=0)
    country: str | None = None


class Quote(Record):
    """An offer. ``published`` is when the customer could read it; None for a draft."""

    entity: Literal["quotes"] = "quotes"
    published: AwareDatetime | None = None
    amount: Number | None = None
    currency: str | None = None
    owner: str | None = None
    deal: str | None = None


class Lead(Record):
    """Someone who may become a customer; ``deal`` once one was opened."""

    entity: Literal["leads"] = "leads"
    created: AwareDatetime | None = None
    origin: str | None = None
    owner: str | None = None
    deal: str | None = None
    archived: bool = False


class Survey(Record):
    """One answer to "would you recommend us", from 0 to 10."""

    entity: Literal["surveys"] = "surveys"
    at: AwareDatetime | None = None
    score: int = Field(default=0, ge=0, le=10)
    owner: str | None = None
    company: str | None = None


AnyRecord = Annotated[
    Owner | Pipeline | Deal | Activity | Company | Quote | Lead | Survey,
    Field(discriminator="entity"),
]


class Mapping(Value):
    """What this team's own words mean; suggested from labels, shown to the manager, theirs to change.

    ``qualified_by``: a meeting is qualified when its ``deal`` reaches a qualified stage soon after, or by its ``type``.
    ``sent_types`` and ``reply_types``: activities that stand for a message sent and an answer received.
    """

    qualified_stages: tuple[str, ...] = ()
    demo_stages: tuple[str, ...] = ()
    quote_stages: tuple[str, ...] = ()
    renewal_pipelines: tuple[str, ...] = ()
    meeting_types: tuple[str, ...] = ()
    call_types: tuple[str, ...] = ()
    qualified_types: tuple[str, ...] = ()
    qualified_by: Literal["deal", "type"] = "deal"
    connected_outcomes: tuple[str, ...] = ()
    sent_types: tuple[str, ...] = ()
    reply_types: tuple[str, ...] = ()
