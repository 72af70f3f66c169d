"""What every connector promises, as tests: subclass :class:`ConnectorContract`, say how to make one, and run pytest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from coach.core import kpis
from coach.errors import CrmError
from coach.plugins import Connector, Discovery, Health, Page, State
from coach.plugins.records import ENTITIES, AnyRecord, Entity


async def everything(
    connector: Connector, entity: Entity, state: State | None = None
) -> tuple[dict[str, AnyRecord], State]:
    """All records by id, later copies winning, and the state reached."""
    records: dict[str, AnyRecord] = {}
    reached = state or State()
    async for page in connector.sync(entity, reached):
        records |= {record.id: record for record in page.records}
        reached = page.state
    return records, reached


class ConnectorContract:
    """Override :meth:`connected`, and :meth:`refused` where a credential can be bad."""

    largest_page = 1_000

    def connected(self) -> AbstractAsyncContextManager[Connector]:
        """A connector to an account that holds records, closed at the end of the block."""
        raise AssertionError("A contract test says how to connect: override connected().")

    def refused(self) -> AbstractAsyncContextManager[Connector] | None:
        """The same with a credential that is not accepted; None where there is none to refuse."""
        return None

    @pytest.fixture
    async def connector(self) -> AsyncIterator[Connector]:
        """One connector a test."""
        async with self.connected() as connector:
            yield connector

    async def test_it_has_the_four_verbs_and_known_entities(self, connector):
        """The protocol, and no entity coach does not know."""
        assert isinstance(connector, Connector)
        assert connector.entities
        assert set(connector.entities) <= set(ENTITIES)

    async def test_its_check_names_the_account_and_tells_what_it_can_count(self, connector):
        """A KPI is told once; one that lacks a scope is not counted."""
        health = await connector.check()
        assert isinstance(health, Health)
        told = [ability.metric for ability in health.abilities]
        assert len(told) == len(set(told))
        assert set(told) <= set(kpis.KPIS)
        assert all(ability.level == "none" for ability in health.abilities if ability.missing)

    async def test_its_discovery_suggests_only_what_it_lists(self, connector):
        """The mapping speaks of choices the manager is shown."""
        discovery = await connector.discover()
        assert isinstance(discovery, Discovery)
        shown = {choice.id for choice in discovery.choices}
        fields = discovery.mapping.model_dump(exclude={"qualified_by"})
        if discovery.choices:
            assert {
                id for field in ("qualified_stages", "demo_stages", "quote_stages") for id in fields[field]
            } <= shown

    async def test_a_full_reading_ends_with_where_the_next_one_starts(self, connector):
        """Pages are bounded, of their entity, and the last one says until when all is known."""
        seen = 0
        for entity in connector.entities:
            last = None
            async for page in connector.sync(entity, State()):
                assert isinstance(page, Page)
                assert len(page.records) <= self.largest_page
                assert all(record.entity == entity for record in page.records)
                seen += len(page.records)
                last = page
            assert last is not None, f"{entity}: not one page"
            assert last.state.until is not None
            assert last.state.cursor is None
        assert seen, "the account is empty: the contract proves nothing"

    async def test_a_second_reading_of_an_unchanged_account_changes_nothing(self, connector):
        """What comes again is what was there."""
        for entity in connector.entities:
            first, state = await everything(connector, entity)
            again, later = await everything(connector, entity, state)
            assert {id: again[id] for id in again} == {id: first[id] for id in again if id in first}
            assert later.until is not None
            assert state.until is not None
            assert later.until >= state.until

    async def test_a_reading_cut_after_any_page_goes_on_to_the_same_records(self, connector):
        """A page and its state are stored together: what follows the state is all that is missing."""
        for entity in connector.entities:
            whole, _ = await everything(connector, entity)
            pages = len([page async for page in connector.sync(entity, State())])
            for cut in sorted({1, pages // 2, pages - 1} & set(range(1, pages))):
                kept, state = await self._cut(connector, entity, cut)
                rest, reached = await everything(connector, entity, state)
                assert {**kept, **rest} == whole, f"{entity}: cut after page {cut} of {pages}"
                assert reached.until is not None

    async def _cut(self, connector: Connector, entity: Entity, pages: int) -> tuple[dict[str, AnyRecord], State]:
        kept: dict[str, AnyRecord] = {}
        state = State()
        reading = connector.sync(entity, State())
        async for page in reading:
            kept |= {record.id: record for record in page.records}
            state = page.state
            pages -= 1
            if not pages:
                break
        return kept, state

    async def test_a_refused_credential_is_a_crm_error_with_a_remedy(self):
        """And it says nothing of the credential."""
        refused = self.refused()
        if refused is None:
            pytest.skip("this connector has no credential to refuse")
        async with refused as connector:
            with pytest.raises(CrmError) as raised:
                await connector.check()
        assert raised.value.remedy

    async def test_closing_twice_is_safe(self):
        """Whoever closes last need not know who was first."""
        async with self.connected() as connector:
            await connector.close()
            await asyncio.wait_for(connector.close(), 5)
