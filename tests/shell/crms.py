"""A coach, fake CRMs on real sockets, and the connectors between them, for the tests of synchronisation."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any

from coach import service
from coach.plugins.builtin import csv, demo, team
from coach.plugins.manager import Plugins
from coach.service import connections, kpis, people, syncs
from coach.service.coach import Coach
from coach.service.values import Actor
from coach.settings import Settings
from coach.testing import FakeHubSpot, FakePipedrive, serving
from coach_hubspot.connector import HubSpot
from coach_pipedrive.connector import Pipedrive

DAY = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)
TOKEN = "pat-eu1-kanarienvogel-0451"
RATES = {name: rate for name, rate in team.RATES.items() if rate != 1}
TEAM = {"seed": 7, "months": 3, "deals_a_month": 12}


class Clock:
    """Stands where it is put."""

    def __init__(self, moment: dt.datetime = DAY) -> None:
        self.moment = moment

    def __call__(self) -> dt.datetime:
        return self.moment

    def moves(self, **by: float) -> None:
        self.moment += dt.timedelta(**by)


def plugins(clock: Clock) -> Plugins:
    """Every connector of ours, all living by the test's clock."""
    kinds = {"hubspot": HubSpot, "pipedrive": Pipedrive, "demo": demo.Demo, "csv": csv.CsvFile}
    made = {name: (lambda settings, kind=kind: kind(settings, clock)) for name, kind in kinds.items()}
    return Plugins(connectors=MappingProxyType(made))


@asynccontextmanager
async def coached(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Coach, Actor]]:
    async with service.opened(settings, clock) as coach:
        coach.plugins = plugins(clock)
        yield coach, await people.owner(coach)


def hubspot(clock: Clock, **changes: Any) -> FakeHubSpot:
    return FakeHubSpot(team.invent(clock(), **{**TEAM, **changes}), token=TOKEN, clock=clock, calls_per_10_s=250)


def pipedrive(clock: Clock, **changes: Any) -> FakePipedrive:
    return FakePipedrive(team.invent(clock(), **{**TEAM, **changes}), token=TOKEN, clock=clock, calls_per_2_s=480)


def given(name: str, address: str) -> dict[str, Any]:
    """The settings that connect to a fake at that address."""
    extra = (
        {"rates": RATES, "calls_per_2_s": 480, "tokens_a_day": 100_000}
        if name == "pipedrive"
        else {"calls_per_10_s": 250}
    )
    return {"token": TOKEN, "base_url": address, "sandbox": True, **extra}


FAKES = {"hubspot": hubspot, "pipedrive": pipedrive}


@asynccontextmanager
async def connected(coach: Coach, actor: Actor, fake: Any) -> AsyncIterator[connections.Connection]:
    """A connection to the fake, for as long as it is served."""
    name = "hubspot" if isinstance(fake, FakeHubSpot) else "pipedrive"
    async with serving(fake.app) as address:
        yield await connections.connect(coach, actor, name, given(name, address), trusted=True)


async def read(coach: Coach, actor: Actor, id: str) -> syncs.SyncRun:
    """One reading, to its end."""
    queued = await syncs.queue(coach, actor.workspace_id, id, "manual")
    return await syncs.run(coach, actor.workspace_id, queued.id)


async def figures(coach: Coach, actor: Actor) -> dict[tuple[str, str, str, str], Any]:
    """Every series kept, by metric, length of period and subject."""
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.kpis.read()
    return {
        (row["metric"], row["grain"], row["subject_kind"], row["subject_ref"]): row["series"].model_copy(
            update={"data_date": None}
        )
        for row in rows
    }


async def value(coach: Coach, actor: Actor, metric: str, **whose: Any) -> float:
    """The sum of a metric over all months known."""
    found = await kpis.history(coach, actor.workspace_id, metric, coach.today(), **whose)
    return sum(point.value or 0 for point in found.series.points) if found else 0.0
