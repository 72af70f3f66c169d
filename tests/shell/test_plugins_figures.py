"""KPI series read through a connector equal what a plain count over the fake CRM's own raw rows gives."""

import contextlib
import datetime as dt
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pytest

from coach.core import series
from coach.plugins import State
from coach.plugins.builtin import team
from coach.plugins.builtin.demo import Demo
from coach.testing import FakeHubSpot, FakePipedrive, everything, serving
from coach_hubspot import HubSpot
from coach_pipedrive import Pipedrive

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")
RATES = {"EUR": 1.0, "USD": 0.9, "GBP": 1.15}


def clock():
    return END


async def records_of(connector, **more) -> series.Records:
    account = (await connector.check()).account
    read = {entity: tuple((await everything(connector, entity, State()))[0].values()) for entity in connector.entities}
    return series.Records(account=account, until=END, **read, **more)


@contextlib.asynccontextmanager
async def hubspot():
    crm = FakeHubSpot(team.invent(END, months=8, deals_a_month=40), clock=clock, calls_per_10_s=190)
    gone, aside = [id for id, deal in crm.objects["deals"].items() if deal["properties"]["hs_is_closed_won"] == "true"][
        :2
    ]
    crm.delete("deals", gone)
    crm.change("deals", aside, hs_is_closed="false", hs_is_closed_won="false")  # reopened
    async with serving(crm.app) as base:
        connector = HubSpot({"token": crm.token, "base_url": base, "sandbox": True, "calls_per_10_s": 190}, clock)
        yield crm, await records_of(connector)
        await connector.close()


@contextlib.asynccontextmanager
async def pipedrive():
    crm = FakePipedrive(team.invent(END, months=8, deals_a_month=40), clock=clock, calls_per_2_s=120)
    gone, aside = [id for id, deal in crm.deals.items() if deal["status"] == "won"][:2]
    crm.delete(str(gone))
    crm.change(str(aside), status="open", won_time=None)  # reopened
    async with serving(crm.app) as base:
        given = {
            "token": crm.token,
            "base_url": base,
            "sandbox": True,
            "calls_per_2_s": 120,
            "rates": {"USD": 0.9, "GBP": 1.15},
        }
        connector = Pipedrive(given, clock)
        yield crm, await records_of(connector, quotes=None, stage_history=False)
        await connector.close()


def month(text: str) -> str:
    """By hand, from the raw text: the month on a Paris calendar."""
    return dt.datetime.fromisoformat(text).astimezone(PARIS).strftime("%Y-%m")


def shown(records, metric, words=team.MAPPING, part="value"):
    found = series.count(metric, records, words)
    return {point.start.strftime("%Y-%m"): getattr(point, part) for point in found.points if getattr(point, part)}


async def test_hubspots_figures_equal_a_count_over_its_raw_rows():
    async with hubspot() as (crm, records):
        revenue, won, closed, calls, first = defaultdict(float), Counter(), Counter(), Counter(), {}
        for id, row in crm.objects["deals"].items():
            got = row["properties"]
            if row["archived"] or got["hs_is_closed"] != "true":
                continue
            key = month(got["closedate"])
            closed[key] += 1
            if got["hs_is_closed_won"] == "true":
                won[key] += 1
                revenue[key] += float(got["amount_in_home_currency"] or 0)
                for company in crm.links[("deals", "companies")].get(id, [])[:1]:
                    first[company] = min(first.get(company, "9"), got["closedate"])
        for row in crm.objects["calls"].values():
            calls[month(row["properties"]["hs_timestamp"])] += row["properties"]["hs_call_direction"] == "OUTBOUND"
        quotes = Counter(month(row["properties"]["hs_createdate"]) for row in crm.objects["quotes"].values())
        leads = Counter(month(row["properties"]["hs_createdate"]) for row in crm.objects["leads"].values())
    assert shown(records, "deals_won") == dict(won)
    assert shown(records, "revenue") == pytest.approx(dict(revenue))
    assert shown(records, "closing_rate", part="denominator") == dict(closed)
    assert shown(records, "closing_rate") == {key: won[key] / closed[key] for key in closed if won[key]}
    assert shown(records, "average_deal_size", part="numerator") == pytest.approx(dict(revenue))
    assert shown(records, "new_customers") == dict(Counter(month(day) for day in first.values()))
    assert shown(records, "calls") == dict(calls)
    assert shown(records, "quotes_sent") == dict(quotes)
    assert shown(records, "leads") == dict(leads)


