"""Our fakes judged by the vendors' official SDKs, which know nothing of us; `bash tests/judges/install.sh` brings those.

With a negative control: a fake that answers ill is refused, so that a judge that sees nothing would be noticed.
"""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from coach.testing import FakeHubSpot, Reply, serving
from tests.shell import crm_calls

ROOT = Path(__file__).parents[2]
FOLDER, CACHE = ROOT / "tests/judges", ROOT / ".judges"
hubspot_sdk = pytest.mark.skipif(
    not (CACHE / "python/hubspot_sdk").exists(), reason="HubSpot's SDK is not here: bash tests/judges/install.sh"
)
pipedrive_sdk = pytest.mark.skipif(
    shutil.which("node") is None or not (CACHE / "node/node_modules/pipedrive").exists(),
    reason="Node or Pipedrive's client is not here: bash tests/judges/install.sh",
)


async def run(*command, cwd=ROOT, **environment):
    """What the judge printed, and what it complained of."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env={**known, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, wrong = await asyncio.wait_for(process.communicate(), 120)
    return out.decode(), wrong.decode()


async def judged_hubspot(crm):
    async with serving(crm.app) as address:
        path = str(CACHE / "python")
        out, wrong = await run(sys.executable, str(FOLDER / "hubspot_judge.py"), address, crm.token, PYTHONPATH=path)
    assert out, wrong[-2_000:]
    return json.loads(out)


def account():
    return FakeHubSpot(crm_calls.small_team(months=6, deals=40), clock=lambda: crm_calls.NOW, calls_per_10_s=1_000)


@hubspot_sdk
async def test_hubspots_own_sdk_reads_the_fake_strictly_and_sees_every_record():
    crm = account()
    seen = await judged_hubspot(crm)
    assert "refused" not in seen, seen["refused"]
    for kind in ("deals", "companies", "meetings", "calls"):
        assert seen[kind] == sorted(crm.objects[kind])
    assert seen["owners"] == sorted(one.id for one in crm.team.owners if one.active)
    assert seen["search"] == len(crm.objects["deals"]) - 1 - sum(
        int(id) < int(seen["deals"][0]) for id in crm.objects["deals"]
    )
    assert (seen["goal"], seen["changed"]) == ("12", "9")


@hubspot_sdk
async def test_hubspots_own_sdk_refuses_a_fake_that_answers_ill():
    """The negative control: a figure where HubSpot has text."""
    crm = account()
    first = next(iter(crm.objects["deals"].values()))
    first["properties"]["dealstage"] = 12
    assert "dealstage" in (await judged_hubspot(crm))["refused"]


async def judged_pipedrive(crm):
    async with serving(crm.app) as address:
        judge = (FOLDER / "pipedrive_judge.mjs").read_text("utf-8")
        (CACHE / "node/judge.mjs").write_text(judge, "utf-8")
        return await run("node", "judge.mjs", address, crm.token, cwd=CACHE / "node")


@pipedrive_sdk
async def test_pipedrives_own_client_reads_the_fake_and_sees_every_record():
    async with crm_calls.pipedrive(calls_per_2_s=1_000) as (crm, _):
        out, wrong = await judged_pipedrive(crm)
        assert out, wrong[-2_000:]
        seen = json.loads(out)
        live = [deal for deal in crm.deals.values() if deal["status"] != "deleted"]
        assert sorted(seen["deals"]) == sorted(deal["id"] for deal in live if not deal["is_archived"])
        assert sorted(seen["archived"]) == sorted(deal["id"] for deal in live if deal["is_archived"])
        assert set(seen["activities"]) | {max(crm.activities)} == set(crm.activities)
        assert sorted(seen["users"]) == sorted(int(one.id) for one in crm.team.owners)
        assert (seen["goal"], seen["found"], seen["left"], seen["activity"]) == (12, ["12 contracts"], 0, "Check-in")


@pipedrive_sdk
async def test_pipedrives_own_client_refuses_a_fake_that_says_no():
    """The negative control: an account that answers nothing but no."""

    async def no(request):
        return Reply(403, {"success": False, "error": "Scope and URL mismatch", "errorCode": 403})

    from coach.testing import asgi

    async with crm_calls.pipedrive() as (crm, _):
        crm.app = asgi(no)
        out, wrong = await judged_pipedrive(crm)
    assert not out
    assert "403" in wrong


CARD = ROOT / "connectors/hubspot/card"
renderer = pytest.mark.skipif(
    shutil.which("node") is None or not (CACHE / "node/node_modules/@hubspot/ui-extensions").exists(),
    reason="Node or HubSpot's test renderer is not here: bash tests/judges/install.sh",
)


def laid_out() -> Path:
    """The card beside the modules that it needs, since Node looks for them above the file."""
    place = CACHE / "node/card"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(CARD, place)
    return place


@renderer
async def test_the_card_renders_in_hubspots_own_test_renderer():
    out, wrong = await run("npx", "vitest", "run", "--root", "card", "--reporter=json", cwd=laid_out().parent)
    told = json.loads(out[out.index("{") :])
    assert told["success"], f"{out[-3_000:]}{wrong[-1_000:]}"
    assert told["numPassedTests"] == 5


@renderer
async def test_the_card_is_sound_typescript():
    options = ("--noEmit", "--strict", "--jsx", "react", "--target", "es2022", "--module", "esnext")
    more = ("--moduleResolution", "bundler", "--esModuleInterop", "--skipLibCheck", "--allowImportingTsExtensions")
    source = str(laid_out() / "src/app/cards/GoalCard.tsx")
    out, _ = await run("npx", "tsc", *options, *more, source, cwd=CACHE / "node")
    assert out == ""


def test_the_card_asks_only_what_the_server_answers():
    """Names in the card's types are those of the values it is sent."""
    import re

    from coach.plugins import ShownGoal
    from coach.service.calling import CheckedThere

    source = (CARD / "src/app/cards/GoalCard.tsx").read_text("utf-8")
    goal, checked = (re.search(rf"interface {name} \{{(.*?)\n\}}", source, re.S)[1] for name in ("Goal", "Checked"))
    assert set(re.findall(r"^  (\w+):", goal, re.M)) <= set(ShownGoal.model_fields)
    assert set(re.findall(r"^  (\w+):", checked, re.M)) == set(CheckedThere.model_fields)
