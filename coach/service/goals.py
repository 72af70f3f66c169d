"""Goals and their life: adopted, changed, looked at, and where they stand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

from coach.core import tracking
from coach.core.model import Draft, Profile
from coach.errors import BadInput, Conflict
from coach.service import assessing, cursors, foresight, restating, telling
from coach.service.coach import Coach
from coach.service.values import (
    CLOSED,
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
    Related,
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
    adopt: bool = True,
    once: Once | None = None,
) -> Goal:
    """A goal adopted from the text at once, without a conversation; or, without ``adopt``, prepared as a draft.

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
    season = await foresight.season(coach, actor, draft.reading.first)
    return await coach.write(
        actor, once, Goal, lambda unit: adopt_in(unit, coach, actor, draft, adopt=adopt, season=season)
    )


async def adopt_in(
    unit: Unit,
    coach: Coach,
    actor: Actor,
    draft: Draft,
    conversation_id: str | None = None,
    *,
    adopt: bool = True,
    season: tracking.Season | None = None,
    about: Mapping[str, str | None] | None = None,
) -> Goal:
    """Keep the draft as a goal, in a transaction that may hold more; Conflict when the conversation has one.

    ``about``: who leads it, and what it serves.
    """
    component, id, now = draft.reading.first, new_id(), coach.now()
    start = component.start or draft.reading.reference_date
    row = {
        "id": id,
        "conversation_id": conversation_id,
        "owner_id": actor.person_id,
        "statement": draft.statement,
        "language": draft.language,
        "status": ("running" if start <= coach.today() else "adopted") if adopt else "draft",
        "metric": component.metric,
        "unit": component.unit,
        "target": tracking.level(component),
        "baseline": component.baseline,
        "direction": component.direction,
        "cadence": component.cadence,
        "start": start,
        "due": component.deadline,
        "draft": draft.model_dump(mode="json"),
        "season": season.model_dump(mode="json") if season else None,
        "created_at": now,
        **(about or {}),
    }
    await unit.goals.add(row)
    done = "goal.adopted" if adopt else "goal.drafted"
    await unit.audit.add(actor.person_id, done, id, now, author=draft.author, variant=draft.variant)
    return goal_of(await unit.goals.get(id), coach.today())


async def get(coach: Coach, actor: Actor, id: str) -> Goal:
    """The goal; a deleted one too, so that it can be brought back. NotFound otherwise."""
    async with coach.store.read(actor.workspace_id) as unit:
        return goal_of(await unit.goals.get(id), coach.today())


async def page(
    coach: Coach,
    actor: Actor,
    *,
    search: str = "",
    status: GoalStatus | None = None,
    removed: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Goal]:
    """The goals, newest first; or those that were ``removed`` and can be brought back.

    ``search``: words of the statement, whatever their case and accents.
    """
    described = f"goals\0{search}\0{status}" + ("\0removed" if removed else "")
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.goals.page(
            search=search, status=status, removed=removed, before=before, limit=limit + 1, today=coach.today()
        )
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    return Page(items=tuple(goal_of(row, coach.today()) for row in rows[:limit]), next=following)


async def related(coach: Coach, actor: Actor, goal: Goal) -> Related:
    """The goal it serves, those that serve it, and those it could serve."""
    today = coach.today()
    async with coach.store.read(actor.workspace_id) as unit:
        parent = await unit.goals.get(goal.parent_id) if goal.parent_id else None
        children = await unit.goals.children(goal.id)
        every = await unit.goals.page(limit=200, today=today)
    below = {goal.id, *(row["id"] for row in children)}
    return Related(
        parent=goal_of(parent, today) if parent else None,
        children=tuple(goal_of(row, today) for row in children),
        candidates=tuple(goal_of(row, today) for row in every if row["id"] not in below),
    )


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
        if columns.get("parent_id"):
            await _refuse_a_circle(unit, id, columns["parent_id"])
        if columns:
            now = coach.now()
            await log_adjustment(unit, actor, row, columns, change.reason or "", now)
            await unit.goals.change(id, version=row["version"], at=now, **columns)
            await unit.audit.add(actor.person_id, "goal.changed", id, now, fields=sorted(columns))
        return goal_of(await unit.goals.get(id), coach.today())

    return await coach.write(actor, once, Goal, work)


