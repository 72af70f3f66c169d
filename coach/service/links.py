"""Ways in without signing in: for one goal and one purpose, until they expire, are used or are taken back.

A link's secret is 256 random bits and is kept nowhere: the database holds its SHA-256, so that who reads it gets no way
in. What is asked at the link's address names neither workspace nor goal: both follow from the secret.
"""

import datetime as dt
import hashlib
import secrets
from typing import Literal

from coach.core.model.base import Value
from coach.errors import BadInput, Conflict, NotFound
from coach.service import foresight, goals
from coach.service.coach import Coach
from coach.service.values import Actor, CheckIn, Goal, Language, NewCheckIn, Progress, Proposal
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import EVERYWHERE

Purpose = Literal["check_in", "read"]
DAYS, DAYS_AT_MOST = 14, 90


class Link(Value):
    """A way in that was given out; its secret is told once, when it is made."""

    id: str
    goal_id: str
    purpose: Purpose
    name: str  # whom it was given to
    expires_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    created_at: dt.datetime


class NewLink(Link):
    """A link just made: ``path`` is its address below the server's, and is not shown again."""

    path: str


class Opened(Value):
    """What a link leads to: the goal, where it stands, and what the check-in may say."""

    link: Link
    goal: Goal
    progress: Progress
    proposal: Proposal | None = None
    done: bool = False  # it was used


async def create(
    coach: Coach, actor: Actor, goal_id: str, *, purpose: Purpose = "check_in", name: str = "", days: int = DAYS
) -> NewLink:
    """A new link to the goal, good for ``days`` days.

    Raises:
        BadInput: It would last longer than 90 days, or no day.
    """
    if not 1 <= days <= DAYS_AT_MOST:
        raise BadInput("A link lasts 1 to 90 days.", remedy="Give fewer days.", reason="link_days")
    secret, now = secrets.token_urlsafe(32), coach.now()
    row = {
        "id": new_id(), "goal_id": goal_id, "person_id": actor.person_id, "purpose": purpose, "name": name.strip(),
        "digest": _digest(secret), "expires_at": now + dt.timedelta(days=days), "used_at": None, "revoked_at": None,
        "created_at": now,
    }  # fmt: skip
    async with coach.store.write(actor.workspace_id) as unit:
        goal = await unit.goals.get(goal_id)
        if goal["status"] == "draft" and purpose == "check_in":
            raise Conflict("This goal is not adopted yet.", remedy="Adopt it first.", reason="not_adopted")
        await unit.voices.add_link(row)
        await unit.audit.add(actor.person_id, "goal.link_made", goal_id, now, link=row["id"], purpose=purpose)
    return NewLink.model_validate(_values(row) | {"path": f"/l/{secret}"})


async def every(coach: Coach, actor: Actor, goal_id: str) -> tuple[Link, ...]:
    """The links to the goal, latest first, without their secrets."""
    async with coach.store.read(actor.workspace_id) as unit:
        await unit.goals.get(goal_id)
        return tuple(_link(row) for row in await unit.voices.links(goal_id))


async def revoke(coach: Coach, actor: Actor, goal_id: str, id: str) -> Link:
    """Take a link back, at once."""
    async with coach.store.write(actor.workspace_id) as unit:
        row = await unit.voices.revoke_link(goal_id, id, coach.now())
        await unit.audit.add(actor.person_id, "goal.link_revoked", goal_id, coach.now(), link=id)
        return _link(row)


async def opened(coach: Coach, secret: str, language: Language = "en") -> Opened:
    """What the link with that secret leads to.

    Raises:
        NotFound: There is no such link, or it has expired, or was taken back: which of them is not told.
    """
    row, actor = await _way(coach, secret, language)
    goal = await goals.get(coach, actor, row["goal_id"])
    progress = await goals.progress(coach, actor, goal.id)
    proposal = None
    if row["purpose"] == "check_in" and row["used_at"] is None and progress.standing is not None:
        proposal = await foresight.proposal(coach, actor, goal, progress.check_ins, progress.standing)
    return Opened(link=_link(row), goal=goal, progress=progress, proposal=proposal, done=row["used_at"] is not None)


async def check_in(coach: Coach, secret: str, entry: NewCheckIn, language: Language = "en") -> CheckIn:
    """The check-in the link was made for; it serves once.

    Raises:
        NotFound: As :func:`opened`.
        NotAllowed: The link was made to read.
        Conflict: It was used.
    """
    row, actor = await _way(coach, secret, language)
    if row["purpose"] != "check_in":
        raise NotFound("There is no such link.", remedy="Ask for another one.", reason="link_absent")
    plain = entry.model_copy(update={"corrects": None, "day": None})
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.voices.use_link(row["id"], coach.now())
        return await goals.look_in(unit, coach, actor, row["goal_id"], plain, source="link")


async def _way(coach: Coach, secret: str, language: Language) -> tuple[Row, Actor]:
    async with coach.store.read(EVERYWHERE) as unit:
        row = await unit.voices.link(_digest(secret))
    if row is None or row["revoked_at"] is not None or row["expires_at"] <= coach.now():
        raise NotFound("There is no such link.", remedy="Ask for another one.", reason="link_absent")
    return row, Actor(workspace_id=row["workspace_id"], person_id=row["person_id"], language=language)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _values(row: Row) -> dict[str, object]:
    return {name: row[name] for name in Link.model_fields}


def _link(row: Row) -> Link:
    return Link.model_validate(_values(row))
