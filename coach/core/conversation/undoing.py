"""What still stands of a conversation once what was taken back is left out. The log itself loses nothing."""

from collections.abc import Sequence

from coach.core.conversation.events import Asked, Browsed, DraftsProposed, Event, HistoryGiven, Pointed, Undone

_REPLIES = (Asked, Browsed, DraftsProposed, Pointed)  # said in answer to an act, or looked at: they go with it


def standing(events: Sequence[Event]) -> tuple[Event, ...]:
    """``events`` without each ``Undone`` and the act it takes back; the first, the ambition, always stays."""
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Undone):
            _take_back(kept)
        else:
            kept.append(event)
    return tuple(kept)


def _take_back(kept: list[Event]) -> None:
    acts = [index for index, event in enumerate(kept) if not isinstance(event, _REPLIES) and not _is_crms(event)]
    if len(acts) > 1:
        del kept[acts[-1] :]


def _is_crms(event: Event) -> bool:
    """Whether nobody did it: the CRM's figures came with an act, and stay known without it."""
    return isinstance(event, HistoryGiven) and event.given == "crm"
