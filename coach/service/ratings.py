"""What a person thinks of a wording: a thumb up or down, a reason if they like, and whether evals may read it."""

from coach.core.model import Draft
from coach.entrance import storable
from coach.errors import BadInput
from coach.service import conversations, cursors
from coach.service.coach import Coach
from coach.service.values import Actor, NewRating, Once, Page, Rating
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import Unit


async def rate(
    coach: Coach, actor: Actor, conversation_id: str, given: NewRating, *, once: Once | None = None
) -> Rating | None:
    """Mark one of the drafts that are shown; the mark ``none`` takes one back, and answers None.

    Raises:
        BadInput: There is no such draft.
    """
    talk = await conversations.get(coach.quiet(), actor, conversation_id)
    if not given.draft < len(talk.turn.drafts):
        raise BadInput("There is no such draft.", remedy="Read the conversation again.", reason="draft")
    draft = talk.turn.drafts[given.draft]

    async def work(unit: Unit) -> Rating:
        row = {**_row(actor, talk.title, conversation_id, draft, given), "created_at": coach.now()}
        if given.mark == "none":
            await unit.ratings.remove(conversation_id, actor.person_id, draft.statement)
        else:
            await unit.ratings.put(row)
        await unit.audit.add(actor.person_id, "draft.rated", conversation_id, coach.now(), mark=given.mark)
        return _rating(row)

    rated = await coach.write(actor, once, Rating, work)
    return None if given.mark == "none" else rated


def _row(actor: Actor, ambition: str, conversation_id: str, draft: Draft, given: NewRating) -> Row:
    return {
        "id": new_id(), "conversation_id": conversation_id, "person_id": actor.person_id, "mark": given.mark,
        "note": storable(given.note) if given.note.strip() else "", "shared": given.shared, "ambition": ambition,
        "statement": draft.statement, "language": draft.language, "author": draft.author, "variant": draft.variant,
        "framing": draft.framing,
    }  # fmt: skip


async def of(coach: Coach, actor: Actor, conversation_id: str) -> dict[str, Rating]:
    """This person's marks in a conversation, by the statement they are on."""
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.ratings.of(conversation_id, actor.person_id)
    return {row["statement"]: _rating(row) for row in rows}


async def page(coach: Coach, actor: Actor, *, limit: int = 50, cursor: str | None = None) -> Page[Rating]:
    """The workspace's marks, latest first."""
    before = cursors.read(cursor, of="ratings") if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.ratings.page(before=before, limit=limit + 1)
    following = cursors.after(rows[limit - 1]["id"], of="ratings") if len(rows) > limit else None
    return Page(items=tuple(_rating(row) for row in rows[:limit]), next=following)


async def ratings(coach: Coach, workspace_id: str) -> tuple[Rating, ...]:
    """Every mark of a workspace for evals, latest first. Words are there only where the person said they may be."""
    async with coach.store.read(workspace_id) as unit:
        rows = await unit.ratings.page(limit=100_000)
    withheld = {"ambition": "", "statement": "", "note": ""}
    return tuple(one if one.shared else one.model_copy(update=withheld) for one in map(_rating, rows))


def _rating(row: Row) -> Rating:
    return Rating.model_validate({name: row[name] for name in Rating.model_fields})
