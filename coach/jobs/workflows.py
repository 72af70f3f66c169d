"""The two workflows DBOS knows: a job by its name, and a moment of a schedule. Imported only where jobs are done."""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

from dbos import DBOS

from coach.service.coach import Coach
from coach.service.jobs import Job, Schedule

_log = logging.getLogger(__name__)


@dataclass
class Doing:
    """What jobs need of the process that does them; its event loop owns the store's connections."""

    coach: Coach
    loop: asyncio.AbstractEventLoop
    jobs: Mapping[str, Job]
    schedules: Mapping[str, Schedule]


doing: Doing | None = None


class JobFailed(Exception):
    """A job raised; which kind of error it was, and never its words, which the engine would keep in its database."""


@DBOS.step(name="coach.job.step", retries_allowed=True, max_attempts=3, interval_seconds=2.0)
async def _job_step(name: str, payload: dict[str, Any]) -> None:
    now = _doing()
    if name not in now.jobs:
        _log.error("no job is called %r here: it is dropped", name)
        return
    await _on_our_loop(now.jobs[name](now.coach, payload), name)


@DBOS.workflow(name="coach.job")
async def job(name: str, payload: dict[str, Any]) -> None:
    """Do one job."""
    await _job_step(name, payload)


@DBOS.step(name="coach.tick.step", retries_allowed=True, max_attempts=2, interval_seconds=2.0)
async def _tick_step(at: str, name: str) -> None:
    now = _doing()
    if name in now.schedules:
        await _on_our_loop(now.schedules[name].tick(now.coach, dt.datetime.fromisoformat(at)), name)


@DBOS.workflow(name="coach.tick")
async def tick(at: dt.datetime, context: Any) -> None:
    """Do what a schedule does at one of its moments."""
    moment = at if isinstance(at, str) else at.isoformat()
    await _tick_step(moment, context["name"])


def _doing() -> Doing:
    if doing is None:
        raise JobFailed("this process does no jobs any more")
    return doing


async def _on_our_loop(work: Awaitable[None], name: str) -> None:
    """The engine runs workflows on a loop of its own; the store's connections belong to ours."""

    async def done() -> None:
        await work

    there = asyncio.run_coroutine_threadsafe(done(), _doing().loop)
    try:
        await asyncio.wrap_future(there)
    except asyncio.CancelledError:
        there.cancel()
        raise
    except Exception as wrong:
        _log.warning("job %s failed: %s", name, type(wrong).__name__)
        raise JobFailed(f"{name}: {type(wrong).__name__}") from None
