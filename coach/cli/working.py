"""``coach worker``: one more process that does jobs."""

import asyncio
import contextlib
import signal

from coach import jobs, service
from coach.service.jobs import registered
from coach.settings import Settings


def run() -> None:
    """Do jobs until stopped; one under way when it stops is taken over by another process, or by the next start."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_work(Settings.from_environment()))


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with service.opened(settings) as coach, jobs.working(coach) as working:
        names, schedules = registered()
        print(f"coach worker {working.id}: {len(names)} jobs, {len(schedules)} schedules   (stop: Ctrl+C)", flush=True)
        await stopped.wait()
