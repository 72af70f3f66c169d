"""The jobs there are, by name, and their double that runs them when told.

A job is a function of the process's coach and a JSON payload; a schedule is one of the coach and the moment it is for.
Both may be begun again after a crash: they must come to the same when they are. What runs them is ``coach.jobs``.
"""

import datetime as dt
import importlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.service.coach import Coach

MODULES = ("coach.service.syncs", "coach.service.writing_back")
"""Modules that register jobs; a new one adds its name here."""

Job = Callable[["Coach", dict[str, Any]], Awaitable[None]]
Tick = Callable[["Coach", dt.datetime], Awaitable[None]]


class Schedule(NamedTuple):
    """When a tick is due: five cron fields, UTC."""

    name: str
    cron: str
    tick: Tick


_jobs: dict[str, Job] = {}
_schedules: dict[str, Schedule] = {}


def job(name: str) -> Callable[[Job], Job]:
    """Register a job under a name, which is kept in the database: do not change it."""

    def keep(function: Job) -> Job:
        if name in _jobs:
            raise BadInput(f"A job is already called {name!r}.")
        _jobs[name] = function
        return function

    return keep


def scheduled(name: str, *, cron: str) -> Callable[[Tick], Tick]:
    """Register what is done at every moment of ``cron`` (UTC), once however many workers there are."""

    def keep(function: Tick) -> Tick:
        if name in _schedules:
            raise BadInput(f"A schedule is already called {name!r}.")
        _schedules[name] = Schedule(name, cron, function)
        return function

    return keep


def registered() -> tuple[Mapping[str, Job], tuple[Schedule, ...]]:
    """Every job by its name, and every schedule."""
    for module in MODULES:
        importlib.import_module(module)
    return dict(_jobs), tuple(_schedules.values())


class Inline:
    """The double of the job engine: keeps what is asked until :meth:`drain` does it, in this very process."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, dict[str, Any], str | None]] = []

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, key: str | None = None) -> bool:
        """Keep it; false when one of the same key is kept already."""
        if key is not None and any(key == other for _, _, other in self.waiting):
            return False
        self.waiting.append((name, dict(payload), key))
        return True

    async def drain(self, coach: "Coach") -> int:
        """Do all that waits, and what that asks for in turn; how many were done."""
        jobs, _ = registered()
        done = 0
        while self.waiting:
            name, payload, _ = self.waiting.pop(0)
            await jobs[name](coach, payload)
            done += 1
        return done

    async def tick(self, coach: "Coach", name: str) -> None:
        """Do what the schedule of that name does, now."""
        _, schedules = registered()
        await next(one for one in schedules if one.name == name).tick(coach, coach.now())
