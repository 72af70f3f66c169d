"""What the tests of connections share: connectors as installed, a fake CRM on a socket, and calls signed as by the CRM."""

import contextlib
import datetime as dt
import threading
import time

import uvicorn

import coach_hubspot
import coach_pipedrive
from coach.plugins import manager
from coach.plugins.builtin import team
from coach.testing import FakeHubSpot, FakePipedrive, serving
from coach_hubspot import signature

NOW = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
PUBLIC = "https://coach.example"
SECRET = "the-apps-own-secret"


class Point:
    """An installed plugin's entry point."""

    dist = None

    def __init__(self, name, plugin):
        self.name, self.plugin, self.value = name, plugin, name

    def load(self):
        return self.plugin


def installed():
    """The plugins, with both connectors."""
    return manager.load([Point("hubspot", coach_hubspot), Point("pipedrive", coach_pipedrive)])


def small_team(months=3, deals=8):
    return team.invent(NOW, months=months, deals_a_month=deals)


@contextlib.asynccontextmanager
async def hubspot(**options):
    """A fake HubSpot, and its address."""
    crm = FakeHubSpot(small_team(), clock=lambda: NOW, **options)
    async with serving(crm.app) as address:
        yield crm, address


@contextlib.asynccontextmanager
async def pipedrive(**options):
    """A fake Pipedrive, and its address."""
    crm = FakePipedrive(small_team(), clock=lambda: NOW, **{"calls_per_2_s": 120, **options})
    async with serving(crm.app) as address:
        yield crm, address


@contextlib.contextmanager
def aside(app):
    """The application's address, served by a thread of its own: for tests that have no loop."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def signed(method, path, query="", body=b"", at=NOW, secret=SECRET):
    """The headers by which HubSpot proves a call."""
    url = f"{PUBLIC}{path}" + (f"?{query}" if query else "")
    stamp = str(round(at.timestamp() * 1000))
    return {
        "X-HubSpot-Signature-v3": signature.expected(secret, method, url, body, stamp),
        "X-HubSpot-Request-Timestamp": stamp,
    }
