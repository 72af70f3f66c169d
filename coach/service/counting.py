"""From the records of a connection to its KPI series, for everyone they can be told of."""

import datetime as dt
from typing import Any

from pydantic import TypeAdapter

from coach.core import series
from coach.core.model.kpi import KpiSeries, Subject
from coach.core.model.reading import Cadence
from coach.core.model.records import Account, AnyRecord, Mapping
from coach.plugins import Connector, GivesSeries
from coach.service.coach import Coach

GRAINS: tuple[Cadence, ...] = ("month", "week", "quarter", "day")
_RECORD: TypeAdapter[Any] = TypeAdapter(AnyRecord)


async def count(coach: Coach, workspace_id: str, connection_id: str, connector: Connector | None = None) -> int:
    """Count every series anew from what is kept, and keep those; how many there are.

    A source that holds figures rather than records gives them itself, through ``connector``.
    """
    found = await _counted(coach, workspace_id, connection_id)
    if isinstance(connector, GivesSeries):
        found += [one.model_copy(update={"source": one.source}) for one in await connector.series()]
    now = coach.now()
    async with coach.store.write(workspace_id) as unit:
        await unit.connections.get(connection_id)
        await unit.kpis.put(connection_id, found, now)
        await unit.kpis.drop(origin=connection_id, before=now)
    return len(found)


async def _counted(coach: Coach, workspace_id: str, connection_id: str) -> list[KpiSeries]:
    async with coach.store.read(workspace_id) as unit:
        row = await unit.connections.get(connection_id)
        states = await unit.syncs.states(connection_id)
        until = _until(states)
        if not row["health"] or until is None:
            return []
        kept: dict[str, list[Any]] = {}
        for entity in states:
            kept[entity] = [
                _RECORD.validate_python(_with_entity(body, entity))
                async for bodies in unit.records.stream(connection_id, entity)
                for body in bodies
            ]
    records = series.Records(
        account=Account.model_validate(row["health"]["account"]),
        until=until,
        stage_history=any(len(deal.entered) > 1 for deal in kept.get("deals", ())),
        **{entity: tuple(found) for entity, found in kept.items()},
    )
    words = Mapping.model_validate(row["mapping"])
    subjects = [Subject(), *(Subject(kind="person", ref=owner.id, label=owner.label) for owner in records.owners)]
    teams = sorted({team for owner in records.owners for team in owner.teams})
    subjects += [Subject(kind="team", ref=team, label=team) for team in teams]
    return [
        one
        for subject in subjects
        for grain in GRAINS[:1]
        for metric in series.COUNTERS
        if (one := series.count(metric, records, words, grain=grain, subject=subject, source=row["connector"]))
        and one.points
    ]


def _until(states: dict[str, Any]) -> dt.datetime | None:
    """Until when everything is known: the earliest end of a reading among the entities that were read."""
    ends = [row["state"].get("until") for row in states.values() if row["problem"] is None]
    known = [dt.datetime.fromisoformat(end) for end in ends if end]
    return min(known, default=None)


def _with_entity(body: str, entity: str) -> dict[str, Any]:
    import json

    return {**json.loads(body), "entity": entity}
