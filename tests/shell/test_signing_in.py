"""Signing in with a CRM: from the command line, and what keeps the tokens fresh afterwards."""

import asyncio
import datetime as dt
import os
import re
import secrets
import sys
import urllib.parse

import httpx
import pytest

from coach.errors import BadInput
from coach.service import connections, people, signing_in
from coach.settings import Settings
from tests.shell import crm_calls, distributions

BACK = "https://coach.example/connections/callback"
APP = {"client_id": "client", "client_secret": "secret"}
PACE = {"hubspot": {"calls_per_10_s": 250}, "pipedrive": {"calls_per_2_s": 480}}
STATES = 1_000 if os.environ.get("COACH_TEST_FULL") else 150


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


@pytest.fixture
async def coach(app):
    app.state.coach.plugins = crm_calls.installed()
    return app.state.coach


async def came_back(address):
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(address)
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query))


async def signed_in(coach, crm_address, connector="hubspot"):
    actor = await people.owner(coach)
    reaching = {"base_url": crm_address, "sandbox": True}
    address = await signing_in.begin(
        coach, actor, connector, APP | PACE[connector], session="mine", redirect_uri=BACK, reaching=reaching
    )
    return await signing_in.finish(coach, actor, session="mine", redirect_uri=BACK, **await came_back(address))


@pytest.mark.parametrize("which", ["hubspot", "pipedrive"])
async def test_fifty_calls_that_find_the_token_expired_make_one_renewal(coach, which):
    """Through the stored connection: its refresh token opened from the vault, its access token kept by the open connector."""
    async with getattr(crm_calls, which)(**dict.fromkeys(PACE[which], 10000)) as (crm, address):
        moment = [crm_calls.NOW]
        crm.clock = lambda: moment[0]
        found = await signed_in(coach, address, which)
        async with connections.opened(coach, (await people.owner(coach)).workspace_id, found.id) as connector:
            await connector.check()
            before = crm.exchanges
            moment[0] += dt.timedelta(hours=2)
            api = connector._api
            path = "/account-info/2026-09/details" if which == "hubspot" else "/v1/users/me"
            await asyncio.gather(*(api.get(path) for _ in range(50)))
        assert crm.exchanges - before == 1


@pytest.mark.parametrize("which", ["hubspot", "pipedrive"])
async def test_what_is_kept_is_sealed_and_no_access_token_is(coach, which):
    async with getattr(crm_calls, which)() as (_, address):
        found = await signed_in(coach, address, which)
    assert set(found.secrets) == {"client_secret", "refresh_token"}
    assert "refresh-fake" not in found.model_dump_json()
    actor = await people.owner(coach)
    async with coach.store.read(actor.workspace_id) as unit:
        row = await unit.connections.get(found.id)
    assert "refresh-fake" not in str(row)
    assert (await connections.settings_of(coach, actor.workspace_id, found.id))["refresh_token"] == "refresh-fake"


async def test_a_refresh_token_that_rotates_is_kept_each_time(coach):
    """HubSpot and Pipedrive keep theirs today; should one rotate, a spent token would lock the account out."""
    async with crm_calls.hubspot() as (crm, address):
        crm.rotates = True
        found = await signed_in(coach, address)
        actor = await people.owner(coach)
        for _ in range(3):
            assert (await connections.check(coach, actor, found.id)).state == "ok"
            kept = await connections.settings_of(coach, actor.workspace_id, found.id)
            assert kept["refresh_token"] == crm.client[2]
        await connections.change(coach, actor, found.id, settings={"calls_per_10_s": 200}, trusted=True)
        kept = await connections.settings_of(coach, actor.workspace_id, found.id)
        assert kept["refresh_token"] == crm.client[2]


@pytest.mark.slow
async def test_none_of_many_foreign_or_spent_states_is_taken(coach):
    actor = await people.owner(coach)
    async with crm_calls.hubspot() as (_, address):
        reaching = {"base_url": address, "sandbox": True}
        sent = await signing_in.begin(
            coach, actor, "hubspot", APP, session="mine", redirect_uri=BACK, reaching=reaching
        )
        told = await came_back(sent)
        accepted = 0
        for number in range(STATES):
            state = (
                secrets.token_urlsafe(32)
                if number % 2
                else told["state"][:-1] + ("A" if told["state"][-1] != "A" else "B")
            )
            try:
                await signing_in.finish(coach, actor, state=state, code=told["code"], session="mine", redirect_uri=BACK)
                accepted += 1
            except BadInput:
                pass
        assert accepted == 0
        made = await signing_in.finish(coach, actor, session="mine", redirect_uri=BACK, **told)
        assert made.state == "ok"
        with pytest.raises(BadInput):
            await signing_in.finish(coach, actor, session="mine", redirect_uri=BACK, **told)


async def test_one_that_took_too_long_is_begun_again(coach, clock):
    actor = await people.owner(coach)
    async with crm_calls.hubspot() as (_, address):
        reaching = {"base_url": address, "sandbox": True}
        sent = await signing_in.begin(
            coach, actor, "hubspot", APP, session="mine", redirect_uri=BACK, reaching=reaching
        )
        told = await came_back(sent)
        clock.moment += dt.timedelta(minutes=16)
        with pytest.raises(BadInput) as refused:
            await signing_in.finish(coach, actor, session="mine", redirect_uri=BACK, **told)
    assert refused.value.details["reason"] == "sign_in_state"


async def test_the_command_waits_for_the_browser_and_connects(tmp_path, home):
    async with crm_calls.hubspot() as (_, address):
        env = {
            **os.environ,
            "PYTHONPATH": distributions.installed(tmp_path),
            "COACH_HOME": str(tmp_path / "home"),
            "COACH_LANGUAGE": "en",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "coach", "connect", "hubspot", "--sign-in", "--port", "0", "--url", address, "--json",
            "--set", "client_id=client", "--set", "client_secret=secret",
            env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said = b""
        while b"/oauth/authorize" not in said or not said.endswith(b"\n"):
            line = await asyncio.wait_for(process.stderr.readline(), 60)
            assert line, said
            said += line
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
            page = await browser.get(re.search(rb"http://127\.0\.0\.1:\d+/oauth/authorize\S+", said)[0].decode())
        out, wrong = await asyncio.wait_for(process.communicate(), 60)
    assert "Done" in page.text
    assert process.returncode == 0, wrong
    assert b'"state": "ok"' in out
    assert b"refresh-fake" not in out + wrong + said
