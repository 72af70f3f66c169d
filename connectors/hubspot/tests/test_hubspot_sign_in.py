"""Signing in with HubSpot, against the fake's own consent page."""

import contextlib
import datetime as dt
import urllib.parse

import httpx
import pytest

from coach.errors import CrmRefused
from coach.plugins.builtin import team
from coach.testing import FakeHubSpot, serving
from coach.testing.oauth import challenge_of
from coach_hubspot import HubSpot

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
BACK, VERIFIER = "https://coach.example/connections/callback", "v" * 64


@contextlib.asynccontextmanager
async def account():
    crm = FakeHubSpot(team.invent(END, months=1, deals_a_month=3), clock=lambda: END)
    async with serving(crm.app) as base:
        yield crm, {"client_id": "client", "client_secret": "secret", "base_url": base, "sandbox": True}


async def consent(settings, verifier=VERIFIER):
    """The code the person comes back with."""
    address = HubSpot.sign_in.address(settings, redirect_uri=BACK, state="s t", challenge=challenge_of(verifier))
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(address)
    back = urllib.parse.urlsplit(answer.headers["location"])
    told = dict(urllib.parse.parse_qsl(back.query))
    assert (answer.status_code, f"{back.scheme}://{back.netloc}{back.path}", told["state"]) == (302, BACK, "s t")
    return told["code"]


def test_the_address_is_hubspots_and_asks_for_what_is_read():
    address = urllib.parse.urlsplit(
        HubSpot.sign_in.address({"client_id": "abc"}, redirect_uri=BACK, state="st", challenge="ch")
    )
    asked = dict(urllib.parse.parse_qsl(address.query))
    assert (address.scheme, address.netloc, address.path) == ("https", "app.hubspot.com", "/oauth/authorize")
    assert asked["client_id"] == "abc"
    assert (asked["state"], asked["code_challenge"], asked["code_challenge_method"]) == ("st", "ch", "S256")
    assert "crm.objects.deals.read" in asked["scope"].split()
    assert "crm.objects.goals.write" in asked["optional_scope"].split()
    assert "crm.objects.goals.write" not in asked["scope"].split()


async def test_a_code_gives_a_connection_that_works():
    async with account() as (_crm, settings):
        kept = await HubSpot.sign_in.tokens(
            settings, code=await consent(settings), redirect_uri=BACK, verifier=VERIFIER
        )
        assert kept["refresh_token"] == "refresh-fake"
        assert "access_token" not in kept
        connector = HubSpot(kept)
        health = await connector.check()
        await connector.close()
    assert health.account.currency == "EUR"


@pytest.mark.parametrize("wrong", ["code", "verifier", "redirect_uri", "twice"])
async def test_a_foreign_or_spent_code_is_refused(wrong):
    async with account() as (_crm, settings):
        given = {"code": await consent(settings), "redirect_uri": BACK, "verifier": VERIFIER}
        if wrong == "twice":
            await HubSpot.sign_in.tokens(settings, **given)
        else:
            given[wrong] = "https://else.example/" if wrong == "redirect_uri" else "x" * 64
        with pytest.raises(CrmRefused) as refused:
            await HubSpot.sign_in.tokens(settings, **given)
    assert refused.value.details["reconnect"]
