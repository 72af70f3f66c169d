"""``coach remind``: send what is due."""

import asyncio
import json
import sys

from coach import service
from coach.service import reminders
from coach.settings import Settings


def run(*, as_json: bool) -> bool:
    """Send it; whether all of it has left."""
    sent = asyncio.run(_send(Settings.from_environment()))
    if as_json:
        sys.stdout.write(json.dumps({"messages": sent.messages, "failed": sent.failed}) + "\n")
    elif sys.stdout.isatty() or sent.failed:
        sys.stdout.write(f"{sent.messages} sent, {sent.failed} failed\n")
    return not sent.failed


async def _send(settings: Settings) -> reminders.Sent:
    async with service.opened(settings) as coach:
        return await reminders.run(coach)
