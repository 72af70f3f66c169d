"""``/goals``: adopted goals and their life."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from coach.api.conversations import Id, _searchable
from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, ExpectedDep, OnceDep, etag
from coach.core.model.base import Value
from coach.service import CheckIn, Goal, GoalChange, NewCheckIn, Page, goals, profiles
from coach.service.values import Day, GoalStatus, Progress, Text

router = APIRouter(prefix="/goals", tags=["goals"])


class ToAdopt(Value):
    """A goal to adopt at once, without a conversation."""

    text: Text
    language: Literal["fr", "en", "es"] | None = None
    reference_date: Day | None = Field(default=None, strict=False)
    variant: Literal["prudent", "balanced", "ambitious"] = "balanced"


@router.post("", status_code=201, responses=documented(403, 409, 415))
async def adopt(asked: ToAdopt, response: Response, coach: CoachDep, actor: ActorDep, once: OnceDep) -> Goal:
    """Adopt a goal written elsewhere: it is read, drafted and verified like any other."""
    profile = await profiles.recent(coach, actor)
    goal = await goals.create(
        coach, actor, asked.text, variant=asked.variant, language=asked.language, today=asked.reference_date,
        profile=profile, once=once,
    )  # fmt: skip
    response.headers.update({"Location": f"/api/v1/goals/{goal.id}", **etag(goal.version)})
    return goal


@router.get("", responses=documented())
async def listed(
    coach: CoachDep,
    actor: ActorDep,
    q: Annotated[str, Query(max_length=200, description="Words of the statement.")] = "",
    status: Annotated[GoalStatus | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[Goal]:
    """The goals, newest first."""
    return await goals.page(coach, actor, search=_searchable(q), status=status, limit=limit, cursor=cursor)


@router.get("/{id}", responses=documented(404))
async def read(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Goal:
    """The goal as it stands; a deleted one too, so that it can be brought back."""
    goal = await goals.get(coach, actor, id)
    response.headers.update(etag(goal.version))
    return goal


@router.patch("/{id}", responses=documented(403, 404, 409, 415))
async def change(
    id: Id,
    asked: GoalChange,
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Goal:
    """Change what is given: target and due date are adjustments and want a reason."""
    goal = await goals.change(coach, actor, id, asked, expected=expected, once=once)
    response.headers.update(etag(goal.version))
    return goal


@router.post("/{id}/check-ins", status_code=201, responses=documented(403, 404, 409, 415))
async def check_in(
    id: Id, asked: NewCheckIn, response: Response, coach: CoachDep, actor: ActorDep, once: OnceDep
) -> CheckIn:
    """One dated look: where the KPI stands."""
    entry = await goals.check_in(coach, actor, id, asked, once=once)
    response.headers["Location"] = f"/api/v1/goals/{id}/check-ins/{entry.id}"
    return entry


@router.get("/{id}/check-ins", responses=documented(404))
async def check_ins(
    id: Id,
    coach: CoachDep,
    actor: ActorDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[CheckIn]:
    """The check-ins, latest first."""
    return await goals.check_ins(coach, actor, id, limit=limit, cursor=cursor)


@router.get("/{id}/check-ins/{check_in_id}", responses=documented(404))
async def one_check_in(id: Id, check_in_id: Id, coach: CoachDep, actor: ActorDep) -> CheckIn:
    """One check-in."""
    return await goals.get_check_in(coach, actor, id, check_in_id)


@router.get("/{id}/progress", responses=documented(404))
async def progress(id: Id, coach: CoachDep, actor: ActorDep) -> Progress:
    """Attainment, pace and status, with the check-ins and adjustments they rest on."""
    return await goals.progress(coach, actor, id)
