"""``/outlets``: where reminders and digests go."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, ExpectedDep, Id, etag, located
from coach.core.model.base import Value
from coach.service import outlets, reminders
from coach.service.outlets import NewOutlet, Outlet, OutletChange

router = APIRouter(prefix="/outlets", tags=["outlets"])


class Outlets(Value):
    """The outlets, oldest first."""

    items: tuple[Outlet, ...]


@router.post(
    "",
    status_code=201,
    responses=documented(403, 415, 422),
    openapi_extra=describes(
        NewOutlet,
        fr={"kind": "email", "address": "direction@example.com", "language": "fr"},
        en={"kind": "slack", "address": "https://hooks.slack.com/services/T0/B0/key", "language": "en"},
    ),
    summary="Add an outlet",
)
async def create(
    asked: Annotated[NewOutlet, Depends(sent(NewOutlet))], response: Response, coach: CoachDep, actor: ActorDep
) -> Outlet:
    """A mail address, each goal's lead, a Slack or Teams webhook, any other webhook. It is off: preview it first."""
    made = await outlets.create(coach, actor, asked)
    response.headers.update(located(f"/outlets/{made.id}", made.version))
    return made


@router.get("", summary="List outlets")
async def listed(coach: CoachDep, actor: ActorDep) -> Outlets:
    """Every outlet, without what is secret in its address."""
    return Outlets(items=await outlets.every(coach, actor))


@router.get("/{id}", responses=documented(404), summary="Read an outlet")
async def read(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Outlet:
    """One outlet, and why its last message did not arrive, if it did not."""
    found = await outlets.get(coach, actor, id)
    response.headers.update(etag(found.version))
    return found


@router.post("/{id}/preview", responses=documented(403, 404), summary="See what an outlet would send")
async def preview(id: Id, coach: CoachDep, actor: ActorDep) -> reminders.Preview:
    """A reminder and a digest as they would be today. Having seen them allows switching the outlet on."""
    return await reminders.preview(coach, actor, id)


@router.patch(
    "/{id}",
    responses=documented(403, 404, 409, 412, 415, 422),
    openapi_extra=describes(OutletChange, fr={"switched_on": True}, en={"digest": False}),
    summary="Change an outlet",
)
async def change(
    id: Id,
    asked: Annotated[OutletChange, Depends(sent(OutletChange))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
) -> Outlet:
    """Switch it on or off, choose what it sends."""
    found = await outlets.change(coach, actor, id, asked, expected=expected)
    response.headers.update(etag(found.version))
    return found


@router.delete("/{id}", status_code=204, responses=documented(403, 404), summary="Remove an outlet")
async def remove(id: Id, coach: CoachDep, actor: ActorDep) -> None:
    """Forget it and its address."""
    await outlets.remove(coach, actor, id)
