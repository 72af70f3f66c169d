"""``/healthz``, ``/readyz``, ``/metrics``: for whoever runs the server. Also under ``/api/v1``."""

import time

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from coach.api.problems import documented
from coach.api.request import CoachDep
from coach.core.model.base import Value
from coach.service import people

router = APIRouter(tags=["operations"])
_STARTED = time.monotonic()


class Health(Value):
    """The process answers."""

    status: str = "ok"


@router.get("/healthz", responses={421: documented()[421]})
async def healthz() -> Health:
    """The process is alive."""
    return Health()


@router.get("/readyz", responses={421: documented()[421], 503: documented()[503]})
async def readyz(coach: CoachDep) -> Health:
    """The database answers."""
    await people.preferences(coach, await people.owner(coach))
    return Health()


@router.get("/metrics", response_class=PlainTextResponse, responses={421: documented()[421]})
async def metrics(request: Request) -> str:
    """Counters in the Prometheus text format."""
    counts = request.app.state.counts.by_class
    lines = ["# HELP coach_http_responses_total Answers by class of status.", "# TYPE coach_http_responses_total counter"]
    lines += [f'coach_http_responses_total{{class="{name}"}} {count}' for name, count in counts.items()]
    lines += ["# HELP coach_uptime_seconds Seconds since the process started.", "# TYPE coach_uptime_seconds gauge"]
    return "\n".join([*lines, f"coach_uptime_seconds {time.monotonic() - _STARTED:.0f}", ""])
