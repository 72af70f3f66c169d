"""What if, in the terminal and over the API: other people, holidays, leave, running goals and rates."""

# pyright: reportAttributeAccessIssue=false
import datetime as dt
import json
import time

import pytest
from fastapi.testclient import TestClient

from coach.api.app import create_app
from coach.core.calibration import funnel, pasting
from coach.settings import Settings
from tests.shell.test_cli import coach

NOON = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
PASTED = "\n".join(f"2025-{m:02d};{v}" for m, v in enumerate((12, 14, 9, 15, 11, 17, 13, 6, 16, 15, 18, 12), start=1))
BODY = {"history": PASTED, "metric": "qualified_meetings", "target": 60, "by": "2026-03-31"}
RATES = [{"metric": "calls", "came": 160, "out_of": 2400}]


@pytest.fixture
def client(tmp_path):
    app = create_app(Settings(home=tmp_path), clock=lambda: NOON)
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        yield client


def asked(client, language="en", **more) -> dict:
    answer = client.post("/api/v1/calibrations", json={**BODY, **more}, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_part_of_the_answer_is_one_sentence(client, language):
    found = asked(client, language, headcount=3, headcount_before=2, ramping=1, rates=RATES)
    assert {"range", "chance", "people", "capacity", "step_1", "pace"} <= found["sentences"].keys()
    for sentence in found["sentences"].values():
        assert "{" not in sentence and not sentence.startswith(("whatif.", "calibration."))
    assert found["capacity"]["full_time"] == 2.5


def test_more_people_make_it_likelier_and_their_time_is_shared_with_running_goals(client):
    chance = [
        asked(client, target=40, headcount=n, headcount_before=2, taken=taken)["placed"]["probability"]
        for n, taken in ((2, 0.0), (3, 0.0), (3, 0.5))
    ]
    assert chance[1] > chance[0] > chance[2]


def test_holidays_and_leave_leave_less_time(client):
    days = {
        country: asked(client, headcount=1, country=country)["capacity"]["working_days"] for country in ("FR", "GB")
    }
    assert days["FR"] == days["GB"] == 54
    may = asked(client, headcount=1, by="2026-05-31")["capacity"]["working_days"]
    assert may == 97 - 5  # Easter Monday, 1, 8, 14 and 25 May
    rested = asked(client, headcount=1, days_off=10, rates=RATES)
    full = asked(client, headcount=1, rates=RATES)
    assert rested["activities"][1]["person_week"] > full["activities"][1]["person_week"] * 1.15


def test_a_rate_of_few_asks_for_a_wider_range_of_activity(client):
    many, few = (
        asked(client, headcount=2, rates=[{"metric": "calls", "came": n, "out_of": 10 * n}])["activities"][1]
        for n in (200, 3)
    )
    assert few["safe"] - few["low"] > 3 * (many["safe"] - many["low"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"headcount": 0, "rates": [{"metric": "calls", "came": 5, "out_of": 4}], "target": 5, "headcount_before": 1},
        {"headcount": 2, "rates": [{"metric": "calls", "came": 5, "out_of": 4}]},
        {"headcount": 2, "target": -3},
        {"headcount": 2, "ramp_share": 2},
        {"headcount": -1},
        {"headcount": 2, "country": "France"},
    ],
)
def test_means_without_sense_are_the_callers_mistake(client, wrong):
    answer = client.post("/api/v1/calibrations", json={**BODY, **wrong})
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert answer.json()["activities"] == []  # nobody is there to do it


def test_an_answer_over_the_api_comes_within_200_milliseconds(client):
    asked(client, headcount=3, rates=RATES)
    taken = []
    for target in (50, 60, 70):
        begun = time.perf_counter()
        asked(client, target=target, headcount=3, headcount_before=2, rates=RATES)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.2


def test_the_terminal_says_the_same(client, tmp_path):
    path = tmp_path / "past.csv"
    path.write_text(PASTED)
    options = ["--history", str(path), "--metric", "qualified_meetings", "--target", "60", "--by", "2026-03-31"]
    options += ["--today", "2026-01-15", "--people", "3", "--before", "2", "--rate", "calls=160/2400"]
    said = json.loads(coach("whatif", *options, "--json").out)
    served = asked(client, headcount=3, headcount_before=2, rates=RATES)
    assert said["placed"] == served["placed"] and said["activities"] == served["activities"]
    wrong = coach("whatif", *options, "--rate", "calls")
    assert wrong.returncode == 2 and "qualified_meetings=12/60" in wrong.err


def test_own_rates_are_counted_over_the_periods_both_series_have():
    def series(metric, values, first=1):
        lines = "\n".join(f"2025-{m:02d};{v}" for m, v in enumerate(values, start=first))
        return pasting.read(lines, metric=metric, today=NOON.date())

    known = {
        "deals_won": series("deals_won", [4, 5, 3, 4], 3),
        "qualified_meetings": series("qualified_meetings", [20, 22, 18, 20, 25, 15]),
        "calls": series("calls", [200] * 6),
        "revenue": series("revenue", ["40k€", "52k€", "33k€", "41k€"], 3),
    }
    rates = funnel.rates_of(known, "deals_won")
    assert [(rate.metric, rate.came, rate.out_of) for rate in rates] == [
        ("qualified_meetings", 16, 78),
        ("calls", 120, 1200),
    ]
    assert [rate.metric for rate in funnel.rates_of(known, "qualified_meetings")] == ["calls"]
    deal = funnel.deal_of(known, "revenue")
    assert deal is not None and (round(deal.mean), deal.seen) == (10_375, 16)
    assert funnel.rates_of({}, "revenue") == () and funnel.deal_of({}, "revenue") is None