async def check_in(
    coach: Coach, actor: Actor, goal_id: str, entry: NewCheckIn, *, source: str = "manual", once: Once | None = None
) -> CheckIn:
    """One more look at the goal, or the correction of one, which is kept.

    Raises:
        BadInput: The day is yet to come.
        Conflict: The goal was deleted or is not adopted yet, or what is corrected was already.
    """
    _refuse_a_day_to_come(entry.day, coach.today())
    return await coach.write(
        actor, once, CheckIn, lambda unit: look_in(unit, coach, actor, goal_id, entry, source=source)
    )


async def withdraw(coach: Coach, actor: Actor, goal_id: str, id: str, *, once: Once | None = None) -> CheckIn:
    """Take a check-in back: it is kept, and no longer counts; Conflict when it was corrected or taken back before."""

    async def work(unit: Unit) -> CheckIn:
        old = await unit.goals.check_in(goal_id, id)
        entry = NewCheckIn(value=old["value"], corrects=id)
        return await look_in(unit, coach, actor, goal_id, entry, withdrawn=True)

    return await coach.write(actor, once, CheckIn, work)


async def undo_look(coach: Coach, actor: Actor, goal_id: str, id: str) -> CheckIn:
    """Undo a check-in just made: a first one no longer counts, a correction gives way to what it corrected."""
    async with coach.store.write(actor.workspace_id) as unit:
        made = await unit.goals.check_in(goal_id, id)
        before = await unit.goals.check_in(goal_id, made["corrects_id"]) if made["corrects_id"] else None
        entry = NewCheckIn(value=made["value"], corrects=id)
        if before is not None:
            kept = {name: before[name] for name in ("value", "day", "confidence", "comment")}
            entry = NewCheckIn.model_validate(kept | {"corrects": id})
        return await look_in(unit, coach, actor, goal_id, entry, withdrawn=before is None)


async def look_in(
    unit: Unit,
    coach: Coach,
    actor: Actor,
    goal_id: str,
    entry: NewCheckIn,
    *,
    source: str = "manual",
    withdrawn: bool = False,
) -> CheckIn:
    """One more look, in a transaction that may hold more."""
    goal = await unit.goals.get(goal_id, for_change=True)
    if goal["deleted_at"] is not None:
        raise Conflict("This goal was deleted.", remedy="Bring it back first.", reason="deleted")
    if goal["status"] == "draft":
        raise Conflict("This goal is not adopted yet.", remedy="Adopt it first.", reason="not_adopted")
    old = await _corrected(unit, goal_id, entry.corrects) if entry.corrects else None
    row = {
        **entry.model_dump(mode="json", exclude={"day", "corrects"}),
        "id": new_id(), "goal_id": goal_id, "person_id": actor.person_id, "source": source,
        "day": entry.day or (old["day"] if old else coach.today()), "corrects_id": entry.corrects,
        "withdrawn": withdrawn, "created_at": coach.now(),
    }  # fmt: skip
    await unit.goals.add_check_in(row)
    done = "goal.check_in_withdrawn" if withdrawn else "goal.check_in_corrected" if old else "goal.checked_in"
    await unit.audit.add(actor.person_id, done, goal_id, coach.now(), check_in=row["id"], source=source)
    return CheckIn.model_validate(row)


def _refuse_a_day_to_come(day: dt.date | None, today: dt.date) -> None:
    if day is not None and day > today:
        raise BadInput("A check-in cannot be of a day to come.", remedy="Give a day up to today.", reason="future_day")


async def _corrected(unit: Unit, goal_id: str, id: str) -> Row:
    old = await unit.goals.check_in(goal_id, id)
    others = await unit.goals.check_ins(goal_id)
    if old["withdrawn"] or any(other["corrects_id"] == id for other in others):
        raise Conflict(
            "This check-in was already corrected or taken back.", remedy="Read them again.", reason="check_in_replaced"
        )
    return old


async def get_check_in(coach: Coach, actor: Actor, goal_id: str, id: str) -> CheckIn:
    """One check-in of the goal; NotFound when there is none."""
    async with coach.store.read(actor.workspace_id) as unit:
        row = await unit.goals.check_in(goal_id, id)
        return next(look for look in looks_of(await unit.goals.check_ins(goal_id), row) if look.id == id)


