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
        counting = _Counting(unit, row, await unit.syncs.states(connection_id))
        book, metrics = await counting.book()
    total = 0
    for metric in metrics:  # one at a time: what is held is the ledger and one indicator's series
        found = await asyncio.to_thread(_told, book, metric, row["connector"])
        total += await _keep(coach, workspace_id, connection_id, metric, found)
    if isinstance(connector, GivesSeries):
        for metric, found in _by_metric(await connector.series()).items():
            total += await _keep(coach, workspace_id, connection_id, metric, found)
    return total


async def _keep(coach: Coach, workspace_id: str, connection_id: str, metric: str, found: list[KpiSeries]) -> int:
    """The metric's series in place of those it had, a few in each transaction: others may write in between."""
    now = coach.now()
    for start in range(0, max(1, len(found)), AT_ONCE):
        async with coach.store.write(workspace_id) as unit:
            await unit.connections.get(connection_id)
            await unit.kpis.put(connection_id, found[start : start + AT_ONCE], now)
            if start + AT_ONCE >= len(found):
                await unit.kpis.keep_only(connection_id, {metric: found})
    return len(found)


def _told(book: core.Book | None, metric: str, source: str) -> list[KpiSeries]:
    """The metric's series that have a point."""
    if book is None:
        return []
    return [one for one in core.tell(book, [metric], grains=GRAINS, source=source) if one.points]


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

    async def book(self) -> tuple[core.Book | None, list[str]]:
        """The book with every record in it, and the metrics whose records were all read."""
        if not self.row["health"] or not self.until:
            return None, []
        metrics = [metric for metric, needs in core.NEEDS.items() if self._are_read(needs)]
        book = await self._book()
        await self._enter(book)
        return book, metrics

    def _are_read(self, needs: tuple[Entity, ...]) -> bool:
        """Quotes are needed of a CRM that has them only."""
        return all(entity in self.until or (entity == "quotes" and entity not in self.offered) for entity in needs)

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
