"""The server's application: the API, and the pages beside it."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from coach import __version__, service, web
from coach.api import (
    assessments,
    bodies,
    calibrations,
    connections,
    conversations,
    goals,
    hooks,
    kpis,
    operations,
    outlets,
    problems,
    profile,
    voices,
    written,
)
from coach.api.counts import Counts
from coach.api.guard import Guard, Limit
from coach.settings import Settings

_ABOUT = """Judge sales ambitions against SMART, coach them to goals, follow the goals.

Errors are RFC 9457 problems that say what to do, in the language of `Accept-Language`. Lists have cursors: follow `next`.
Writes take an `Idempotency-Key`; reads give an `ETag`, and `If-Match` makes a write conditional on it."""


def create_app(
    settings: Settings | None = None, clock: Callable[[], dt.datetime] | None = None, *, with_jobs: bool = False
) -> FastAPI:
    """The application; its database is opened when the server starts.

    ``clock`` replaces the machine's, in tests. ``with_jobs``: this process also does jobs, or asks workers for them, as
    the settings say; without, jobs wait until someone drains them.
    """
    settings = settings or Settings.from_environment()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service.opened(settings, *([clock] if clock else [])) as coach:
            app.state.coach = coach
            async with _jobs(coach) if with_jobs else nullcontext():
                yield

    app = FastAPI(
        title="coach",
        version=__version__,
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,  # the stock pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.counts = Counts()
    for router in (
        assessments.router,
        calibrations.router,
        conversations.router,
        goals.router,
        written.router,
        voices.router,
        outlets.router,
        connections.router,
        kpis.router,
        hooks.router,
        profile.router,
        operations.router,
    ):
        app.include_router(router, prefix="/api/v1")
    app.include_router(operations.router, include_in_schema=False)
    problems.handle(app)
    web.mount(app)
    limit = Limit(settings.rate_limit) if settings.rate_limit else None
    app.add_middleware(Guard, hosts=settings.host_names, limit=limit, counts=app.state.counts)
    _describe(app)
    return app


def _jobs(coach: service.Coach) -> AbstractAsyncContextManager[object]:
    from coach import jobs

    return jobs.working(coach) if coach.settings.jobs == "here" else jobs.asking(coach)


def _describe(app: FastAPI) -> None:
    """Complete the description: the bodies we read ourselves, and our problems instead of FastAPI's validation error."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            whole = plain()
            schemas = whole["components"]["schemas"]
            for operation in (one for path in whole["paths"].values() for one in path.values()):
                if "HTTPValidationError" in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]  # an id that is none of ours is a 404
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schemas.update(bodies.schemas())
            _, problem = models_json_schema([(problems.Problem, "validation")], ref_template=bodies.PLACE)
            schemas.update(problem["$defs"])
        return app.openapi_schema or {}

    app.openapi = described
