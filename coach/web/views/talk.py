"""A conversation: thread, question, drafts, card, and the goal's fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from coach.core import rendering
from coach.core.model import Component, Criterion, Fact, Message, Profile, Question, QuickReply, Slot, Span, Turn
from coach.service import Conversation
from coach.service.conversations import VERSIONS_AT_MOST
from coach.service.values import Rating
from coach.web import marks
from coach.web.markdown import html
from coach.web.marks import Segment
from coach.web.texts import Translate, metric
from coach.web.views import goals
from coach.web.views.card import Card, card
from coach.web.views.past import PastView, panel
from coach.wording import catalogue, titles

_NOTHING = Markup("")
_FIELDS: tuple[tuple[Slot, str, str], ...] = (  # the slot, the fact that fills it, the kind of field
    ("object", "metric", "text"),
    ("target", "value", "text"),
    ("baseline", "baseline", "text"),
    ("deadline", "deadline", "date"),
    ("segment", "segment", "text"),
)

_SHORT = 40  # characters: a longer message that is quoted whole would be underlined from end to end
_SERVES: dict[str, Criterion] = {
    **dict.fromkeys(("metric", "segment", "channel", "means"), "specific"),
    **dict.fromkeys(("value", "baseline"), "measurable"),
    **dict.fromkeys(("deadline", "cadence", "start"), "time_bound"),
    **dict.fromkeys(("headcount", "maturity", "company", "market_growth", "extra_means", "ramping"), "realistic"),
}


@dataclass(frozen=True)
class MessageView:
    """One line of the thread; ``stream`` is where its words come from while they are being written."""

    id: str
    role: str
    text: str
    segments: tuple[Segment, ...] = ()
    html: Markup = _NOTHING
    superseded: bool = False
    editable: bool = False
    stream: str = ""
    broke: str = ""  # how its words broke off, as streams.Stream says
    cut_short: Markup = _NOTHING  # what was said before it was stopped; the whole follows


@dataclass(frozen=True)
class Field:
    """One fact of the goal that can be corrected, and where it was said."""

    name: Slot
    label: str
    type: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class TalkView:
    """Everything the conversation page shows."""

    id: str
    version: int
    title: str
    language: str
    status: str
    goal_id: str | None
    messages: tuple[MessageView, ...]
    question: Question | None
    drafts: tuple[goals.DraftView, ...]
    card: Card | None
    statement: str
    markdown: str
    fields: tuple[Field, ...]
    past: PastView
    notice: str = ""
    set_shown: int = 0  # which set of wordings, of ``sets``
    sets: int = 1
    another: bool = False  # whether other wordings can be asked for
    writing: str = ""  # where the drafts come from while a model words them
    broken: str = ""  # why no model worded the drafts: it was "stopped", "cut", "failed" or "absent"
    stuck: str = ""  # what to do when there is neither a question nor a draft

    @property
    def replies(self) -> tuple[QuickReply, ...]:
        """The answers to start from; passing the question has its own button, unless too few would be left."""
        offered = self.question.replies if self.question else ()
        others = tuple(reply for reply in offered if reply.code != "skip")
        return others if len(others) >= 2 else offered

    @property
    def pending(self) -> bool:
        """Whether the coach's answer is still being written."""
        return bool(self.writing) or any(message.stream for message in self.messages)


Streaming = Callable[[str], "tuple[str, str, str] | None"]
"""Of a coach's message: the address of its stream while it is written, how it broke off, what was said until then."""


