"""From the records of a connection to its KPI series, for everyone they can be told of.

Records go by a batch at a time, each with those it points at: what is held does not grow with their number. An indicator
whose records could not all be read keeps the series it had, with their date.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TypeVar

from coach.core import series as core
from coach.core.model.kpi import KpiSeries
from coach.core.model.reading import Cadence
from coach.core.model.records import (
    Account,
    Activity,
    Company,
    Deal,
    Entity,
    Lead,
    Owner,
    Pipeline,
    Quote,
    Record,
    Survey,
)
from coach.core.model.records import Mapping as Words
from coach.core.series import activities, deals, offers
from coach.plugins import Connector, GivesSeries
from coach.service.coach import Coach
from coach.store.rows import Row
from coach.store.store import Unit

GRAINS: tuple[Cadence, ...] = ("month", "week", "quarter", "day")
BATCH = 500
AT_ONCE = 200  # series written in one transaction: others may write in between
R = TypeVar("R", bound=Record)


async def count(coach: Coach, workspace_id: str, connection_id: str, connector: Connector | None = None) -> int:
    """Count every series anew from what is kept, and keep those; how many there are.

    A source that holds figures rather than records gives them itself, through ``connector``.
    """
    async with coach.store.read(workspace_id) as unit:
        row = await unit.connections.get(connection_id)
        found = await _Counting(unit, row, await unit.syncs.states(connection_id)).series()
    if isinstance(connector, GivesSeries):
        found = {**found, **_by_metric(await connector.series())}
    now, total = coach.now(), 0
    every = [one for of_metric in found.values() for one in of_metric]
    for start in range(0, len(every), AT_ONCE):
        async with coach.store.write(workspace_id) as unit:
            await unit.connections.get(connection_id)
            total += await unit.kpis.put(connection_id, every[start : start + AT_ONCE], now)
    async with coach.store.write(workspace_id) as unit:
        await unit.kpis.keep_only(connection_id, found)
    return total


def _by_metric(found: Iterable[KpiSeries]) -> dict[str, list[KpiSeries]]:
    by_metric: dict[str, list[KpiSeries]] = {}
    for one in found:
        by_metric.setdefault(one.metric, []).append(one)
    return by_metric


class _Counting:
    """One count, over one consistent view of the records."""

    def __init__(self, unit: Unit, row: Row, states: Mapping[str, Row]) -> None:
        self.unit, self.row = unit, row
        ends = {entity: state["state"].get("until") for entity, state in states.items() if state["problem"] is None}
        self.until = {entity: dt.datetime.fromisoformat(end) for entity, end in ends.items() if end}
        self.offered = frozenset(states)

    async def series(self) -> dict[str, list[KpiSeries]]:
        """Series by metric, of those metrics whose records were all read; empty lists where there is nothing to tell."""
        if not self.row["health"] or not self.until:
            return {}
        metrics = [metric for metric, needs in core.NEEDS.items() if self._are_read(needs)]
        book = await self._book()
        await self._enter(book)
        return await asyncio.to_thread(self._told, book, metrics)

    def _are_read(self, needs: tuple[Entity, ...]) -> bool:
        """Quotes are needed of a CRM that has them only."""
        return all(entity in self.until or (entity == "quotes" and entity not in self.offered) for entity in needs)

    def _told(self, book: core.Book, metrics: list[str]) -> dict[str, list[KpiSeries]]:
        told: dict[str, list[KpiSeries]] = {metric: [] for metric in metrics}
        for one in core.tell(book, metrics, grains=GRAINS, source=self.row["connector"]):
            if one.points:
                told[one.metric].append(one)
        return told

    async def _book(self) -> core.Book:
        owners = [one async for batch in self._stream("owners", Owner) for one in batch]
        pipelines = [one async for batch in self._stream("pipelines", Pipeline) for one in batch]
        book = core.Book(
            Account.model_validate(self.row["health"]["account"]),
            Words.model_validate(self.row["mapping"]),
            min(self.until.values()),
            owners=owners,
            pipelines=pipelines,
            stage_history=False,
            has_quotes="quotes" in self.offered,
        )
        async for batch in self._stream("deals", Deal):
            core.wins(book, batch)
            book.stage_history |= any(len(deal.entered) > 1 for deal in batch)
        return book

    async def _enter(self, book: core.Book) -> None:
        async for batch in self._stream("deals", Deal):
            deals.enter(book, batch, await self._companies(deal.company for deal in batch))
        async for batch in self._stream("activities", Activity):
            linked = await self._deals(id for activity in batch for id in activity.deals)
            ids = [*(one.company for one in batch), *(deal.company for deal in linked.values())]
            activities.enter(book, batch, linked, await self._companies(ids))
        activities.answers(book)
        async for batch in self._stream("quotes", Quote):
            linked = await self._deals(quote.deal for quote in batch)
            offers.quotes(book, batch, linked, await self._companies(deal.company for deal in linked.values()))
        async for batch in self._stream("leads", Lead):
            offers.leads(book, batch, await self._deals(lead.deal for lead in batch))
        async for batch in self._stream("surveys", Survey):
            offers.surveys(book, batch, await self._companies(survey.company for survey in batch))

    async def _stream(self, entity: Entity, kind: type[R]) -> AsyncIterator[list[R]]:
        if entity in self.until:
            async for bodies in self.unit.records.stream(self.row["id"], entity, BATCH):
                yield [_record(kind, body) for body in bodies]
                await asyncio.sleep(0)  # a long count must not keep a page waiting

    async def _deals(self, ids: Iterable[str | None]) -> dict[str, Deal]:
        return await self._linked("deals", Deal, ids)

    async def _companies(self, ids: Iterable[str | None]) -> dict[str, Company]:
        return await self._linked("companies", Company, ids)

    async def _linked(self, entity: Entity, kind: type[R], ids: Iterable[str | None]) -> dict[str, R]:
        bodies = await self.unit.records.bodies(self.row["id"], entity, (id for id in ids if id))
        return {id: _record(kind, body) for id, body in bodies.items()}


def _record(kind: type[R], body: str) -> R:
    return kind.model_validate_json(body)
