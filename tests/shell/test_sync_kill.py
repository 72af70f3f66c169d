"""``kill -9`` in the midst of readings, again and again: the figures come to those of a reading nobody disturbed."""

import asyncio
import os
import random
import sys
from contextlib import suppress

import pytest

from coach.service import counting
from coach.settings import Settings
from tests.shell import crms
from tests.shell.distributions import installed
from tests.shell.processes import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.alone]
KILLS = 50 if os.environ.get("COACH_TEST_FULL") else 2  # of each CRM
TEAM = {"months": 3, "deals_a_month": 25}


class Reader:
    """A reading in a process of its own."""

    def __init__(self, home, crm, url, moment) -> None:
        self.path = installed(home.parent / "installed")
        self.command = (sys.executable, "-m", "tests.shell.reader", str(home), crm, url, moment.isoformat())

    async def killed_after(self, seconds: float | None) -> str:
        """What it said last; killed so long after it began to read, unless it ended before."""
        process = await asyncio.create_subprocess_exec(
            *self.command, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": self.path}
        )
        assert process.stdout is not None
        first = await process.stdout.readline()
        assert first == b"begun\n", first
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)
        if process.returncode is None:
            process.kill()
            await process.wait()
            return "killed"
        return (await process.stdout.read()).decode().split()[0]


def disturb(crm, fake, draw):
    """What people do meanwhile: amounts, deletions, mergers, archives, reopened deals."""
    won = [deal.id for deal in fake.team.deals if deal.status == "won"]
    for id in draw.sample(won, 6):
        amount = draw.randint(1, 90_000)
        if crm == "hubspot" and id in fake.objects["deals"]:
            change = draw.choice(("amount", "delete", "reopen", "merge"))
            if change == "amount":
                fake.change("deals", id, amount=str(amount), amount_in_home_currency=str(amount))
            elif change == "delete":
                fake.delete("deals", id)
            elif change == "reopen":
                fake.change("deals", id, hs_is_closed="false", hs_is_closed_won="false")
            else:
                other = draw.choice([key for key in fake.objects["deals"] if key != id])
                fake.merge("deals", id, other)
        elif crm == "pipedrive":
            change = draw.choice(("amount", "delete", "reopen", "archive"))
            fields = {
                "amount": {"value": amount},
                "reopen": {"status": "open", "won_time": None},
                "archive": {"is_archived": True},
            }
            fake.delete(id) if change == "delete" else fake.change(id, **fields[change])


@pytest.mark.parametrize("crm", sorted(crms.FAKES))
async def test_killed_readings_come_to_the_figures_of_an_undisturbed_one(crm, tmp_path):
    clock, draw = crms.Clock(), random.Random(f"{crm}/{KILLS}")
    fake = crms.FAKES[crm](clock, **TEAM)
    kills, ends, whole_s = 0, 0, None
    async with crms.serving(fake.app) as url:
        async with crms.coached(Settings(home=tmp_path / "trial"), clock) as (coach, actor):
            connection = await crms.connections.connect(coach, actor, crm, crms.given(crm, url), trusted=True)
            began = asyncio.get_running_loop().time()
            await crms.read(coach, actor, connection.id)
            whole_s = asyncio.get_running_loop().time() - began
        while kills < KILLS:
            reader = Reader(tmp_path / "disturbed", crm, url, clock())
            said = await reader.killed_after(draw.uniform(0.0, whole_s * 1.1))
            assert said in ("killed", "done"), said
            kills += said == "killed"
            if said == "done":
                ends += 1
                disturb(crm, fake, draw)
                clock.moves(minutes=30)
        assert await Reader(tmp_path / "disturbed", crm, url, clock()).killed_after(None) == "done"
        clock.moves(minutes=30)
        assert await Reader(tmp_path / "disturbed", crm, url, clock()).killed_after(None) == "done"
        assert await Reader(tmp_path / "calm", crm, url, clock()).killed_after(None) == "done"
    found = []
    for home in ("disturbed", "calm"):
        async with crms.coached(Settings(home=tmp_path / home), clock) as (coach, actor):
            connection, *_ = await crms.connections.every(coach, actor)
            await counting.count(coach, actor.workspace_id, connection.id)  # the last reading may have had no news
            found.append(await crms.figures(coach, actor))
    disturbed, calm = found
    assert set(disturbed) == set(calm)
    assert {key: disturbed[key] for key in calm if disturbed[key] != calm[key]} == {}
    assert len(calm) > 100
    assert kills == KILLS
