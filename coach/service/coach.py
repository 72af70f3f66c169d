"""What the use cases need of a process: its store, its clock, its settings."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from coach.core.model.base import Value
from coach.plugins.manager import Plugins, load
from coach.ports import Jobs, Writer
from coach.service.jobs import Inline
from coach.service.values import Actor, Once
from coach.settings import Settings
from coach.store import vault
from coach.store.store import Store, Unit

V = TypeVar("V", bound=Value)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class Coach:
    """One process's coach. ``clock`` gives the moment, with its time zone; tests give their own."""

    store: Store
    settings: Settings
    clock: Callable[[], dt.datetime] = _now
    writer: Writer | None = None  # who words questions and drafts; None: the catalogue and the built-in drafter
    cached: dict[str, object] = field(default_factory=dict)  # of this process: the owner, profiles just read
    jobs: Jobs = field(default_factory=Inline)  # what runs apart from the request that asked for it

    @property
    def plugins(self) -> Plugins:
        """Connectors, KPIs and notifiers, ours and strangers'; loaded once, for every copy of this coach."""
        if "plugins" not in self.cached:
            self.cached["plugins"] = load()
        return cast(Plugins, self.cached["plugins"])

    @plugins.setter
    def plugins(self, given: Plugins) -> None:
        self.cached["plugins"] = given

    @property
    def vault(self) -> vault.Vault:
        """What seals and opens the credentials of CRMs; its key is made at first need."""
        if "vault" not in self.cached:
            self.cached["vault"] = vault.of_settings(self.settings.secret_key.get_secret_value(), self.settings.home)
        return cast(vault.Vault, self.cached["vault"])

    def quiet(self) -> "Coach":
        """The same, answering at once in the built-in words: what a model says is then heard apart (``hearing``)."""
        return replace(self, writer=None)

    def now(self) -> dt.datetime:
        """The moment, in UTC."""
        return self.clock().astimezone(dt.UTC)

    def today(self) -> dt.date:
        """The day where the person is: what « d'ici 3 mois » counts from."""
        zone = ZoneInfo(self.settings.time_zone) if self.settings.time_zone else None
        return self.clock().astimezone(zone).date()

    async def write(self, actor: Actor, once: Once | None, answers: type[V], work: Callable[[Unit], Awaitable[V]]) -> V:
        """What ``work`` answers, committed; under a key that was used already, what was answered then."""
        async with self.store.write(actor.workspace_id) as unit:
            if once is None:
                return await work(unit)
            given = await unit.idempotency.claim(once.key, once.fingerprint, self.now())
            if given is not None:
                return answers.model_validate_json(given)
            answer = await work(unit)
            await unit.idempotency.settle(once.key, answer.model_dump_json())
            return answer


@asynccontextmanager
async def opened(settings: Settings, clock: Callable[[], dt.datetime] = _now) -> AsyncIterator[Coach]:
    """A coach on the settings' database, migrated; StoreUnavailable when it cannot be opened."""
    store = await Store.open(settings.database)
    writer, warming = _writer(settings, store, clock)
    try:
        yield Coach(store, settings, clock, writer)
    finally:
        if warming is not None:
            warming.cancel()
        await store.close()


def _writer(
    settings: Settings, store: Store, clock: Callable[[], dt.datetime]
) -> tuple[Writer | None, asyncio.Task[None] | None]:
    """The writer of the configured models, being made ready in the background; neither without a model."""
    if not settings.models:
        return None, None
    from coach.llm import provider, writer
    from coach.service.spending import StoredBooks

    books = StoredBooks(store, settings.model_budget or None, clock)
    return writer.of_settings(settings, books=books), asyncio.create_task(provider.warm())
