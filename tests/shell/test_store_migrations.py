"""From one release's database to the next one's, and what may be opened at all."""

import pytest
from sqlalchemy import text

from coach.errors import BadInput, StoreUnavailable
from coach.store import migrating
from coach.store.engine import address
from coach.store.ids import new_id
from coach.store.store import EVERYWHERE, Store
from tests.shell.conftest import NOON
from tests.shell.keeping import a_goal, converse


async def test_the_migrations_make_the_tables_that_the_code_expects(database):
    await migrating.upgrade(database)
    await migrating.check(database)


async def test_every_migration_goes_down_and_up_again(database):
    await migrating.upgrade(database)
    await migrating.downgrade(database, "base")
    await migrating.upgrade(database)
    await migrating.check(database)


async def test_a_second_start_migrates_nothing_and_keeps_everything(database, store, owner):
    id = await converse(store, owner, "un")
    again = await Store.open(database)
    async with again.read(owner["workspace_id"]) as unit:
        assert (await unit.conversations.get(id))["title"] == "un"
    await again.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_altering_a_table_on_sqlite_deletes_no_row_that_points_at_it(database, store, owner, workspace_id):
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from sqlalchemy import Column, String

    goal = a_goal(owner)
    look = {
        "id": new_id(), "goal_id": goal["id"], "person_id": owner["id"], "day": NOON.date(), "value": 1.0,
        "confidence": None, "comment": "", "created_at": NOON,
    }  # fmt: skip
    async with store.write(workspace_id) as unit:
        await unit.goals.add(goal)
        await unit.goals.add_check_in(look)

    def alter(connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("goal", recreate="always") as batch:
            batch.add_column(Column("nickname", String(20)))

    survivors = {}
    for migrates in (True, False):
        engine = migrating.connect(database, migrating=migrates).execution_options(coach_write=True)
        async with engine.connect() as connection:
            transaction = await connection.begin()
            await connection.run_sync(alter)
            survivors[migrates] = await connection.scalar(text("SELECT count(*) FROM check_in"))
            await transaction.rollback()
        await engine.dispose()
    assert survivors == {True: 1, False: 0}  # False is the trap itself: should SQLite ever mend it, this tells


async def test_a_database_of_a_newer_release_is_refused_with_what_to_do(database):
    store = await Store.open(database)
    async with store.write(EVERYWHERE) as unit:
        await unit.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    with pytest.raises(StoreUnavailable, match="newer release") as refused:
        await Store.open(database)
    assert "Upgrade coach" in refused.value.remedy


# Addresses


async def test_a_database_that_cannot_be_opened_says_what_to_check_and_no_secret(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for wrong in (
        f"sqlite:///{tmp_path}/file/coach.db",
        "postgresql://coach:hunter2@127.0.0.1:1/none?connect_timeout=2",
        f"sqlite:///{tmp_path / 'folder'}",
    ):
        (tmp_path / "folder").mkdir(exist_ok=True)
        with pytest.raises(StoreUnavailable) as refused:
            await Store.open(wrong)
        assert "COACH_DATABASE_URL" in refused.value.remedy
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://a@b/c", "postgresql+psycopg"),
        ("postgres://a@b/c", "postgresql+psycopg"),
        ("postgresql+psycopg://a@b/c", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_the_driver_we_serve(given, driver):
    assert address(given).drivername == driver


@pytest.mark.parametrize(
    "given", ["mysql://a/b", "postgresql+asyncpg://a/b", "nonsense", "", "sqlite://", "sqlite:///:memory:"]
)
def test_another_database_is_refused_by_name_of_the_setting(given):
    with pytest.raises(BadInput, match="COACH_DATABASE_URL"):
        address(given)


# Identifiers


def test_identifiers_sort_by_when_they_were_made_however_fast():
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {id[14] for id in ids} == {"7"}
    assert {id[19] for id in ids} <= set("89ab")
