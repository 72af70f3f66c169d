"""A worker with jobs of the tests, in a process of its own: ``python -m tests.shell.jobbing HOME DATABASE_URL NOTES``."""

import asyncio
import datetime as dt
import os
import sys
from pathlib import Path

from coach import jobs, service
from coach.service.jobs import job, scheduled
from coach.settings import Settings

NOTES = Path(sys.argv[3]) if __name__ == "__main__" else Path(os.devnull)
STEPS = 8


def note(*words: object) -> None:
    with NOTES.open("a") as file:
        file.write(" ".join(map(str, words)) + "\n")


@job("test.slow")
async def slow(coach, payload):
    """Steps that are kept: what was done is not done again by whoever takes over."""
    done = {line.split()[2] for line in NOTES.read_text().splitlines() if line.startswith(f"step {payload['name']} ")}
    for step in range(STEPS):
        if str(step) not in done:
            await asyncio.sleep(0.25)
            note("step", payload["name"], step, os.getpid())
    note("end", payload["name"], os.getpid())


@job("test.failing")
async def failing(coach, payload):
    note("try", payload["name"])
    raise RuntimeError(f"no good: {payload['secret']}")


@scheduled("test.tick", cron="* * * * * *")
async def tick(coach, at: dt.datetime) -> None:
    note("tick", at.isoformat())


async def main(home: str, database: str, _notes: str) -> None:
    settings = Settings(home=Path(home), database_url=database)
    async with service.opened(settings) as coach, jobs.working(coach, poll_s=0.1, dead_after_s=1.5) as working:
        print("working", working.id, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
