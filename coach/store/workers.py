"""The processes that do jobs: each says now and then that it lives, so that another takes over when it does not."""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.store.tables import worker

FORGOTTEN_AFTER = dt.timedelta(days=1)


async def beat(executing: AsyncConnection, id: str, at: dt.datetime) -> None:
    """Say that worker ``id`` lives."""
    insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[executing.dialect.name]
    statement = insert(worker).values(id=id, seen_at=at)
    await executing.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": at}))
    await executing.execute(delete(worker).where(worker.c.seen_at < at - FORGOTTEN_AFTER))


async def leave(executing: AsyncConnection, id: str) -> None:
    """Say that worker ``id`` is gone."""
    await executing.execute(delete(worker).where(worker.c.id == id))


async def living(executing: AsyncConnection, since: dt.datetime) -> set[str]:
    """The workers heard of since then."""
    return set((await executing.execute(select(worker.c.id).where(worker.c.seen_at >= since))).scalars())
