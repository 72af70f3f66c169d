"""The workspace, its profile, and its people."""

import datetime as dt
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.errors import Conflict, NotFound, StoreUnavailable
from coach.store.ids import new_id
from coach.store.rows import Row, first, insert_unless_there
from coach.store.tables import person, workspace

_NAMELESS = "Owner"  # of the person made at first start


class People:
    """One workspace and those who work in it."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def local_owner(self, at: dt.datetime) -> Row:
        """The owner of this machine's own workspace; both are made at the first call, once if many start at once."""
        row = {
            "id": new_id(), "name": "Local", "local": 1, "profile": {}, "version": 1,
            "created_at": at, "updated_at": at,
        }  # fmt: skip
        if await insert_unless_there(self._connection, workspace, row):
            await self.add({"id": new_id(), "name": _NAMELESS, "role": "owner", "created_at": at}, within=row["id"])
        theirs = (
            select(person)
            .join(workspace, workspace.c.id == person.c.workspace_id)
            .where(workspace.c.local == 1, person.c.role == "owner")
            .order_by(person.c.id)
        )
        owner = await first(self._connection, theirs)
        if owner is None:
            raise StoreUnavailable(
                "The local workspace has no owner.", remedy="Restore a backup.", reason="unreachable"
            )
        return owner

    async def add(self, row: Row, *, within: str | None = None) -> None:
        """One more person; ``row`` has id, name, role, created_at."""
        mine = {"preferences": {}, **row, "workspace_id": within or self._workspace_id}
        await self._connection.execute(insert(person).values(mine))

    async def names(self) -> tuple[str, ...]:
        """How the workspace's people are called; one who was given no name has none."""
        mine = (person.c.workspace_id == self._workspace_id) & (person.c.name != _NAMELESS)
        chosen = select(person.c.name).where(mine).order_by(person.c.id)
        return tuple((await self._connection.execute(chosen)).scalars())

    async def first_owner(self) -> Row:
        """The workspace's first owner; NotFound when it has none."""
        mine = (person.c.workspace_id == self._workspace_id) & (person.c.role == "owner")
        row = await first(self._connection, select(person).where(mine).order_by(person.c.id))
        if row is None:
            raise NotFound("There is no such person.", remedy="Check their address.", reason="person_absent")
        return row

    async def get(self, id: str) -> Row:
        """The person; NotFound when this workspace has none by that id."""
        row = await first(self._connection, select(person).where(self._mine(id)))
        if row is None:
            raise NotFound("There is no such person.", remedy="Check their address.", reason="person_absent")
        return row

    async def set_preferences(self, id: str, preferences: dict[str, Any]) -> None:
        """Replace the person's preferences."""
        await self.get(id)
        await self._connection.execute(update(person).where(self._mine(id)).values(preferences=preferences))

    async def profile(self) -> Row:
        """``profile`` and ``version`` of the workspace."""
        chosen = select(workspace.c.profile, workspace.c.version).where(workspace.c.id == self._workspace_id)
        row = await first(self._connection, chosen)
        if row is None:
            raise NotFound("There is no such workspace.", remedy="Check its address.", reason="workspace_absent")
        return row

    async def set_profile(self, profile: dict[str, Any], *, version: int, at: dt.datetime) -> None:
        """Replace the profile at that version; Conflict when it has another."""
        changed = await self._connection.execute(
            update(workspace)
            .where(workspace.c.id == self._workspace_id, workspace.c.version == version)
            .values(profile=profile, version=version + 1, updated_at=at)
        )
        if changed.rowcount != 1:
            raise Conflict("Someone else changed the profile meanwhile.", remedy="Read it again.", reason="profile")

    def _mine(self, id: str) -> Any:
        return (person.c.workspace_id == self._workspace_id) & (person.c.id == id)
