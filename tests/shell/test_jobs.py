"""Jobs on the engine itself, on SQLite and on PostgreSQL: done once, retried, taken over from the dead, never pickled."""

import asyncio
import os
import sqlite3
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from coach import jobs, service
from coach.service import connections, people, syncs
from coach.service.jobs import Inline, job, registered, scheduled
from coach.settings import Settings
from tests.shell.processes import ROOT, serving

pytestmark = pytest.mark.alone
WITHIN_S = 40
both_in_full = pytest.mark.parametrize(
    "database", ["sqlite", "postgresql"] if os.environ.get("COACH_TEST_FULL") else ["sqlite"], indirect=True
)


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes"
    path.touch()
    return path


@asynccontextmanager
async def worker(home: Path, database: str, notes: Path):
    """A worker with the tests' jobs, killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.shell.jobbing", str(home), database, str(notes),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT, env={**os.environ, "COACH_HOME": str(home)},
    )  # fmt: skip
    try:
        line = await asyncio.wait_for(process.stdout.readline(), WITHIN_S)
        assert line.startswith(b"working "), line
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def asking(home: Path, database: str):
    async with service.opened(Settings(home=home, database_url=database)) as coach, jobs.asking(coach):
        yield coach.jobs


def lines_of(notes: Path) -> list[str]:
    return notes.read_text().splitlines()


async def told(notes: Path, sign: str, times: int = 1) -> list[str]:
    """The notes, once a line beginning so was written so many times."""
    for _ in range(WITHIN_S * 10):
        lines = lines_of(notes)
        if sum(line.startswith(sign) for line in lines) >= times:
            return lines
        await asyncio.sleep(0.1)
    raise AssertionError(f"{sign!r} was not noted {times} times in {WITHIN_S} s: {lines_of(notes)}")


async def test_a_job_is_done_once_and_taken_over_from_a_worker_that_was_killed(database, tmp_path, notes):
    home = tmp_path / "home"
    async with worker(home, database, notes) as first, asking(home, database) as ask:
        assert await ask.enqueue("test.slow", {"name": "a"}, key="a")
        assert not await ask.enqueue("test.slow", {"name": "a"}, key="a"), "one of the same key is under way"
        await told(notes, "step a", 3)
        first.kill()
        await first.wait()
        async with worker(home, database, notes) as second:
            lines = await told(notes, "end a")
            assert {int(line.split()[-1]) for line in lines if line.startswith("end")} == {second.pid}
            steps = Counter(line.split()[2] for line in lines if line.startswith("step a"))
            assert set(steps.values()) == {1}
            assert len(steps) == 8
            assert await ask.enqueue("test.slow", {"name": "b"}, key="a"), "the key is free again"
            await told(notes, "end b")


@both_in_full
async def test_two_workers_fire_a_schedule_once_a_moment(database, tmp_path, notes):
    home = tmp_path / "home"
    async with worker(home, database, notes), worker(home, database, notes):
        lines = await told(notes, "tick", 4)
    ticks = Counter(line for line in lines if line.startswith("tick"))
    assert set(ticks.values()) == {1}


@both_in_full
async def test_a_job_that_fails_is_tried_again_and_its_words_stay_nowhere(database, tmp_path, notes):
    home = tmp_path / "home"
    async with worker(home, database, notes), asking(home, database) as ask:
        await ask.enqueue("test.failing", {"name": "f", "secret": "in the payload only"}, key="f")
        await told(notes, "try f", 3)
        await ask.enqueue("test.slow", {"name": "after"}, key="g")
        await told(notes, "end after")
    kept = _kept(home, database)
    assert "maximum of 3 retries" in kept
    assert "no good" not in kept
    assert "gASV" not in kept, "pickled values begin so in base64"
    assert '"in the payload only"' in kept


def _kept(home: Path, database: str) -> str:
    """Everything the engine wrote down."""
    if database.startswith("sqlite"):
        found = Path(database.removeprefix("sqlite:///") + ".jobs")
        with sqlite3.connect(found) as connection:
            return "\n".join(connection.iterdump())
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'").fetchall()
        rows = [connection.execute(f'SELECT to_json(t)::text FROM dbos."{name}" t').fetchall() for (name,) in tables]
        return "\n".join(row.replace('\\"', '"') for of_table in rows for (row,) in of_table)


async def test_a_server_alone_on_sqlite_does_its_jobs_itself(tmp_path):
    home = tmp_path / "home"
    with serving(home):
        async with service.opened(Settings(home=home)) as coach, jobs.asking(coach):
            actor = await people.owner(coach)
            connection = await connections.connect(coach, actor, "demo", {"months": 1, "deals_a_month": 3})
            run = await syncs.start(coach, actor, connection.id)
            for _ in range(WITHIN_S * 5):
                run = await syncs.get(coach, actor, run.id)
                if run.status not in ("queued", "running"):
                    break
                await asyncio.sleep(0.2)
            assert run.status == "done"


# The double, and the register


async def test_the_double_keeps_jobs_until_it_is_told_and_drops_doubles():
    inline = Inline()
    assert await inline.enqueue("count", {"workspace_id": "w"}, key="k")
    assert not await inline.enqueue("count", {"workspace_id": "w"}, key="k")
    assert [name for name, _, _ in inline.waiting] == ["count"]


def test_a_name_is_registered_once():
    known, schedules = registered()
    assert {"sync", "count"} <= set(known)
    assert "sync.due" in {one.name for one in schedules}
    with pytest.raises(Exception, match="already"):
        job("sync")(known["sync"])
    with pytest.raises(Exception, match="already"):
        scheduled("sync.due", cron="* * * * *")(schedules[0].tick)
