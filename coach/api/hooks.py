"""``/hooks/{connector}``: calls that CRMs make. Each is proved by its signature or password, and taken once."""

import json
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from coach.api.problems import documented
from coach.api.request import CoachDep
from coach.errors import BadInput, CallerError
from coach.plugins import Call
from coach.service import Coach, calling
from coach.service.calling import CheckedThere, Marked

router = APIRouter(prefix="/hooks", tags=["hooks"])

Connector = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="The connector's name.")]
_JSON: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}


@router.post("/{connector}", responses=documented(403, 404, 422), openapi_extra=_JSON, summary="Take a webhook")
async def webhook(connector: Connector, request: Request, coach: CoachDep) -> Marked:
    """Records changed over there: they are read again soon. Nothing that the call says is kept."""
    return await calling.webhook(coach, connector, await _call(coach, request))


@router.get("/{connector}/panel", responses=documented(403, 404, 409, 422), summary="Show goals on a record")
async def panel(connector: Connector, request: Request, coach: CoachDep) -> Any:
    """The goals, in the form that the CRM shows: HubSpot's app card, Pipedrive's JSON panel."""
    try:
        return await calling.panel(coach, connector, await _call(coach, request))
    except CallerError as wrong:
        return await _refused(coach, connector, wrong)


@router.post(
    "/{connector}/check", responses=documented(403, 404, 409, 422), openapi_extra=_JSON, summary="Check on a record"
)
async def check(connector: Connector, request: Request, coach: CoachDep) -> CheckedThere:
    """Judge the ambition typed on a record's page. Nothing is kept."""
    call = await _call(coach, request)
    return await calling.check(coach, connector, call, calling.read_text(_data(call.body)))


async def _call(coach: Coach, request: Request) -> Call:
    query = request.url.query
    address = f"{coach.settings.public_url}{request.url.path}" + (f"?{query}" if query else "")
    try:
        return Call(
            method=request.method,
            url=address,
            query=dict(parse_qsl(query, keep_blank_values=True, max_num_fields=60)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.body(),
            at=coach.now(),
        )
    except (ValidationError, ValueError):
        raise BadInput("This call cannot be read.", remedy="Send it as the CRM does.", reason="not_genuine") from None


async def _refused(coach: Coach, connector: str, wrong: CallerError) -> Response:
    """A panel shows its own kind of error; who is no CRM of ours gets the plain problem."""
    if wrong.details.get("reason") not in ("replayed",):
        raise wrong
    body = await calling.refusal(coach, connector, wrong.message, wrong.remedy)
    return Response(json.dumps(body), 409, media_type="application/json")


def _data(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
