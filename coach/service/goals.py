"""Adopted goals and their life: check-ins, adjustments, progress."""

import datetime as dt
from typing import Any, cast

from coach.core import tracking
from coach.core.model import Draft, Profile
from coach.errors import BadInput, Conflict
from coach.service import assessing, cursors, restating
from coach.service.coach import Coach
from coach.service.values import (
    Actor,
    Adjustment,
    CheckIn,
    Goal,
    GoalChange,
    GoalStatus,
    NewCheckIn,
    Once,
    Page,
    Progress,
)
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import Unit


async def create(
    coach: Coach,
    actor: Actor,
    text: str,
    *,
    variant: str = "balanced",
    language: str | None = None,
    today: dt.date | None = None,
    profile: Profile = Profile(),  # noqa: B008  (frozen)
    once: Once | None = None,
) -> Goal:
    """A goal adopted from the text at once, without a conversation.

    Raises:
        BadInput: Nothing can be drafted from the text (``reason="no_draft"``).
    """
    day = today or coach.today()
    drafts = assessing.draft(text, today=day, language=language, profile=profile)
    if not drafts:
        raise BadInput(
            "No goal can be drafted from this text.",
            remedy="Start a conversation with it: coach asks for what is missing.",
            reason="no_draft",
        )
    draft = next((each for each in drafts if each.variant == variant), drafts[0])
    return await coach.write(actor, once, Goal, lambda unit: adopt_in(unit, coach, actor, draft))


async def adopt_in(unit: Unit, coach: Coach, actor: Actor, draft: Draft, conversation_id: str | None = None) -> Goal:
    """Keep the draft as a goal, in a transaction that may hold more; Conflict when the conversation has one."""
    component, id, now = draft.reading.first, new_id(), coach.now()
    row = {
        "id": id,
        "conversation_id": conversation_id,
        "owner_id": actor.person_id,
        "statement": draft.statement,
        "language": draft.language,
        "status": "running",
        "metric": component.metric,
        "unit": component.unit,
        "target": tracking.level(component),
        "baseline": component.baseline,
        "direction": component.direction,
        "cadence": component.cadence,
        "start": component.start or draft.reading.reference_date,
        "due": component.deadline,
        "draft": draft.model_dump(mode="json"),
        "created_at": now,
    }
    await unit.goals.add(row)
    await unit.audit.add(actor.person_id, "goal.adopted", id, now, author=draft.author, variant=draft.variant)
    return _goal(await unit.goals.get(id))


async def get(coach: Coach, actor: Actor, id: str) -> Goal:
    """The goal; a deleted one too, so that it can be brought back. NotFound otherwise."""
    async with coach.store.read(actor.workspace_id) as unit:
        return _goal(await unit.goals.get(id))


async def page(
    coach: Coach,
    actor: Actor,
    *,
    search: str = "",
    status: GoalStatus | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Goal]:
    """The goals, newest first. ``search``: words of the statement, whatever their case and accents."""
    described = f"goals\0{search}\0{status}"
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.goals.page(search=search, status=status, before=before, limit=limit + 1)
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    return Page(items=tuple(_goal(row) for row in rows[:limit]), next=following)


async def change(
    coach: Coach, actor: Actor, id: str, change: GoalChange, *, expected: int | None = None, once: Once | None = None
) -> Goal:
    """Change what is given, and log target, due date and status with their reason.

    Raises:
        Conflict: The goal is no longer at version ``expected``, or changes at this very moment.
        BadInput: A reason is missing, or the new statement says something else than the new figures.
    """

    async def work(unit: Unit) -> Goal:
        row = await unit.goals.get(id, for_change=True)
        if expected is not None and row["version"] != expected:
            raise Conflict("Someone else changed this goal meanwhile.", remedy="Read it again.", reason="goal")
        columns = _columns(coach, row, change)
        if columns:
            now = coach.now()
            await _log_adjustment(unit, actor, row, columns, change.reason or "", now)
            await unit.goals.change(id, version=row["version"], at=now, **columns)
            await unit.audit.add(actor.person_id, "goal.changed", id, now, fields=sorted(columns))
        return _goal(await unit.goals.get(id))

    return await coach.write(actor, once, Goal, work)


