"""The coaching dialogue. A turn is appended to the events and committed, then answered: a kill loses no word said."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from coach import flow, wording
from coach.core import conversation as talk
from coach.core import kpis
from coach.core.model import Component, Draft, Slot, Turn
from coach.entrance import storable
from coach.errors import BadInput, Conflict
from coach.ports import Listener
from coach.service import cursors, foresight, goals, pasts, profiles, rewording
from coach.service.coach import Coach
from coach.service.values import Actor, Conversation, ConversationSummary, Goal, Once, Page
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import Unit

TITLE_AT_MOST = 120  # characters of the ambition shown in the history

EVENTS_AT_MOST, SAID_AT_MOST = 300, 40_000  # acts and characters of one conversation: each turn reads it all again

VERSIONS_AT_MOST = 9  # sets of wordings of one goal

_WORDED = frozenset({"asked", "drafts_proposed"})  # a model's words for what was answered anyway
_SEEN = frozenset[str]()  # nothing may have changed

Now = Callable[[], Turn]
Made = Callable[[Sequence[talk.Event], Now], talk.Event]


async def start(
    coach: Coach,
    actor: Actor,
    text: str,
    *,
    language: str | None = None,
    history: str | None = None,
    once: Once | None = None,
) -> Conversation:
    """A conversation that begins with the ambition ``text``; ``language`` None lets the text tell.

    ``history``: past figures of what it counts, pasted or from a file. What the workspace knows needs not be given.

    Raises:
        BadInput: The text is empty, too long, or holds what cannot be stored; or the history cannot be read.
    """
    first = talk.Said(id=new_id(), day=coach.today(), text=storable(text), language=language)
    profile = await profiles.recent(coach, actor)
    past = pasts.wanted(await pasts.known(coach, actor), (), first, today=coach.today(), profile=profile)
    given = _given(history, flow.turn((first,), today=coach.today(), profile=profile), coach.today()) if history else ()
    events = (*past, first, *given)
    turn = flow.turn(events, today=coach.today(), profile=profile)

    async def work(unit: Unit) -> Conversation:
        row = {
            "id": new_id(), "person_id": actor.person_id, "title": _title(text), "language": turn.language,
            "status": turn.status, "created_at": coach.now(),
        }  # fmt: skip
        await unit.conversations.add(row, [_row(event) for event in events], said=text)
        await unit.audit.add(actor.person_id, "conversation.started", row["id"], coach.now())
        return await _answer(unit, actor, row["id"], turn)

    return await reworded(coach, actor, await coach.write(actor, once, Conversation, work))


async def say(
    coach: Coach, actor: Actor, id: str, text: str, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Answer the question that stands, or say anything else.

    Raises:
        BadInput: The text is empty, too long, or holds what cannot be stored.
        Conflict: The conversation is not at version ``expected``, or another turn is being taken at this moment.
    """
    storable(text)
    return await _take(
        coach, actor, id, lambda events, now: talk.Said(id=new_id(), day=coach.today(), text=text), expected, once
    )


