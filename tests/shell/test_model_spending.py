"""What models take is kept in the store: set aside, called, settled; never over the day's budget, whoever calls at once."""

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from coach import service
from coach.errors import ModelUnavailable
from coach.llm.gateway import Gateway
from coach.service import conversations, people, spending
from coach.settings import Settings
from coach.store.engine import connect
from coach.store.store import EVERYWHERE, Store
from tests.shell.models import HASTY, Told, writer
from tests.shell.test_llm_gateway import GOOD, ask

NOON = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)
CAP = 2_000


@pytest.fixture
async def store(database):
    store = await Store.open(database)
    yield store
    await store.close()


@pytest.fixture(autouse=True)
def no_warming(monkeypatch):
    """Nobody waits for LiteLLM here."""

    async def nothing():
        pass

    monkeypatch.setattr("coach.llm.provider.warm", nothing)


async def workspace(store):
    async with store.write(EVERYWHERE) as unit:
        return (await unit.people.local_owner(NOON))["workspace_id"]


async def day_of(store, where):
    async with store.read(where) as unit:
        return await unit.spending.on(NOON.date())


async def test_24_threads_never_spend_more_than_the_budget(store, database):
    where, refused, over = await workspace(store), [], []

    async def spends(seed):
        mine = Store(connect(database))  # as another process has its own
        books = spending.StoredBooks(mine, CAP, lambda: NOON)
        for at in range(6):
            try:
                hold = await books.reserve(where, 100)
            except ModelUnavailable as no:
                refused.append(no.details["reason"])
                continue
            row = await day_of(mine, where)
            if row["tokens"] + row["held"] > CAP:
                over.append(row)
            await books.settle(hold, None if at % 3 == 0 else seed, 0.0001 if at % 2 else None)
        await mine.close()

    with ThreadPoolExecutor(24) as threads:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(threads, asyncio.run, spends(seed)) for seed in range(24)))
    row = await day_of(store, where)
    assert not over
    assert row["held"] == 0
    assert row["tokens"] <= CAP
    assert row["calls"] + len(refused) == 24 * 6
    assert set(refused) == {"budget"}  # some were: the test is about something


async def test_each_workspace_and_each_day_has_its_own(store):
    where, moment = await workspace(store), [NOON]
    books = spending.StoredBooks(store, 100, lambda: moment[0])
    await books.settle(await books.reserve(where, 100), 100)
    with pytest.raises(ModelUnavailable):
        await books.reserve(where, 1)
    late = NOON + dt.timedelta(hours=13)
    moment[0] = late
    hold = await books.reserve(where, 60)
    moment[0] = late + dt.timedelta(days=1)
    await books.settle(hold, 50)  # charged to the day it was set aside on
    async with store.read(where) as unit:
        assert [row["tokens"] for row in await unit.spending.since(moment[0].date())] == [50, 100]


async def test_a_call_is_charged_what_it_took_and_a_cancelled_one_what_was_held(store):
    where = await workspace(store)
    books = spending.StoredBooks(store, None, lambda: NOON)
    gate = Gateway(["a"], Told(GOOD, tokens=42), limits=HASTY, books=books)
    await ask(gate, gate.job(where))
    row = await day_of(store, where)
    assert (row["calls"], row["tokens"], row["held"], row["unpriced"]) == (1, 42, 0, 1)

    class Waiting(Told):
        async def complete(self, call):
            await asyncio.sleep(60)

    gate = Gateway(["a"], Waiting(""), books=books)
    task = asyncio.create_task(ask(gate, gate.job(where)))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.2)
    row = await day_of(store, where)
    assert row["held"] == 0
    assert row["tokens"] > 42


async def test_a_spent_budget_costs_the_model_s_words_and_is_told(tmp_path):
    settings = Settings(home=tmp_path / "home", model="test/model", model_budget=10)
    async with service.opened(settings, lambda: NOON) as coach:
        books = coach.writer.gateway.books
        coach.writer, told = writer(lambda messages: GOOD, books=books)
        actor = await people.owner(coach)
        begun = await conversations.start(coach, actor, "augmenter les ventes", language="fr")
        assert begun.turn.question.text
        assert told.calls == 0
        spent = await spending.spent(coach, actor)
        assert spent.budget == 10
        assert sum(day.tokens for day in spent.days) == 0


async def test_what_a_conversation_took_is_shown(tmp_path):
    settings = Settings(home=tmp_path / "home", model="test/model")
    async with service.opened(settings, lambda: NOON) as coach:
        coach.writer, _ = writer(lambda messages: GOOD, books=coach.writer.gateway.books)
        actor = await people.owner(coach)
        await conversations.start(coach, actor, "augmenter les ventes", language="fr")
        (day,) = (await spending.spent(coach, actor)).days
        assert (day.day, day.held) == (NOON.date(), 0)
        assert day.calls >= 1
        assert day.tokens > 0
