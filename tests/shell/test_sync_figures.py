"""What is kept after readings, changes and all, equals a plain count over the fake CRM's own raw rows: for everyone, not only in all."""

import datetime as dt
import random
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pytest

from coach.service import connections
from tests.shell import crms
from tests.shell.crms import Clock, coached, read
from tests.shell.test_sync_kill import disturb

PARIS = ZoneInfo("Europe/Paris")
WHOLE = ("workspace", "")
BIG = {"months": 4, "deals_a_month": 25}


def month(text):
    return dt.datetime.fromisoformat(text).astimezone(PARIS).strftime("%Y-%m")


def size(text):
    if text in (None, ""):
        return None
    people = int(float(text))
    return "very_small" if people < 10 else "sme" if people < 250 else "mid" if people < 5_000 else "large"


class Told:
    """The series that were kept, as plain tables by month."""

    def __init__(self, rows):
        self.rows = rows

    def of(self, metric, subject=WHOLE, part="value"):
        found = self.rows.get((metric, "month", *subject))
        points = found.points if found else ()
        return {p.start.strftime("%Y-%m"): round(getattr(p, part), 6) for p in points if getattr(p, part)}


def plain(table):
    return {key: round(value, 6) for key, value in table.items() if value}


async def told(settings, crm, fake, clock, **more):
    """Read, disturb and read again, three times."""
    draw = random.Random(11)
    async with coached(settings, clock) as (coach, actor), crms.serving(fake.app) as url:
        given = {**crms.given(crm, url), **more}
        connection = await connections.connect(coach, actor, crm, given, trusted=True)
        for _ in range(3):
            assert (await read(coach, actor, connection.id)).status == "done"
            disturb(crm, fake, draw)
            clock.moves(minutes=40)
        assert (await read(coach, actor, connection.id)).status == "done"
        return Told(await crms.figures(coach, actor))


async def test_hubspot(settings):
    clock = Clock()
    fake = crms.hubspot(clock, **BIG)
    for id in [*fake.objects["meetings"]][::2]:  # outcomes that nobody filled
        fake.change("meetings", id, hs_meeting_outcome=None)
    found = await told(settings, "hubspot", fake, clock, margin_property="marge")

    teams = {one.id: one.teams for one in fake.team.owners}
    companies = {id: row["properties"] for id, row in fake.objects["companies"].items() if not row["archived"]}
    deals = {id: row["properties"] for id, row in fake.objects["deals"].items() if not row["archived"]}
    of_deal = {id: (fake.links[("deals", "companies")].get(id) or [None])[0] for id in deals}
    tables = defaultdict(lambda: defaultdict(Counter))
    first = {}
    for id, got in deals.items():
        if got["hs_is_closed_won"] == "true":
            company = of_deal[id]
            if company and (company not in first or (got["closedate"], id) < first[company]):
                first[company] = (got["closedate"], id)
    for id, got in deals.items():
        owner, company = got["hubspot_owner_id"], of_deal[id]
        about = companies.get(company, {})
        whose = [WHOLE, ("person", owner), *(("team", team) for team in teams[owner]), ("pipeline", got["pipeline"])]
        for kind, value in (("size", size(about.get("numberofemployees"))), ("industry", about.get("industry"))):
            whose += [("segment", f"{kind}:{value}")] if value else []
        for who in whose:
            if got["hs_is_closed"] == "true":
                key = month(got["closedate"])
                tables["closed"][who][key] += 1
                if got["hs_is_closed_won"] == "true":
                    tables["won"][who][key] += 1
                    tables["revenue"][who][key] += float(got["amount_in_home_currency"] or 0)
                    tables["margin"][who][key] += float(got["marge"] or 0)
                    tables["new"][who][key] += company is not None and first[company][1] == id
                    if company and first[company][1] != id:
                        tables["upsell"][who][key] += float(got["amount_in_home_currency"] or 0)
            shown = got.get("hs_v2_date_entered_13")
            if shown:
                tables["shown"][who][month(shown)] += 1
    subjects = set(tables["closed"])
    assert {kind for kind, _ in subjects} == {"workspace", "person", "team", "pipeline", "segment"}
    for who in subjects:
        assert found.of("deals_won", who) == plain(tables["won"][who]), who
        assert found.of("revenue", who) == pytest.approx(plain(tables["revenue"][who])), who
        assert found.of("margin", who) == pytest.approx(plain(tables["margin"][who])), who
        assert found.of("closing_rate", who, "denominator") == plain(tables["closed"][who]), who
        assert found.of("new_customers", who) == plain(tables["new"][who]), who
        assert found.of("upsell_revenue", who) == pytest.approx(plain(tables["upsell"][who])), who
        assert found.of("conversion_rate", who, "denominator") == plain(tables["shown"][who]), who
    held, scores = Counter(), defaultdict(list)
    for id, row in fake.objects["meetings"].items():
        got = row["properties"]  # the mapping that was suggested: qualified is an activity type of this account
        outside = any(fake.links.get(("meetings", kind), {}).get(id) for kind in ("deals", "companies"))
        past = outside and got["hs_meeting_outcome"] in ("COMPLETED", None)
        held[month(got["hs_meeting_start_time"])] += past and got["hs_activity_type"] == "rdv_qualifie"
    for row in fake.objects["feedback_submissions"].values():
        scores[month(row["properties"]["hs_submission_timestamp"])].append(int(row["properties"]["hs_value"]))
    assert found.of("qualified_meetings") == plain(held)
    assert "outcomes_often_missing" in found.rows["qualified_meetings", "month", *WHOLE].caveats
    nps = {key: 100 * (sum(s >= 9 for s in all) - sum(s <= 6 for s in all)) / len(all) for key, all in scores.items()}
    assert found.of("nps") == pytest.approx(plain(nps))


