"""What a configured model says to the last act, as the events to store: what is stored is what was seen."""

import asyncio
import datetime as dt
from collections.abc import Sequence

from coach import flow
from coach.core import conversation as talk
from coach.core.model import Brief, Pointer, Profile, Question
from coach.errors import ModelUnavailable
from coach.ports import Listener, Writer
from coach.store.ids import new_id

_OURS = ("rules", "manager")


async def events(
    writer: Writer, before: Sequence[talk.Event], *, today: dt.date, profile: Profile, heard: Listener | None = None
) -> tuple[talk.Event, ...]:
    """What the model pointed at in the last message, and the standing question, or the drafts, in its words.

    Empty when the built-in words stand. Nothing is worded twice: not a question that was shown in a model's words
    already, nor drafts that were, nor a goal the manager worded or chose.
    """
    state = talk.fold(before, today=today, profile=profile)
    if state.question is not None:
        return await _asked(writer, before, state, today=today, profile=profile, heard=heard)
    if not _drafts_wanted(state):
        return ()
    drafts = await flow.propose(before, writer, today=today, profile=profile, heard=heard)
    if all(draft.author in _OURS for draft in drafts):
        return ()
    return (talk.DraftsProposed(id=new_id(), day=today, drafts=drafts, author=writer.name),)


def _drafts_wanted(state: talk.State) -> bool:
    """Whether drafts are due that no model has worded and nobody has chosen from."""
    return bool(state.goals) and not (state.proposed or state.wording or state.adopted or state.chosen is not None)


async def _asked(
    writer: Writer,
    before: Sequence[talk.Event],
    state: talk.State,
    *,
    today: dt.date,
    profile: Profile,
    heard: Listener | None,
) -> tuple[talk.Event, ...]:
    """The second reading and the question's words, at the same time: neither needs the other."""
    question = state.question
    if question is None or question.text:
        return ()
    wanted = state.worth_rereading(today)
    pointers, worded = await asyncio.gather(
        _pointers(writer, wanted, state.language), _question(writer, question, state.brief(today), heard)
    )
    made: list[talk.Event] = []
    if wanted is not None and pointers:
        made.append(talk.Pointed(id=new_id(), day=today, of=wanted.of, pointers=pointers, author=writer.name))
    if worded is not None:
        offering = talk.fold((*before, *made), today=today, profile=profile).question or question
        same = offering.model_copy(update={"text": worded.text, "why": worded.why})
        made.append(talk.Asked(id=new_id(), day=today, question=same, author=writer.name))
    return tuple(made)


async def _pointers(writer: Writer, wanted: talk.Wanted | None, language: str) -> tuple[Pointer, ...]:
    if wanted is None:
        return ()
    try:
        return await writer.pointers(wanted.text, wanted.slots, language)
    except ModelUnavailable:
        return ()


async def _question(writer: Writer, question: Question, brief: Brief, heard: Listener | None) -> Question | None:
    """The question with its two texts worded; its replies stay the catalogue's, worded when they are shown."""
    try:
        worded = await writer.question(question, brief, heard)
    except ModelUnavailable:
        return None
    return question.model_copy(update={"text": worded.text, "why": worded.why})