async def give_history(
    coach: Coach, actor: Actor, id: str, text: str, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Past figures of what the goal counts, pasted or from a file: the verdicts and drafts stand on them from here.

    Raises as ``say``; BadInput also when they cannot be read (``history_*``).
    """

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        return _given(text, now(), coach.today())[0]

    return await _take(coach, actor, id, made, expected, once)


def _given(text: str, turn: Turn, today: date) -> tuple[talk.HistoryGiven, ...]:
    """The event of a history given by hand; it is of what the goal counts."""
    goal = turn.assessment.reading.first if turn.assessment else Component()
    unit = goal.unit if kpis.is_currency(goal.unit) else None
    series = pasts.read(text, metric=goal.metric, today=today, unit=unit)
    return (talk.HistoryGiven(id=new_id(), day=today, series=series),)


async def skip(
    coach: Coach, actor: Actor, id: str, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Leave the question that stands unanswered; drafts will mark it as unknown. Raises as ``say``."""

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        question = now().question
        if question is None:
            raise Conflict("There is no question to skip.", remedy="Read the conversation again.", reason="no_question")
        return talk.Skipped(id=new_id(), day=coach.today(), slot=question.slot)

    return await _take(coach, actor, id, made, expected, once)


async def skip_all(
    coach: Coach, actor: Actor, id: str, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Ask nothing more: draft with what is known, the rest marked as unknown. Raises as ``say``."""
    return await _take(
        coach, actor, id, lambda events, now: talk.SkippedAll(id=new_id(), day=coach.today()), expected, once
    )


async def undo(
    coach: Coach, actor: Actor, id: str, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Take back the last thing that was done; the log keeps it. Raises as ``say``.

    Raises:
        Conflict: Only the ambition is left (``reason="nothing_to_undo"``): edit it instead.
    """

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        undone = talk.Undone(id=new_id(), day=coach.today())
        if talk.standing((*events, undone)) == talk.standing(events):
            raise Conflict("Nothing is left to take back.", remedy="Edit the ambition.", reason="nothing_to_undo")
        return undone

    return await _take(coach, actor, id, made, expected, once)


async def correct(
    coach: Coach,
    actor: Actor,
    id: str,
    *,
    statement: str | None = None,
    fields: dict[Slot, str] | None = None,
    expected: int | None = None,
    once: Once | None = None,
) -> Conversation:
    """Rewrite the goal itself: its whole sentence, or single facts as they would be said. Raises as ``say``."""
    for text in filter(None, (statement, *(fields or {}).values())):
        storable(text)

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        return talk.DraftEdited(
            id=new_id(), day=coach.today(), index=now().chosen or 0, text=statement, fields=fields or {}
        )

    return await _take(coach, actor, id, made, expected, once, past=_SEEN)


async def edit(
    coach: Coach,
    actor: Actor,
    id: str,
    message_id: str,
    text: str,
    *,
    expected: int | None = None,
    once: Once | None = None,
) -> Conversation:
    """Replace what the manager said in an earlier message; the line runs again from there. Raises as ``say``.

    Raises:
        BadInput: No message of the manager has that id (``reason="message"``).
    """
    storable(text)

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        if not any(message.id == message_id and message.role == "manager" for message in now().messages):
            raise BadInput("No message of yours has that id.", remedy="Read the conversation again.", reason="message")
        return talk.Edited(id=new_id(), day=coach.today(), replaces=message_id, text=text)

    return await _take(coach, actor, id, made, expected, once)


async def choose(
    coach: Coach, actor: Actor, id: str, draft: int, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Prefer the ``draft``-th draft (from 0) to the others; nothing is adopted yet. Raises as ``say``."""

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        _draft(now(), draft)
        return talk.Chose(id=new_id(), day=coach.today(), index=draft)

    return await _take(coach, actor, id, made, expected, once, past=_SEEN)


async def regenerate(
    coach: Coach, actor: Actor, id: str, *, told: bool = False, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Ask for other wordings of the goal; those shown before are kept, and can be browsed. Raises as ``say``.

    ``told``: a model will word them afterwards, whatever ``coach`` says at once.

    Raises:
        Conflict: There is nothing to word, no other way to say it (``no_other_wording``), or enough were asked for.
    """

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        turn = now()
        if not turn.drafts or not (turn.another or told or coach.writer) or turn.versions >= VERSIONS_AT_MOST:
            raise Conflict(
                "There is no other wording to show.",
                remedy="Correct the goal, or word it yourself.",
                reason="no_other_wording",
            )
        return talk.Regenerated(id=new_id(), day=coach.today())

    return await _take(coach, actor, id, made, expected, once, past=_SEEN)


async def browse(
    coach: Coach, actor: Actor, id: str, version: int, *, expected: int | None = None, once: Once | None = None
) -> Conversation:
    """Show the ``version``-th set of wordings again, from 0. Raises as ``say``; BadInput when there is none."""

    def made(events: Sequence[talk.Event], now: Now) -> talk.Event:
        if not 0 <= version < now().versions:
            raise BadInput("There are no such wordings.", remedy="Read the conversation again.", reason="version")
        return talk.Browsed(id=new_id(), day=coach.today(), version=version)

    return await _take(coach.quiet(), actor, id, made, expected, once, past=_SEEN)


async def adopt(
    coach: Coach,
    actor: Actor,
    id: str,
    *,
    draft: int | None = None,
    lead: str = "",
    strategy: str = "",
    expected: int | None = None,
    once: Once | None = None,
) -> Goal:
    """Make the ``draft``-th draft, else the chosen one, the goal of this conversation. A person's act, logged.

    ``lead``: who leads it; ``strategy``: the priority it serves; either may be left empty.

    Raises:
        Conflict: It was adopted already, or moved since version ``expected``.
        BadInput: There is no such draft.
    """
    seen = expected if expected is not None else (await get(coach, actor, id)).version
    profile = await profiles.recent(coach, actor)

    async def work(unit: Unit) -> Goal:
        events = talk.standing(await _events(unit, id, seen))
        turn = flow.turn(events, today=coach.today(), profile=profile)
        chosen = draft if draft is not None else turn.chosen if turn.chosen is not None else 0
        adopted = _draft(turn, chosen)
        season = await foresight.season(coach, actor, adopted.reading.first)
        worded = wording.word(adopted, adopted.language)
        about = {"lead": lead.strip() or None, "strategy": strategy.strip() or None}
        goal = await goals.adopt_in(unit, coach, actor, worded, conversation_id=id, season=season, about=about)
        event = talk.Adopted(id=new_id(), day=coach.today(), index=chosen, goal_id=goal.id)
        await unit.conversations.append(id, [_row(event)], after=seen, at=coach.now(), status="adopted")
        return goal

    return await coach.write(actor, once, Goal, work)


async def get(coach: Coach, actor: Actor, id: str) -> Conversation:
    """The conversation as it stands; NotFound when this workspace has none by that id."""
    profile = await profiles.recent(coach, actor)
    async with coach.store.read(actor.workspace_id) as unit:
        events = await _events(unit, id)
        return await _answer(unit, actor, id, flow.turn(talk.standing(events), today=coach.today(), profile=profile))


async def page(
    coach: Coach, actor: Actor, *, search: str = "", limit: int = 50, cursor: str | None = None
) -> Page[ConversationSummary]:
    """The history, newest first. ``search``: words that were said, whatever their case and accents."""
    described = f"conversations\0{search}"
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.conversations.page(search=search, before=before, limit=limit + 1)
        goal_ids = await unit.goals.of_conversations([row["id"] for row in rows])
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    items = tuple(ConversationSummary.model_validate(_shown(row, goal_ids.get(row["id"]))) for row in rows[:limit])
    return Page(items=items, next=following)


async def set_deleted(coach: Coach, actor: Actor, id: str, deleted: bool) -> Conversation:
    """Take the conversation off the history, or bring it back."""
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.conversations.mark_deleted(id, coach.now() if deleted else None)
        action = "conversation.deleted" if deleted else "conversation.restored"
        await unit.audit.add(actor.person_id, action, id, coach.now())
    return await get(coach, actor, id)


async def _take(
    coach: Coach,
    actor: Actor,
    id: str,
    made: Made,
    expected: int | None,
    once: Once | None,
    past: frozenset[str] = _WORDED,
) -> Conversation:
    """Append the event that ``made`` makes of the events and the turn so far.

    Without ``expected``, the version seen when the call arrives stands for it: of two turns at once, one wins.
    """
    seen = expected if expected is not None else await _version(coach, actor, id)
    profile, known = await profiles.recent(coach, actor), await pasts.known(coach, actor)

    async def work(unit: Unit) -> Conversation:
        events = await _events(unit, id, seen, past=past)
        if any(isinstance(event, talk.Adopted) for event in events):
            raise Conflict("This conversation was adopted as a goal.", remedy="Change the goal.", reason="adopted")
        event = made(events, lambda: flow.turn(talk.standing(events), today=coach.today(), profile=profile))
        added = (*pasts.wanted(known, events, event, today=coach.today(), profile=profile), event)
        _has_room(talk.standing((*events, *added)))
        turn = flow.turn(talk.standing((*events, *added)), today=coach.today(), profile=profile)
        columns = {"status": turn.status, "language": turn.language, "said": getattr(event, "text", "")}
        rows = [_row(each) for each in added]
        await unit.conversations.append(id, rows, after=len(events), at=coach.now(), **columns)
        await unit.audit.add(
            actor.person_id, f"conversation.{event.type}", id, coach.now(), seq=len(events) + len(added)
        )  # fmt: skip
        return await _answer(unit, actor, id, turn)

    return await reworded(coach, actor, await coach.write(actor, once, Conversation, work))


def _has_room(events: Sequence[talk.Event]) -> None:
    """Conflict when the conversation would grow beyond what a turn can read in a moment."""
    if len(events) > EVENTS_AT_MOST or sum(map(_length, events)) > SAID_AT_MOST:
        raise Conflict(
            "This conversation is full.", remedy="Adopt a draft, or start another conversation.", reason="full"
        )


def _length(event: talk.Event) -> int:
    return len(getattr(event, "text", None) or "") + sum(map(len, getattr(event, "fields", {}).values()))


async def reworded(coach: Coach, actor: Actor, taken: Conversation, heard: Listener | None = None) -> Conversation:
    """A turn that was taken, answered in the configured model's words when there are any that pass.

    The turn is committed already: a model that is slow, wrong or gone costs its words, and nothing else. When another
    turn came first, its answer is the one to word. ``heard`` is told the words as they come.
    """
    if coach.writer is None:
        return taken
    profile = await profiles.recent(coach, actor)
    async with coach.store.read(actor.workspace_id) as unit:
        events = await _events(unit, taken.id)
        people = await unit.people.names()
    writer = coach.writer.for_turn(actor.workspace_id, people)
    said = await rewording.events(writer, talk.standing(events), today=coach.today(), profile=profile, heard=heard)
    if not said:
        return taken
    with suppress(Conflict):
        async with coach.store.write(actor.workspace_id) as unit:
            await _events(unit, taken.id, len(events))
            await unit.conversations.append(taken.id, [*map(_row, said)], after=len(events), at=coach.now())
    return await get(coach, actor, taken.id)


async def _version(coach: Coach, actor: Actor, id: str) -> int:
    async with coach.store.read(actor.workspace_id) as unit:
        return (await unit.conversations.get(id))["version"]


async def _events(
    unit: Unit, id: str, expected: int | None = None, *, past: frozenset[str] = frozenset()
) -> tuple[talk.Event, ...]:
    """The events; NotFound without such a conversation, Conflict when others than ``expected`` of them are there.

    ``past``: what may have come since without harm, such as a model's wording of the question that is being answered.
    """
    await unit.conversations.get(id)
    rows = await unit.conversations.events(id)
    since = rows[expected:] if expected is not None else []
    if expected is not None and (len(rows) < expected or not past.issuperset(row["body"]["type"] for row in since)):
        raise Conflict(
            "Someone else answered in this conversation meanwhile.",
            remedy="Read it again, then answer what it asks now.",
            reason="turn",
        )
    return tuple(talk.EVENT.validate_python(row["body"]) for row in rows)


async def _answer(unit: Unit, actor: Actor, id: str, turn: Turn) -> Conversation:
    row = await unit.conversations.get(id)
    shown = _shown(row, await unit.goals.of_conversation(id))
    return Conversation(**shown, turn=wording.word(turn, turn.language))


def _shown(row: Row, goal_id: str | None) -> dict[str, Any]:
    return {name: row[name] for name in ConversationSummary.model_fields if name != "goal_id"} | {"goal_id": goal_id}


def _row(event: talk.Event) -> Row:
    return {"id": event.id, "type": event.type, "body": event.model_dump(mode="json")}


def _draft(turn: Turn, index: int) -> Draft:
    if not 0 <= index < len(turn.drafts):
        raise BadInput(
            f"There is no draft {index}.",
            remedy=f"Choose from 0 to {len(turn.drafts) - 1}."
            if turn.drafts
            else "Answer or skip the questions first.",
            reason="draft",
        )
    return turn.drafts[index]


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_AT_MOST else line[: TITLE_AT_MOST - 1].rstrip() + "…"
