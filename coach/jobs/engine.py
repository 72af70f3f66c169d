"""The job engine of one process.

What DBOS leaves to us (each was seen to go wrong without):
- a process that died keeps its jobs for ever: open-source DBOS gives them back only to the same executor id at its next
  start. Every process has an id of its own and a heartbeat; whoever lives resumes what the dead had begun;
- its version is a hash of the code, so that an edit strands the jobs under way: ours is pinned, and raised by hand;
- values are pickled into the database, where whoever can write could run code: ours are JSON;
- a job may be begun twice: jobs are written to come to the same.
"""

import asyncio
import contextlib
import datetime as dt
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from coach.errors import ServiceError
from coach.service.coach import Coach
from coach.service.jobs import registered
from coach.settings import Settings
from coach.store import workers
from coach.store.store import EVERYWHERE

QUEUE = "coach"
VERSION = "coach-jobs-1"
"""Raise it when a job's payload changes its meaning: jobs of an older version are then left to older processes."""

AT_ONCE = 2  # jobs of one process; a reading of a CRM waits more than it works
POLL_S = 1.0
BEAT_S = 5.0
DEAD_AFTER_S = 20.0
ATTEMPTS = 3
_log = logging.getLogger(__name__)


class Working:
    """Asks for jobs, in a process that also does some."""

    def __init__(self, id: str) -> None:
        self.id = id

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, key: str | None = None) -> bool:
        """Have the job done by whichever process is free; false when one of the same key waits or is under way."""
        from dbos import DBOS, SetEnqueueOptions
        from dbos import error as wrong

        from coach.jobs import workflows

        try:
            with SetEnqueueOptions(deduplication_id=key):
                await DBOS.enqueue_workflow_async(QUEUE, workflows.job, name, dict(payload))
        except wrong.DBOSQueueDeduplicatedError:
            return False
        return True


class Asking:
    """Asks for jobs, in a process that does none."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, key: str | None = None) -> bool:
        """Have the job done by a worker; false when one of the same key waits or is under way."""
        from dbos import error as wrong

        options = {"workflow_name": "coach.job", "queue_name": QUEUE, "app_version": VERSION}
        if key is not None:
            options["deduplication_id"] = key
        try:
            await self._client.enqueue_async(options, name, dict(payload))
        except wrong.DBOSQueueDeduplicatedError:
            return False
        return True


@asynccontextmanager
async def working(
    coach: Coach, *, poll_s: float = POLL_S, dead_after_s: float = DEAD_AFTER_S
) -> AsyncIterator[Working]:
    """Do jobs in this process, and ask for them through ``coach.jobs``, for as long as the block lasts.

    Raises:
        ServiceError: This process already does jobs: the engine is one a process.
    """
    from dbos import DBOS

    from coach.jobs import workflows

    if workflows.doing is not None:
        raise ServiceError("This process already does jobs.")
    id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    jobs, schedules = registered()
    await _beat(coach, id)
    workflows.doing = workflows.Doing(coach, asyncio.get_running_loop(), jobs, {one.name: one for one in schedules})
    before, beating = coach.jobs, None
    try:
        await asyncio.to_thread(_launch, address(coach.settings), id)
        await DBOS.register_queue_async(
            QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=poll_s, on_conflict="always_update"
        )
        await DBOS.apply_schedules_async(
            [
                {"schedule_name": one.name, "workflow_fn": workflows.tick, "schedule": one.cron,
                 "context": {"name": one.name}}
                for one in schedules
            ]
        )  # fmt: skip
        working = Working(id)
        coach.jobs = working
        beating = asyncio.create_task(_watch(coach, id, dead_after_s), name="job heartbeat")
        yield working
    finally:
        coach.jobs = before
        if beating is not None:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating
        await asyncio.to_thread(DBOS.destroy)
        workflows.doing = None
        with contextlib.suppress(Exception):
            async with coach.store.write(EVERYWHERE) as unit:
                await workers.leave(unit.connection, id)


@asynccontextmanager
async def asking(coach: Coach) -> AsyncIterator[Asking]:
    """Ask for jobs that other processes do, through ``coach.jobs``, for as long as the block lasts."""
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    def opened() -> Any:
        return DBOSClient(system_database_url=address(coach.settings), serializer=DBOSPortableJSONSerializer())

    client, before = await asyncio.to_thread(opened), coach.jobs
    coach.jobs = asking = Asking(client)
    try:
        yield asking
    finally:
        coach.jobs = before
        await asyncio.to_thread(client.destroy)


def address(settings: Settings) -> str:
    """Where the engine keeps its state: the same PostgreSQL in a schema of its own, or a second SQLite file.

    A file of its own, because the engine polls with connections that know nothing of our pragmas and migrations.
    """
    from coach.store.engine import address as ours

    url = ours(settings.database)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}.jobs"
    return url.render_as_string(hide_password=False)


def _launch(database: str, id: str) -> None:
    from dbos import DBOS, DBOSPortableJSONSerializer

    DBOS(
        config={
            "name": "coach",
            "system_database_url": database,
            "application_version": VERSION,
            "executor_id": id,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "CRITICAL",
        }
    )
    DBOS.launch()


async def _watch(coach: Coach, id: str, dead_after_s: float) -> None:
    """Say that we live, and resume what the dead had begun."""
    every = min(BEAT_S, dead_after_s / 4)
    while True:
        try:
            await _beat(coach, id)
            await _take_over(coach, id, dead_after_s)
        except Exception as wrong:  # a database that is away for a moment must not end the watch
            _log.warning("job heartbeat: %s", type(wrong).__name__)
        await asyncio.sleep(every)


async def _beat(coach: Coach, id: str) -> None:
    async with coach.store.write(EVERYWHERE) as unit:
        await workers.beat(unit.connection, id, dt.datetime.now(dt.UTC))


async def _take_over(coach: Coach, id: str, dead_after_s: float) -> None:
    from dbos import DBOS

    since = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=dead_after_s)
    async with coach.store.read(EVERYWHERE) as unit:
        alive = await workers.living(unit.connection, since) | {id}
    for one in await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False):
        if one.executor_id not in alive:
            await DBOS.resume_workflow_async(one.workflow_id, queue_name=QUEUE)
