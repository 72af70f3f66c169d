"""A store hands out transactions, each bound to one workspace, with the repositories in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from coach.store import migrating
from coach.store.audit import Audit
from coach.store.connections import Connections
from coach.store.conversations import Conversations
from coach.store.edges import Edges
from coach.store.engine import connect
from coach.store.goals import Goals
from coach.store.idempotency import IdempotencyKeys
from coach.store.kpis import Kpis
from coach.store.outlets import Outlets
from coach.store.people import People
from coach.store.ratings import Ratings
from coach.store.spending import Spending
from coach.store.syncs import Records, Syncs
from coach.store.voices import Voices

EVERYWHERE = "*"  # the workspace of work that precedes knowing one: first start, maintenance


class Unit:
    """One transaction in one workspace: all of it is kept, or none."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self.connection = connection
        self.workspace_id = workspace_id

    @cached_property
    def conversations(self) -> Conversations:
        """Conversations and their events."""
        return Conversations(self.connection, self.workspace_id)

    @cached_property
    def goals(self) -> Goals:
        """Goals, check-ins, adjustments."""
        return Goals(self.connection, self.workspace_id)

    @cached_property
    def voices(self) -> Voices:
        """What is said of goals, their reviews, and the links that lead to them."""
        return Voices(self.connection, self.workspace_id)

    @cached_property
    def outlets(self) -> Outlets:
        """Where reminders go, and what was sent."""
        return Outlets(self.connection, self.workspace_id)

    @cached_property
    def ratings(self) -> Ratings:
        """What people thought of wordings."""
        return Ratings(self.connection, self.workspace_id)

    @cached_property
    def people(self) -> People:
        """The workspace, its profile, its people."""
        return People(self.connection, self.workspace_id)

    @cached_property
    def idempotency(self) -> IdempotencyKeys:
        """What was already answered under which key."""
        return IdempotencyKeys(self.connection, self.workspace_id)

    @cached_property
    def connections(self) -> Connections:
        """Connections to CRMs."""
        return Connections(self.connection, self.workspace_id)

    @cached_property
    def syncs(self) -> Syncs:
        """Runs of synchronisation, and how far each entity was read."""
        return Syncs(self.connection, self.workspace_id)

    @cached_property
    def records(self) -> Records:
        """What was read of the CRMs."""
        return Records(self.connection, self.workspace_id)

    @cached_property
    def kpis(self) -> Kpis:
        """KPI series."""
        return Kpis(self.connection, self.workspace_id)

    @cached_property
    def edges(self) -> Edges:
        """Who was sent to a CRM to sign in, and what was written into CRMs."""
        return Edges(self.connection, self.workspace_id)

    @cached_property
    def spending(self) -> Spending:
        """What calls of models took."""
        return Spending(self.connection, self.workspace_id)

    @cached_property
    def audit(self) -> Audit:
        """Who changed what."""
        return Audit(self.connection, self.workspace_id)


class Store:
    """The database of one process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reads = engine
        self._writes = engine.execution_options(coach_write=True)

    @classmethod
    async def open(cls, database: str) -> "Store":
        """Migrate the database and open it; StoreUnavailable when it cannot be."""
        await migrating.upgrade(database)
        return cls(connect(database))

    async def close(self) -> None:
        """Give every connection back."""
        await self._reads.dispose()

    @asynccontextmanager
    async def read(self, workspace_id: str) -> AsyncIterator[Unit]:
        """A transaction that reads; it waits for no writer."""
        async with self._transaction(self._reads, workspace_id) as unit:
            yield unit

    @asynccontextmanager
    async def write(self, workspace_id: str) -> AsyncIterator[Unit]:
        """A transaction that may write: committed when the block ends, undone when it raises."""
        async with self._transaction(self._writes, workspace_id) as unit:
            yield unit

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine, workspace_id: str) -> AsyncIterator[Unit]:
        try:
            async with engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    # Named for the row-level policies; local to the transaction, so a pooled connection forgets it.
                    name = text("SELECT set_config('coach.workspace', :id, true)")
                    await connection.execute(name, {"id": workspace_id})
                yield Unit(connection, workspace_id)
        except (OperationalError, InterfaceError, OSError) as wrong:
            raise migrating.unreachable(wrong) from wrong
