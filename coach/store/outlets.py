"""Where reminders and digests go, and what was sent already."""

import datetime as dt
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict, NotFound
from coach.store.rows import Row, every, first, insert_unless_there
from coach.store.tables import notice, outlet


class Outlets:
    """The outlets of one workspace, and the notices that went out."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def add(self, row: Row) -> None:
        """A new outlet."""
        written = {**row, "workspace_id": self._workspace_id, "version": 1, "updated_at": row["created_at"]}
        await self._connection.execute(insert(outlet).values(written))

    async def every(self) -> list[Row]:
        """The outlets, oldest first."""
        mine = outlet.c.workspace_id == self._workspace_id
        return await every(self._connection, select(outlet).where(mine).order_by(outlet.c.id))

    async def on(self, workspace_id: str | None = None) -> list[Row]:
        """The outlets that are switched on, of one workspace or of all: ask it in a transaction of all of them."""
        chosen = select(outlet).where(outlet.c.switched_on).order_by(outlet.c.id)
        if workspace_id is not None:
            chosen = chosen.where(outlet.c.workspace_id == workspace_id)
        return await every(self._connection, chosen)

    async def get(self, id: str) -> Row:
        """The outlet; NotFound when this workspace has none by that id."""
        row = await first(self._connection, select(outlet).where(self._mine(id)))
        if row is None:
            raise NotFound("There is no such outlet.", remedy="Check its address.", reason="outlet_absent")
        return row

    async def change(self, id: str, *, version: int, at: dt.datetime, **changes: Any) -> None:
        """Change columns of the outlet at that version; Conflict when it has another."""
        changed = await self._connection.execute(
            update(outlet)
            .where(self._mine(id), outlet.c.version == version)
            .values(version=version + 1, updated_at=at, **changes)
        )
        if changed.rowcount != 1:
            raise Conflict("Someone else changed this meanwhile.", remedy="Read it again.", reason="outlet")

    async def note(self, id: str, **changes: Any) -> None:
        """Note how the last sending went, whatever the version."""
        await self._connection.execute(update(outlet).where(self._mine(id)).values(**changes))

    async def remove(self, id: str) -> None:
        """Forget the outlet and its address."""
        await self._connection.execute(delete(outlet).where(self._mine(id)))

    async def claim(self, key: str, at: dt.datetime, *, again_before: dt.datetime) -> bool:
        """Whether this notice is ours to send: nobody sent it, nor began to since ``again_before``."""
        row = {"workspace_id": self._workspace_id, "key": key, "created_at": at, "sent_at": None}
        if await insert_unless_there(self._connection, notice, row):
            return True
        mine = (notice.c.workspace_id == self._workspace_id) & (notice.c.key == key)
        taken = await self._connection.execute(
            update(notice)
            .where(mine, notice.c.sent_at.is_(None), notice.c.created_at < again_before)
            .values(created_at=at)
        )
        return taken.rowcount == 1

    async def sent(self, key: str, at: dt.datetime) -> None:
        """Note that the notice went out."""
        mine = (notice.c.workspace_id == self._workspace_id) & (notice.c.key == key)
        await self._connection.execute(update(notice).where(mine).values(sent_at=at))

    async def release(self, key: str) -> None:
        """Leave the notice to a later try: it could not be sent."""
        mine = (notice.c.workspace_id == self._workspace_id) & (notice.c.key == key) & notice.c.sent_at.is_(None)
        await self._connection.execute(delete(notice).where(mine))

    def _mine(self, id: str) -> Any:
        return (outlet.c.workspace_id == self._workspace_id) & (outlet.c.id == id)
