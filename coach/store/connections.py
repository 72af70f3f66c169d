"""Connections to CRMs: their plain settings, their sealed secrets, and who is reading through them just now."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict, NotFound
from coach.store.rows import Row, every, first
from coach.store.tables import crm_connection as connection


class Connections:
    """The connections of one workspace."""

    def __init__(self, executing: AsyncConnection, workspace_id: str) -> None:
        self._connection = executing
        self._workspace_id = workspace_id

    async def add(self, row: Row) -> None:
        """A new connection; what ``row`` leaves out is empty."""
        usual = {
            "settings": {}, "secrets": {}, "mapping": {}, "discovery": [], "health": {}, "state": "ok", "spent": {},
            "version": 1, "updated_at": row["created_at"],
        }  # fmt: skip
        await self._connection.execute(insert(connection).values({**usual, **row, "workspace_id": self._workspace_id}))

    async def get(self, id: str, *, for_change: bool = False) -> Row:
        """The connection; NotFound when this workspace has none by that id."""
        chosen = select(connection).where(self._mine(id))
        if for_change:
            chosen = chosen.with_for_update(key_share=True)
        row = await first(self._connection, chosen)
        if row is None:
            raise NotFound("There is no such connection.", remedy="Check its address.", reason="connection_absent")
        return row

    async def every(self) -> list[Row]:
        """All of them, oldest first."""
        mine = connection.c.workspace_id == self._workspace_id
        return await every(self._connection, select(connection).where(mine).order_by(connection.c.id))

    async def change(self, id: str, *, at: dt.datetime, expected: int | None = None, **changes: Any) -> None:
        """Change columns; Conflict when a person was looking at another version than it has."""
        chosen = update(connection).where(self._mine(id))
        if expected is not None:
            chosen = chosen.where(connection.c.version == expected)
        values = {**changes, "version": connection.c.version + 1, "updated_at": at}
        if (await self._connection.execute(chosen.values(values))).rowcount != 1:
            await self.get(id)
            raise Conflict(
                "Someone else changed this connection meanwhile.", remedy="Read it again.", reason="connection"
            )

    async def note(self, id: str, **facts: Any) -> None:
        """Set what a machine found out (state, dates, budget): no version of what a person sees."""
        await self._connection.execute(update(connection).where(self._mine(id)).values(facts))

    async def remove(self, id: str) -> None:
        """Forget the connection with everything read through it."""
        await self.get(id)
        await self._connection.execute(delete(connection).where(self._mine(id)))

    async def lease(self, id: str, holder: str, until: dt.datetime, now: dt.datetime) -> bool:
        """Take, or keep, the right to read through it until then; false while another holder has it."""
        free = or_(connection.c.lease.is_(None), connection.c.lease == holder, connection.c.lease_until < now)
        taken = await self._connection.execute(
            update(connection).where(self._mine(id), free).values(lease=holder, lease_until=until)
        )
        return taken.rowcount == 1

    async def release(self, id: str, holder: str) -> None:
        """Give the right back."""
        await self._connection.execute(
            update(connection).where(self._mine(id), connection.c.lease == holder).values(lease=None, lease_until=None)
        )

    def _mine(self, id: str) -> Any:
        return (connection.c.workspace_id == self._workspace_id) & (connection.c.id == id)


async def of_account(executing: AsyncConnection, connector: str, account_id: str) -> list[Row]:
    """Workspace and id of every connection to the CRM's account; of all workspaces, in a transaction everywhere."""
    chosen = select(connection.c.workspace_id, connection.c.id).where(
        connection.c.connector == connector, connection.c.account_id == account_id
    )
    return await every(executing, chosen.order_by(connection.c.id))


async def all_due(executing: AsyncConnection, before: dt.datetime) -> list[Row]:
    """Workspace and id of every connection not read since ``before``, or made dirty since it was last read."""
    due = or_(
        connection.c.synced_at.is_(None),
        connection.c.synced_at < before,
        connection.c.dirty_at > connection.c.synced_at,
    )
    chosen = select(connection.c.workspace_id, connection.c.id).where(connection.c.state != "needs_reconnect", due)
    return await every(executing, chosen.order_by(connection.c.id))


async def all_sealed(executing: AsyncConnection) -> list[Row]:
    """Workspace and id of every connection, in a transaction everywhere."""
    return await every(executing, select(connection.c.workspace_id, connection.c.id).order_by(connection.c.id))