async def check_ins(
    coach: Coach, actor: Actor, goal_id: str, *, limit: int = 50, cursor: str | None = None
) -> Page[CheckIn]:
    """The goal's check-ins, latest entered first."""
    described = f"check_ins\0{goal_id}"
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        await unit.goals.get(goal_id)
        rows = await unit.goals.check_ins(goal_id, before=before, limit=limit + 1)
        every = await unit.goals.check_ins(goal_id)
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    shown = {row["id"] for row in rows[:limit]}
    return Page(items=tuple(look for look in looks_of(every, *rows) if look.id in shown), next=following)


async def progress(coach: Coach, actor: Actor, goal_id: str, *, today: dt.date | None = None) -> Progress:
    """Where the goal stands on ``today``, what that rests on, why, and what could be done."""
    day = today or coach.today()
    async with coach.store.read(actor.workspace_id) as unit:
        goal = goal_of(await unit.goals.get(goal_id), day)
        looks = looks_of(await unit.goals.check_ins(goal_id))
        changes = tuple(_adjustment(row) for row in await unit.goals.adjustments(goal_id))
        contested = goal_id in await unit.voices.open_contests([goal_id])
    usual = await foresight.usual(coach, actor, goal) if goal.status not in ("draft", *CLOSED) else None
    return placed(goal, looks, day, actor.language, changes=changes, contested=contested, usual=usual)


def placed(
    goal: Goal,
    looks: tuple[CheckIn, ...],
    today: dt.date,
    language: str,
    *,
    changes: tuple[Adjustment, ...] = (),
    contested: bool = False,
    usual: foresight.Usual | None = None,
) -> Progress:
    """Where a goal stands, from all that is known of it."""
    plan, points = plan_of(goal), points_of(looks)
    standing = tracking.standing(plan, points, today=today) if plan else None
    outlook = tracking.outlook(plan, [point for point in points if point.day <= today]) if plan else None
    causes = foresight.causes(standing, looks, usual) if standing else None
    correction = tracking.propose(plan, standing, outlook, causes) if plan and standing else None
    progress = Progress(
        goal_id=goal.id,
        standing=standing,
        outlook=outlook if standing and standing.status not in _SILENT else None,
        causes=causes,
        correction=correction if goal.status in ("adopted", "running") else None,
        contested=contested,
        split_lacks=tracking.missing(goal.split, goal.target) if goal.split and goal.target is not None else 0,
        check_ins=looks,
        adjustments=changes,
    )
    return progress.model_copy(update={"sentences": telling.sentences(goal, progress, language)})


def plan_of(goal: Goal, *, adopted: bool = False) -> tracking.Plan | None:
    """The goal as arithmetic, as it stands or as it was ``adopted``; None without a figure to reach."""
    component = goal.draft.reading.first
    return tracking.plan(
        component,
        start=goal.start,
        target=tracking.level(component) if adopted else goal.target,
        due=component.deadline if adopted else goal.due,
        follow_up=goal.draft.follow_up.cadence,
        season=goal.season,
    )


def points_of(looks: tuple[CheckIn, ...]) -> list[tracking.Point]:
    """What the check-ins that count say, first entered first."""
    return [tracking.Point(day=look.day, value=look.value) for look in reversed(looks) if look.counts]


_SILENT = ("reached", "missed", "stale")  # what is over, or was last seen too long ago, has no likely end
_FIRST_IS_NO_CHANGE = ("split", "lead")  # naming someone the first time adjusts nothing
_PLAIN = ("lead", "lead_email", "team", "parent_id", "strategy")


def _columns(coach: Coach, row: Row, change: GoalChange) -> dict[str, Any]:
    """The columns that the change gives another value to."""
    given = change.model_dump(
        exclude_unset=True, exclude_none=True, exclude={"reason", "statement", "deleted", "split"}
    )
    given |= {name: given[name] or None for name in _PLAIN if name in given}
    columns = {name: value for name, value in given.items() if row[name] != value}
    if {"target", "due", "status"} & set(columns) and not change.reason and not _needs_no_reason(row, columns):
        raise BadInput(
            "A change of target, due date or status needs its reason.",
            remedy="Say why in `reason`: both targets are scored at the end.",
            reason="reason_missing",
        )
    columns |= _ending(coach, row, columns)
    if change.statement is not None and change.statement != row["statement"]:
        columns |= restating.read(change.statement, row, columns, today=coach.today())
    elif {"target", "due"} & set(columns):
        columns["statement"] = restating.rewrite(row, columns)
    if change.split is not None:
        columns |= _split(row, change, columns.get("target", row["target"]))
    if change.deleted is not None and change.deleted != (row["deleted_at"] is not None):
        columns["deleted_at"] = coach.now() if change.deleted else None
    return columns


