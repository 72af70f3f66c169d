"""The end of a goal: both targets scored, what was learnt, and what the next goal could be."""

import datetime as dt

from coach.core import tracking
from coach.errors import BadInput, Conflict, NotFound
from coach.service import goals, restating
from coach.service.coach import Coach
from coach.service.values import CLOSED, Actor, CheckIn, Goal, NewReview, Next, Once, Review
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import Unit


async def close(
    coach: Coach, actor: Actor, goal_id: str, given: NewReview, *, expected: int | None = None, once: Once | None = None
) -> Review:
    """Close the goal with its review; GoalChange's ``status: running`` reopens it.

    Raises:
        BadInput: It is abandoned without a reason, or was never adopted.
        Conflict: It is closed already, deleted, or no longer at version ``expected``.
    """
    if given.outcome == "abandoned" and not (given.reason or "").strip():
        raise BadInput("Say why it is abandoned.", remedy="Give `reason`.", reason="reason_missing")

    async def work(unit: Unit) -> Review:
        row = await unit.goals.get(goal_id, for_change=True)
        _refuse(row, expected)
        goal, looks = goals.goal_of(row, coach.today()), goals.looks_of(await unit.goals.check_ins(goal_id))
        now, today = coach.now(), coach.today()
        review = {
            "id": new_id(), "goal_id": goal_id, "person_id": actor.person_id, "outcome": given.outcome,
            "learnt": given.learnt.strip(),
            "scores": [each.model_dump(mode="json") for each in scores(goal, looks, today)],
            "next": _dumped(following(goal, looks, today)), "created_at": now,
        }  # fmt: skip
        await unit.voices.add_review(review)
        change = {"status": given.outcome, "closed_at": now}
        reason = (given.reason or given.learnt or given.outcome).strip()
        await goals.log_adjustment(unit, actor, row, change, reason, now)
        await unit.goals.change(goal_id, version=row["version"], at=now, **change)
        await unit.audit.add(actor.person_id, "goal.closed", goal_id, now, outcome=given.outcome)
        return _review(review)

    return await coach.write(actor, once, Review, work)


def _refuse(row: Row, expected: int | None) -> None:
    if expected is not None and row["version"] != expected:
        raise Conflict("Someone else changed this goal meanwhile.", remedy="Read it again.", reason="goal")
    if row["deleted_at"] is not None:
        raise Conflict("This goal was deleted.", remedy="Bring it back first.", reason="deleted")
    if row["status"] == "draft":
        raise Conflict("This goal is not adopted yet.", remedy="Adopt it first.", reason="not_adopted")
    if row["status"] in CLOSED:
        raise Conflict("This goal is closed already.", remedy="Reopen it first.", reason="closed")


def _dumped(next: Next | None) -> dict[str, object] | None:
    return next.model_dump(mode="json") if next else None


async def get(coach: Coach, actor: Actor, goal_id: str) -> Review:
    """The goal's latest review; NotFound while there is none."""
    found = await latest(coach, actor, goal_id)
    if found is None:
        raise NotFound("This goal has no review yet.", remedy="Close it first.", reason="review_absent")
    return found


async def latest(coach: Coach, actor: Actor, goal_id: str) -> Review | None:
    """As :func:`get`, but None while there is none."""
    async with coach.store.read(actor.workspace_id) as unit:
        await unit.goals.get(goal_id)
        row = await unit.voices.review(goal_id)
    return None if row is None else _review(row)


def scores(goal: Goal, looks: tuple[CheckIn, ...], today: dt.date) -> tuple[tracking.Score, ...]:
    """The target as it was adopted and, where it was adjusted since, as it came to be: each on its own due date."""
    first, last = goals.plan_of(goal, adopted=True), goals.plan_of(goal)
    points = goals.points_of(looks)
    found = [tracking.score(first, points, which="adopted", today=today)] if first else []
    if last and (first is None or (first.target, first.due) != (last.target, last.due)):
        found.append(tracking.score(last, points, which="adjusted", today=today))
    return tuple(found)


def following(goal: Goal, looks: tuple[CheckIn, ...], today: dt.date) -> Next | None:
    """A next goal: what was reached, over as long again, in the goal's own words; None when they hold no place for it."""
    plan = goals.plan_of(goal)
    found = tracking.following(plan, goals.points_of(looks), today=today) if plan else None
    if found is None:
        return None
    level, due = found
    try:
        text = restating.rewrite(goal.model_dump() | {"draft": goal.draft.model_dump(mode="json")}, {
            "target": level, "due": due,
        })  # fmt: skip
    except BadInput:
        return None
    return Next(target=level, due=due, text=text)


def _review(row: Row) -> Review:
    return Review.model_validate({name: row[name] for name in Review.model_fields})
