"""Who changed what, append-only: each row holds the hash of the one before it.

A row that is edited, removed, swapped or added afterwards breaks the chain. Cutting the end off does not, unless the
verifier knows an anchor: the ``seq`` and ``hash`` of an earlier day, kept outside the database.
Details name fields and counts, never what a person wrote.
"""

import datetime as dt
import hashlib
import json
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.store.rows import Row, every
from coach.store.tables import audit, workspace


class Anchor(NamedTuple):
    """The end of the chain at some moment."""

    seq: int
    hash: str


START = Anchor(0, "")


class Audit:
    """The audit log of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def add(self, person_id: str, action: str, subject: str, at: dt.datetime, **detail: Any) -> None:
        """Note that the person did ``action`` to ``subject`` (an id), in the transaction that does it."""
        # Two writers of one workspace would chain to the same row. NO KEY UPDATE lets foreign-key checks pass.
        lock = select(workspace.c.id).where(workspace.c.id == self._workspace_id).with_for_update(key_share=True)
        await self._connection.execute(lock)
        last = await self.anchor()
        row = {
            "workspace_id": self._workspace_id, "seq": last.seq + 1, "person_id": person_id, "action": action,
            "subject": subject, "detail": detail, "created_at": at,
        }  # fmt: skip
        await self._connection.execute(insert(audit).values({**row, "hash": _chained(last.hash, row)}))

    async def anchor(self) -> Anchor:
        """The end of the chain now."""
        mine = audit.c.workspace_id == self._workspace_id
        chosen = select(audit.c.seq, audit.c.hash).where(mine).order_by(audit.c.seq.desc()).limit(1)
        row = (await self._connection.execute(chosen)).first()
        return Anchor(*row) if row else START

    async def rows(self) -> list[Row]:
        """The whole log, oldest first."""
        mine = audit.c.workspace_id == self._workspace_id
        return await every(self._connection, select(audit).where(mine).order_by(audit.c.seq))

    async def first_break(self, anchor: Anchor = START) -> int | None:
        """The ``seq`` at which the log stops being what was written; None when it is whole and reaches the anchor."""
        before, rows = START, await self.rows()
        for row in rows:
            if row["seq"] != before.seq + 1 or row["hash"] != _chained(before.hash, row):
                return before.seq + 1
            before = Anchor(row["seq"], row["hash"])
            if before.seq == anchor.seq and before.hash != anchor.hash:
                return before.seq
        return None if before.seq >= anchor.seq else before.seq + 1


def _chained(before: str, row: Row) -> str:
    told = [
        before, row["workspace_id"], row["seq"], row["person_id"], row["action"], row["subject"], row["detail"],
        row["created_at"].isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
