"""The HubSpot connector against a fake that limits, expires and forgets like the real one, over real sockets."""

import contextlib
import datetime as dt

import httpx
import pytest
import respx
import stamina

from coach.errors import BadInput, CrmMisanswered, CrmQuotaSpent, CrmRefused, CrmUnavailable
from coach.plugins import State, manager
from coach.plugins.builtin import team
from coach.testing import ConnectorContract, FakeHubSpot, everything, serving
from coach_hubspot import HubSpot, api

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
TOKEN = "pat-eu1-fake"


class Clock:
    def __init__(self):
        self.at = END

    def __call__(self):
        return self.at

    def later(self, **by):
        self.at += dt.timedelta(**by)


def fake(months=3, deals=30, **options) -> FakeHubSpot:
    invented = team.invent(END, months=months, deals_a_month=deals)
    return FakeHubSpot(invented, **{"calls_per_10_s": 190, **options})


@contextlib.asynccontextmanager
async def connected(crm: FakeHubSpot, clock=None, **settings):
    async with serving(crm.app) as base:
        given = {"token": TOKEN, "base_url": base, "sandbox": True, "calls_per_10_s": crm.calls.limit, **settings}
        connector = HubSpot(given, clock or crm.clock)
        try:
            yield connector
        finally:
            await connector.close()


class TestContract(ConnectorContract):
    def connected(self):
        return connected(fake(months=2, deals=60, clock=Clock()))

    def refused(self):
        return connected(fake(months=1, clock=Clock()), token="pat-withdrawn")


def test_it_is_found_as_a_plugin_like_any_other():
    import coach_hubspot

    plugins = manager.load([])
    plugins.ask("hubspot", coach_hubspot, version="0", origin="here")
    assert plugins.listed[-1].offers == ("connector hubspot",)


async def test_what_it_reads_is_the_team_that_was_put_in():
    crm = fake(clock=Clock())
    async with connected(crm) as connector:
        deals, _ = await everything(connector, "deals")
        activities, _ = await everything(connector, "activities")
        companies, _ = await everything(connector, "companies")
        quotes, _ = await everything(connector, "quotes")
        pipelines, _ = await everything(connector, "pipelines")
    fields = ("amount", "currency", "amount_home", "status", "created", "closed", "stage", "owner", "company")
    for deal in crm.team.deals:
        read = deals[deal.id]
        assert {f: getattr(read, f) for f in fields} == {f: getattr(deal, f) for f in fields}
        assert sorted(read.entered, key=str) == sorted(deal.entered, key=str)
    assert len(deals) == len(crm.team.deals)
    for activity in crm.team.activities:
        read = activities[f"{activity.kind}-{activity.id}"]
        assert (read.outcome, read.at, read.owner, read.deals) == (
            activity.outcome,
            activity.at,
            activity.owner,
            activity.deals,
        )
        assert read.direction == activity.direction
        assert read.duration_s == activity.duration_s
    assert {one.id: one.headcount for one in companies.values()} == {
        one.id: one.headcount for one in crm.team.companies
    }
    assert {one.id: one.published for one in quotes.values()} == {one.id: one.published for one in crm.team.quotes}
    assert tuple(pipelines.values()) == crm.team.pipelines


async def test_three_thousand_records_pass_without_one_refusal():
    crm = fake(months=14, deals=48, clock=Clock())
    assert sum(len(kind) for kind in crm.objects.values()) >= 3_000
    async with connected(crm) as connector:
        read = [len((await everything(connector, entity))[0]) for entity in connector.entities]
    assert sum(read) >= 3_000
    assert (crm.calls.refused, crm.searches.refused) == (0, 0)


async def test_changes_deletions_merges_and_news_are_found_and_nothing_else():
    clock = Clock()
    crm = fake(clock=clock)
    async with connected(crm) as connector:
        before, state = await everything(connector, "deals")
        clock.later(hours=2)
        changed, deleted, kept, gone = [
            id for id, deal in before.items() if deal.modified < END - dt.timedelta(days=5)
        ][:4]
        crm.change("deals", changed, amount="4321.5", amount_in_home_currency="4321.5")
        crm.delete("deals", deleted)
        crm.merge("deals", kept, gone)
        crm.add("deals", "99999999", {"amount": "10", "hs_is_closed": "false"})
        clock.later(minutes=10)
        found, later = await everything(connector, "deals", state)
    assert found[changed].amount == 4321.5
    assert found[deleted].deleted
    assert found[gone].deleted
    assert not found[kept].deleted
    assert found["99999999"].amount == 10
    recent = {id for id, deal in before.items() if deal.modified >= state.until - dt.timedelta(minutes=15)}
    assert set(found) <= {changed, deleted, kept, gone, "99999999"} | recent
    assert later.until == clock() - dt.timedelta(minutes=2)


