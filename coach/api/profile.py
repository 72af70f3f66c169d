"""``/profile``: who the goals are for, and how this workspace reads SMART."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, ExpectedDep, OnceDep, etag
from coach.service import SavedProfile, profiles
from coach.service.given import GivenProfile

router = APIRouter(prefix="/profile", tags=["profile"])


@router.get("", responses=documented(), summary="Read the profile")
async def read(response: Response, coach: CoachDep, actor: ActorDep) -> SavedProfile:
    """Context and conventions as they stand."""
    saved = await profiles.get(coach, actor)
    response.headers.update(etag(saved.version))
    return saved


@router.put(
    "",
    responses=documented(403, 409, 412, 415, 422),
    openapi_extra=describes(
        GivenProfile,
        fr={"context": {"company": "sme", "maturity": "junior", "headcount": 3, "segment": "cliniques"}},
        en={"context": {"company": "scale_up", "market_growth": 0.1}, "conventions": {"currency": "USD"}},
    ),
    summary="Replace the profile",
)
async def write(
    asked: Annotated[GivenProfile, Depends(sent(GivenProfile))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> SavedProfile:
    """Replace them."""
    saved = await profiles.set(coach, actor, asked.plain(), expected=expected, once=once)
    response.headers.update(etag(saved.version))
    return saved
