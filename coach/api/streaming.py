"""A turn as server-sent events, for callers that ask for ``text/event-stream``.

What a stream says was committed before its first byte: a caller that is cut off reads the conversation again.
"""

import logging
import re
from collections.abc import Iterator

from fastapi import Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from coach.core.model.base import Value
from coach.service import Conversation

_log = logging.getLogger(__name__)

CONTENT = {"text/event-stream": {"schema": {"type": "string"}}}
"""What the OpenAPI document says of it."""


class Token(Value):
    """Some words of the answer being written; together they are the question's text."""

    text: str


class Failure(Value):
    """The stream cannot go on; the turn itself is kept."""

    conversation_id: str
    version: int


def answer(request: Request, talk: Conversation, status: int, headers: dict[str, str]) -> Response:
    """The turn whole, or in pieces when the request prefers them."""
    if "text/event-stream" in request.headers.get("accept", ""):
        headers = {**headers, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_pieces(talk), status, headers)
    return Response(talk.model_dump_json(), status, headers, media_type="application/json")


def _pieces(talk: Conversation) -> Iterator[bytes]:
    number = 0
    try:
        for event, value in _events(talk):
            number += 1
            yield format_sse_event(data_str=value.model_dump_json(), event=event, id=f"{talk.version}.{number}")
    except Exception:
        _log.exception("the stream of conversation %s broke", talk.id)
        failure = Failure(conversation_id=talk.id, version=talk.version)
        yield format_sse_event(data_str=failure.model_dump_json(), event="error")


def _events(talk: Conversation) -> Iterator[tuple[str, Value]]:
    """The verdict first, since it needs no model; then the question as it is written, or the drafts."""
    turn = talk.turn
    if turn.assessment is not None:
        yield "reading", turn.assessment.reading
        yield "assessment", turn.assessment
    if turn.question is not None:
        for words in re.findall(r"\s*\S+\s*$|\s*\S+", turn.question.text):
            yield "token", Token(text=words)
        yield "question", turn.question
    for draft in turn.drafts:
        yield "draft", draft
    yield "done", talk
