"""The Pipedrive connector against a fake that limits, hides and charges like the real one, over real sockets."""

import contextlib
import datetime as dt

import httpx
import pytest
import respx
import stamina

from coach.errors import BadInput, CrmMisanswered, CrmQuotaSpent, CrmRefused, CrmUnavailable
from coach.plugins import manager
from coach.plugins.builtin import team
from coach.testing import ConnectorContract, FakePipedrive, everything, serving
from coach_pipedrive import Pipedrive, api

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
RATES = {"USD": 0.9, "GBP": 1.15}


class Clock:
    def __init__(self):
        self.at = END

    def __call__(self):
        return self.at

    def later(self, **by):
        self.at += dt.timedelta(**by)


def fake(months=3, deals=30, **options) -> FakePipedrive:
    return FakePipedrive(team.invent(END, months=months, deals_a_month=deals), **{"clock": Clock(), **options})


@contextlib.asynccontextmanager
async def connected(crm: FakePipedrive, **settings):
    async with serving(crm.app) as base:
        given = {
            "token": crm.token,
            "base_url": base,
            "sandbox": True,
            "rates": RATES,
            "calls_per_2_s": crm.burst.limit,
        }
        connector = Pipedrive({**given, **settings}, crm.clock)
        try:
            yield connector
        finally:
            await connector.close()


class TestContract(ConnectorContract):
    def connected(self):
        return connected(fake(calls_per_2_s=120))

    def refused(self):
        return connected(fake(months=1), token="withdrawn")


def test_it_is_found_as_a_plugin_like_any_other():
    import coach_pipedrive

    plugins = manager.load([])
    plugins.ask("pipedrive", coach_pipedrive, version="0", origin="here")
    assert plugins.listed[-1].offers == ("connector pipedrive",)


async def test_what_it_reads_is_the_team_that_was_put_in():
    crm = fake(months=6)
    async with connected(crm) as connector:
        deals, _ = await everything(connector, "deals")
        activities, _ = await everything(connector, "activities")
        companies, _ = await everything(connector, "companies")
        leads, _ = await everything(connector, "leads")
    fields = ("amount", "currency", "amount_home", "status", "created", "closed", "owner", "company", "archived")
    assert len(deals) == len(crm.team.deals)
    for deal in crm.team.deals:
        assert {f: getattr(deals[deal.id], f) for f in fields} == {f: getattr(deal, f) for f in fields}
    assert any(deal.archived for deal in deals.values()), "the archive is part of the figures"
    for activity in crm.team.activities:
        read = activities[activity.id]
        at = activity.at.replace(second=0) if activity.kind == "meeting" else activity.at  # due to the minute
        assert (read.kind, read.at, read.owner, read.deals) == (activity.kind, at, activity.owner, activity.deals)
        if activity.kind == "meeting":
            assert read.outcome == ("planned" if activity.outcome == "missed" else "held")
    assert {one.id: one.headcount for one in companies.values()} == {
        one.id: one.headcount for one in crm.team.companies
    }
    assert len(leads) == len(crm.team.leads)


async def test_three_thousand_records_pass_without_one_refusal_and_at_the_announced_cost():
    crm = fake(months=14, deals=48)
    async with connected(crm) as connector:
        read = [len((await everything(connector, entity))[0]) for entity in connector.entities]
        assert connector.tokens_spent == crm.tokens_spent
    assert sum(read) >= 3_000
    assert crm.burst.refused == 0
    assert crm.tokens_spent < 400


async def test_the_burst_is_never_passed_by_many_small_calls():
    crm = fake(months=1)
    async with connected(crm) as connector:
        for _ in range(9):
            connector._account = None
            await connector.check()
    assert crm.requests > 2 * crm.burst.limit
    assert crm.burst.refused == 0


async def test_changes_and_deletions_are_found_and_nothing_else():
    crm = fake()
    async with connected(crm) as connector:
        before, state = await everything(connector, "deals")
        crm.clock.later(hours=2)
        changed, deleted, archived = [id for id, deal in before.items() if deal.status == "open"][:3]
        crm.change(changed, value=4321.5, currency="EUR")
        crm.delete(deleted)
        crm.change(archived, is_archived=True)
        crm.clock.later(minutes=1)
        found, later = await everything(connector, "deals", state)
    assert found[changed].amount_home == 4321.5
    assert found[deleted].deleted
    assert found[archived].archived
    recent = {id for id, deal in before.items() if deal.modified >= state.until - dt.timedelta(minutes=5)}
    assert set(found) <= {changed, deleted, archived} | recent
    assert later.until == crm.clock()


async def test_a_reopened_deal_is_open_again():
    crm = fake()
    async with connected(crm) as connector:
        before, state = await everything(connector, "deals")
        won = next(id for id, deal in before.items() if deal.status == "won" and not deal.archived)
        crm.clock.later(hours=1)
        crm.change(won, status="open", won_time=None)
        crm.clock.later(minutes=1)
        found, _ = await everything(connector, "deals", state)
    assert (found[won].status, found[won].closed) == ("open", None)


async def test_a_missing_scope_takes_away_only_what_needs_it():
    crm = fake(months=1)
    crm.missing_scopes = {"activities:read"}
    async with connected(crm) as connector:
        health = await connector.check()
    abilities = {one.metric: one for one in health.abilities}
    assert health.account.time_zone == "Europe/Paris"
    assert abilities["calls"].missing == ("activities:read",)
    assert abilities["revenue"].level == "exact"


