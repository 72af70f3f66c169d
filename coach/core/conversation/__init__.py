"""The dialogue as a fold of append-only events."""

from coach.core.conversation.events import (
    EVENT,
    Adopted,
    Asked,
    Chose,
    ContextGiven,
    DraftEdited,
    DraftsProposed,
    Edited,
    Event,
    LanguageChosen,
    Said,
    Skipped,
    SkippedAll,
    Undone,
)
from coach.core.conversation.undoing import standing

__all__ = [
    "EVENT",
    "Adopted",
    "Asked",
    "Chose",
    "ContextGiven",
    "DraftEdited",
    "DraftsProposed",
    "Edited",
    "Event",
    "LanguageChosen",
    "Said",
    "Skipped",
    "SkippedAll",
    "Undone",
    "standing",
]
