"""What a configured model says to the last act, as the event to store: what is stored is what was seen."""

import datetime as dt
from collections.abc import Sequence

from coach import flow
from coach.core import conversation as talk
from coach.core.model import Brief, Profile, Question
from coach.errors import ModelUnavailable
from coach.ports import Listener, Writer
from coach.store.ids import new_id

_OURS = ("rules", "manager")


async def event(
    writer: Writer, events: Sequence[talk.Event], *, today: dt.date, profile: Profile, heard: Listener | None = None
) -> talk.Asked | talk.DraftsProposed | None:
    """The standing question, or the drafts, in the writer's words; None when the built-in ones stand.

    Nothing is worded twice: not a question that was shown in a model's words already, nor drafts that were, nor a goal
    the manager worded or chose.
    """
    state = talk.fold(events, today=today, profile=profile)
    if state.question is not None:
        if state.question.text:
            return None
        question = await _question(writer, state.question, state.brief(today), heard)
        return question and talk.Asked(id=new_id(), day=today, question=question, author=writer.name)
    if not state.goals or state.proposed or state.wording or state.adopted or state.chosen is not None:
        return None
    drafts = await flow.propose(events, writer, today=today, profile=profile, heard=heard)
    if all(draft.author in _OURS for draft in drafts):
        return None
    return talk.DraftsProposed(id=new_id(), day=today, drafts=drafts, author=writer.name)


async def _question(writer: Writer, question: Question, brief: Brief, heard: Listener | None) -> Question | None:
    """The question with its two texts worded; its replies stay the catalogue's, worded when they are shown."""
    try:
        worded = await writer.question(question, brief, heard)
    except ModelUnavailable:
        return None
    return question.model_copy(update={"text": worded.text, "why": worded.why})
