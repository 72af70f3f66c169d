"""Adopted goals, their check-ins and adjustments."""

import datetime as dt
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict, NotFound
from coach.store.rows import Row, every, first, folded
from coach.store.tables import adjustment, check_in, goal


class Goals:
    """The goals of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def add(self, row: Row) -> None:
        """A new goal; Conflict when its conversation already has one."""
        written = {**row, "workspace_id": self._workspace_id, "search": folded(row["statement"]), "version": 1}
        try:
            await self._connection.execute(insert(goal).values({**written, "updated_at": row["created_at"]}))
        except IntegrityError as wrong:
            raise Conflict(
                "This conversation was already adopted as a goal.",
                remedy="Open that goal, or start another conversation.",
                reason="adopted",
            ) from wrong

    async def get(self, id: str, *, for_change: bool = False) -> Row:
        """The goal, deleted or not; NotFound when this workspace has none by that id."""
        chosen = select(goal).where(self._mine(id))
        if for_change:
            chosen = chosen.with_for_update(key_share=True)  # SQLite's writes are alone already, and ignore it
        row = await first(self._connection, chosen)
        if row is None:
            raise NotFound("There is no such goal.", remedy="Check its address.", reason="goal_absent")
        return row

    async def of_conversation(self, conversation_id: str) -> str | None:
        """The id of the goal adopted from the conversation."""
        mine = (goal.c.workspace_id == self._workspace_id) & (goal.c.conversation_id == conversation_id)
        return await self._connection.scalar(select(goal.c.id).where(mine))

    async def of_conversations(self, ids: list[str]) -> dict[str, str]:
        """Conversation id → goal id, for those that were adopted."""
        mine = (goal.c.workspace_id == self._workspace_id) & goal.c.conversation_id.in_(ids)
        found = await self._connection.execute(select(goal.c.conversation_id, goal.c.id).where(mine))
        return {row.conversation_id: row.id for row in found}

    async def change(self, id: str, *, version: int, at: dt.datetime, **changes: Any) -> None:
        """Change columns of the goal at that version; Conflict when it has another."""
        if "statement" in changes:
            changes["search"] = folded(changes["statement"])
        changed = await self._connection.execute(
            update(goal)
            .where(self._mine(id), goal.c.version == version)
            .values(version=version + 1, updated_at=at, **changes)
        )
        if changed.rowcount != 1:
            raise Conflict("Someone else changed this goal meanwhile.", remedy="Read it again.", reason="goal")

    async def page(
        self,
        *,
        search: str = "",
        status: str | None = None,
        removed: bool = False,
        before: str | None = None,
        limit: int = 50,
        today: dt.date | None = None,
    ) -> list[Row]:
        """The goals that are not deleted (or those that are), newest first, those after the one named ``before``.

        An adopted goal runs from its start on: ``today`` tells which do.
        """
        there = goal.c.deleted_at.is_not(None) if removed else goal.c.deleted_at.is_(None)
        chosen = (
            select(goal).where(goal.c.workspace_id == self._workspace_id, there).order_by(goal.c.id.desc()).limit(limit)
        )
        if before is not None:
            chosen = chosen.where(goal.c.id < before)
        if status is not None:
            chosen = chosen.where(_of_status(status, today))
        for word in folded(search).split():
            chosen = chosen.where(goal.c.search.contains(word, autoescape=True))
        return await every(self._connection, chosen)

    async def children(self, id: str) -> list[Row]:
        """The goals that serve this one, oldest first."""
        mine = (goal.c.workspace_id == self._workspace_id) & (goal.c.parent_id == id) & goal.c.deleted_at.is_(None)
        return await every(self._connection, select(goal).where(mine).order_by(goal.c.id))

    async def check_ins_of(self, ids: list[str]) -> dict[str, list[Row]]:
        """Goal id → its check-ins, latest entered first; for those that have some."""
        found: dict[str, list[Row]] = {}
        mine = (check_in.c.workspace_id == self._workspace_id) & check_in.c.goal_id.in_(ids)
        for row in await every(self._connection, select(check_in).where(mine).order_by(check_in.c.id.desc())):
            found.setdefault(row["goal_id"], []).append(row)
        return found

    async def add_check_in(self, row: Row) -> None:
        """One more look at a goal."""
        await self._connection.execute(insert(check_in).values({**row, "workspace_id": self._workspace_id}))

    async def check_in(self, goal_id: str, id: str) -> Row:
        """One check-in of the goal; NotFound when it has none by that id."""
        mine = (check_in.c.workspace_id == self._workspace_id) & (check_in.c.goal_id == goal_id)
        chosen = select(check_in).where(mine, check_in.c.id == id)
        row = await first(self._connection, chosen)
        if row is None:
            raise NotFound("There is no such check-in.", remedy="Check its address.", reason="check_in_absent")
        return row

    async def check_ins(self, goal_id: str, *, before: str | None = None, limit: int = 1000) -> list[Row]:
        """The check-ins of the goal, latest entered first."""
        return await self._of_goal(check_in, goal_id, before, limit)

    async def add_adjustment(self, row: Row) -> None:
        """One more adjustment of a goal."""
        await self._connection.execute(insert(adjustment).values({**row, "workspace_id": self._workspace_id}))

    async def adjustments(self, goal_id: str, *, before: str | None = None, limit: int = 1000) -> list[Row]:
        """The adjustments of the goal, latest first."""
        return await self._of_goal(adjustment, goal_id, before, limit)

    async def _of_goal(self, table: Table, goal_id: str, before: str | None, limit: int) -> list[Row]:
        chosen = (
            select(table)
            .where(table.c.workspace_id == self._workspace_id, table.c.goal_id == goal_id)
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            chosen = chosen.where(table.c.id < before)
        return await every(self._connection, chosen)

    def _mine(self, id: str) -> Any:
        return (goal.c.workspace_id == self._workspace_id) & (goal.c.id == id)


def _of_status(status: str, today: dt.date | None) -> Any:
    if today is None or status not in ("adopted", "running"):
        return goal.c.status == status
    started = (goal.c.status == "adopted") & (goal.c.start <= today)
    return (goal.c.status == "running") | started if status == "running" else (goal.c.status == "adopted") & ~started
