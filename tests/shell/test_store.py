"""The store: what must hold on SQLite and on PostgreSQL alike."""

import asyncio
import datetime as dt

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from coach.errors import Conflict, NotFound
from coach.store import tables
from coach.store.ids import new_id
from coach.store.store import EVERYWHERE, Store
from tests.shell.conftest import NOON
from tests.shell.keeping import a_goal, an_event, converse


async def another_workspace(store) -> tuple[str, str]:
    """A second workspace and its owner."""
    id, person_id = new_id(), new_id()
    row = {"id": id, "name": "Other", "profile": {}, "version": 1, "created_at": NOON, "updated_at": NOON}
    async with store.write(id) as unit:
        await unit.connection.execute(insert(tables.workspace).values(row))
        await unit.people.add({"id": person_id, "name": "Them", "role": "owner", "created_at": NOON})
    return id, person_id


# Transactions


async def test_sixty_concurrent_read_modify_writes_all_count(store, owner, workspace_id):
    id = new_id()
    async with store.write(workspace_id) as unit:
        await unit.goals.add(a_goal(owner, id=id, target=0.0))

    async def add_one():
        async with store.write(workspace_id) as unit:
            row = await unit.goals.get(id, for_change=True)
            await asyncio.sleep(0)
            await unit.goals.change(id, version=row["version"], at=NOON, target=row["target"] + 1)

    await asyncio.gather(*(add_one() for _ in range(60)))
    async with store.read(workspace_id) as unit:
        assert (await unit.goals.get(id))["target"] == 60


async def test_reads_go_on_while_a_write_is_open(store, owner, workspace_id):
    await converse(store, owner, "un", "deux")
    async with store.write(workspace_id) as writing:
        await writing.goals.add(a_goal(owner))
        async with asyncio.timeout(2), store.read(workspace_id) as reading:
            assert len(await reading.conversations.page()) == 1
            assert await reading.goals.page() == []
    async with store.read(workspace_id) as unit:
        assert len(await unit.goals.page()) == 1


