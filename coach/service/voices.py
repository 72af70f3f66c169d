"""What people say of a goal: comments, commitments, objections and their answers. Nothing said is changed."""

from coach.errors import BadInput, Conflict
from coach.service import cursors
from coach.service.coach import Coach
from coach.service.values import Actor, NewRemark, Once, Page, Remark
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import Unit


async def say(coach: Coach, actor: Actor, goal_id: str, said: NewRemark, *, once: Once | None = None) -> Remark:
    """One more remark on the goal.

    Raises:
        BadInput: Nothing is said (a commitment needs no words), or an answer names no objection.
        Conflict: The objection was answered already.
    """
    if said.kind != "commit" and not said.text.strip():
        raise BadInput("Nothing is said.", remedy="Write a sentence.", reason="empty")
    if (said.kind == "answer") != (said.answers is not None):
        raise BadInput("An answer names what it answers.", remedy="Give `answers`.", reason="answers")

    async def work(unit: Unit) -> Remark:
        await unit.goals.get(goal_id, for_change=True)
        if said.answers:
            await _refuse_a_second_answer(unit, goal_id, said.answers)
        author = said.author.strip() or (await unit.people.get(actor.person_id))["name"]
        row = {
            "id": new_id(), "goal_id": goal_id, "person_id": actor.person_id, "author": author, "kind": said.kind,
            "text": said.text.strip(), "answers_id": said.answers, "created_at": coach.now(),
        }  # fmt: skip
        await unit.voices.add_remark(row)
        await unit.audit.add(actor.person_id, f"goal.{said.kind}", goal_id, coach.now(), remark=row["id"])
        return _remark(row)

    return await coach.write(actor, once, Remark, work)


async def _refuse_a_second_answer(unit: Unit, goal_id: str, id: str) -> None:
    objection = await unit.voices.remark(goal_id, id)
    if objection["kind"] != "contest":
        raise BadInput("Only an objection is answered.", remedy="Comment instead.", reason="answers")
    if any(other["answers_id"] == id for other in await unit.voices.remarks(goal_id)):
        raise Conflict("This objection was answered already.", remedy="Read the remarks again.", reason="answered")


async def page(coach: Coach, actor: Actor, goal_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[Remark]:
    """What was said of the goal, latest first."""
    described = f"remarks\0{goal_id}"
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        await unit.goals.get(goal_id)
        rows = await unit.voices.remarks(goal_id, before=before, limit=limit + 1)
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    return Page(items=tuple(_remark(row) for row in rows[:limit]), next=following)


async def get(coach: Coach, actor: Actor, goal_id: str, id: str) -> Remark:
    """One remark of the goal; NotFound when there is none."""
    async with coach.store.read(actor.workspace_id) as unit:
        return _remark(await unit.voices.remark(goal_id, id))


def _remark(row: Row) -> Remark:
    return Remark.model_validate({name: row[name] for name in Remark.model_fields})
