"""``/conversations``: the coaching dialogue, one event a call; a turn may be streamed."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from coach.api import streaming
from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import (
    ActorDep,
    CoachDep,
    Cursor,
    ExpectedDep,
    Id,
    Limit,
    OnceDep,
    Words,
    etag,
    located,
    searchable,
)
from coach.core.model import Slot
from coach.core.model.base import Value
from coach.service import Conversation, ConversationSummary, Goal, Page, conversations, ratings
from coach.service.values import Name, NewRating, Note, Rating, Text, TextLanguage, Whole

router = APIRouter(prefix="/conversations", tags=["conversations"])


Index = Annotated[int, Field(ge=0, le=9), Whole]
History = Annotated[
    Text,
    Field(description="Past figures of what the goal counts, one period a line: “2025-01;12”, “T1 2025 ; 340 k€”."),
]


class ToStart(Value):
    """An ambition to coach."""

    text: Text
    language: TextLanguage | None = Field(default=None, description="Left out, the text tells.")
    history: History | None = None


class ToSay(Value):
    """What the manager does: says something, skips, edits an earlier message, chooses a draft, corrects the goal."""

    text: Text | None = None
    action: Literal[
        "say", "skip", "skip_all", "undo", "edit", "choose", "regenerate", "browse", "correct", "history"
    ] = "say"
    message_id: Name | None = Field(default=None, description="The message that `edit` replaces.")
    draft: Index | None = Field(default=None, description="What `choose` prefers, from 0.")
    version: Index | None = Field(default=None, description="The set of drafts that `browse` shows again, from 0.")
    fields: dict[Slot, Text] = Field(default={}, description="Single facts that `correct` rewrites.")
    history: History | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "ToSay":
        wanting = {
            "say": self.text is None,
            "edit": self.text is None or self.message_id is None,
            "choose": self.draft is None,
            "browse": self.version is None,
            "correct": self.text is None and not self.fields,
            "history": self.history is None,
        }
        if wanting.get(self.action):
            raise PydanticCustomError("action_incomplete", "`{action}` needs {fields}", _NEEDS[self.action])
        return self


_NEEDS = {
    "say": {"action": "say", "fields": "`text`"},
    "edit": {"action": "edit", "fields": "`text`, `message_id`"},
    "choose": {"action": "choose", "fields": "`draft`"},
    "browse": {"action": "browse", "fields": "`version`"},
    "correct": {"action": "correct", "fields": "`text` / `fields`"},
    "history": {"action": "history", "fields": "`history`"},
}


class ToAdopt(Value):
    """Which draft becomes the goal, from 0; the chosen one, else the first, when left out."""

    draft: Index | None = None
    lead: Annotated[Note, Field(max_length=200, description="Who leads it.")] = ""
    strategy: Annotated[Note, Field(max_length=500, description="The priority it serves.")] = ""


_STARTED: dict[int | str, dict[str, Any]] = {201: {"description": "Started", "content": streaming.CONTENT}}
_TAKEN: dict[int | str, dict[str, Any]] = {200: {"description": "Taken", "content": streaming.CONTENT}}


@router.post(
    "",
    status_code=201,
    response_model=Conversation,
    responses=documented(403, 409, 415, 422) | _STARTED,
    openapi_extra=describes(ToStart, fr={"text": "décrocher plus de rendez-vous"}, en={"text": "get more meetings"}),
    summary="Start a conversation",
)
async def start(
    asked: Annotated[ToStart, Depends(sent(ToStart))], request: Request, coach: CoachDep, actor: ActorDep, once: OnceDep
) -> Response:
    """Start from an ambition; the answer holds what is SMART about it and the first question."""
    taking = streaming.taking(request, coach)
    talk = await conversations.start(
        taking, actor, asked.text, language=asked.language, history=asked.history, once=once
    )  # fmt: skip
    return streaming.answer(request, talk, 201, located(f"/conversations/{talk.id}", talk.version), coach, actor)


@router.get("", responses=documented(422), summary="List conversations")
async def history(
    coach: CoachDep, actor: ActorDep, q: Words = "", limit: Limit = 50, cursor: Cursor = None
) -> Page[ConversationSummary]:
    """The history, newest first."""
    return await conversations.page(coach, actor, search=searchable(q), limit=limit, cursor=cursor)


@router.get("/{id}", responses=documented(404), summary="Read a conversation")
async def read(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Conversation:
    """The conversation as it stands."""
    talk = await conversations.get(coach, actor, id)
    response.headers.update(etag(talk.version))
    return talk


@router.post(
    "/{id}/messages",
    response_model=Conversation,
    responses=documented(403, 404, 409, 412, 415, 422) | _TAKEN,
    openapi_extra=describes(ToSay, fr={"text": "30 rendez-vous avec des PME d’ici fin mars"}, en={"action": "skip"}),
    summary="Take a turn",
)
async def say(
    id: Id,
    asked: Annotated[ToSay, Depends(sent(ToSay))],
    request: Request,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Response:
    """Answer the question that stands, or do something else; of two turns at once one wins and the other gets 409."""
    kept: dict[str, Any] = {"expected": expected, "once": once}
    taking = streaming.taking(request, coach)
    match asked.action:
        case "say":
            talk = await conversations.say(taking, actor, id, asked.text or "", **kept)
        case "edit":
            talk = await conversations.edit(taking, actor, id, asked.message_id or "", asked.text or "", **kept)
        case "choose":
            talk = await conversations.choose(taking, actor, id, asked.draft or 0, **kept)
        case "regenerate":
            told = coach.writer is not None
            talk = await conversations.regenerate(taking, actor, id, told=told, **kept)
        case "browse":
            talk = await conversations.browse(taking, actor, id, asked.version or 0, **kept)
        case "correct":
            talk = await conversations.correct(taking, actor, id, statement=asked.text, fields=asked.fields, **kept)
        case "history":
            talk = await conversations.give_history(taking, actor, id, asked.history or "", **kept)
        case "skip":
            talk = await conversations.skip(taking, actor, id, **kept)
        case "skip_all":
            talk = await conversations.skip_all(taking, actor, id, **kept)
        case "undo":
            talk = await conversations.undo(taking, actor, id, **kept)
    return streaming.answer(request, talk, 200, etag(talk.version), coach, actor)


@router.post(
    "/{id}/goal",
    status_code=201,
    responses=documented(403, 404, 409, 412, 415, 422),
    openapi_extra=describes(ToAdopt, fr={"draft": 1}, en={}),
    summary="Adopt a draft",
)
async def adopt(
    id: Id,
    asked: Annotated[ToAdopt, Depends(sent(ToAdopt))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Goal:
    """Adopt a draft: a person's act, logged. The conversation is then closed."""
    about = {"lead": asked.lead, "strategy": asked.strategy}
    goal = await conversations.adopt(coach, actor, id, draft=asked.draft, **about, expected=expected, once=once)
    response.headers.update(located(f"/goals/{goal.id}", goal.version))
    return goal


@router.post(
    "/{id}/ratings",
    status_code=204,
    responses=documented(403, 404, 409, 415, 422),
    openapi_extra=describes(
        NewRating,
        fr={"draft": 0, "mark": "down", "note": "Trop long pour une diapositive.", "shared": True},
        en={"draft": 1, "mark": "up"},
    ),
    summary="Rate a draft",
)
async def rate(
    id: Id, asked: Annotated[NewRating, Depends(sent(NewRating))], coach: CoachDep, actor: ActorDep, once: OnceDep
) -> Response:
    """A thumb up or down on a draft that is shown, with a reason if there is one; `none` takes it back."""
    await ratings.rate(coach, actor, id, asked, once=once)
    return Response(status_code=204)


@router.get("/{id}/ratings", responses=documented(404), summary="Read my ratings")
async def rated(id: Id, coach: CoachDep, actor: ActorDep) -> Page[Rating]:
    """What the caller thought of the drafts of this conversation."""
    await conversations.get(coach, actor, id)
    return Page(items=tuple((await ratings.of(coach, actor, id)).values()))