async def test_what_search_cannot_find_yet_is_found_the_next_time():
    clock = Clock()
    crm = fake(months=1, clock=clock)
    async with connected(crm) as connector:
        _, state = await everything(connector, "deals")
        clock.later(minutes=30)
        crm.add("deals", "77777777", {"amount": "1"})
        found, state = await everything(connector, "deals", state)
        assert "77777777" not in found
        clock.later(minutes=5)
        found, _ = await everything(connector, "deals", state)
    assert "77777777" in found


async def test_more_than_ten_thousand_changes_are_all_found():
    clock = Clock()
    crm = fake(months=1, deals=1, clock=clock)
    start = State(until=clock())
    clock.later(hours=1)
    for number in range(10_450):
        crm.add("leads", str(1_000_000 + number), {})
    clock.later(hours=1)
    crm.searches.limit = 1_000  # the pace is tested elsewhere
    async with connected(crm) as connector:
        connector._api._search_gate = type(connector._api._search_gate)(1_000, 1.0)
        connector._fresh = lambda kind, ids: _copies(crm, kind, ids)
        connector._links = _no_links
        found, _ = await everything(connector, "leads", start)
    assert len(found) == 10_450


async def _copies(crm, kind, ids):
    return [crm.objects[kind][id] for id in ids]


async def _no_links(kind, objects, *, listed):
    return {}


async def test_the_pace_of_searches_is_never_passed():
    clock = Clock()
    crm = fake(months=1, clock=clock)
    start = State(until=END - dt.timedelta(days=90))
    clock.later(hours=1)
    async with connected(crm) as connector:
        for entity in ("deals", "companies", "activities", "quotes", "leads", "deals"):
            await everything(connector, entity, start)
    assert crm.searches.refused == 0


async def test_a_missing_scope_takes_away_only_what_needs_it():
    crm = fake(months=1, clock=Clock())
    crm.missing_scopes = {"quotes"}
    async with connected(crm) as connector:
        abilities = {one.metric: one for one in (await connector.check()).abilities}
    assert abilities["quotes_sent"].missing == ("crm.objects.quotes.read",)
    assert abilities["quotes_sent"].level == "none"
    assert abilities["revenue"].level == "exact"


async def test_stages_and_types_are_suggested_by_their_labels():
    async with connected(fake(months=1, clock=Clock())) as connector:
        mapping = (await connector.discover()).mapping
    assert mapping.qualified_stages == ("12",)
    assert mapping.demo_stages == ("13",)
    assert mapping.quote_stages == ("14",)
    assert mapping.qualified_types == ("rdv_qualifie",)
    assert mapping.qualified_by == "type"


async def test_an_expired_token_is_renewed_in_the_middle_of_a_reading():
    clock = Clock()
    crm = fake(clock=clock)
    client_id, client_secret, refresh_token = crm.client
    async with connected(
        crm, client_id=client_id, client_secret=client_secret, refresh_token=refresh_token
    ) as connector:
        pages = 0
        async for _ in connector.sync("activities", State()):
            pages += 1
            clock.later(hours=1)
        assert pages > 2
        assert len(crm.short_tokens) >= pages - 1


async def test_a_withdrawn_access_asks_to_reconnect():
    crm = fake(months=1, clock=Clock())
    async with connected(crm, client_id="client", client_secret="wrong", refresh_token="r") as connector:
        with pytest.raises(CrmRefused) as raised:
            await connector.check()
    assert raised.value.details["reconnect"]


async def test_a_spent_day_stops_the_reading_at_once():
    crm = fake(clock=Clock())
    crm.daily_left = 3
    async with connected(crm) as connector:
        with pytest.raises(CrmQuotaSpent):
            await everything(connector, "activities")
    assert crm.requests == 4, "nothing is asked again after the day's end"


