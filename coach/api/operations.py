"""``/healthz``, ``/readyz``, ``/metrics``: for whoever runs the server. Also under ``/api/v1``."""

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from coach.api.problems import documented
from coach.api.request import CoachDep
from coach.core.model.base import Value
from coach.service import people, profiles

router = APIRouter(tags=["operations"])


class Health(Value):
    """The process answers."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", responses=documented(), summary="Tell whether the process lives")
async def healthz() -> Health:
    """The process is alive."""
    return Health()


@router.get("/readyz", responses=documented(), summary="Tell whether it can serve")
async def readyz(coach: CoachDep) -> Health:
    """The database answers; 503 while it does not."""
    await profiles.get(coach, await people.owner(coach))
    return Health()


@router.get("/metrics", response_class=PlainTextResponse, responses=documented(), summary="Give the counters")
async def metrics(request: Request) -> str:
    """Counters in the Prometheus text format."""
    return request.app.state.counts.text()
