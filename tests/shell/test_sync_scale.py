"""A large account over real sockets: limits never passed, as fast as they allow, and memory that does not grow.

The full form reads over 100,000 records of each CRM at the limits of their lowest plans; the short one a small account at
limits lowered in proportion. Times are compared with what the limits allow for the calls that were made.
"""

import asyncio
import json
import os
import sys

import pytest

from tests.shell.distributions import installed
from tests.shell.processes import ROOT
from tests.shell.scale import LIMITS

FULL = bool(os.environ.get("COACH_TEST_FULL"))
pytestmark = [pytest.mark.slow, pytest.mark.alone]
SIZES = {  # months, deals a month, calls in the CRM's own period
    "hubspot": (18, 900, 100) if FULL else (2, 60, 30),
    "pipedrive": (18, 900, 20) if FULL else (2, 60, 5),
}
SLOWER = 1.3
STARTING_S = 0 if FULL else 6  # a short reading's fixed costs, on a machine that does other things too
GROWN_MB = 25


async def process(tmp_path, *words):
    env = {**os.environ, "PYTHONPATH": installed(tmp_path / "installed")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.shell.scale", *map(str, words),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=env,
    )  # fmt: skip


@pytest.mark.parametrize("crm", sorted(SIZES))
async def test_a_large_account_is_read_at_the_limits_pace_in_flat_memory(crm, tmp_path):
    months, deals, calls = SIZES[crm]
    served = await process(tmp_path, "fake", crm, months, deals, calls)
    url = (await served.stdout.readline()).decode().strip()
    reader = await process(tmp_path, "read", crm, url, tmp_path / "home", calls)
    said, _ = await reader.communicate()
    told = json.loads(said)
    counted = json.loads((await served.communicate(b"\n"))[0])
    period = LIMITS[crm][1]
    allowed_s = max(0, counted["requests"] // calls) * period
    print(crm, told, counted, f"allowed {allowed_s:.0f} s")
    assert told["status"] == "done"
    assert told["read"] >= counted["records"] * 0.9
    assert not FULL or told["read"] > 100_000
    assert counted["refused"] == 0, "a limit was passed"
    # Where others use the machine, what this process worked stands for the time: pages are fetched while others are kept.
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    assert told["cpu_s" if busy else "pages_s"] <= allowed_s * SLOWER + period + STARTING_S
    assert told["late_mb"] - told["early_mb"] < GROWN_MB