async def test_what_raises_leaves_nothing_behind(store, owner, workspace_id):
    with pytest.raises(RuntimeError):
        async with store.write(workspace_id) as unit:
            await unit.goals.add(a_goal(owner))
            raise RuntimeError
    async with store.read(workspace_id) as unit:
        assert await unit.goals.page() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_is_committed_on_sqlite_is_on_the_disk(store, workspace_id):
    for transaction in (store.read, store.write):
        async with transaction(workspace_id) as unit:
            settings = {
                name: await unit.connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_what_is_committed_on_postgresql_is_on_the_disk(store, workspace_id):
    async with store.write(workspace_id) as unit:
        assert await unit.connection.scalar(text("SHOW synchronous_commit")) == "on"


async def test_an_orphan_is_refused(store, owner, workspace_id):
    with pytest.raises(IntegrityError):
        async with store.write(workspace_id) as unit:
            look = {
                "id": new_id(), "goal_id": new_id(), "person_id": owner["id"], "day": NOON.date(), "value": 1.0,
                "confidence": None, "comment": "", "created_at": NOON,
            }  # fmt: skip
            await unit.goals.add_check_in(look)


async def test_a_moment_without_its_zone_is_refused_and_comes_back_in_utc(store, owner, workspace_id):
    with pytest.raises(StatementError, match="time zone"):
        async with store.write(workspace_id) as unit:
            await unit.goals.add(a_goal(owner, created_at=NOON.replace(tzinfo=None)))
    paris = NOON.astimezone(dt.timezone(dt.timedelta(hours=2)))
    goal = a_goal(owner, created_at=paris)
    async with store.write(workspace_id) as unit:
        await unit.goals.add(goal)
    async with store.read(workspace_id) as unit:
        read = (await unit.goals.get(goal["id"]))["created_at"]
    assert read == paris
    assert read.tzinfo is dt.UTC


# The first start


async def test_two_first_starts_at_once_make_one_workspace_and_one_owner(database):
    stores = await asyncio.gather(*(Store.open(database) for _ in range(2)))
    owners = []
    for store in stores * 2:
        async with store.write(EVERYWHERE) as unit:
            owners.append(await unit.people.local_owner(NOON))
    for store in stores:
        await store.close()
    assert len({(owner["workspace_id"], owner["id"]) for owner in owners}) == 1


# Conversations


async def test_of_two_turns_at_once_one_wins_and_the_other_is_told(store, owner, workspace_id):
    id = await converse(store, owner, "un")

    async def answer(text):
        async with store.write(workspace_id) as unit:
            await asyncio.sleep(0)
            await unit.conversations.append(id, [an_event(text)], after=1, at=NOON)
        return text

    answers = await asyncio.gather(*(answer(f"réponse {n}") for n in range(12)), return_exceptions=True)
    winners = [answer for answer in answers if isinstance(answer, str)]
    assert len(winners) == 1
    assert all(isinstance(answer, Conflict) for answer in answers if answer not in winners)
    async with store.read(workspace_id) as unit:
        assert [event["body"]["text"] for event in await unit.conversations.events(id)] == ["un", *winners]


async def test_the_database_itself_refuses_a_second_event_at_one_place(store, owner, workspace_id):
    id = await converse(store, owner, "un")
    with pytest.raises(IntegrityError):
        async with store.write(workspace_id) as unit:
            row = {**an_event(), "workspace_id": workspace_id, "conversation_id": id, "seq": 1, "created_at": NOON}
            await unit.connection.execute(insert(tables.event).values(row))


@pytest.mark.parametrize("words", ["ÉTÉ", "ete", "été société", "SOCIETE", "Été SOCI"])
async def test_a_search_ignores_case_and_accents(store, owner, words):
    found = await converse(store, owner, "Objectif d'été pour la Société Générale")
    await converse(store, owner, "Autre chose")
    async with store.read(owner["workspace_id"]) as unit:
        assert [row["id"] for row in await unit.conversations.page(search=words)] == [found]


@pytest.mark.parametrize("words", ["100%", "_", "%", "\\"])
async def test_a_search_takes_wildcards_for_plain_characters(store, owner, words):
    found = await converse(store, owner, f"Une marque {words} ici")
    await converse(store, owner, "Une marque 1000 ici")
    async with store.read(owner["workspace_id"]) as unit:
        assert [row["id"] for row in await unit.conversations.page(search=words)] == [found]


async def test_a_search_finds_what_was_said_later_too(store, owner, workspace_id):
    id = await converse(store, owner, "Augmenter les ventes")
    async with store.write(workspace_id) as unit:
        await unit.conversations.append(id, [an_event()], after=1, at=NOON, said="En Île-de-France")
    async with store.read(workspace_id) as unit:
        assert [row["id"] for row in await unit.conversations.page(search="ventes ile-de-france")] == [id]
        assert await unit.conversations.page(search="ventes bretagne") == []


async def test_a_deleted_conversation_leaves_the_list_and_comes_back(store, owner, workspace_id):
    id = await converse(store, owner, "un")
    for moment, listed in ((NOON, 0), (None, 1)):
        async with store.write(workspace_id) as unit:
            await unit.conversations.mark_deleted(id, moment)
            assert len(await unit.conversations.page()) == listed
            assert (await unit.conversations.get(id))["deleted_at"] == moment


# Goals


async def test_a_goal_changed_by_someone_else_meanwhile_is_a_conflict(store, owner, workspace_id):
    goal = a_goal(owner)
    async with store.write(workspace_id) as unit:
        await unit.goals.add(goal)
        await unit.goals.change(goal["id"], version=1, at=NOON, target=13.0)
        with pytest.raises(Conflict):
            await unit.goals.change(goal["id"], version=1, at=NOON, target=14.0)
        assert (await unit.goals.get(goal["id"]))["target"] == 13


async def test_a_conversation_is_adopted_once(store, owner, workspace_id):
    id = await converse(store, owner, "un")
    async with store.write(workspace_id) as unit:
        await unit.goals.add(a_goal(owner, conversation_id=id))
    with pytest.raises(Conflict):
        async with store.write(workspace_id) as unit:
            await unit.goals.add(a_goal(owner, conversation_id=id))


# Idempotency keys


async def test_concurrent_duplicates_have_one_effect_and_one_answer(store, owner, workspace_id):
    async def create():
        async with store.write(workspace_id) as unit:
            given = await unit.idempotency.claim("key", "print", NOON)
            if given is not None:
                return given
            goal = a_goal(owner)
            await unit.goals.add(goal)
            await unit.idempotency.settle("key", goal["id"])
            return goal["id"]

    answers = await asyncio.gather(*(create() for _ in range(12)))
    async with store.read(workspace_id) as unit:
        assert [row["id"] for row in await unit.goals.page()] == [answers[0]]
    assert set(answers) == {answers[0]}


async def test_a_key_stands_or_falls_with_its_effect_and_is_forgotten_after_a_day(store, workspace_id):
    with pytest.raises(RuntimeError):
        async with store.write(workspace_id) as unit:
            assert await unit.idempotency.claim("key", "a", NOON) is None
            raise RuntimeError
    async with store.write(workspace_id) as unit:
        assert await unit.idempotency.claim("key", "b", NOON) is None
        await unit.idempotency.settle("key", "{}")
        assert await unit.idempotency.claim("key", "b", NOON) == "{}"
        with pytest.raises(Conflict):
            await unit.idempotency.claim("key", "c", NOON)
        assert await unit.idempotency.claim("key", "c", NOON + dt.timedelta(hours=25)) is None


# One workspace never sees another's


async def test_another_workspace_finds_nothing_and_changes_nothing(store, owner, workspace_id):
    conversation_id, goal = await converse(store, owner, "un"), a_goal(owner)
    async with store.write(workspace_id) as unit:
        await unit.goals.add(goal)
        await unit.audit.add(owner["id"], "goal.adopted", goal["id"], NOON)
    other, _ = await another_workspace(store)
    async with store.write(other) as unit:
        assert await unit.conversations.page() == []
        assert await unit.goals.page() == []
        assert await unit.conversations.events(conversation_id) == []
        assert await unit.audit.rows() == []
        for attempt in (
            unit.conversations.get(conversation_id),
            unit.conversations.mark_deleted(conversation_id, NOON),
            unit.goals.get(goal["id"]),
            unit.goals.check_in(goal["id"], new_id()),
            unit.people.get(owner["id"]),
            unit.people.set_preferences(owner["id"], {}),
        ):
            with pytest.raises(NotFound):
                await attempt
        with pytest.raises(Conflict):
            await unit.goals.change(goal["id"], version=1, at=NOON, target=0.0)
        with pytest.raises(Conflict):
            await unit.conversations.append(conversation_id, [an_event()], after=1, at=NOON)


async def test_a_row_cannot_point_into_another_workspace(store, owner, workspace_id):
    goal = a_goal(owner)
    async with store.write(workspace_id) as unit:
        await unit.goals.add(goal)
    other, person_id = await another_workspace(store)
    with pytest.raises(IntegrityError):
        async with store.write(other) as unit:
            look = {
                "id": new_id(), "goal_id": goal["id"], "person_id": person_id, "day": NOON.date(), "value": 1.0,
                "confidence": None, "comment": "", "created_at": NOON,
            }  # fmt: skip
            await unit.goals.add_check_in(look)


async def test_every_table_belongs_to_a_workspace():
    owned = {name for name, table in tables.metadata.tables.items() if "workspace_id" in table.c}
    assert owned == set(tables.metadata.tables) - {"workspace", "worker"}  # the installation's: which processes do jobs
    assert all(not tables.metadata.tables[name].c.workspace_id.nullable for name in owned)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_postgresql_hides_other_workspaces_from_statements_that_forget_to_ask(store, owner, workspace_id):
    await converse(store, owner, "un")
    other, _ = await another_workspace(store)
    async with store.write(other) as unit:
        assert (await unit.connection.execute(select(tables.conversation))).all() == []
        changed = await unit.connection.execute(update(tables.conversation).values(title="pris"))
        assert changed.rowcount == 0
    async with store._reads.connect() as connection:  # a transaction that named no workspace
        assert (await connection.execute(select(tables.conversation))).all() == []
        guarded = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        names = set((await connection.execute(text(guarded))).scalars())
    assert names == set(tables.metadata.tables) - {"workspace", "worker"}


# The audit log


async def audited(store, owner, count=6):
    async with store.write(owner["workspace_id"]) as unit:
        for n in range(count):
            await unit.audit.add(owner["id"], "goal.changed", f"goal-{n}", NOON, fields=["target"], n=n)
        return await unit.audit.anchor()


async def test_an_untouched_log_is_whole(store, owner, workspace_id):
    anchor = await audited(store, owner)
    async with store.read(workspace_id) as unit:
        assert await unit.audit.first_break() is None
        assert await unit.audit.first_break(anchor) is None


@pytest.mark.parametrize(
    ("tampering", "seq"),
    [
        ("UPDATE audit SET action = 'goal.adopted' WHERE seq = 3", 3),
        ("UPDATE audit SET person_id = 'x' WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq > 4", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET seq = 7 - seq + 100", 1),
    ],
)
async def test_a_log_that_was_touched_tells_where(store, owner, workspace_id, tampering, seq):
    anchor = await audited(store, owner)
    async with store.write(workspace_id) as unit:
        await unit.connection.execute(text(tampering))
    async with store.read(workspace_id) as unit:
        assert await unit.audit.first_break(anchor) == seq


async def test_concurrent_writers_make_one_chain(store, owner, workspace_id):
    async def note(n):
        async with store.write(workspace_id) as unit:
            await unit.audit.add(owner["id"], "goal.changed", f"goal-{n}", NOON)

    await asyncio.gather(*(note(n) for n in range(12)))
    async with store.read(workspace_id) as unit:
        assert len(await unit.audit.rows()) == 12
        assert await unit.audit.first_break() is None
