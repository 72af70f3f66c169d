"""What people say of a goal, how it was reviewed, and the links that lead to it without signing in."""

import datetime as dt
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict, NotFound
from coach.store.rows import Row, every, first
from coach.store.tables import link, remark, review


class Voices:
    """Remarks, reviews and links of one workspace's goals."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def add_remark(self, row: Row) -> None:
        """One more remark."""
        await self._connection.execute(insert(remark).values({**row, "workspace_id": self._workspace_id}))

    async def remark(self, goal_id: str, id: str) -> Row:
        """One remark of the goal; NotFound when it has none by that id."""
        chosen = select(remark).where(self._of(remark, goal_id), remark.c.id == id)
        row = await first(self._connection, chosen)
        if row is None:
            raise NotFound("There is no such remark.", remedy="Check its address.", reason="remark_absent")
        return row

    async def remarks(self, goal_id: str, *, before: str | None = None, limit: int = 1000) -> list[Row]:
        """The remarks of the goal, latest first."""
        chosen = select(remark).where(self._of(remark, goal_id)).order_by(remark.c.id.desc()).limit(limit)
        if before is not None:
            chosen = chosen.where(remark.c.id < before)
        return await every(self._connection, chosen)

    async def open_contests(self, ids: list[str]) -> set[str]:
        """Of these goals, those that someone contests and nobody has answered."""
        mine = (remark.c.workspace_id == self._workspace_id) & remark.c.goal_id.in_(ids)
        rows = await every(self._connection, select(remark).where(mine, remark.c.kind.in_(("contest", "answer"))))
        answered = {row["answers_id"] for row in rows if row["kind"] == "answer"}
        return {row["goal_id"] for row in rows if row["kind"] == "contest" and row["id"] not in answered}

    async def add_review(self, row: Row) -> None:
        """One more review of a goal that was closed."""
        await self._connection.execute(insert(review).values({**row, "workspace_id": self._workspace_id}))

    async def review(self, goal_id: str) -> Row | None:
        """The latest review of the goal."""
        return await first(
            self._connection, select(review).where(self._of(review, goal_id)).order_by(review.c.id.desc()).limit(1)
        )

    async def add_link(self, row: Row) -> None:
        """One more link."""
        await self._connection.execute(insert(link).values({**row, "workspace_id": self._workspace_id}))

    async def link(self, digest: str) -> Row | None:
        """The link whose secret has that digest, whatever its workspace: ask it in a transaction of all of them."""
        return await first(self._connection, select(link).where(link.c.digest == digest))

    async def links(self, goal_id: str) -> list[Row]:
        """The links of the goal, latest first."""
        return await every(self._connection, select(link).where(self._of(link, goal_id)).order_by(link.c.id.desc()))

    async def use_link(self, id: str, at: dt.datetime) -> None:
        """Mark the link as used; Conflict when it was used, or taken back, meanwhile."""
        mine = (link.c.workspace_id == self._workspace_id) & (link.c.id == id)
        changed = await self._connection.execute(
            update(link).where(mine, link.c.used_at.is_(None), link.c.revoked_at.is_(None)).values(used_at=at)
        )
        if changed.rowcount != 1:
            raise Conflict("This link was used already.", remedy="Ask for another one.", reason="link_used")

    async def revoke_link(self, goal_id: str, id: str, at: dt.datetime) -> Row:
        """Take the link back; NotFound when the goal has none by that id. Twice is as good as once."""
        mine = self._of(link, goal_id) & (link.c.id == id)
        await self._connection.execute(update(link).where(mine, link.c.revoked_at.is_(None)).values(revoked_at=at))
        row = await first(self._connection, select(link).where(mine))
        if row is None:
            raise NotFound("There is no such link.", remedy="Check its address.", reason="link_absent")
        return row

    def _of(self, table: Table, goal_id: str) -> Any:
        return (table.c.workspace_id == self._workspace_id) & (table.c.goal_id == goal_id)
