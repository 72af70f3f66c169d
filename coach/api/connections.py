"""``/connections`` and ``/syncs``: accounts of CRMs, what their words mean, and the readings of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import Field, StringConstraints
from pydantic.config import JsonDict

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
    etag,
    located,
    optional,
)
from coach.core.model.base import Value
from coach.core.model.records import Mapping as Words
from coach.service import Actor, Coach, Page, connecting, connections, syncs
from coach.service.connections import Connection
from coach.service.syncs import SyncRun
from coach.service.values import Figure, Name, Note, Whole

router = APIRouter(tags=["connections"])

EVERY_S, AT_MOST_S = 0.4, 900.0
"""How often a stream looks at a run, and when it leaves one that goes on: ask again."""

Setting = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000), Whole]
_NO_OTHER_KEY: JsonDict = {"additionalProperties": False}  # beside the keys' pattern, which alone would allow any other
Rates = Annotated[
    dict[Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")], Figure],
    Field(max_length=40, json_schema_extra=_NO_OTHER_KEY),
]
Given = Annotated[dict[Setting, Note | bool | Count | Rates], Field(max_length=40, json_schema_extra=_NO_OTHER_KEY)]
Label = Annotated[Note, Field(max_length=200)]
Ids = Annotated[tuple[Name, ...], Field(max_length=200)]


class GivenWords(Words):
    """What the account's own words mean, as given: ids of its stages, pipelines, types and outcomes."""

    qualified_stages: Ids = ()
    demo_stages: Ids = ()
    quote_stages: Ids = ()
    renewal_pipelines: Ids = ()
    meeting_types: Ids = ()
    call_types: Ids = ()
    qualified_types: Ids = ()
    connected_outcomes: Ids = ()


class ToConnect(Value):
    """An account of a CRM: which connector, and the settings it asks for."""

    connector: Name
    settings: Given = Field(default={}, description="What the connector asks for, as `token`. Secrets are sealed.")
    label: Label = Field(default="", description="Left out, the account's own name.")


class ToChange(Value):
    """What changes; what is left out stays."""

    label: str | None = Field(default=None, max_length=200)
    settings: Given | None = Field(
        default=None, max_length=40, description="Over the old ones: a new token reconnects."
    )
    mapping: Words | None = None


class Connections(Value):
    """The workspace's connections, oldest first."""

    items: tuple[Connection, ...]


_FR: dict[str, Any] = {"connector": "demo", "label": "Équipe de démonstration", "settings": {"months": 12}}
_EN: dict[str, Any] = {"connector": "hubspot", "settings": {"token": "pat-eu1-00000000-0000-0000-0000-000000000000"}}


@router.get("/connections", responses=documented(), summary="List connections")
async def listed(coach: CoachDep, actor: ActorDep) -> Connections:
    """Each with its state, its scopes KPI by KPI, and the mapping in force. No secret is ever shown."""
    return Connections(items=await connections.every(coach, actor))


@router.post(
    "/connections",
    status_code=201,
    responses=documented(403, 404, 409, 415, 422, 502),
    openapi_extra=describes(ToConnect, fr=_FR, en=_EN),
    summary="Connect a CRM",
)
async def create(
    asked: Annotated[ToConnect, Depends(sent(ToConnect))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    once: OnceDep,
) -> Connection:
    """Checked by a cheap call before anything is kept. Addresses of any other host than the vendor's are refused."""
    made = await connecting.connect(coach, actor, asked.connector, dict(asked.settings), label=asked.label, once=once)
    response.headers.update(located(f"/connections/{made.id}", made.version))
    return made


@router.get("/connections/{id}", responses=documented(404), summary="Read a connection")
async def read(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Connection:
    """As it stands."""
    found = await connections.get(coach, actor, id)
    response.headers.update(etag(found.version))
    return found


@router.patch(
    "/connections/{id}",
    responses=documented(403, 404, 409, 412, 415, 422, 502),
    openapi_extra=describes(
        ToChange,
        fr={"mapping": {"qualified_stages": ["12"], "meeting_types": ["meeting"]}},
        en={"label": "Northern team"},
    ),
    summary="Change a connection",
)
async def change(
    id: Id,
    asked: Annotated[ToChange, Depends(sent(ToChange))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
) -> Connection:
    """A new label, a new credential (checked first), or what the account's own words mean."""
    found = await connections.get(coach, actor, id)
    if asked.label is not None or asked.settings is not None:
        settings = dict(asked.settings) if asked.settings is not None else None
        found = await connecting.change(coach, actor, id, label=asked.label, settings=settings, expected=expected)
        expected = found.version if expected is not None else None
    if asked.mapping is not None:
        mapping = Words.model_validate(asked.mapping.model_dump())
        found = await connections.set_mapping(coach, actor, id, mapping, expected=expected)
    response.headers.update(etag(found.version))
    return found


@router.delete(
    "/connections/{id}", status_code=204, response_class=Response, responses=documented(403, 404), summary="Disconnect"
)
async def remove(id: Id, coach: CoachDep, actor: ActorDep) -> Response:
    """Forget the credentials, the records and the figures counted from them."""
    await connections.remove(coach, actor, id)
    return Response(status_code=204)


@router.post("/connections/{id}/check", responses=documented(403, 404), summary="Look at the CRM again")
async def check(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> Connection:
    """One cheap call: state, scopes and choices as they are now. A CRM that fails is a state, not an error."""
    found = await connections.check(coach, actor, id)
    response.headers.update(etag(found.version))
    return found


@router.post("/connections/{id}/sync", status_code=202, responses=documented(403, 404), summary="Read the CRM now")
async def sync(id: Id, response: Response, coach: CoachDep, actor: ActorDep) -> SyncRun:
    """Starts a reading, or gives the one under way; follow it at its `Location`."""
    run = await syncs.start(coach, actor, id)
    response.headers.update(located(f"/syncs/{run.id}"))
    return run


@router.get("/syncs", responses=documented(422), summary="List readings")
async def runs(
    coach: CoachDep,
    actor: ActorDep,
    connection: Annotated[
        str | None,
        Query(pattern=r"^[0-9a-f-]{36}$", description="Of one connection only."),
        optional(pattern=r"^[0-9a-f-]{36}$"),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SyncRun]:
    """Latest first, with counts and reasons."""
    return await syncs.page(coach, actor, connection, limit=limit, cursor=cursor)


@router.get(
    "/syncs/{id}",
    response_model=SyncRun,
    responses={**documented(404), 200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    summary="Follow a reading",
)
async def run(id: Id, request: Request, coach: CoachDep, actor: ActorDep) -> Response:
    """As it stands; with `Accept: text/event-stream`, each time it moves (`progress`), then once more at its end (`done`)."""
    found = await syncs.get(coach, actor, id)
    if "text/event-stream" in request.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_followed(coach, actor, found), headers=headers)
    return Response(found.model_dump_json(), media_type="application/json")


async def _followed(coach: Coach, actor: Actor, found: SyncRun) -> AsyncIterator[bytes]:
    event: Literal["progress", "done"]
    shown: SyncRun | None = None
    for _ in range(int(AT_MOST_S / EVERY_S)):
        event = "progress" if found.status in ("queued", "running") else "done"
        if found != shown:
            yield format_sse_event(data_str=found.model_dump_json(), event=event, id=f"{found.pages}.{event}")
        if event == "done":
            return
        shown = found
        await asyncio.sleep(EVERY_S)
        found = await syncs.get(coach, actor, found.id)
