"""What happens in a conversation, append-only: the state is a fold of these.

Every event has the ``id`` its shell gave it and the ``day`` it happened, which "d'ici 3 mois" counts from.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from coach.core.facts.text import LONGEST
from coach.core.model import Context, Draft, Pointer, Question, Slot
from coach.core.model.base import Value
from coach.core.model.kpi import KpiSeries

Text = Annotated[str, Field(max_length=LONGEST)]


class _Event(Value):
    id: str
    day: date


class Said(_Event):
    """The manager wrote something: an ambition, an answer, a change of mind. What it answers, the fold finds."""

    type: Literal["said"] = "said"
    text: Text
    language: str | None = None  # the language it is in, when the shell knows; None lets the text tell


class Skipped(_Event):
    """The question that stands (or ``slot``) is left open."""

    type: Literal["skipped"] = "skipped"
    slot: Slot | None = None


class SkippedAll(_Event):
    """No more questions: draft with what is known."""

    type: Literal["skipped_all"] = "skipped_all"


class Edited(_Event):
    """An earlier message of the manager now reads ``text``; the line runs again from there."""

    type: Literal["edited"] = "edited"
    replaces: str  # id of the Said event
    text: Text


class ContextGiven(_Event):
    """Facts of the context from a form; what it leaves unknown stays as it was."""

    type: Literal["context_given"] = "context_given"
    context: Context


class HistoryGiven(_Event):
    """Past figures of one KPI: pasted or sent by the manager, or what the CRM held when the conversation needed it.

    What a CRM gives is kept here as it stood, so that the same events always give the same conversation.
    """

    type: Literal["history_given"] = "history_given"
    series: KpiSeries
    given: Literal["manager", "crm"] = "manager"


class LanguageChosen(_Event):
    """What follows is in ``language``, until the manager writes in another."""

    type: Literal["language_chosen"] = "language_chosen"
    language: str


class Asked(_Event):
    """The question as it was shown, when a model worded it: what is stored is what was seen."""

    type: Literal["asked"] = "asked"
    question: Question
    author: str = "rules"


class DraftsProposed(_Event):
    """The drafts as they were shown, when they are not the built-in drafter's; a later fact makes them stale."""

    type: Literal["drafts_proposed"] = "drafts_proposed"
    drafts: tuple[Draft, ...]
    author: str = "rules"


class Pointed(_Event):
    """What a second reader (a model) pointed at in the message ``of``: offered as quick replies, never taken."""

    type: Literal["pointed"] = "pointed"
    of: str  # id of the message it read
    pointers: tuple[Pointer, ...]
    author: str = "rules"


class Regenerated(_Event):
    """Other wordings of the same goal are wanted; those shown before are kept."""

    type: Literal["regenerated"] = "regenerated"


class Browsed(_Event):
    """Wordings that were shown before are shown again: the ``version``-th set, from 0."""

    type: Literal["browsed"] = "browsed"
    version: int = Field(ge=0)


class Chose(_Event):
    """One draft is preferred; nothing is adopted yet."""

    type: Literal["chose"] = "chose"
    index: int = Field(ge=0)


class DraftEdited(_Event):
    """The manager rewrote the goal (``text``), or single facts of it in a form (``fields``: slot → what was typed)."""

    type: Literal["draft_edited"] = "draft_edited"
    index: int = Field(default=0, ge=0)
    text: Text | None = None
    fields: dict[Slot, Text] = Field(default_factory=dict)


class Undone(_Event):
    """The manager takes back the last thing they did; see :func:`coach.core.conversation.undoing.standing`."""

    type: Literal["undone"] = "undone"


class Adopted(_Event):
    """A person made a draft the goal: the conversation is closed."""

    type: Literal["adopted"] = "adopted"
    index: int = Field(default=0, ge=0)
    goal_id: str | None = None


Event = Annotated[
    Said
    | Skipped
    | SkippedAll
    | Edited
    | ContextGiven
    | HistoryGiven
    | LanguageChosen
    | Asked
    | DraftsProposed
    | Pointed
    | Regenerated
    | Browsed
    | Chose
    | DraftEdited
    | Undone
    | Adopted,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads an event back from its stored form."""
