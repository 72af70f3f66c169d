"""A large fake CRM, and a reading of it that watches its own memory, each a process: ``python -m tests.shell.scale ROLE …``."""

import asyncio
import datetime as dt
import json
import resource
import sys
import time
from pathlib import Path

from coach.plugins.builtin import team
from coach.service import connections, syncs
from coach.settings import Settings
from coach.testing import FakeHubSpot, FakePipedrive, serving
from tests.shell import crms

LIMITS = {"hubspot": ("calls_per_10_s", 10.0), "pipedrive": ("calls_per_2_s", 2.0)}


async def fake(crm: str, months: str, deals: str, calls: str) -> None:
    """Serve until a line comes in, then tell what was counted."""
    invented = team.invent(crms.DAY, months=int(months), deals_a_month=int(deals))
    kind = {"hubspot": FakeHubSpot, "pipedrive": FakePipedrive}[crm]
    one = kind(invented, token=crms.TOKEN, clock=crms.Clock(), **{LIMITS[crm][0]: int(calls)})
    one.tokens_left = 10**9
    async with serving(one.app) as address:
        print(address, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
    gates = [one.calls, one.searches] if crm == "hubspot" else [one.burst]
    records = sum(len(getattr(invented, name)) for name in ("companies", "deals", "activities", "leads", "quotes"))
    print(json.dumps({"refused": sum(gate.refused for gate in gates), "requests": one.requests, "records": records}))


def memory_mb() -> float:
    """What the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def read(crm: str, url: str, home: str, calls: str) -> None:
    """One backfill; tells how long it took, the pages, and the memory at a fifth and at the end of it."""
    given = {**crms.given(crm, url), LIMITS[crm][0]: int(calls), "tokens_a_day": 10**7}
    seen: list[tuple[int, float]] = []

    def watched(run: syncs.SyncRun) -> None:
        seen.append((sum(one.read for one in run.counts.values()), memory_mb()))

    async with crms.coached(Settings(home=Path(home)), crms.Clock()) as (coach, actor):
        connection = await connections.connect(coach, actor, crm, given, trusted=True)
        queued = await syncs.queue(coach, actor.workspace_id, connection.id, "manual")
        counting = syncs.counting.count
        at: dict[str, float] = {}

        async def count(*args, **more):
            at["pages_s"], at["cpu_s"] = time.monotonic() - began, time.process_time() - worked
            at["pages_mb"] = memory_mb()
            return await counting(*args, **more)

        syncs.counting.count = count
        syncs.LEASE = dt.timedelta(seconds=60)
        began, worked = time.monotonic(), time.process_time()
        run = await syncs.run(coach, actor.workspace_id, queued.id, progress=watched)
        whole_s = time.monotonic() - began
    most = seen[-1][0]
    early = next(mb for records, mb in seen if records >= most / 5)
    late = max(mb for _, mb in seen[:-1])
    told = {"status": run.status, "read": most, "pages": run.pages, "early_mb": early, "late_mb": late,
            "end_mb": memory_mb(), "whole_s": whole_s, **at}  # fmt: skip
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run({"fake": fake, "read": read}[sys.argv[1]](*sys.argv[2:]))
