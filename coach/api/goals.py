"""``/goals``: goals and their life."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from coach.api.assessments import Reference
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
    optional,
    searchable,
)
from coach.core.model.base import Value
from coach.service import CheckIn, Goal, GoalChange, NewCheckIn, Page, foresight, goals, profiles
from coach.service.values import GoalStatus, Progress, Proposal, Text, TextLanguage

router = APIRouter(prefix="/goals", tags=["goals"])


class ToCreate(Value):
    """A goal to adopt at once, without a conversation."""

    text: Text
    language: TextLanguage | None = Field(default=None, description="Left out, the text tells.")
    reference_date: Reference = None
    variant: Literal["prudent", "balanced", "ambitious"] = Field(
        default="balanced", description="Which draft to keep, where there are several."
    )
    adopt: bool = Field(default=True, description="False prepares the goal: it is adopted later, or never.")


_FR = {"text": "Signer 12 contrats de maintenance avec des cliniques d’ici fin juin", "reference_date": "2026-01-15"}
_EN = {"text": "Win 12 maintenance contracts with clinics by 30 June 2026", "reference_date": "2026-01-15"}


@router.post(
    "",
    status_code=201,
    responses=documented(403, 409, 415, 422),
    openapi_extra=describes(ToCreate, fr=_FR, en=_EN),
    summary="Adopt a goal from a text",
)
async def create(
    asked: Annotated[ToCreate, Depends(sent(ToCreate))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    once: OnceDep,
) -> Goal:
    """Adopt a goal written elsewhere: it is read, drafted and verified like any other."""
    profile = await profiles.recent(coach, actor)
    goal = await goals.create(
        coach, actor, asked.text, variant=asked.variant, language=asked.language, today=asked.reference_date,
        profile=profile, adopt=asked.adopt, once=once,
    )  # fmt: skip
    response.headers.update(located(f"/goals/{goal.id}", goal.version))
    return goal


@router.get("", responses=documented(422), summary="List goals")
async def listed(
    coach: CoachDep,
    actor: ActorDep,
    q: Words = "",
    status: Annotated[GoalStatus | None, Query(), optional(enum=get_args(GoalStatus))] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Goal]:
    """The goals, newest first."""
    return await goals.page(coach, actor, search=searchable(q), status=status, limit=limit, cursor=cursor)


@router.get("/{id}", responses=documented(404), summary="Read a goal")
async def read(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Goal:
    """The goal as it stands; a deleted one too, so that it can be brought back."""
    goal = await goals.get(coach, actor, id)
    response.headers.update(etag(goal.version))
    return goal


@router.patch(
    "/{id}",
    responses=documented(403, 404, 409, 412, 415, 422),
    openapi_extra=describes(
        GoalChange,
        fr={"target": 10, "reason": "un poste vacant jusqu’en avril"},
        en={"due": "2026-09-30", "reason": "the trade fair was moved"},
    ),
    summary="Change a goal",
)
async def change(
    id: Id,
    asked: Annotated[GoalChange, Depends(sent(GoalChange))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Goal:
    """Change what is given: target, due date and status are adjustments and want a reason; parts make the target."""
    goal = await goals.change(coach, actor, id, asked, expected=expected, once=once)
    response.headers.update(etag(goal.version))
    return goal


@router.post(
    "/{id}/check-ins",
    status_code=201,
    responses=documented(403, 404, 409, 415, 422),
    openapi_extra=describes(
        NewCheckIn,
        fr={"value": 4, "confidence": "high", "comment": "deux signatures au salon"},
        en={"value": 5.5, "day": "2026-01-14"},
    ),
    summary="Check in",
)
async def check_in(
    id: Id,
    asked: Annotated[NewCheckIn, Depends(sent(NewCheckIn))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    once: OnceDep,
) -> CheckIn:
    """One dated look: where the KPI stands."""
    entry = await goals.check_in(coach, actor, id, asked, once=once)
    response.headers.update(located(f"/goals/{id}/check-ins/{entry.id}"))
    return entry


@router.get("/{id}/check-ins", responses=documented(404, 422), summary="List check-ins")
async def check_ins(
    id: Id, coach: CoachDep, actor: ActorDep, limit: Limit = 50, cursor: Cursor = None
) -> Page[CheckIn]:
    """The check-ins, latest entered first."""
    return await goals.check_ins(coach, actor, id, limit=limit, cursor=cursor)


@router.get("/{id}/next-check-in", responses=documented(404), summary="Propose the next check-in")
async def next_check_in(id: Id, coach: CoachDep, actor: ActorDep) -> Proposal:
    """What the next check-in may say, from the CRM or the last one: for a person to confirm."""
    return await foresight.next_look(coach, actor, id)


@router.delete(
    "/{id}/check-ins/{check_in_id}", responses=documented(403, 404, 409, 422), summary="Take a check-in back"
)
async def withdraw(id: Id, check_in_id: Id, coach: CoachDep, actor: ActorDep, once: OnceDep) -> CheckIn:
    """It is kept, and no longer counts. To correct one, check in with `corrects`."""
    return await goals.withdraw(coach, actor, id, check_in_id, once=once)


@router.get("/{id}/check-ins/{check_in_id}", responses=documented(404), summary="Read a check-in")
async def one_check_in(id: Id, check_in_id: Id, coach: CoachDep, actor: ActorDep) -> CheckIn:
    """One check-in."""
    return await goals.get_check_in(coach, actor, id, check_in_id)


@router.get("/{id}/progress", responses=documented(404), summary="Tell where a goal stands")
async def progress(id: Id, coach: CoachDep, actor: ActorDep) -> Progress:
    """Pace, chance, causes and the one thing to do, in figures and in sentences, with what they rest on."""
    return await goals.progress(coach, actor, id)
