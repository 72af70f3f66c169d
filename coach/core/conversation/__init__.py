"""The dialogue as a fold of append-only events.

``events`` says what can happen · ``undoing`` leaves out what was taken back · ``answers`` hears a message in the light
of the question that stands (``phrases`` and ``contexts`` know the short answers) · ``state`` merges what it says, with
its source · ``fold`` runs the events through them.
"""

from coach.core.conversation.events import (
    EVENT,
    Adopted,
    Asked,
    Browsed,
    Chose,
    ContextGiven,
    DraftEdited,
    DraftsProposed,
    Edited,
    Event,
    HistoryGiven,
    LanguageChosen,
    Pointed,
    Regenerated,
    Said,
    Skipped,
    SkippedAll,
    Undone,
)
from coach.core.conversation.fold import fold
from coach.core.conversation.informed import review
from coach.core.conversation.pointing import Wanted
from coach.core.conversation.state import State
from coach.core.conversation.undoing import standing

__all__ = [
    "EVENT",
    "Adopted",
    "Asked",
    "Browsed",
    "Chose",
    "ContextGiven",
    "DraftEdited",
    "DraftsProposed",
    "Edited",
    "Event",
    "HistoryGiven",
    "LanguageChosen",
    "Pointed",
    "Regenerated",
    "Said",
    "Skipped",
    "SkippedAll",
    "State",
    "Undone",
    "Wanted",
    "fold",
    "review",
    "standing",
]
