"""What a second reader points at in the manager's words, made a quick reply: offered, never taken.

It may only point: the words must stand in the message, our own rules must read them as an answer to the slot, and the
manager's tap is what makes a fact of them. What the rules read themselves is not looked for again.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from coach.core import kpis
from coach.core.conversation.answers import Ear, hear
from coach.core.drafting import mentions
from coach.core.facts.text import fold
from coach.core.model import Message, Pointer, QuickReply, Slot, Span

SLOTS: tuple[Slot, ...] = ("object", "target", "deadline")
"""The decisive facts a second reader may look for."""

LONGEST = 120  # characters of a quote
_UNREAD = 3  # words of weight that no rule read, from which a second reading is worth its price
_REFUSED = ("injection", "command", "question", "greeting", "other_language")
_MARKUP = re.compile(r"[<>\[\]{}|`*#\\\n\r]|https?:|www\.|@")


class Wanted(NamedTuple):
    """A message worth a second reading: its event, what it says, and the decisive slots that are still missing."""

    of: str
    text: str
    slots: tuple[Slot, ...]


def worth(messages: tuple[Message, ...], missing: Collection[str]) -> Wanted | None:
    """The manager's last message, when it leaves a decisive slot open and holds words that no rule read."""
    last = next((line for line in reversed(messages) if line.role == "manager" and not line.superseded), None)
    slots: tuple[Slot, ...] = tuple(slot for slot in SLOTS if slot in missing)
    if last is None or not slots or _snubbed(messages):
        return None
    if len(_unread(last)) < _UNREAD and not ("object" in slots and len(_weighty(last.text)) > _UNREAD):
        return None  # an object may stand in words that were read as something else ("remplir les agendas")
    return Wanted(last.id, last.text, slots)


def _snubbed(messages: tuple[Message, ...]) -> bool:
    """Whether the rules took the last message for an order, a question or another language."""
    notices = messages[-1].notices if messages and messages[-1].role == "coach" else ()
    return any(notice.code.rpartition(".")[2] in _REFUSED for notice in notices)


def _unread(line: Message) -> list[Span]:
    read = [span for spans in line.spans.values() for span in spans]
    return [(a, b) for a, b in _weighty(line.text) if not any(c <= a and b <= d for c, d in read)]


def _weighty(text: str) -> list[Span]:
    return [word.span() for word in re.finditer(r"[^\W\d_]{4,}", text)]


def reply(pointer: Pointer, text: str, ear: Ear) -> QuickReply | None:
    """The quick reply a pointer makes; None when its words do not stand there, or our rules do not read them so.

    Args:
        pointer: What the second reader says.
        text: The message it read.
        ear: As the answer to ``pointer.slot`` would be heard.
    """
    quote = pointer.quote.strip()
    at = _place(quote, text)
    if at is None or pointer.slot not in SLOTS or _MARKUP.search(quote):
        return None
    if ear.read(_sentence(text, at)).non_goal_kind in _REFUSED:
        return None
    if pointer.slot == "object":
        return _object(quote, pointer.metric)
    said = next((words for words in _ways(quote) if _answers(words, ear)), None)
    return QuickReply(code="pointed", params={"quote": said}) if said else None


def _ways(quote: str) -> Iterator[str]:
    """The quote, and the one figure in it when the words around it are in the way ("a good fifty")."""
    yield quote
    found = mentions.find(quote)
    if len(found) == 1:
        yield quote[slice(*found[0].span)]


def _answers(words: str, ear: Ear) -> bool:
    """Whether our rules hear the words as the answer to what the ear expects."""
    heard = hear(words, ear, ear.language) if ear.goals else None
    return heard is not None and heard.meaning == "facts" and heard.answers and not heard.found.time_problem


def _object(quote: str, metric: str) -> QuickReply | None:
    """A KPI of the catalogue for words without a figure."""
    if kpis.known(metric) is None or mentions.find(quote) or not any(char.isalpha() for char in quote):
        return None
    return QuickReply(code="pointed_object", params={"metric": metric, "quote": quote})


def _place(quote: str, text: str) -> int | None:
    """Where the quote stands, whole words only; None when it does not, or is nearly the whole message."""
    if not 0 < len(quote) <= LONGEST:
        return None
    found = re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", text)
    return found.start() if found else None


def _sentence(text: str, at: int) -> str:
    """The sentence around a place."""
    starts = [match.end() for match in re.finditer(r"[.!?;\n]\s|\n", text) if match.end() <= at]
    start = starts[-1] if starts else 0
    end = re.compile(r"[.!?;](?=\s|$)|\n").search(text, at)
    return text[start : end.start() if end else len(text)]


def offered(replies: tuple[QuickReply, ...], extra: tuple[QuickReply, ...]) -> tuple[QuickReply, ...]:
    """The replies with those pointed at first, four at most, none twice."""
    named = {one.params["metric"] for one in extra if "metric" in one.params}
    rest = (one for one in replies if one.code != "object" or one.params.get("metric") not in named)
    return (*extra, *rest)[:4]


def same(one: QuickReply, two: QuickReply) -> bool:
    """Whether two replies offer the same words."""
    return one.code == two.code and fold(str(one.params.get("quote"))) == fold(str(two.params.get("quote")))
