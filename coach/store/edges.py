"""What passes between coach and a CRM beside records: people who sign in there, and goals written there."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.store.rows import Row, every, first
from coach.store.tables import crm_sign_in, crm_written

SIGN_IN_FOR = dt.timedelta(minutes=15)


class Edges:
    """The edges of one workspace."""

    def __init__(self, executing: AsyncConnection, workspace_id: str) -> None:
        self._connection = executing
        self._workspace_id = workspace_id

    async def sent(self, row: Row) -> None:
        """Somebody was sent to sign in; those who never came back are forgotten."""
        mine = crm_sign_in.c.workspace_id == self._workspace_id
        await self._connection.execute(
            delete(crm_sign_in).where(mine, crm_sign_in.c.created_at < row["created_at"] - SIGN_IN_FOR)
        )
        await self._connection.execute(insert(crm_sign_in).values({**row, "workspace_id": self._workspace_id}))

    async def came_back(self, id: str, now: dt.datetime) -> Row | None:
        """What they were sent with, once; None for a state that is foreign, spent or stale."""
        mine = (crm_sign_in.c.workspace_id == self._workspace_id) & (crm_sign_in.c.id == id)
        row = await first(self._connection, select(crm_sign_in).where(mine))
        taken = await self._connection.execute(delete(crm_sign_in).where(mine))
        fresh = row is not None and row["created_at"] >= now - SIGN_IN_FOR
        return row if taken.rowcount == 1 and fresh else None

    async def written(self, goal_id: str, connection_id: str) -> Row | None:
        """What an earlier writing of the goal left there."""
        return await first(self._connection, select(crm_written).where(self._of(goal_id, connection_id)))

    async def all_written(self, goal_id: str | None = None, connection_id: str | None = None) -> list[Row]:
        """Every goal that was written, of one goal or one connection where they are named."""
        chosen = select(crm_written).where(crm_written.c.workspace_id == self._workspace_id)
        if goal_id is not None:
            chosen = chosen.where(crm_written.c.goal_id == goal_id)
        if connection_id is not None:
            chosen = chosen.where(crm_written.c.connection_id == connection_id)
        return await every(self._connection, chosen.order_by(crm_written.c.goal_id))

    async def everywhere(self) -> list[Row]:
        """Every goal that was written, of all workspaces, in a transaction everywhere."""
        return await every(self._connection, select(crm_written).order_by(crm_written.c.goal_id))

    async def keep_written(self, goal_id: str, connection_id: str, **facts: Any) -> None:
        """What stands there now, instead of what was noted before."""
        await self._connection.execute(delete(crm_written).where(self._of(goal_id, connection_id)))
        ids = {"workspace_id": self._workspace_id, "goal_id": goal_id, "connection_id": connection_id}
        await self._connection.execute(insert(crm_written).values({**facts, **ids}))

    async def seen(self, goal_id: str, connection_id: str, fields: Any, at: dt.datetime) -> None:
        """What was found there; None when it is what was written."""
        await self._connection.execute(
            update(crm_written).where(self._of(goal_id, connection_id)).values(seen=fields, seen_at=at)
        )

    def _of(self, goal_id: str, connection_id: str) -> Any:
        mine = crm_written.c.workspace_id == self._workspace_id
        return mine & (crm_written.c.goal_id == goal_id) & (crm_written.c.connection_id == connection_id)