LIMIT = {"status": "error", "errorType": "RATE_LIMIT"}
TABLE = [
    ("daily", httpx.Response(429, json={**LIMIT, "policyName": "DAILY"}), CrmQuotaSpent, 1),
    ("daily by message", httpx.Response(429, json={"message": "You have reached your daily limit."}), CrmQuotaSpent, 1),
    ("ten secondly", httpx.Response(429, json={**LIMIT, "policyName": "TEN_SECONDLY_ROLLING"}), CrmUnavailable, 3),
    ("secondly", httpx.Response(429, json={**LIMIT, "policyName": "SECONDLY"}), CrmUnavailable, 3),
    ("bare limit", httpx.Response(429), CrmUnavailable, 3),
    ("locked", httpx.Response(423, json={}), CrmUnavailable, 3),
    ("moving", httpx.Response(477, headers={"retry-after": "86400"}), CrmUnavailable, 1),
    ("scopes", httpx.Response(403, json={"category": "MISSING_SCOPES"}), CrmRefused, 1),
    ("firewall", httpx.Response(403, html="<html>"), CrmRefused, 1),
    ("validation", httpx.Response(400, json={"category": "VALIDATION_ERROR"}), CrmRefused, 1),
    ("unauthorised", httpx.Response(401, json={"category": "INVALID_AUTHENTICATION"}), CrmRefused, 1),
    ("gateway", httpx.Response(502, html="<html>"), CrmUnavailable, 3),
    ("origin down", httpx.Response(521), CrmUnavailable, 3),
    ("slow", httpx.Response(524), CrmUnavailable, 3),
    ("no object", httpx.Response(200, json=[]), CrmMisanswered, 3),
    ("cut", httpx.Response(200, content=b'{"results": ['), CrmMisanswered, 3),
    ("moved", httpx.Response(301, headers={"location": "https://evil.example"}), CrmMisanswered, 1),
]


@pytest.mark.parametrize(("answer", "error", "calls"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
async def test_every_refusal_has_one_meaning(answer, error, calls):
    stamina.set_testing(True, attempts=3)
    connector = HubSpot({"token": "canary-token"})
    connector._api._api.gates = ()
    try:
        with respx.mock(base_url=api.HOST) as server:
            route = server.get(f"/account-info/{api.VERSION}/details")
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


def test_a_slow_down_waits_as_long_as_its_kind_asks():
    def wait(policy):
        return api.judge(api.Answer(429, {}, f'{{"policyName": "{policy}"}}'.encode())).wait_s

    assert wait("SECONDLY") == 1
    assert wait("TEN_SECONDLY_ROLLING") == 10


async def test_a_page_that_comes_again_and_again_ends_the_reading():
    page = {"results": [{"id": "1", "properties": {}}], "paging": {"next": {"after": "1"}}}
    connector = HubSpot({"token": "t"})
    with respx.mock(base_url=api.HOST, assert_all_called=False) as server:
        server.get(url__regex=r".*/crm/(pipelines|properties)/.*").respond(json={"results": []})
        server.get(url__regex=r".*/crm/objects/.*").respond(json=page)
        with pytest.raises(CrmMisanswered, match="again"):
            await everything(connector, "quotes")
    await connector.close()


async def test_nonsense_in_a_record_is_unknown_and_never_stops_the_page():
    strange = {
        "id": "5",
        "properties": {
            "amount": "1e999",
            "closedate": "soon",
            "createdate": "99999999999999999",
            "hs_is_closed": 3,
            "dealstage": {"a": 1},
            "hubspot_owner_id": "",
        },
    }
    connector = HubSpot({"token": "t"})
    with respx.mock(base_url=api.HOST, assert_all_called=False) as server:
        server.get(url__regex=r".*/crm/(pipelines|properties)/.*").respond(json={"results": [None, 3]})
        server.get(url__regex=r".*/crm/objects/.*").respond(json={"results": [strange, {"properties": None}, 7]})
        pages = [page async for page in connector.sync("deals", State())]
    await connector.close()
    (deal,) = pages[0].records
    assert (deal.amount, deal.closed, deal.owner, deal.status) == (None, None, None, "open")
    assert len(pages[0].doubts) == 1


@pytest.mark.parametrize(
    "url",
    ["http://api.hubapi.com", "https://api.hubapi.com.evil.example", "https://evil.example", "http://127.0.0.1:80"],
)
def test_a_token_goes_to_hubspot_and_nowhere_else(url):
    with pytest.raises(BadInput):
        HubSpot({"token": "t", "base_url": url})


def test_no_token_is_refused_before_any_call():
    with pytest.raises(CrmRefused, match="missing"):
        HubSpot({})