async def check_in(coach: Coach, actor: Actor, goal_id: str, entry: NewCheckIn, *, once: Once | None = None) -> CheckIn:
    """One more look at the goal.

    Raises:
        BadInput: The day is yet to come.
        Conflict: The goal was deleted.
    """
    day = entry.day or coach.today()
    if day > coach.today():
        raise BadInput("A check-in cannot be of a day to come.", remedy="Give a day up to today.", reason="future_day")

    async def work(unit: Unit) -> CheckIn:
        goal = await unit.goals.get(goal_id)
        if goal["deleted_at"] is not None:
            raise Conflict("This goal was deleted.", remedy="Bring it back first.", reason="deleted")
        row = {
            **entry.model_dump(exclude={"day"}), "id": new_id(), "goal_id": goal_id, "person_id": actor.person_id,
            "day": day, "created_at": coach.now(),
        }  # fmt: skip
        await unit.goals.add_check_in(row)
        await unit.audit.add(actor.person_id, "goal.checked_in", goal_id, coach.now(), check_in=row["id"])
        return CheckIn.model_validate(row)

    return await coach.write(actor, once, CheckIn, work)


async def get_check_in(coach: Coach, actor: Actor, goal_id: str, id: str) -> CheckIn:
    """One check-in of the goal; NotFound when there is none."""
    async with coach.store.read(actor.workspace_id) as unit:
        return _check_in(await unit.goals.check_in(goal_id, id))


async def check_ins(
    coach: Coach, actor: Actor, goal_id: str, *, limit: int = 50, cursor: str | None = None
) -> Page[CheckIn]:
    """The goal's check-ins, latest entered first."""
    described = f"check_ins\0{goal_id}"
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        await unit.goals.get(goal_id)
        rows = await unit.goals.check_ins(goal_id, before=before, limit=limit + 1)
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    return Page(items=tuple(_check_in(row) for row in rows[:limit]), next=following)


async def progress(coach: Coach, actor: Actor, goal_id: str, *, today: dt.date | None = None) -> Progress:
    """Where the goal stands on ``today``, and what that rests on."""
    async with coach.store.read(actor.workspace_id) as unit:
        goal = _goal(await unit.goals.get(goal_id))
        looks = tuple(_check_in(row) for row in await unit.goals.check_ins(goal_id))
        changes = tuple(_adjustment(row) for row in await unit.goals.adjustments(goal_id))
    plan = tracking.plan(
        goal.draft.reading.first,
        start=goal.start,
        target=goal.target,
        due=goal.due,
        follow_up=goal.draft.follow_up.cadence,
    )
    points = [tracking.Point(day=look.day, value=look.value) for look in reversed(looks)]
    standing = tracking.standing(plan, points, today=today or coach.today()) if plan else None
    return Progress(goal_id=goal_id, standing=standing, check_ins=looks, adjustments=changes)


def _columns(coach: Coach, row: Row, change: GoalChange) -> dict[str, Any]:
    """The columns that the change gives another value to."""
    given = change.model_dump(exclude_unset=True, exclude_none=True, exclude={"reason", "statement", "deleted"})
    columns = {name: value for name, value in given.items() if row[name] != value}
    if columns and not change.reason:
        raise BadInput(
            "A change of target, due date or status needs its reason.",
            remedy="Say why in `reason`: both targets are scored at the end.",
            reason="reason_missing",
        )
    if change.statement is not None and change.statement != row["statement"]:
        columns |= restating.read(change.statement, row, columns, today=coach.today())
    elif {"target", "due"} & set(columns):
        columns["statement"] = restating.rewrite(row, columns)
    if change.deleted is not None and change.deleted != (row["deleted_at"] is not None):
        columns["deleted_at"] = coach.now() if change.deleted else None
    return columns


async def _log_adjustment(
    unit: Unit, actor: Actor, row: Row, columns: dict[str, Any], reason: str, now: dt.datetime
) -> None:
    logged = {
        name: (_plain(row[name]), _plain(columns[name]))
        for name in ("statement", "target", "due", "status")
        if name in columns
    }
    if logged:
        adjustment = {
            "id": new_id(), "goal_id": row["id"], "person_id": actor.person_id, "reason": reason,
            "changes": logged, "created_at": now,
        }  # fmt: skip
        await unit.goals.add_adjustment(adjustment)


def _plain(value: object) -> str | None:
    if isinstance(value, float):
        return f"{value:.15g}"
    return None if value is None else str(value)


def _goal(row: Row) -> Goal:
    return Goal.model_validate({name: row[name] for name in Goal.model_fields})


def _check_in(row: Row) -> CheckIn:
    return CheckIn.model_validate({name: row[name] for name in CheckIn.model_fields})


def _adjustment(row: Row) -> Adjustment:
    return cast(Adjustment, Adjustment.model_validate({name: row[name] for name in Adjustment.model_fields}))
