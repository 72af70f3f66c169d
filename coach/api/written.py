"""``/goals/{id}/crm``: a goal written into a CRM, previewed first, and what was changed of it over there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, Id, etag
from coach.core.model.base import Value
from coach.service import Goal, writing_back
from coach.service.values import Name, Note
from coach.service.writing_back import Preview, Standing

router = APIRouter(prefix="/goals", tags=["goals"])


class ToPreview(Value):
    """Where to write the goal, and for whom."""

    connection_id: Name
    owner: Name | None = Field(default=None, description="The CRM's id of the person; left out, the whole company.")


class ToWrite(ToPreview):
    """The same, once somebody agreed to the preview."""

    agreed: Name = Field(description="What the preview gave: exactly that is written, or nothing.")


class ToTakeOver(Value):
    """The change made over there becomes the goal's."""

    connection_id: Name
    reason: Note = Field(min_length=1)


class Standings(Value):
    """Where the goal was written."""

    items: tuple[Standing, ...]


_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
_WHERE = {"connection_id": _ID, "owner": "101"}


@router.get("/{id}/crm", responses=documented(404), summary="See where a goal was written")
async def listed(id: Id, coach: CoachDep, actor: ActorDep) -> Standings:
    """With `target` and `due` where somebody changed them over there, and `gone` where it was taken away."""
    return Standings(items=await writing_back.written_of(coach, actor, id))


@router.post(
    "/{id}/crm/preview",
    responses=documented(403, 404, 409, 415, 422, 502),
    openapi_extra=describes(ToPreview, fr=_WHERE, en=_WHERE),
    summary="Preview a writing",
)
async def preview(
    id: Id, asked: Annotated[ToPreview, Depends(sent(ToPreview))], coach: CoachDep, actor: ActorDep
) -> Preview:
    """A goal of the CRM's own where it can count the metric, otherwise a task and the reason. Nothing is written."""
    return await writing_back.preview(coach, actor, id, asked.connection_id, owner=asked.owner)


@router.post(
    "/{id}/crm",
    responses=documented(403, 404, 409, 415, 422, 502),
    openapi_extra=describes(ToWrite, fr={**_WHERE, "agreed": "…"}, en={**_WHERE, "agreed": "…"}),
    summary="Write a goal",
)
async def write(
    id: Id, asked: Annotated[ToWrite, Depends(sent(ToWrite))], coach: CoachDep, actor: ActorDep
) -> Standing:
    """Exactly what was previewed, read back afterwards; twice writes once."""
    return await writing_back.write(coach, actor, id, asked.connection_id, agreed=asked.agreed, owner=asked.owner)


@router.post(
    "/{id}/crm/take-over",
    responses=documented(403, 404, 409, 415, 422),
    openapi_extra=describes(
        ToTakeOver,
        fr={"connection_id": _ID, "reason": "revu en comité"},
        en={"connection_id": _ID, "reason": "agreed with finance"},
    ),
    summary="Take over a change made in the CRM",
)
async def take_over(
    id: Id,
    asked: Annotated[ToTakeOver, Depends(sent(ToTakeOver))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
) -> Goal:
    """The goal gets the figure or the end it has over there: an adjustment, with its reason."""
    goal = await writing_back.take_over(coach, actor, id, asked.connection_id, reason=asked.reason)
    response.headers.update(etag(goal.version))
    return goal
