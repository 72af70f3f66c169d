"""Databases for the shells' tests: each test that asks for one runs on SQLite and, where a server is, on PostgreSQL."""

import datetime as dt

import httpx
import pytest

from coach.settings import Settings
from coach.store.store import EVERYWHERE, Store
from tests.shell import postgres

NOON = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def postgres_socket():
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server is installed here")
    with postgres.server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'coach.db'}"
    return postgres.new_database(request.getfixturevalue("postgres_socket"))


@pytest.fixture
def clock():
    """A clock that stands at noon of the tests' day, until it is moved."""

    class Clock:
        moment = NOON

        def __call__(self) -> dt.datetime:
            return self.moment

    return Clock()


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", time_zone="Europe/Paris")


@pytest.fixture
async def app(settings, clock):
    """The server's application, started, at noon of the tests' day."""
    from coach.api.app import create_app

    app = create_app(settings, clock)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def api(app):
    """A client of the API, which speaks English unless it says otherwise."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1") as client:
        yield client


@pytest.fixture
async def store(database):
    store = await Store.open(database)
    yield store
    await store.close()


@pytest.fixture
async def owner(store):
    async with store.write(EVERYWHERE) as unit:
        return await unit.people.local_owner(NOON)


@pytest.fixture
async def workspace_id(owner):
    return owner["workspace_id"]
