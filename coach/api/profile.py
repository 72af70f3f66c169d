"""``/profile``: who the goals are for, and how this workspace reads SMART."""

from fastapi import APIRouter, Response

from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, ExpectedDep, OnceDep, etag
from coach.core.model import Profile
from coach.service import SavedProfile, profiles

router = APIRouter(prefix="/profile", tags=["profile"])


@router.get("", responses=documented())
async def read(response: Response, coach: CoachDep, actor: ActorDep) -> SavedProfile:
    """Context and conventions as they stand."""
    saved = await profiles.get(coach, actor)
    response.headers.update(etag(saved.version))
    return saved


@router.put("", responses=documented(403, 409, 415))
async def write(
    profile: Profile, response: Response, coach: CoachDep, actor: ActorDep, expected: ExpectedDep, once: OnceDep
) -> SavedProfile:
    """Replace them."""
    saved = await profiles.set(coach, actor, profile, expected=expected, once=once)
    response.headers.update(etag(saved.version))
    return saved
