"""``/kpis``, ``/teams``, ``/members``: what the team really did, with the evidence, and who they are."""

from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Query, Response

from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep, optional
from coach.core.model.base import Value
from coach.core.model.kpi import KpiSeries, Subject
from coach.core.model.reading import Cadence
from coach.service import kpis, teams
from coach.service.given import GivenSeries
from coach.service.kpis import History
from coach.service.teams import Member, Team

router = APIRouter(tags=["kpis"])

_TEXT = r"^[^\x00]{1,200}$"
Ref = Annotated[
    str | None, Query(pattern=_TEXT, description="An id or a label that `subjects` gives."), optional(pattern=_TEXT)
]
Grain = Annotated[Cadence, Query(description="How long a period is."), optional(enum=get_args(Cadence))]


_PERIOD = {"start": "2025-10-01", "end": "2026-01-01"}


class Kpis(Value):
    """The best known past of each KPI, and whose figures there are."""

    items: tuple[History, ...]
    subjects: tuple[Subject, ...]


class Teams(Value):
    """By name."""

    items: tuple[Team, ...]


class Members(Value):
    """By name."""

    items: tuple[Member, ...]


@router.get("/kpis", responses=documented(422), summary="Read the KPIs")
async def listed(
    coach: CoachDep,
    actor: ActorDep,
    team: Ref = None,
    member: Ref = None,
    pipeline: Ref = None,
    segment: Ref = None,
    grain: Grain = "month",
) -> Kpis:
    """Of the whole workspace, or of one team, member, pipeline or segment: each value with what it rests on."""
    found = await kpis.every(
        coach,
        actor.workspace_id,
        coach.today(),
        team=team,
        owner=member,
        pipeline=pipeline,
        segment=segment,
        grain=grain,
    )
    return Kpis(items=found, subjects=await kpis.subjects(coach, actor.workspace_id))


@router.post(
    "/kpis",
    status_code=201,
    responses=documented(403, 415, 422),
    openapi_extra=describes(
        GivenSeries,
        fr={"metric": "nps", "unit": "points", "grain": "quarter", "points": [{**_PERIOD, "value": 41}]},
        en={"metric": "margin", "unit": "EUR", "grain": "quarter", "points": [{**_PERIOD, "value": 52_000}]},
    ),
    summary="Tell a KPI",
)
async def told(
    asked: Annotated[GivenSeries, Depends(sent(GivenSeries))], response: Response, coach: CoachDep, actor: ActorDep
) -> History:
    """What no CRM tells, told by a person: over what was told before of the same periods, and marked as such."""
    found = await kpis.type_in(coach, actor, KpiSeries.model_validate(asked.model_dump()))
    response.headers["Location"] = "/api/v1/kpis"
    return found


@router.get("/teams", responses=documented(), summary="List teams")
async def list_teams(coach: CoachDep, actor: ActorDep) -> Teams:
    """The teams that the connected CRMs know."""
    return Teams(items=await teams.every(coach, actor))


@router.get("/members", responses=documented(422), summary="List members")
async def list_members(
    coach: CoachDep, actor: ActorDep, active: Annotated[bool | None, Query(), optional(type="boolean")] = None
) -> Members:
    """The sales people that the connected CRMs know, by first name."""
    return Members(items=await teams.members(coach, actor, active=active))
