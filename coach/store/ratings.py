"""What people thought of wordings they were shown: one mark a person and wording, until it is taken back."""

import hashlib

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.store.rows import Row, every
from coach.store.tables import rating


def digest(statement: str) -> str:
    """What a wording is known by within its conversation."""
    return hashlib.sha256(statement.encode("utf-8", "surrogatepass")).hexdigest()


class Ratings:
    """The ratings of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def put(self, row: Row) -> None:
        """The mark of a person on a wording, in the place of the one before."""
        await self.remove(row["conversation_id"], row["person_id"], row["statement"])
        written = {**row, "workspace_id": self._workspace_id, "digest": digest(row["statement"])}
        await self._connection.execute(insert(rating).values(written))

    async def remove(self, conversation_id: str, person_id: str, statement: str) -> None:
        """Take the mark back; nothing when there is none."""
        await self._connection.execute(
            delete(rating).where(
                rating.c.workspace_id == self._workspace_id,
                rating.c.conversation_id == conversation_id,
                rating.c.person_id == person_id,
                rating.c.digest == digest(statement),
            )
        )

    async def of(self, conversation_id: str, person_id: str) -> list[Row]:
        """The marks of a person in one conversation."""
        mine = (rating.c.workspace_id == self._workspace_id) & (rating.c.conversation_id == conversation_id)
        return await every(self._connection, select(rating).where(mine, rating.c.person_id == person_id))

    async def page(self, *, before: str | None = None, limit: int = 50) -> list[Row]:
        """Every mark of the workspace, latest first."""
        chosen = select(rating).where(rating.c.workspace_id == self._workspace_id)
        if before is not None:
            chosen = chosen.where(rating.c.id < before)
        return await every(self._connection, chosen.order_by(rating.c.id.desc()).limit(limit))
