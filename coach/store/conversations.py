"""Conversations: append-only lists of events, with the line the history shows of each."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict, NotFound
from coach.store.rows import Row, every, first, folded
from coach.store.tables import conversation, event


class Conversations:
    """The conversations of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def add(self, row: Row, events: Sequence[Row], *, said: str) -> None:
        """A new conversation with its first events; ``row`` has id, person_id, title, language, status, created_at."""
        written = {
            **row,
            "workspace_id": self._workspace_id,
            "search": "",
            "version": 0,
            "updated_at": row["created_at"],
        }
        await self._connection.execute(insert(conversation).values(written))
        await self.append(row["id"], events, after=0, at=row["created_at"], said=said)

    async def append(
        self, id: str, events: Sequence[Row], *, after: int, at: dt.datetime, said: str = "", **changes: Any
    ) -> None:
        """Add events after the ``after``-th; ``changes`` are columns, ``said`` is what a search should also find.

        Raises:
            Conflict: It has other events than the ``after`` ones that the caller knows.
        """
        if said:
            changes["search"] = conversation.c.search + " " + folded(said)
        moved = await self._connection.execute(
            update(conversation)
            .where(self._mine(id), conversation.c.version == after)
            .values(version=after + len(events), updated_at=at, **changes)
        )
        if moved.rowcount != 1:
            raise Conflict(
                "Someone else answered in this conversation meanwhile.",
                remedy="Read it again, then answer what it asks now.",
                reason="turn",
            )
        rows = [
            {**row, "conversation_id": id, "workspace_id": self._workspace_id, "seq": seq, "created_at": at}
            for seq, row in enumerate(events, after + 1)
        ]
        await self._connection.execute(insert(event), rows)

    async def get(self, id: str) -> Row:
        """The conversation, deleted or not; NotFound when this workspace has none by that id."""
        row = await first(self._connection, select(conversation).where(self._mine(id)))
        if row is None:
            raise NotFound("There is no such conversation.", remedy="Check its address.", reason="conversation_absent")
        return row

    async def events(self, id: str) -> list[Row]:
        """The events, in order."""
        chosen = (
            select(event.c.seq, event.c.body)
            .where(event.c.workspace_id == self._workspace_id, event.c.conversation_id == id)
            .order_by(event.c.seq)
        )
        return await every(self._connection, chosen)

    async def page(self, *, search: str = "", before: str | None = None, limit: int = 50) -> list[Row]:
        """The conversations that are not deleted, newest first, those after the one named ``before``."""
        chosen = (
            select(conversation)
            .where(conversation.c.workspace_id == self._workspace_id, conversation.c.deleted_at.is_(None))
            .order_by(conversation.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            chosen = chosen.where(conversation.c.id < before)
        for word in folded(search).split():
            chosen = chosen.where(conversation.c.search.contains(word, autoescape=True))
        return await every(self._connection, chosen)

    async def mark_deleted(self, id: str, at: dt.datetime | None) -> None:
        """Take the conversation off the lists, or (None) bring it back."""
        await self.get(id)
        await self._connection.execute(update(conversation).where(self._mine(id)).values(deleted_at=at))

    def _mine(self, id: str) -> Any:
        return (conversation.c.workspace_id == self._workspace_id) & (conversation.c.id == id)
