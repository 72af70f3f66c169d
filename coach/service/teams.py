"""The sales people and the teams that connected CRMs know: first names and teams, nothing else about anyone."""

import json
from collections import Counter
from typing import Any

from coach.core.model.base import Value
from coach.service.coach import Coach
from coach.service.values import Actor


class Member(Value):
    """One sales person of a CRM. ``id`` is the CRM's own, within the connection."""

    id: str
    connection_id: str
    label: str
    teams: tuple[str, ...]
    active: bool
    synthetic: bool = False


class Team(Value):
    """One team, as named over there, and how many of its people are still active."""

    id: str
    label: str
    members: int
    connection_ids: tuple[str, ...]


async def members(coach: Coach, actor: Actor, *, active: bool | None = None) -> tuple[Member, ...]:
    """Everyone who owns deals or activities, by name; ``active`` keeps those who still do, or those who left."""
    found: list[Member] = []
    async with coach.store.read(actor.workspace_id) as unit:
        for connection in await unit.connections.every():
            synthetic = bool((connection["health"] or {}).get("synthetic"))
            async for batch in unit.records.stream(connection["id"], "owners"):
                found += [_member(json.loads(body), connection["id"], synthetic) for body in batch]
    kept = [one for one in found if active is None or one.active is active]
    return tuple(sorted(kept, key=lambda one: (one.label.casefold(), one.id)))


async def every(coach: Coach, actor: Actor) -> tuple[Team, ...]:
    """The teams that people belong to, by name."""
    people = await members(coach, actor)
    sizes = Counter(team for one in people if one.active for team in one.teams)
    where: dict[str, dict[str, None]] = {}
    for one in people:
        for team in one.teams:
            where.setdefault(team, {})[one.connection_id] = None
    return tuple(
        Team(id=name, label=name, members=sizes[name], connection_ids=tuple(where[name])) for name in sorted(where)
    )


def _member(body: dict[str, Any], connection_id: str, synthetic: bool) -> Member:
    return Member.model_validate({
        "id": body["id"], "connection_id": connection_id, "label": body.get("label") or body["id"],
        "teams": tuple(body.get("teams") or ()), "active": body.get("active", True), "synthetic": synthetic,
    })  # fmt: skip
