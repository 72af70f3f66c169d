"""Signing in with Pipedrive, against the fake's own consent page."""

import contextlib
import datetime as dt
import urllib.parse

import httpx
import pytest
import respx

from coach.errors import CrmRefused
from coach.plugins.builtin import team
from coach.testing import FakePipedrive, serving
from coach_pipedrive import Pipedrive

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
BACK = "https://coach.example/connections/callback"


@contextlib.asynccontextmanager
async def account():
    crm = FakePipedrive(team.invent(END, months=1, deals_a_month=3), clock=lambda: END)
    async with serving(crm.app) as base:
        yield crm, {"client_id": "client", "client_secret": "secret", "base_url": base, "sandbox": True}


async def consent(settings):
    address = Pipedrive.sign_in.address(settings, redirect_uri=BACK, state="st", challenge="ignored")
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(address)
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query))["code"]


def test_the_address_is_pipedrives():
    address = urllib.parse.urlsplit(
        Pipedrive.sign_in.address({"client_id": "abc"}, redirect_uri=BACK, state="st", challenge="ch")
    )
    assert (address.netloc, address.path) == ("oauth.pipedrive.com", "/oauth/authorize")
    assert dict(urllib.parse.parse_qsl(address.query)) == {"client_id": "abc", "redirect_uri": BACK, "state": "st"}


async def test_a_code_gives_a_connection_that_works():
    async with account() as (_crm, settings):
        given = {"code": await consent(settings), "redirect_uri": BACK, "verifier": ""}
        kept = await Pipedrive.sign_in.tokens(settings, **given)
        connector = Pipedrive(kept, lambda: END)
        assert (await connector.check()).account.id
        await connector.close()
        with pytest.raises(CrmRefused):
            await Pipedrive.sign_in.tokens(settings, **given)


@respx.mock
@pytest.mark.parametrize(
    ("domain", "kept"),
    [("https://acme.pipedrive.com", "https://acme.pipedrive.com"), ("https://evil.example", None), (3, None)],
)
async def test_the_companys_address_is_kept_only_when_it_is_one_of_pipedrives(domain, kept):
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": 3599, "api_domain": domain}
    respx.post("https://oauth.pipedrive.com/oauth/token").mock(return_value=httpx.Response(200, json=answer))
    settings = {"client_id": "c", "client_secret": "s"}
    found = await Pipedrive.sign_in.tokens(settings, code="c", redirect_uri=BACK, verifier="")
    assert found.get("base_url") == kept
    assert found["refresh_token"] == "r"
