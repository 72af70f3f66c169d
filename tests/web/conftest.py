"""The pages without a browser, and with one: the same app, on an empty home of its own."""

import datetime as dt
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from coach.api.app import create_app
from coach.settings import Settings
from coach.web.app import Site
from tests.web import browsing

NOON = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)


def site_of(app: FastAPI) -> Site:
    """What the pages of ``app`` share: the mounted application sits behind the headers and the compression."""
    return next(route for route in app.routes if getattr(route, "name", "") == "pages").app.app.app.state.site


def application(home: Path, clock: Callable[[], dt.datetime] = lambda: NOON, **settings: str) -> FastAPI:
    """The server as it is, on the database in ``home``."""
    given = {"time_zone": "Europe/Paris", "language": "en", "allowed_hosts": "coach.test", **settings}
    return create_app(Settings(home=home, **given), clock)


@dataclass
class Pages:
    """A person who reads pages and sends their forms, without JavaScript."""

    client: httpx.AsyncClient
    app: FastAPI
    token: str = ""
    heads: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **heads: str) -> httpx.Response:
        answer = await self.client.get(path, headers=self.heads | _named(heads))
        self._learn(answer)
        return answer

    async def post(self, path: str, fields: dict[str, str] | None = None, **heads: str) -> httpx.Response:
        """Send a form as a browser would, from a page of ours; redirects are not followed."""
        if not self.token:
            await self.get("/")
        own = {"origin": "http://coach.test", "sec-fetch-site": "same-origin"}
        given = {"token": self.token, **(fields or {})}
        answer = await self.client.post(path, data=given, headers=own | self.heads | _named(heads))
        self._learn(answer)
        return answer

    async def start(self, text: str) -> str:
        """The address of a new conversation."""
        answer = await self.post("/goals/new", {"text": text})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def version(self, address: str) -> str:
        return re.search(r'data-version="(\d+)"', (await self.get(address)).text).group(1)

    def _learn(self, answer: httpx.Response) -> None:
        found = re.search(r'name="token" value="([^"]+)"', answer.text) if "html" in _kind(answer) else None
        self.token = found.group(1) if found else self.token


def _kind(answer: httpx.Response) -> str:
    return answer.headers.get("content-type", "")


def _named(heads: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in heads.items()}


@pytest.fixture
async def pages(tmp_path) -> AsyncIterator[Pages]:
    """A French reader on an empty home."""
    app = application(tmp_path / "home")
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://coach.test") as client:
            yield Pages(client, app, heads={"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"})


@dataclass
class Server:
    """A real server on a free port of this machine."""

    address: str
    app: FastAPI

    @property
    def site(self) -> Site:
        return site_of(self.app)


@contextmanager
def serving(
    home: Path, *, port: int = 0, clock: Callable[[], dt.datetime] = lambda: NOON, **settings: str
) -> Iterator[Server]:
    """Serve the pages from ``home`` until the block ends; a second block on the same home is a restart."""
    app = application(home, clock, **settings)
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1, ws="none", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server stopped"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Server(f"http://127.0.0.1:{port}", app)
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; the tests that need it skip only where none is installed.

    One per module: Playwright's loop must not be running when another module's tests want their own.
    """
    with browsing.chromium() as launched:
        yield launched


@pytest.fixture
def look(browser, server) -> Iterator[browsing.Look]:
    """A French reader's window on the server."""
    with browsing.window(browser, server.address) as opened:
        yield opened
