"""Runs of synchronisation, how far each entity was read, and the records that were read."""

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import NotFound
from coach.store.rows import Row, every, first
from coach.store.tables import crm_record, sync_run, sync_state

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
AT_ONCE = 500  # records asked by id in one statement: SQLite counts parameters


class Kept(NamedTuple):
    """What keeping a page did."""

    new: int = 0
    changed: int = 0
    deleted: int = 0


class Syncs:
    """The runs and states of one workspace."""

    def __init__(self, executing: AsyncConnection, workspace_id: str) -> None:
        self._connection = executing
        self._workspace_id = workspace_id

    async def add(self, row: Row) -> None:
        """A run; ``row`` has id, connection_id, cause, status, created_at."""
        usual = {"counts": {}, "skipped": {}, "doubts": [], "pages": 0}
        await self._connection.execute(insert(sync_run).values({**usual, **row, "workspace_id": self._workspace_id}))

    async def get(self, id: str) -> Row:
        """The run; NotFound when this workspace has none by that id."""
        row = await first(self._connection, select(sync_run).where(self._mine(id)))
        if row is None:
            raise NotFound("There is no such synchronisation.", remedy="Check its address.", reason="sync_absent")
        return row

    async def under_way(self, connection_id: str) -> Row | None:
        """The latest run of the connection that has not ended."""
        chosen = self._runs(connection_id).where(sync_run.c.status.in_(("queued", "running")))
        return await first(self._connection, chosen.limit(1))

    async def page(self, connection_id: str | None = None, *, before: str | None = None, limit: int = 50) -> list[Row]:
        """Runs, latest first, those after the one named ``before``."""
        chosen = self._runs(connection_id).limit(limit)
        return await every(self._connection, chosen if before is None else chosen.where(sync_run.c.id < before))

    async def note(self, id: str, **facts: Any) -> None:
        """Set columns of the run."""
        await self._connection.execute(update(sync_run).where(self._mine(id)).values(facts))

    async def states(self, connection_id: str) -> dict[str, Row]:
        """How far each entity was read, by entity."""
        chosen = select(sync_state).where(
            sync_state.c.workspace_id == self._workspace_id, sync_state.c.connection_id == connection_id
        )
        return {row["entity"]: row for row in await every(self._connection, chosen)}

    async def set_state(self, connection_id: str, entity: str, **facts: Any) -> None:
        """Keep how far the entity was read; ``facts`` holds all columns the first time."""
        key = {"workspace_id": self._workspace_id, "connection_id": connection_id, "entity": entity}
        usual = {"state": {}, "generation": 1, "problem": None}
        statement = _INSERTS[self._connection.dialect.name](sync_state).values({**usual, **facts, **key})
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_={name: facts[name] for name in facts})
        )

    def _runs(self, connection_id: str | None) -> Select[Any]:
        chosen = select(sync_run).where(sync_run.c.workspace_id == self._workspace_id).order_by(sync_run.c.id.desc())
        return chosen if connection_id is None else chosen.where(sync_run.c.connection_id == connection_id)

    def _mine(self, id: str) -> Any:
        return (sync_run.c.workspace_id == self._workspace_id) & (sync_run.c.id == id)


class Records:
    """The records read through one workspace's connections."""

    def __init__(self, executing: AsyncConnection, workspace_id: str) -> None:
        self._connection = executing
        self._workspace_id = workspace_id

    async def keep(self, connection_id: str, rows: Sequence[Row], generation: int) -> Kept:
        """Keep copies, the later ``modified`` winning; a copy like the one kept changes nothing.

        ``rows`` have entity, id, body, deleted, modified; ids are unique within an entity.
        """
        before = await self._known(connection_id, rows)
        fresh: list[dict[str, Any]] = []
        kept = {"new": 0, "changed": 0, "deleted": 0}
        for row in rows:
            old = before.get((row["entity"], row["id"]))
            if old is not None and _is_older(row, old):
                row = {**row, "body": old["body"], "deleted": old["deleted"], "modified": old["modified"]}
            same = old is not None and (old["body"], old["deleted"]) == (row["body"], row["deleted"])
            if same and old is not None and old["generation"] == generation:
                continue
            if not same:
                kept["deleted" if row["deleted"] and old else "changed" if old else "new"] += 1
            mine = {"workspace_id": self._workspace_id, "connection_id": connection_id, "generation": generation}
            fresh.append({**row, **mine})
        if fresh:
            statement = _INSERTS[self._connection.dialect.name](crm_record)
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["workspace_id", "connection_id", "entity", "id"],
                    set_={name: statement.excluded[name] for name in ("body", "deleted", "generation", "modified")},
                ),
                fresh,
            )
        return Kept(**kept)

    async def sweep(self, connection_id: str, entity: str, generation: int) -> int:
        """Mark deleted what a whole reading no longer found; how many were."""
        swept = await self._connection.execute(
            update(crm_record)
            .where(
                self._of(connection_id, entity), crm_record.c.generation < generation, crm_record.c.deleted.is_(False)
            )
            .values(deleted=True)
        )
        return swept.rowcount

    async def count(self, connection_id: str, entity: str | None = None) -> int:
        """How many records are kept and not deleted."""
        chosen = select(func.count()).select_from(crm_record)
        mine = self._of(connection_id, entity) & crm_record.c.deleted.is_(False)
        return await self._connection.scalar(chosen.where(mine)) or 0

    async def stream(self, connection_id: str, entity: str, size: int = 1_000) -> AsyncIterator[list[str]]:
        """Bodies of the records that are not deleted, by id, a batch at a time: memory holds one batch."""
        last = ""
        while True:
            chosen = (
                select(crm_record.c.id, crm_record.c.body)
                .where(self._of(connection_id, entity), crm_record.c.deleted.is_(False), crm_record.c.id > last)
                .order_by(crm_record.c.id)
                .limit(size)
            )
            found = (await self._connection.execute(chosen)).all()
            if found:
                yield [row.body for row in found]
            if len(found) < size:
                return
            last = found[-1].id

    async def bodies(self, connection_id: str, entity: str, ids: Iterable[str]) -> dict[str, str]:
        """Bodies of those of the ids that are there and not deleted."""
        wanted, found = sorted(set(ids)), {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            chosen = select(crm_record.c.id, crm_record.c.body).where(
                self._of(connection_id, entity), crm_record.c.deleted.is_(False), crm_record.c.id.in_(some)
            )
            found |= {row.id: row.body for row in await self._connection.execute(chosen)}
        return found

    async def _known(self, connection_id: str, rows: Sequence[Row]) -> Mapping[tuple[str, str], Row]:
        found: dict[tuple[str, str], Row] = {}
        for entity in dict.fromkeys(row["entity"] for row in rows):
            ids = [row["id"] for row in rows if row["entity"] == entity]
            for start in range(0, len(ids), AT_ONCE):
                chosen = select(crm_record).where(
                    self._of(connection_id, entity), crm_record.c.id.in_(ids[start : start + AT_ONCE])
                )
                found |= {(entity, row["id"]): row for row in await every(self._connection, chosen)}
        return found

    def _of(self, connection_id: str, entity: str | None) -> Any:
        mine = (crm_record.c.workspace_id == self._workspace_id) & (crm_record.c.connection_id == connection_id)
        return mine if entity is None else mine & (crm_record.c.entity == entity)


def _is_older(row: Row, old: Row) -> bool:
    """A copy from before the one kept; a deletion is news whatever its date, which CRMs do not move."""
    when, before = row["modified"], old["modified"]
    return not row["deleted"] and isinstance(when, dt.datetime) and isinstance(before, dt.datetime) and when < before
