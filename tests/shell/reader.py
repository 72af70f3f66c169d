"""One reading of a fake CRM in a process of its own, to be killed: ``python -m tests.shell.reader HOME CRM URL MOMENT``."""

import asyncio
import datetime as dt
import sys
from pathlib import Path

from coach.service import connections, syncs
from coach.settings import Settings
from tests.shell import crms


async def main(home: str, crm: str, url: str, moment: str) -> None:
    syncs.LEASE = dt.timedelta(seconds=0.3)  # a test does not wait half a minute for the dead
    clock = crms.Clock(dt.datetime.fromisoformat(moment))
    async with crms.coached(Settings(home=Path(home)), clock) as (coach, actor):
        known = await connections.every(coach, actor)
        if not known:
            known = (await connections.connect(coach, actor, crm, crms.given(crm, url), trusted=True),)
        print("begun", flush=True)
        ended = await crms.read(coach, actor, known[0].id)
        print(ended.status, ended.pages, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
