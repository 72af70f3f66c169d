"""``/conversations``: the coaching dialogue, one event a call; a turn may be streamed."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.sse import format_sse_event
from pydantic import Field, model_validator
from starlette.responses import StreamingResponse

from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, ExpectedDep, OnceDep, etag
from coach.core.model import Slot
from coach.core.model.base import Value
from coach.errors import BadInput
from coach.service import Conversation, ConversationSummary, Goal, Page, conversations
from coach.service.values import Text

router = APIRouter(prefix="/conversations", tags=["conversations"])

Id = Annotated[str, Field(min_length=1, max_length=80)]
_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}


class ToStart(Value):
    """An ambition to coach."""

    text: Text
    language: Literal["fr", "en", "es"] | None = None


class ToSay(Value):
    """What the manager does: says something, skips, edits an earlier message, chooses a draft, corrects the goal."""

    text: Text | None = None
    action: Literal["say", "skip", "skip_all", "undo", "edit", "choose", "correct"] = "say"
    message_id: Id | None = Field(default=None, description="The message that ``edit`` replaces.")
    draft: Annotated[int, Field(ge=0, le=9)] | None = Field(default=None, description="The draft that ``choose`` prefers.")
    fields: dict[Slot, Text] = Field(default={}, description="Single facts that ``correct`` rewrites.")

    @model_validator(mode="after")
    def _is_whole(self) -> "ToSay":
        wants = {"say": self.text, "edit": self.text and self.message_id}
        if self.action in wants and not wants[self.action]:
            raise ValueError(f"`{self.action}` needs `text`" + (" and `message_id`" if self.action == "edit" else ""))
        if self.action == "choose" and self.draft is None:
            raise ValueError("`choose` needs `draft`")
        if self.action == "correct" and not (self.text or self.fields):
            raise ValueError("`correct` needs `text` or `fields`")
        return self


class ToAdopt(Value):
    """Which draft becomes the goal; the chosen one, else the first, when left out."""

    draft: Annotated[int, Field(ge=0, le=9)] | None = None


_START = {
    "fr": {"summary": "Une ambition", "value": {"text": "décrocher plus de rendez-vous"}},
    "en": {"summary": "An ambition", "value": {"text": "get more meetings"}},
}


@router.post("", status_code=201, responses=documented(403, 415, 409) | {201: {"content": _STREAM, "description": "Started"}})
async def start(
    asked: Annotated[ToStart, Body(openapi_examples=_START)],  # pyright: ignore[reportArgumentType]
    request: Request,
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    once: OnceDep,
) -> Conversation:
    """Start from an ambition; the answer holds what is SMART about it and the first question."""
    talk = await conversations.start(coach, actor, asked.text, language=asked.language, once=once)
    headers = {"Location": f"/api/v1/conversations/{talk.id}", **etag(talk.version)}
    if _wants_stream(request):
        return _streamed(talk, headers, 201)  # type: ignore[return-value]  # the same turn, in pieces
    response.headers.update(headers)
    return talk


@router.get("", responses=documented())
async def history(
    coach: CoachDep,
    actor: ActorDep,
    q: Annotated[str, Query(max_length=200, description="Words that were said.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ConversationSummary]:
    """The history, newest first."""
    return await conversations.page(coach, actor, search=_searchable(q), limit=limit, cursor=cursor)


@router.get("/{id}", responses=documented(404))
async def read(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Conversation:
    """The conversation as it stands."""
    talk = await conversations.get(coach, actor, id)
    response.headers.update(etag(talk.version))
    return talk


@router.post("/{id}/messages", responses=documented(403, 404, 409, 415) | {200: {"content": _STREAM, "description": "Taken"}})
async def say(
    id: Id,
    asked: ToSay,
    request: Request,
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Conversation:
    """Answer the question that stands, or do something else; of two turns at once one wins and the other gets 409."""
    kept = {"expected": expected, "once": once}
    match asked.action:
        case "say":
            talk = await conversations.say(coach, actor, id, asked.text or "", **kept)
        case "edit":
            talk = await conversations.edit(coach, actor, id, asked.message_id or "", asked.text or "", **kept)
        case "choose":
            talk = await conversations.choose(coach, actor, id, asked.draft or 0, **kept)
        case "correct":
            talk = await conversations.correct(coach, actor, id, statement=asked.text, fields=asked.fields, **kept)
        case "skip":
            talk = await conversations.skip(coach, actor, id, **kept)
        case "skip_all":
            talk = await conversations.skip_all(coach, actor, id, **kept)
        case "undo":
            talk = await conversations.undo(coach, actor, id, **kept)
    if _wants_stream(request):
        return _streamed(talk, etag(talk.version), 200)  # type: ignore[return-value]
    response.headers.update(etag(talk.version))
    return talk


@router.post("/{id}/goal", status_code=201, responses=documented(403, 404, 409, 415))
async def adopt(
    id: Id,
    asked: ToAdopt,
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Goal:
    """Adopt a draft: a person's act, logged. The conversation is then closed."""
    goal = await conversations.adopt(coach, actor, id, draft=asked.draft, expected=expected, once=once)
    response.headers.update({"Location": f"/api/v1/goals/{goal.id}", **etag(goal.version)})
    return goal


def _searchable(words: str) -> str:
    if "\0" in words or any("\ud800" <= letter <= "\udfff" for letter in words):
        raise BadInput("These are no words to search for.", remedy="Type them as plain text.", reason="not_text")
    return words


def _wants_stream(request: Request) -> bool:
    return "text/event-stream" in request.headers.get("accept", "")


def _streamed(talk: Conversation, headers: dict[str, str], status: int) -> Response:
    """The turn in pieces: the deterministic part first. What it says was committed before the first byte is sent."""
    return StreamingResponse(
        _pieces(talk), status, media_type="text/event-stream", headers={**headers, "X-Accel-Buffering": "no"}
    )


def _pieces(talk: Conversation) -> Iterator[bytes]:
    turn, number = talk.turn, 0

    def piece(event: str, data: str) -> bytes:
        nonlocal number
        number += 1
        return format_sse_event(data_str=data, event=event, id=f"{talk.version}.{number}")

    if turn.assessment is not None:
        yield piece("reading", turn.assessment.reading.model_dump_json())
        yield piece("assessment", turn.assessment.model_dump_json())
    if turn.question is not None:
        for word in turn.question.text.splitlines(keepends=True):
            yield piece("token", Token(text=word).model_dump_json())
        yield piece("question", turn.question.model_dump_json())
    for draft in turn.drafts:
        yield piece("draft", draft.model_dump_json())
    yield piece("done", talk.model_dump_json())


class Token(Value):
    """Some words of the answer being written."""

    text: str
