"""Goals written into a CRM: allowed connection by connection, previewed, written once, verified; what is changed there comes
back as a proposal."""

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, cast

from coach.core.model.base import Number, Value
from coach.core.model.reading import Cadence
from coach.errors import BadInput, Conflict, CrmError, NotAllowed, NotFound
from coach.plugins import GoalToWrite, Plan, WritesGoals, Written
from coach.service import connections, goals
from coach.service.coach import Coach
from coach.service.connections import Connection
from coach.service.jobs import scheduled
from coach.service.values import Actor, Goal, GoalChange
from coach.store.rows import Row
from coach.store.store import EVERYWHERE

ENDED = ("reached", "missed", "abandoned")
_writing: dict[tuple[str, str], asyncio.Lock] = {}


class Line(Value):
    """One field of what would stand there: as it is, and as it would be."""

    name: str
    before: str | None
    after: str | None


class Preview(Value):
    """What a writing would do. ``agreed`` is handed back to carry out exactly this."""

    connection_id: str
    label: str
    kind: Literal["goal", "target", "task"]
    action: Literal["create", "change", "none"]
    why: str
    lines: tuple[Line, ...]
    agreed: str


class Standing(Value):
    """A goal that was written, and what was found there since. ``target`` and ``due`` are set when they were changed there."""

    goal_id: str
    connection_id: str
    label: str
    kind: Literal["goal", "target", "task"]
    external_id: str
    url: str | None
    written_at: dt.datetime
    seen_at: dt.datetime | None
    gone: bool = False
    target: Number | None = None
    due: dt.date | None = None

    @property
    def changed(self) -> bool:
        """Whether somebody changed it there, or took it away."""
        return self.gone or self.target is not None or self.due is not None


async def able(coach: Coach, actor: Actor) -> tuple[tuple[Connection, bool], ...]:
    """The connections that could write goals, and whether each is allowed to."""
    found = await connections.every(coach, actor)
    return tuple((one, bool(one.settings.get("write_back"))) for one in found if _can(coach, one.connector))


async def preview(coach: Coach, actor: Actor, goal_id: str, connection_id: str, *, owner: str | None = None) -> Preview:
    """What writing the goal would do; nothing is written.

    Args:
        owner: The CRM's id of whom it is for; None: the whole company.

    Raises:
        NotAllowed: The connection is not allowed to write (``reason="write_back_off"``), or the goal has ended.
        CrmError: The CRM does not answer or refuses.
    """
    found, goal, written = await _asked(coach, actor, goal_id, connection_id)
    async with connections.opened(coach, actor.workspace_id, connection_id) as connector:
        plan = await cast(WritesGoals, connector).plan_goal(await _to_write(coach, actor, goal, owner), written)
    return _shown(found, plan)


async def write(
    coach: Coach, actor: Actor, goal_id: str, connection_id: str, *, agreed: str, owner: str | None = None
) -> Standing:
    """Write what the preview showed, read it back, and keep what stands there.

    Raises:
        Conflict: What would be written is no longer what was agreed to (``reason="plan_changed"``).
        CrmRefused: The CRM kept something else; it was undone (``reason="not_verified"``).
    """
    found, goal, _ = await _asked(coach, actor, goal_id, connection_id)
    async with _writing.setdefault((goal_id, connection_id), asyncio.Lock()):
        _, _, written = await _asked(coach, actor, goal_id, connection_id)
        async with connections.opened(coach, actor.workspace_id, connection_id) as connector:
            writer = cast(WritesGoals, connector)
            plan = await writer.plan_goal(await _to_write(coach, actor, goal, owner), written)
            if plan.action != "none" and _shown(found, plan).agreed != agreed:
                raise Conflict(
                    "What would be written has changed since the preview.",
                    remedy="Look at it again, then confirm.",
                    reason="plan_changed",
                )
            done = await writer.write_goal(plan)
        async with coach.store.write(actor.workspace_id) as unit:
            now = coach.now()
            await unit.edges.keep_written(goal_id, connection_id, **_row(done), seen=None, written_at=now, seen_at=now)
            detail = {"connection": connection_id, "kind": done.kind, "did": plan.action, "external_id": done.id}
            await unit.audit.add(actor.person_id, "goal.written", goal_id, now, **detail)
    return next(one for one in await written_of(coach, actor, goal_id) if one.connection_id == connection_id)


async def written_of(coach: Coach, actor: Actor, goal_id: str) -> tuple[Standing, ...]:
    """Where the goal was written, and what was found there since."""
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.edges.all_written(goal_id=goal_id)
        labels = {row["id"]: row["label"] for row in await unit.connections.every()} if rows else {}
    return tuple(_standing(row, labels.get(row["connection_id"], "")) for row in rows)


async def look(coach: Coach, workspace_id: str, goal_id: str, connection_id: str) -> None:
    """Look at what stands there now, and note what is no longer what was written. CrmError when it cannot be."""
    async with coach.store.read(workspace_id) as unit:
        row = await unit.edges.written(goal_id, connection_id)
    if row is None:
        raise NotFound("This goal was not written there.", remedy="Write it first.", reason="not_written")
    async with connections.opened(coach, workspace_id, connection_id) as connector:
        seen = await cast(WritesGoals, connector).written_goal(_written(row))
    same = seen is not None and _facts(seen) == _facts(row["fields"])
    noted = None if same else (dict(seen) if seen is not None else {"gone": True})
    async with coach.store.write(workspace_id) as unit:
        await unit.edges.seen(goal_id, connection_id, noted, coach.now())