async def test_pipedrive(settings):
    from coach.testing.pipedrive import MARGIN_FIELD

    clock = Clock()
    fake = crms.pipedrive(clock, **BIG)
    found = await told(settings, "pipedrive", fake, clock, margin_field=MARGIN_FIELD)
    rates = {"EUR": 1.0, **crms.RATES}
    tables = defaultdict(lambda: defaultdict(Counter))
    opened = Counter()
    for row in fake.deals.values():
        if row["status"] == "deleted":
            continue
        closed = {"won": row["won_time"], "lost": row["lost_time"]}.get(row["status"])
        amount = round((row["value"] or 0) * rates[row["currency"]], 2)
        if row["status"] == "open":
            opened["n"] += 1
            opened["value"] += amount
        for who in (WHOLE, ("person", str(row["owner_id"])), ("pipeline", str(row["pipeline_id"]))):
            if closed:
                tables["closed"][who][month(closed)] += 1
            if row["status"] == "won":
                tables["won"][who][month(closed)] += 1
                tables["revenue"][who][month(closed)] += amount
                tables["margin"][who][month(closed)] += row["custom_fields"][MARGIN_FIELD] or 0
    for who in tables["closed"]:
        assert found.of("deals_won", who) == plain(tables["won"][who]), who
        assert found.of("revenue", who) == pytest.approx(plain(tables["revenue"][who])), who
        assert found.of("margin", who) == pytest.approx(plain(tables["margin"][who])), who
        assert found.of("closing_rate", who, "denominator") == plain(tables["closed"][who]), who
    last = found.rows["pipeline_value", "month", *WHOLE].points[-1]
    assert (last.n, last.value) == (opened["n"], pytest.approx(opened["value"], abs=0.05))
    sent, answered = {}, defaultdict(list)
    for row in fake.activities.values():
        if row["type"] == "linkedin_envoye":
            at = row["marked_as_done_time"]
            sent[row["person_id"]] = min(sent.get(row["person_id"], at), at)
        elif row["type"] == "linkedin_reponse":
            answered[row["person_id"]].append(row["marked_as_done_time"])
    wrote, heard = Counter(), Counter()
    for person, at in sent.items():
        begun = dt.datetime.fromisoformat(at)
        waits = [dt.datetime.fromisoformat(reply) - begun for reply in answered[person]]
        wrote[month(at)] += 1
        heard[month(at)] += any(dt.timedelta() <= wait <= dt.timedelta(days=30) for wait in waits)
    assert found.of("response_rate", part="denominator") == plain(wrote)
    assert found.of("response_rate", part="numerator") == plain(heard)