async def test_stages_and_types_are_suggested_by_their_labels():
    async with connected(fake(months=1)) as connector:
        mapping = (await connector.discover()).mapping
    assert mapping.qualified_stages == ("12",)
    assert mapping.demo_stages == ("13",)
    assert mapping.quote_stages == ("14",)
    assert mapping.call_types == ("call",)
    assert set(mapping.meeting_types) == {"meeting", "rdv_qualifie"}


async def test_our_own_share_of_the_budget_stops_us_before_pipedrive_does():
    crm = fake()
    async with connected(crm, tokens_a_day=25) as connector:
        with pytest.raises(CrmQuotaSpent, match="of 25"):
            await everything(connector, "deals")
    assert crm.tokens_spent <= 25


async def test_a_spent_company_budget_stops_the_reading_at_once():
    crm = fake()
    crm.tokens_left = 15
    async with connected(crm) as connector:
        with pytest.raises(CrmQuotaSpent):
            await everything(connector, "deals")
    assert crm.requests == 3, "the account, the first page, and one refusal"


async def test_the_firewalls_page_stops_everything_at_once():
    crm = fake(months=1)
    crm.blocked = True
    async with connected(crm) as connector:
        with pytest.raises(CrmRefused, match="firewall") as raised:
            await connector.check()
    assert raised.value.details["blocked"]
    assert crm.requests == 1


async def test_the_fake_blocks_who_keeps_on():
    """A negative control: without a gate, the fake does refuse and then block."""
    crm = fake(months=1)
    async with serving(crm.app) as base, httpx.AsyncClient(base_url=base) as client:
        got = [(await client.get("/v1/users/me", headers={"x-api-token": crm.token})).status_code for _ in range(30)]
    assert got[:20] == [200] * 20
    assert got[20:25] == [429] * 5
    assert set(got[25:]) == {403}


async def test_an_expired_token_is_renewed():
    crm = fake(months=1)
    client_id, client_secret, refresh_token = crm.client
    async with connected(
        crm, client_id=client_id, client_secret=client_secret, refresh_token=refresh_token
    ) as connector:
        await everything(connector, "deals")
        crm.clock.later(hours=2)
        await everything(connector, "deals")
    assert len(crm.short_tokens) == 2


TABLE = [
    ("budget", httpx.Response(429, headers={"x-ratelimit-remaining": "12"}), CrmQuotaSpent, 1),
    ("burst", httpx.Response(429, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2"}), CrmUnavailable, 3),
    ("bare limit", httpx.Response(429), CrmUnavailable, 3),
    ("firewall", httpx.Response(403, html="<html>"), CrmRefused, 1),
    ("closed", httpx.Response(402, json={}), CrmRefused, 1),
    ("unauthorised", httpx.Response(401, json={"success": False}), CrmRefused, 1),
    ("gone", httpx.Response(410, json={}), CrmRefused, 1),
    ("feature off", httpx.Response(415, json={}), CrmRefused, 1),
    ("down", httpx.Response(503), CrmUnavailable, 3),
    ("failed", httpx.Response(200, json={"success": False}), CrmMisanswered, 1),
    ("no object", httpx.Response(200, json="ok"), CrmMisanswered, 3),
    ("moved", httpx.Response(302, headers={"location": "https://evil.example"}), CrmMisanswered, 1),
]


@pytest.mark.parametrize(("answer", "error", "calls"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
async def test_every_refusal_has_one_meaning(answer, error, calls):
    stamina.set_testing(True, attempts=3)
    connector = Pipedrive({"token": "canary-token"})
    connector._api.api.gates = ()
    try:
        with respx.mock(base_url=api.HOST) as server:
            route = server.get("/v1/users/me")
            route.mock(
                side_effect=lambda request: httpx.Response(
                    answer.status_code, headers=answer.headers, content=answer.content
                )
            )
            with pytest.raises(error) as raised:
                await connector.check()
            assert type(raised.value) is error
            assert route.call_count == calls
        assert "canary" not in f"{raised.value!r}{raised.value}{raised.value.details}"
    finally:
        stamina.set_testing(False)
        await connector.close()


@pytest.mark.parametrize("body", [{"success": True}, {"success": True, "data": {}}, {"success": True, "data": "x"}])
async def test_what_is_no_page_never_passes_for_the_end(body):
    connector = Pipedrive({"token": "t"})
    with respx.mock(base_url=api.HOST) as server:
        server.get("/api/v2/organizations").respond(json=body)
        with pytest.raises(CrmMisanswered, match="without data"):
            await everything(connector, "companies")
    await connector.close()


async def test_a_repeated_cursor_ends_the_reading():
    connector = Pipedrive({"token": "t"})
    with respx.mock(base_url=api.HOST) as server:
        server.get("/api/v2/organizations").respond(
            json={"success": True, "data": [], "additional_data": {"next_cursor": "x"}}
        )
        with pytest.raises(CrmMisanswered, match="again"):
            await everything(connector, "companies")
    await connector.close()


@pytest.mark.parametrize(
    "url", ["https://pipedrive.com.evil.example", "http://acme.pipedrive.com", "https://evil.example"]
)
def test_a_token_goes_to_pipedrive_and_nowhere_else(url):
    with pytest.raises(BadInput):
        Pipedrive({"token": "t", "base_url": url})


@pytest.mark.parametrize("rates", [{"USD": 0}, {"USD": "x"}, {"USD": -1}, [1]])
def test_a_rate_is_a_figure_above_zero(rates):
    with pytest.raises(BadInput):
        Pipedrive({"token": "t", "rates": rates})
