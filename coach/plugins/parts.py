"""What a connector may have beside its four verbs, each part optional.

On the factory (usually the class), since they come before any account is open: ``title``, ``asks``, ``sign_in``, ``door``.
On the connector itself: :class:`WritesGoals`. ``part(factory, "door")`` gives one, or None.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import AwareDatetime, Field

from coach.core.model.base import Number, Value
from coach.core.model.reading import Cadence
from coach.core.model.records import Entity
from coach.plugins.connector import Factory, Settings

PARTS = ("title", "asks", "sign_in", "door")
LONGEST_CALL = 256 * 1024


def part(factory: Factory | None, name: Literal["title", "asks", "sign_in", "door"]) -> Any:
    """That part of a factory; None when it has none, or when there is no factory."""
    return getattr(factory, name, None)


# -- what a person is asked for --------------------------------------------------------------------------------------


class Ask(Value):
    """One setting a person types to connect. ``label`` and ``hint`` hold the words per language."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: Mapping[str, str]
    hint: Mapping[str, str] = {}
    secret: bool = False
    required: bool = True
    sign_in: bool = False  # asked for only to sign in with the CRM (OAuth)


# -- signing in with the CRM (OAuth 2.0, authorization code) -----------------------------------------------------------


class SignIn(Protocol):
    """The CRM's own sign-in. The settings it gets are those of the asks marked ``sign_in``."""

    def address(self, settings: Settings, *, redirect_uri: str, state: str, challenge: str) -> str:
        """Where to send the person; ``challenge`` is the S256 one of PKCE, which a CRM without it ignores."""
        ...

    async def tokens(self, settings: Settings, *, code: str, redirect_uri: str, verifier: str) -> Settings:
        """The settings to keep once the person came back: a refresh token, and what it needs.

        Raises:
            CrmRefused: The code is spent, stale or foreign.
        """
        ...


# -- calls that a CRM makes to us -------------------------------------------------------------------------------------


class Call(Value):
    """A request as it arrived. ``url`` is our public address, query included; header names are in lower case."""

    method: str
    url: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: bytes = Field(default=b"", max_length=LONGEST_CALL)
    at: AwareDatetime


class Caller(Value):
    """Who a genuine call comes from. ``proof`` is never the same for two calls: a second one is a replay."""

    proof: str
    user: str | None = None
    email: str | None = None


class Touched(Value):
    """A record that changed over there."""

    entity: Entity | None
    id: str


class Viewed(Value):
    """The record somebody looks at, in the CRM's own words, and the language they read there."""

    kind: str
    id: str
    language: str | None = None


class ShownGoal(Value):
    """A goal as a CRM shows it. Texts are worded already; ``share`` is how much of the target is done, 0-1."""

    id: str
    title: str
    status: str
    tone: Literal["good", "warn", "bad", "neutral"] = "neutral"
    progress: str = ""
    share: float | None = None
    target: str = ""
    due: dt.date | None = None
    link: str
    linked: bool = False  # led by whoever owns the record that is looked at


class Door(Protocol):
    """How a CRM calls us: whose call it is, whether it is genuine, and how to answer in its own form."""

    def accounts(self, call: Call) -> Sequence[str]:
        """The accounts the call says it is about. Not to be believed before ``caller`` was asked."""
        ...

    def caller(self, call: Call, settings: Settings) -> Caller | None:
        """Who it comes from, when the connection's ``settings`` prove it; None otherwise, whatever the reason."""
        ...

    def touched(self, call: Call, account: str) -> Sequence[Touched]:
        """The records of ``account`` that a webhook says have changed."""
        ...

    def viewed(self, call: Call) -> Viewed | None:
        """The record a panel is shown on; None when the call names none."""
        ...

    def panel(self, goals: Sequence[ShownGoal], words: Mapping[str, str], home: str) -> Any:
        """The JSON that shows the goals there. ``words`` has ``open``, ``none``, ``due``; ``home`` is coach's address."""
        ...

    def refusal(self, title: str, detail: str) -> Any:
        """The JSON that says why nothing is shown."""
        ...


# -- goals written into the CRM ---------------------------------------------------------------------------------------


class GoalToWrite(Value):
    """A goal, for the CRM. ``owner`` is the CRM's own id of the person it is for; None: the whole company."""

    id: str
    title: str
    note: str = ""
    language: str = "en"
    metric: str | None = None
    unit: str = "none"
    target: Number | None = None
    start: dt.date
    due: dt.date | None = None
    cadence: Cadence | None = None
    next_check_in: dt.date | None = None
    owner: str | None = None
    pipeline: str | None = None
    link: str | None = None
    marker: str  # "coach:<id>": found again in what we wrote


class Written(Value):
    """What stands in the CRM after a writing: what kind of object, its id, and the fields that were checked."""

    kind: Literal["goal", "target", "task"]
    id: str
    url: str | None = None
    fields: Mapping[str, Any] = {}


Why = Literal["", "metric", "no_target", "period", "no_template", "no_type", "scope"]
"""No reason; the CRM has no goal for this metric; no figure to reach; no calendar period of the CRM's covers the horizon;
no goal there to take as a model; no stage or activity type that means it; a scope is missing."""


class Plan(Value):
    """What a writing would do, for a person to agree to.

    ``action``: ``none`` when the CRM holds exactly this already. ``why`` is the code of what keeps it from being a goal of
    the CRM's own (:data:`Why`); empty for a goal. ``before`` and ``fields`` are what stands there and what would.
    """

    kind: Literal["goal", "target", "task"]
    action: Literal["create", "change", "none"]
    fields: Mapping[str, Any]
    before: Mapping[str, Any] = {}
    why: Why = ""
    goal: GoalToWrite
    written: Written | None = None
    detail: Mapping[str, Any] = {}  # what the connector itself needs to carry it out


@runtime_checkable
class WritesGoals(Protocol):
    """A connector that writes. Nothing is written but by ``write_goal``, on a plan somebody agreed to."""

    async def plan_goal(self, goal: GoalToWrite, written: Written | None) -> Plan:
        """What writing ``goal`` would do; ``written`` is what an earlier writing left."""
        ...

    async def write_goal(self, plan: Plan) -> Written:
        """Carry the plan out, read it back, and undo it when it does not say what was meant.

        Doing so twice writes once: what carries the goal's marker is found and not made again.

        Raises:
            CrmRefused: The CRM does not take it, or kept something else (``reason="not_verified"``).
            CrmUnavailable: Nobody knows whether it was taken: look again before writing again.
        """
        ...

    async def written_goal(self, written: Written) -> Mapping[str, Any] | None:
        """The same fields as they stand now; None when it is gone."""
        ...


Interval = Literal["weekly", "monthly", "quarterly", "yearly"]
_OF_CADENCE: Mapping[str, Interval] = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}


def interval(goal: GoalToWrite) -> Interval | None:
    """The calendar period of a CRM's own goal: the goal's cadence, or the shortest one that holds its whole horizon.

    None when none does: a target counted from 15 February to 15 April would be asked of two quarters, once each.
    """
    if goal.cadence is not None:
        return _OF_CADENCE.get(goal.cadence)
    if goal.due is None:
        return None
    first, last = goal.start, goal.due
    if first.year != last.year:
        return None
    if first.isocalendar()[:2] == last.isocalendar()[:2]:
        return "weekly"
    if first.month == last.month:
        return "monthly"
    return "quarterly" if (first.month - 1) // 3 == (last.month - 1) // 3 else "yearly"