def talk(
    value: Conversation,
    t: Translate,
    language: str,
    *,
    streaming: Streaming = lambda _: None,
    profile: Profile = Profile(),  # noqa: B008 - frozen
    notice: str = "",
    broken: str = "",
    told: bool = False,
    rated: Mapping[str, Rating] = MappingProxyType({}),
) -> TalkView:
    """The page of a worded conversation; ``told``: a model is there to word more."""
    turn = value.turn
    another = bool(turn.drafts) and (told or turn.another)
    drafts = tuple(
        goals.draft(
            each,
            t,
            language,
            key=str(index),
            name=name,
            chosen=index == turn.chosen,
            profile=profile,
            rated=rated.get(each.statement),
        )
        for index, (each, name) in enumerate(zip(turn.drafts, titles(turn.drafts, catalogue(language)), strict=True))
    )
    taken = drafts[turn.chosen or 0] if drafts else None
    return TalkView(
        id=value.id,
        version=value.version,
        title=value.title,
        language=turn.language,
        status=turn.status,
        goal_id=value.goal_id,
        messages=_messages(turn, streaming),
        question=turn.question,
        drafts=drafts,
        card=card(turn.assessment, t, language, profile) if turn.assessment else None,
        statement=taken.statement if taken else turn.statement,
        markdown=taken.markdown if taken else f"**{turn.statement}**\n",
        fields=_fields(turn, t, language),
        past=panel(turn, t, language),
        notice=notice,
        set_shown=turn.version,
        sets=turn.versions,
        another=another and turn.status != "adopted" and turn.versions < VERSIONS_AT_MOST,
        writing=_writing(streaming) if drafts else "",
        broken=broken,
        stuck="" if turn.question or drafts else " ".join(filter(None, (each.text for each in turn.notices))),
    )


def _writing(streaming: Streaming) -> str:
    address, _, _ = streaming("drafts") or ("", "", "")
    return address


def _messages(turn: Turn, streaming: Streaming) -> tuple[MessageView, ...]:
    said = [message for message in turn.messages if message.role == "manager" and not message.superseded]
    last = said[-1].id if said and turn.status != "adopted" else None
    return tuple(
        _of_manager(message, turn, editable=message.id == last)
        if message.role == "manager"
        else _of_coach(message, streaming)
        for message in turn.messages
    )


def _of_manager(message: Message, turn: Turn, *, editable: bool) -> MessageView:
    found = [] if message.superseded else marks.of_message(_read(message, turn), turn.assessment)
    return MessageView(
        id=message.id,
        role="manager",
        text=message.text,
        segments=tuple(marks.segments(message.text, found)),
        superseded=message.superseded,
        editable=editable,
    )


def _read(message: Message, turn: Turn) -> dict[str, tuple[Span, ...]]:
    """The words of a message by the criterion they serve: as it was read, and as the goal now quotes it."""
    spans = {criterion: list(found) for criterion, found in message.spans.items()}
    for fact in turn.facts:
        event, _, place = fact.source.ref.partition(":")
        start, _, end = place.partition("-")
        if event != message.id or fact.name not in _SERVES or not end:
            continue
        span = (int(start), int(end))
        if span != (0, len(message.text)) or len(message.text) <= _SHORT:
            spans.setdefault(_SERVES[fact.name], []).append(span)
    return {criterion: tuple(found) for criterion, found in spans.items()}


def _of_coach(message: Message, streaming: Streaming) -> MessageView:
    live = streaming(message.id)
    address, broke, so_far = live or ("", "", "")
    return MessageView(
        id=message.id,
        role="coach",
        text=message.text,
        html=html(message.text),
        cut_short=html(so_far) if so_far.strip() != message.text.strip() else _NOTHING,
        superseded=message.superseded,
        stream=address,
        broke=broke,
    )


def _fields(turn: Turn, t: Translate, language: str) -> tuple[Field, ...]:
    facts = {fact.name: fact for fact in turn.facts}
    goal = turn.assessment.reading.first if turn.assessment else Component()
    return tuple(
        Field(
            name=slot,
            label=t(f"goal.field.{slot}"),
            type=kind,
            value=_value(name, goal, language),
            source=_source(facts.get(name), t),
        )
        for slot, name, kind in _FIELDS
    )


def _value(name: str, goal: Component, language: str) -> str:
    """A fact of the goal as it stands in its field."""
    value = getattr(goal, name)
    if name == "metric":
        return goal.metric_raw or (metric(value, language) if value else "")
    if value is None:
        return ""
    return rendering.amount(value, goal.unit, language) if name in ("value", "baseline") else str(value)


def _source(fact: Fact | None, t: Translate) -> str:
    if fact is None:
        return ""
    quote = fact.source.params.get("quote")
    return t("source.fact", quote=quote) if quote else fact.source.explain
