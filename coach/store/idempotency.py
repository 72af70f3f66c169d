"""Idempotency keys: a repeated call answers what the first did, and has no second effect."""

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict
from coach.store.rows import insert_unless_there
from coach.store.tables import idempotency_key

KEPT_FOR = dt.timedelta(hours=24)


class IdempotencyKeys:
    """The keys of one workspace. Claim and settle in the transaction of the effect: they stand or fall together."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def claim(self, key: str, fingerprint: str, at: dt.datetime) -> str | None:
        """The answer given before under the key, or None: then the work is yours to do and settle.

        Raises:
            Conflict: The key was used for another request (``reason="key_reused"``).
        """
        await self._forget_old(at)
        row = {
            "workspace_id": self._workspace_id, "key": key, "fingerprint": fingerprint, "answer": "", "created_at": at,
        }  # fmt: skip
        if await insert_unless_there(self._connection, idempotency_key, row):
            return None
        chosen = select(idempotency_key.c.fingerprint, idempotency_key.c.answer).where(self._mine(key))
        first, answer = (await self._connection.execute(chosen)).one()
        if first != fingerprint:
            raise Conflict(
                "This Idempotency-Key was used for another request.",
                remedy="Send a new key with a new request.",
                reason="key_reused",
            )
        return answer

    async def settle(self, key: str, answer: str) -> None:
        """Keep the answer for whoever repeats the call."""
        await self._connection.execute(update(idempotency_key).where(self._mine(key)).values(answer=answer))

    async def _forget_old(self, at: dt.datetime) -> None:
        mine = idempotency_key.c.workspace_id == self._workspace_id
        await self._connection.execute(
            delete(idempotency_key).where(mine, idempotency_key.c.created_at < at - KEPT_FOR)
        )

    def _mine(self, key: str):
        return (idempotency_key.c.workspace_id == self._workspace_id) & (idempotency_key.c.key == key)
