"""A turn as server-sent events, for callers that ask for ``text/event-stream``.

What a stream says was committed before its first byte, and the verdict needs no model: it comes first. A configured
model is then heard as it writes. A caller that is cut off ends the model's call, and reads the conversation again.
"""

import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing

from fastapi import Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from coach.core.model import Turn
from coach.core.model.base import Value
from coach.service import Actor, Coach, Conversation, hearing

_log = logging.getLogger(__name__)

CONTENT = {"text/event-stream": {"schema": {"type": "string"}}}
"""What the OpenAPI document says of it."""


class Token(Value):
    """Some words of the question, or a sentence of a draft, being written; what stands is the event that follows."""

    text: str
    withdrawn: bool = False  # what was said so far does not stand: begin anew with this text


class Failure(Value):
    """The stream, or only the model's words (``reason`` "cut" or "absent"), cannot go on; the turn itself is kept."""

    conversation_id: str
    version: int
    reason: str = "stream"


def wanted(request: Request) -> bool:
    """Whether the caller asks for the turn in pieces."""
    return "text/event-stream" in request.headers.get("accept", "")


def taking(request: Request, coach: Coach) -> Coach:
    """Who takes the turn: for a stream, one that does not wait for the model's words."""
    return coach.quiet() if wanted(request) else coach


def answer(
    request: Request, talk: Conversation, status: int, headers: dict[str, str], coach: Coach, actor: Actor
) -> Response:
    """The turn whole, or in pieces when the request prefers them."""
    if wanted(request):
        headers = {**headers, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_pieces(talk, coach, actor), status, headers)
    return Response(talk.model_dump_json(), status, headers, media_type="application/json")


async def _pieces(talk: Conversation, coach: Coach, actor: Actor) -> AsyncIterator[bytes]:
    number = 0
    try:
        async with aclosing(_events(talk, coach, actor)) as events:
            async for event, value in events:
                number += 1
                yield format_sse_event(data_str=value.model_dump_json(), event=event, id=f"{talk.version}.{number}")
    except Exception:
        _log.exception("the stream of conversation %s broke", talk.id)
        failure = Failure(conversation_id=talk.id, version=talk.version)
        yield format_sse_event(data_str=failure.model_dump_json(), event="error")


async def _events(talk: Conversation, coach: Coach, actor: Actor) -> AsyncGenerator[tuple[str, Value], None]:
    """The verdict first; then the question or the drafts as they are written; then the whole, as it stands."""
    for event in _judged(talk.turn):
        yield event
    said, whole = "", talk
    if coach.writer is not None:
        async with aclosing(hearing.turn(coach, actor, talk)) as heard:
            async for piece in heard:
                if isinstance(piece, Conversation):
                    whole = piece
                elif piece.what == "more":
                    said += piece.words
                    yield "token", Token(text=piece.words)
                elif piece.what == "withdrawn":
                    said = ""
                    yield "token", Token(text="", withdrawn=True)
                else:
                    yield "error", Failure(conversation_id=talk.id, version=talk.version, reason=piece.what)
    if whole.turn.assessment != talk.turn.assessment:  # the model pointed at something the rules had missed
        for event in _judged(whole.turn):
            yield event
    for event in _asked(whole.turn, said):
        yield event
    yield "done", whole


def _judged(turn: Turn) -> Iterator[tuple[str, Value]]:
    if turn.assessment is not None:
        yield "reading", turn.assessment.reading
        yield "assessment", turn.assessment


def _asked(turn: Turn, said: str) -> Iterator[tuple[str, Value]]:
    """The question, its words as tokens unless they were heard already; or the drafts."""
    if turn.question is not None:
        if said != turn.question.text:
            for at, words in enumerate(re.findall(r"\s*\S+\s*$|\s*\S+", turn.question.text)):
                yield "token", Token(text=words, withdrawn=bool(said) and at == 0)
        yield "question", turn.question
    for draft in turn.drafts:
        yield "draft", draft
