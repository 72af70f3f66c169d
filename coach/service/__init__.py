"""The use cases, shared by the API, the pages and the command line.

A shell opens one ``Coach``, finds who is acting, and calls a module's verbs::

    async with service.opened(Settings.from_environment()) as coach:
        actor = await people.owner(coach)
        conversation = await conversations.start(coach, actor, "augmenter les ventes")
        conversation = await conversations.say(coach, actor, conversation.id, "100 contrats")
        goal = await conversations.adopt(coach, actor, conversation.id)

``assessing`` (no database), ``conversations``, ``goals``, ``profiles``, ``people``. What a verb answers has been
committed before it is answered. ``expected`` is the version the person was looking at: another's change meanwhile
raises Conflict. ``once`` makes a repeated call answer what the first one did.
"""

from coach.service.coach import Coach, opened
from coach.service.values import (
    Actor,
    Adjustment,
    CheckIn,
    Conversation,
    ConversationSummary,
    Goal,
    GoalChange,
    NewCheckIn,
    Once,
    Page,
    Preferences,
    Progress,
    SavedProfile,
)

__all__ = [
    "Actor", "Adjustment", "CheckIn", "Coach", "Conversation", "ConversationSummary", "Goal", "GoalChange",
    "NewCheckIn", "Once", "Page", "Preferences", "Progress", "SavedProfile", "opened",
]  # fmt: skip