def _needs_no_reason(row: Row, columns: dict[str, Any]) -> bool:
    """A draft is still being written, and adopting is what it is for."""
    return row["status"] == "draft" and columns.get("status") != "abandoned"


def _ending(coach: Coach, row: Row, columns: dict[str, Any]) -> dict[str, Any]:
    """What a change of status brings with it: when it ended, or that it starts; BadInput for a way that leads back."""
    status = columns.get("status")
    if status is None:
        return {}
    if status == "draft" or (row["status"] == "draft" and status in ("reached", "missed")):
        raise BadInput("A goal cannot go there from here.", remedy="Adopt it, or close it.", reason="no_way_there")
    if status in ("adopted", "running"):
        return {"status": "running" if row["start"] <= coach.today() else "adopted", "closed_at": None}
    return {"closed_at": coach.now()}


def _split(row: Row, change: GoalChange, target: float | None) -> dict[str, Any]:
    """The people's parts, when they differ; BadInput when they do not make the target."""
    parts = change.split or ()
    if parts and not tracking.is_counter(Draft.model_validate(row["draft"]).reading.first):
        raise BadInput("A level is everyone's: it cannot be split.", remedy="Split a count.", reason="split_level")
    if parts and (target is None or tracking.missing(parts, target)):
        raise BadInput(
            "The parts do not add up to the target.",
            remedy=f"They make {sum(part.target for part in parts):.15g}, the target is {target or 0:.15g}.",
            reason="split_sum",
        )
    written = [part.model_dump(mode="json") for part in parts] or None
    return {} if written == row["split"] else {"split": written}


async def _refuse_a_circle(unit: Unit, id: str, parent_id: str) -> None:
    """A goal serves another, never itself, however long the way round."""
    seen, at = {id}, parent_id
    while at:
        if at in seen:
            raise BadInput("A goal cannot serve itself.", remedy="Choose another one.", reason="parent_circle")
        seen.add(at)
        at = (await unit.goals.get(at))["parent_id"]


async def log_adjustment(
    unit: Unit, actor: Actor, row: Row, columns: dict[str, Any], reason: str, now: dt.datetime
) -> None:
    """Note what the columns change, from what to what, why and by whom; nothing for what is no adjustment."""
    logged = {
        name: (_plain(row[name]), _plain(columns[name]))
        for name in ("statement", "target", "due", "status", "split", "lead")
        if name in columns and (name not in _FIRST_IS_NO_CHANGE or row[name] is not None)
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
    if isinstance(value, list):
        return ", ".join(f"{part['name']} {part['target']:.15g}" for part in value)
    return None if value is None else str(value)


def goal_of(row: Row, today: dt.date) -> Goal:
    """The goal of a row; one that was adopted ahead of its start runs from then on."""
    values = {name: row[name] for name in Goal.model_fields}
    if row["status"] == "adopted" and row["start"] <= today:
        values["status"] = "running"
    return Goal.model_validate(values | {"split": row["split"] or ()})


def looks_of(rows: Sequence[Row], *missing: Row) -> tuple[CheckIn, ...]:
    """The check-ins, latest entered first, each knowing whether a later one replaced it."""
    every = {row["id"]: row for row in (*rows, *missing)}
    replaced = {row["corrects_id"] for row in every.values()}
    ordered = sorted(every.values(), key=lambda row: row["id"], reverse=True)
    return tuple(_check_in(row, replaced=row["id"] in replaced) for row in ordered)


def _check_in(row: Row, *, replaced: bool = False) -> CheckIn:
    values = {name: row[name] for name in CheckIn.model_fields if name != "replaced"}
    return CheckIn.model_validate(values | {"replaced": replaced})


def _adjustment(row: Row) -> Adjustment:
    return cast(Adjustment, Adjustment.model_validate({name: row[name] for name in Adjustment.model_fields}))
