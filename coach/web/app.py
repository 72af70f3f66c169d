"""The web app as one ASGI application, mounted beside the API on the same server."""

import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Mount
from starlette.types import Scope

from coach.service import Coach
from coach.web import assets, problems
from coach.web.forms import Guard
from coach.web.headers import SecurityHeaders
from coach.web.pages import (
    connections,
    conversation,
    following,
    goals,
    history,
    home,
    kpis,
    links,
    models,
    outlets,
    settings,
    team,
    whatif,
    written,
)
from coach.web.streams import Streams

_KEY_FILE = "web.key"


@dataclass
class Site:
    """What the pages share in one process."""

    app: FastAPI
    streams: Streams = field(default_factory=Streams)
    speak: conversation.Speak = conversation.said_by_rules

    @property
    def coach(self) -> Coach:
        """The use cases' state, which the server opens when it starts."""
        return self.app.state.coach

    @cached_property
    def guard(self) -> Guard:
        """What makes form tokens; its secret outlives restarts, so that an open page still works after one."""
        return Guard(_secret(self.coach.settings.home))


class _Pages(Mount):
    """Every address but the API's: an unknown one of those is answered by the API, in its own form."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As a mount does, except below ``/api``."""
        if scope["path"].removeprefix(scope.get("root_path", "")).startswith("/api/"):
            return Match.NONE, {}
        return super().matches(scope)


def mount(app: FastAPI) -> None:
    """Serve the pages from ``app``, at every address it has no route for: call it after the API's routes are added.

    ``app.state.coach`` must hold the opened ``Coach`` whenever a request arrives.
    """
    site = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    site.state.site = Site(app)
    for router in (
        assets.router,
        home.router,
        conversation.router,
        following.router,
        goals.router,
        team.router,
        links.router,
        outlets.router,
        history.router,
        connections.router,
        kpis.router,
        written.router,
        models.router,
        settings.router,
        whatif.router,
    ):
        site.include_router(router)
    problems.handle(site)
    app.router.routes.append(
        _Pages("", SecurityHeaders(GZipMiddleware(site, minimum_size=500, compresslevel=6)), name="pages")
    )


def _secret(home: Path) -> str:
    """The key kept in the home folder, made at first need and readable by its owner alone.

    Where the folder cannot be written, a key of this process: pages left open over a restart ask to send again.
    """
    path = home / _KEY_FILE
    fresh = secrets.token_urlsafe(32)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:
        return path.read_text().strip() or fresh
    except OSError:
        return fresh
    return fresh