async def take_over(coach: Coach, actor: Actor, goal_id: str, connection_id: str, *, reason: str) -> Goal:
    """Make the goal what it was changed to over there: an adjustment, with its reason.

    Raises:
        NotFound: Nothing was changed there.
    """
    found = next((one for one in await written_of(coach, actor, goal_id) if one.connection_id == connection_id), None)
    if found is None or not found.changed or found.gone:
        raise NotFound("Nothing was changed over there.", remedy="Look again.", reason="not_written")
    told = {"target": found.target, "due": found.due, "reason": reason}
    change = GoalChange.model_validate({name: value for name, value in told.items() if value is not None})
    goal = await goals.change(coach, actor, goal_id, change)
    async with coach.store.write(actor.workspace_id) as unit:
        row = await unit.edges.written(goal_id, connection_id)
        if row is not None and row["seen"]:
            kept = {name: row[name] for name in ("kind", "external_id", "url", "written_at")}
            now = coach.now()
            await unit.edges.keep_written(goal_id, connection_id, **kept, fields=row["seen"], seen=None, seen_at=now)
    return goal


@scheduled("written.look", cron="17 5 * * *")
async def _look_daily(coach: Coach, at: dt.datetime) -> None:
    """Once a day, look at every goal that was written; a CRM that fails is looked at tomorrow."""
    async with coach.store.read(EVERYWHERE) as unit:
        rows = await unit.edges.everywhere()
    for row in rows:
        try:
            await look(coach, row["workspace_id"], row["goal_id"], row["connection_id"])
        except (CrmError, NotFound):
            continue


# -- the plan -----------------------------------------------------------------------------------------------------------


async def _asked(
    coach: Coach, actor: Actor, goal_id: str, connection_id: str
) -> tuple[Connection, Goal, Written | None]:
    found = await connections.get(coach, actor, connection_id)
    goal = await goals.get(coach, actor, goal_id)
    if not _can(coach, found.connector):
        raise BadInput("This source takes no goals.", remedy="Choose another one.", reason="writes_nothing")
    if not found.settings.get("write_back"):
        raise NotAllowed(
            "coach may not write into this CRM.",
            remedy="Allow it on the connection's page; each writing is still shown first.",
            reason="write_back_off",
        )
    if goal.deleted_at is not None or goal.status in ENDED:
        raise Conflict("This goal has ended.", remedy="Write a running goal.", reason="ended")
    async with coach.store.read(actor.workspace_id) as unit:
        row = await unit.edges.written(goal_id, connection_id)
    return found, goal, _written(row) if row else None


def _can(coach: Coach, connector: str) -> bool:
    return hasattr(coach.plugins.connectors.get(connector), "plan_goal")


async def _to_write(coach: Coach, actor: Actor, goal: Goal, owner: str | None) -> GoalToWrite:
    component = goal.draft.reading.first
    progress = await goals.progress(coach, actor, goal.id)
    follow = goal.draft.follow_up.cadence
    is_change = component.change == "relative" and goal.baseline is None
    return GoalToWrite(
        id=goal.id,
        title=goal.statement.rstrip("."),
        note=goal.statement,
        language=goal.language,
        metric=goal.metric,
        unit=goal.unit or "none",
        target=None if is_change else goal.target,
        start=goal.start,
        due=goal.due,
        cadence=cast(Cadence | None, goal.cadence) if component.time_basis == "cadence_only" else None,
        next_check_in=progress.standing.next_check_in if progress.standing else _first_look(goal.start, follow),
        owner=owner,
        link=f"{coach.settings.public_url}/goals/{goal.id}" if coach.settings.public_url else None,
        marker=f"coach:{goal.id[-12:]}",
    )


def _first_look(start: dt.date, cadence: str) -> dt.date:
    return start + dt.timedelta(days={"day": 1, "week": 7, "month": 30, "quarter": 91}.get(cadence, 30))


def _shown(found: Connection, plan: Plan) -> Preview:
    names = dict.fromkeys((*plan.before, *plan.fields)) if plan.before else plan.fields
    lines = tuple(
        Line(name=name, before=_text(plan.before.get(name)), after=_text(plan.fields.get(name)))
        for name in names
        if name in plan.fields
    )
    told = json.dumps([plan.kind, plan.action, [line.model_dump() for line in lines]], sort_keys=True)
    return Preview(
        connection_id=found.id,
        label=found.label,
        kind=plan.kind,
        action=plan.action,
        why=plan.why,
        lines=lines,
        agreed=hashlib.sha256(told.encode()).hexdigest(),
    )


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return f"{value:.15g}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


# -- what stands there ----------------------------------------------------------------------------------------------------


def _row(done: Written) -> dict[str, Any]:
    return {"kind": done.kind, "external_id": done.id, "url": done.url, "fields": dict(done.fields)}


def _written(row: Row) -> Written:
    return Written(kind=row["kind"], id=row["external_id"], url=row["url"], fields=row["fields"])


def _facts(fields: Mapping[str, Any]) -> tuple[Any, Any]:
    """What a person over there may change that changes the goal: figure and end."""
    return fields.get("target"), fields.get("end")


def _standing(row: Row, label: str) -> Standing:
    seen = row["seen"] or {}
    changed = {
        name: seen.get(name) for name in ("target", "end") if name in seen and seen[name] != row["fields"].get(name)
    }
    end = changed.get("end")
    return Standing(
        goal_id=row["goal_id"],
        connection_id=row["connection_id"],
        label=label,
        kind=row["kind"],
        external_id=row["external_id"],
        url=row["url"],
        written_at=row["written_at"],
        seen_at=row["seen_at"],
        gone=bool(seen.get("gone")),
        target=changed.get("target"),
        due=dt.date.fromisoformat(end[:10]) if isinstance(end, str) and len(end) >= 10 else None,
    )