async def test_hubspots_qualified_meetings_and_demonstrations_equal_a_count_over_its_raw_rows():
    async with hubspot() as (crm, records):
        held, shows, sold = Counter(), Counter(), Counter()
        deals = {id: row["properties"] for id, row in crm.objects["deals"].items() if not row["archived"]}
        for id, row in crm.objects["meetings"].items():
            got = row["properties"]
            for deal in crm.links[("meetings", "deals")].get(id, []):
                entered = deals.get(deal, {}).get("hs_v2_date_entered_12")
                if got["hs_meeting_outcome"] == "COMPLETED" and entered:
                    wait = dt.datetime.fromisoformat(entered) - dt.datetime.fromisoformat(got["hs_meeting_start_time"])
                    held[month(got["hs_meeting_start_time"])] += dt.timedelta() <= wait <= dt.timedelta(days=14)
        for got in deals.values():
            if got.get("hs_v2_date_entered_13"):
                shows[month(got["hs_v2_date_entered_13"])] += 1
                sold[month(got["hs_v2_date_entered_13"])] += got["hs_is_closed_won"] == "true"
    assert shown(records, "qualified_meetings") == {key: count for key, count in held.items() if count}
    assert shown(records, "conversion_rate", part="denominator") == dict(shows)
    assert shown(records, "conversion_rate") == {key: sold[key] / shows[key] for key in shows if sold[key]}


async def test_pipedrives_figures_equal_a_count_over_its_raw_rows():
    async with pipedrive() as (crm, records):
        revenue, won, closed, calls = defaultdict(float), Counter(), Counter(), Counter()
        for row in crm.deals.values():
            if row["status"] == "won":
                won[month(row["won_time"])] += 1
                revenue[month(row["won_time"])] += round((row["value"] or 0) * RATES[row["currency"]], 2)
            if row["status"] in ("won", "lost"):
                closed[month(row["won_time"] or row["lost_time"])] += 1
        for row in crm.activities.values():
            if row["type"] == "call" and row["done"]:
                calls[month(row["marked_as_done_time"])] += 1
        assert any(row["is_archived"] and row["status"] == "won" for row in crm.deals.values())
        assert {row["currency"] for row in crm.deals.values()} == set(RATES)
    assert shown(records, "deals_won") == dict(won)
    assert shown(records, "revenue") == pytest.approx(dict(revenue))
    assert shown(records, "closing_rate", part="denominator") == dict(closed)
    assert shown(records, "calls") == dict(calls)
    assert series.count("quotes_sent", records, team.MAPPING).method == "proxy"


async def test_months_in_paris_and_in_utc_differ_in_this_team_so_that_the_zone_is_tested():
    invented = team.invent(END, months=36, deals_a_month=40)
    won = [deal.closed for deal in invented.deals if deal.status == "won"]
    assert Counter(at.astimezone(PARIS).strftime("%Y-%m") for at in won) != Counter(at.strftime("%Y-%m") for at in won)


async def test_the_demo_team_gives_three_years_of_every_counted_kpi_and_keeps_its_past():
    demo = Demo({"deals_a_month": 15}, clock)
    health = await demo.check()
    assert health.synthetic
    read = await records_of(demo)
    found = {one.metric: one for one in series.count_all(read, team.MAPPING, source="demo")}
    counted = {ability.metric for ability in health.abilities if ability.level == "exact"}
    assert counted <= set(found)
    assert all(len(found[metric].points) >= 30 for metric in counted)
    later = Demo({"deals_a_month": 15}, lambda: END + dt.timedelta(days=40))
    revenue = {one.metric: one for one in series.count_all(await records_of(later), team.MAPPING)}["revenue"]
    past = {point.start: point.value for point in revenue.points}
    overlap = [point for point in found["revenue"].points if point.complete and point.start in past]
    settled = overlap[len(overlap) // 2 :]
    assert settled
    assert all(past[point.start] == pytest.approx(point.value) for point in settled)
