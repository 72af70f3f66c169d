"""Records to KPI series: the account's own months, and every figure with what it was counted from."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from coach.core import series
from coach.core.model.kpi import Subject
from coach.core.model.records import (
    Account,
    Activity,
    Company,
    Deal,
    Entered,
    Lead,
    Mapping,
    Owner,
    Pipeline,
    Quote,
    Stage,
    Survey,
)

UTC = dt.UTC
UNTIL = dt.datetime(2026, 6, 10, 9, tzinfo=UTC)
PARIS = Account(id="1", time_zone="Europe/Paris", currency="EUR")
WORDS = Mapping(qualified_stages=("q",), demo_stages=("d",), quote_stages=("p",), qualified_types=("rdv",))
PIPELINE = Pipeline(
    id="v", label="Ventes", stages=tuple(Stage(id=id, label=id, order=i) for i, id in enumerate("aqdp"))
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


def won(id, when, amount=100.0, **fields):
    return Deal(
        id=id,
        status="won",
        closed=at(when),
        created=at("2026-01-01"),
        **{"amount": amount, "currency": "EUR", "amount_home": amount, **fields},
    )


def counted(metric, words=WORDS, grain="month", subject=series.WHOLE, **records):
    given = {"account": PARIS, "until": UNTIL, "pipelines": (PIPELINE,), **records}
    return series.count(metric, series.Records(**given), words, grain=grain, subject=subject)


def values(found):
    return {point.start.isoformat(): point.value for point in found.points}


def test_a_month_ends_at_midnight_in_the_accounts_own_zone():
    deals = (won("1", "2026-03-31T21:59:59"), won("2", "2026-03-31T22:00:00"), won("3", "2026-01-31T23:00:00"))
    assert values(counted("deals_won", deals=deals)) == {
        "2026-02-01": 1, "2026-03-01": 1, "2026-04-01": 1, "2026-05-01": 0, "2026-06-01": 0,
    }  # fmt: skip
    utc = counted("deals_won", deals=deals, account=PARIS.model_copy(update={"time_zone": "UTC"}))
    assert values(utc)["2026-03-01"] == 2


def test_the_month_under_way_is_incomplete_and_empty_months_are_zero():
    found = counted("deals_won", deals=(won("1", "2026-04-10"),))
    assert [(point.value, point.complete) for point in found.points] == [(1, True), (0, True), (0, False)]
    assert found.data_date == dt.date(2026, 6, 10)


def test_revenue_is_in_the_accounts_currency_and_says_what_it_could_not_convert():
    deals = (
        won("1", "2026-05-02", 100.0),
        won("2", "2026-05-03", 200.0, currency="USD", amount_home=180.0),
        won("3", "2026-05-04", 300.0, currency="GBP", amount_home=None),
        won("4", "2026-05-05", None, amount_home=None),
        won("5", "2026-05-06", 50.0, amount_home=None),
    )
    found = counted("revenue", deals=deals)
    assert found.points[0].value == 330
    assert found.points[0].coverage == 3 / 5
    assert found.points[0].n == 5
    assert "amounts_unknown" in found.caveats
    assert (found.unit, found.currency) == ("EUR", "EUR")
    average = counted("average_deal_size", deals=deals).points[0]
    assert (average.value, average.numerator, average.denominator) == (110, 330, 3)


def test_deleted_deals_never_count_archived_ones_do_and_a_future_closing_has_not_come():
    deals = (
        won("1", "2026-05-02"),
        won("2", "2026-05-02", deleted=True),
        won("3", "2026-05-02", archived=True),
        won("4", "2026-07-01"),
    )
    assert counted("deals_won", deals=deals).points[0].value == 2


def test_a_reopened_deal_no_longer_counts():
    reopened = Deal(id="1", status="open", created=at("2026-01-01"), amount=5, currency="EUR")
    assert counted("deals_won", deals=(reopened,)).points == ()


def test_a_closing_rate_is_won_of_closed_with_both_figures():
    deals = (won("1", "2026-05-02"), *(Deal(id=f"l{i}", status="lost", closed=at("2026-05-09")) for i in range(3)))
    found = counted("closing_rate", deals=deals)
    point = found.points[0]
    assert (point.value, point.numerator, point.denominator) == (0.25, 1, 4)
    assert found.points[1].value is None, "no deal closed: no rate, rather than zero"
    assert "few_cases" in found.caveats
    assert "stale_open_deals" not in found.caveats
    stale = Deal(id="s", created=at("2026-01-01"), expected=dt.date(2026, 3, 1))
    assert "stale_open_deals" in counted("closing_rate", deals=(*deals, stale)).caveats


def test_a_customer_is_new_once_in_all_history_whoever_sold():
    deals = (
        won("1", "2026-04-02", company="a", owner="x"),
        won("2", "2026-05-02", company="a", owner="y"),
        won("3", "2026-05-03", company="b", owner="y"),
        won("4", "2026-05-04", company=None, owner="y"),
    )
    assert values(counted("new_customers", deals=deals)) == {"2026-04-01": 1, "2026-05-01": 1, "2026-06-01": 0}
    mine = counted("new_customers", deals=deals, subject=Subject(kind="person", ref="y"))
    assert values(mine)["2026-05-01"] == 1
    assert mine.points[0].coverage == 2 / 3
    upsell = counted("upsell_revenue", deals=deals)
    assert values(upsell)["2026-05-01"] == 100
    assert upsell.method == "proxy"


def meeting(id, when, outcome="held", **fields):
    return Activity(
        id=id, kind="meeting", at=at(when), outcome=outcome, **{"external": True, "deals": ("1",), **fields}
    )


@pytest.mark.parametrize(
    ("days", "qualified"),
    [(-1, 0), (0, 1), (14, 1), (14.01, 0)],
)
def test_a_meeting_is_qualified_when_its_deal_gets_there_within_fourteen_days(days, qualified):
    deal = Deal(id="1", entered=(Entered(stage="q", at=at("2026-05-04") + dt.timedelta(days=days)),))
    assert (
        counted("qualified_meetings", deals=(deal,), activities=(meeting("m", "2026-05-04"),)).points[0].value
        == qualified
    )


def test_qualified_by_type_needs_the_type_and_someone_from_outside():
    words = WORDS.model_copy(update={"qualified_by": "type"})
    activities = (
        meeting("1", "2026-05-04", type="rdv"),
        meeting("2", "2026-05-04", type="point"),
        meeting("3", "2026-05-04", type="rdv", external=False),
        meeting("4", "2026-05-04", "missed", type="rdv"),
        meeting("5", "2026-07-04", type="rdv"),
    )
    assert counted("qualified_meetings", words, activities=activities).points[0].value == 1


def test_where_outcomes_are_often_missing_past_meetings_count_and_it_is_said():
    words = WORDS.model_copy(update={"qualified_by": "type"})
    activities = (
        *(meeting(f"u{i}", "2026-05-04", "unknown", type="rdv") for i in range(3)),
        meeting("h", "2026-05-04", "held", type="rdv"),
        meeting("x", "2026-05-04", "missed", type="rdv"),
    )
    found = counted("qualified_meetings", words, activities=activities)
    assert found.points[0].value == 4
    assert found.points[0].coverage == 2 / 5
    assert {"outcomes_often_missing", "coverage_low"} <= set(found.caveats)
    assert found.method == "proxy"


def test_without_stage_dates_a_deal_beyond_the_stage_stands_for_them():
    deals = (Deal(id="1", stage="d"), Deal(id="2", stage="a"))
    activities = (meeting("m1", "2026-05-04"), meeting("m2", "2026-05-04", deals=("2",)))
    found = counted("qualified_meetings", deals=deals, activities=activities, stage_history=False)
    assert (found.points[0].value, found.method) == (1, "proxy")


def test_incoming_and_planned_calls_are_not_calls_made():
    calls = [
        Activity(id=str(i), kind="call", at=at("2026-05-04"), direction=d, outcome=o)
        for i, (d, o) in enumerate([("out", "connected"), (None, "unknown"), ("in", "connected"), ("out", "planned")])
    ]
    assert counted("calls", activities=tuple(calls)).points[0].value == 2


def test_quotes_are_counted_where_the_crm_has_them_and_else_by_their_stage():
    deals = (Deal(id="1", entered=(Entered(stage="p", at=at("2026-05-05")),)),)
    sent = counted("quotes_sent", deals=deals, quotes=(Quote(id="1", published=at("2026-05-04")), Quote(id="2")))
    assert (sent.points[0].value, sent.method) == (1, "exact")
    assert counted("quotes_sent", deals=deals, quotes=()).points == ()
    proxy = counted("quotes_sent", deals=deals, quotes=None)
    assert (proxy.points[0].value, proxy.method, proxy.caveats) == (1, "proxy", ("deals_in_quote_stage",))


def test_young_cohorts_of_demonstrations_are_not_complete():
    deals = tuple(won(f"w{i}", "2026-03-20", entered=(Entered(stage="d", at=at("2026-02-05")),)) for i in range(3))
    young = Deal(id="y", entered=(Entered(stage="d", at=at("2026-05-20")),))
    found = {point.start.month: point for point in counted("conversion_rate", deals=(*deals, young)).points}
    assert (found[2].value, found[2].complete) == (1.0, True)
    assert (found[5].value, found[5].complete) == (0.0, False)


def test_an_open_pipeline_is_what_was_open_at_each_end():
    deals = (
        Deal(id="1", created=at("2026-04-10"), amount=100, currency="EUR"),
        won("2", "2026-05-10", 50.0, ).model_copy(update={"created": at("2026-04-20")}),
    )  # fmt: skip
    assert values(counted("pipeline_value", deals=deals)) == {"2026-04-01": 150, "2026-05-01": 100, "2026-06-01": 100}


@pytest.mark.parametrize(
    "metric",
    [
        "qualified_meetings",
        "conversion_rate",
        "renewal_rate",
        "leads",
        "nps",
        "margin",
        "response_rate",
        "other",
        "unknown",
    ],
)
def test_what_the_account_has_not_said_or_cannot_tell_has_no_series(metric):
    assert counted(metric, Mapping(), deals=(won("1", "2026-05-02"),)) is None


def test_renewals_are_those_of_their_pipeline():
    words = WORDS.model_copy(update={"renewal_pipelines": ("r",)})
    deals = (
        won("1", "2026-05-02", pipeline="r"),
        Deal(id="2", status="lost", closed=at("2026-05-02"), pipeline="r"),
        won("3", "2026-05-02", pipeline="v"),
    )
    assert counted("renewal_rate", words, deals=deals).points[0].value == 0.5


def test_people_teams_and_pipelines_each_have_their_own_figures_and_they_add_up():
    deals = (
        won("1", "2026-05-02", owner="x", pipeline="v"),
        won("2", "2026-05-02", owner="y", pipeline="v"),
        won("3", "2026-05-02", owner="z", pipeline="r"),
    )
    owners = (Owner(id="x", teams=("Nord",)), Owner(id="y", teams=("Nord",)), Owner(id="z", teams=("Sud",)))
    asked = [
        Subject(kind="person", ref="x"),
        Subject(kind="team", ref="Nord"),
        Subject(kind="team", ref="Sud"),
        Subject(kind="pipeline", ref="v"),
    ]
    found = [counted("deals_won", deals=deals, owners=owners, subject=subject).points[0].value for subject in asked]
    assert found == [1, 2, 1, 2]


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_periods_follow_each_other_without_gap_and_hold_every_record_once(grain):
    days = [at("2025-11-01") + dt.timedelta(hours=37 * i) for i in range(140)]
    deals = tuple(won(str(i), day.isoformat()[:19]) for i, day in enumerate(days))
    points = counted("deals_won", deals=deals, grain=grain).points
    assert all(one.end == following.start for one, following in itertools.pairwise(points))
    assert sum(point.value for point in points) == len(deals)
    paris = ZoneInfo("Europe/Paris")
    for point in points:
        assert point.value == sum(point.start <= day.astimezone(paris).date() < point.end for day in days)


def test_leads_are_dated_by_their_creation():
    leads = (
        Lead(id="1", created=at("2026-05-31T22:30:00")),
        Lead(id="2", created=at("2026-05-31T21:30:00")),
        Lead(id="3"),
    )
    assert values(counted("leads", leads=leads)) == {"2026-05-01": 1, "2026-06-01": 1}


def test_customers_that_do_not_renew_are_the_other_side_of_those_that_do():
    words = WORDS.model_copy(update={"renewal_pipelines": ("r",)})
    deals = (won("1", "2026-05-02", pipeline="r"), *(
        Deal(id=f"l{i}", status="lost", closed=at("2026-05-02"), pipeline="r") for i in range(3)
    ))  # fmt: skip
    renewed, left = counted("renewal_rate", words, deals=deals), counted("churn", words, deals=deals)
    assert (renewed.points[0].value, left.points[0].value) == (0.25, 0.75)
    assert (left.points[0].numerator, left.points[0].denominator) == (3, 4)


def test_a_margin_that_is_not_filled_is_unknown_and_never_zero():
    deals = (
        won("1", "2026-05-02", 1000.0, margin=300.0),
        won("2", "2026-05-03", 1000.0, margin=0.0),
        won("3", "2026-05-04", 1000.0),
    )
    found = counted("margin", deals=deals)
    assert (found.points[0].value, found.points[0].n, found.points[0].coverage) == (300, 3, 2 / 3)
    assert (found.unit, found.method) == ("EUR", "exact")
    assert "coverage_low" in counted("margin", deals=(*deals, won("4", "2026-05-05"))).caveats
    assert counted("margin", deals=(won("1", "2026-05-02"),)) is None


@pytest.mark.parametrize(
    ("scores", "nps"), [((10, 9, 8, 7, 6, 0), 0), ((10, 9), 100), ((6, 0), -100), ((9, 9, 8, 6), 25), ((7, 8), 0)]
)
def test_nps_is_promoters_less_detractors_in_hundredths(scores, nps):
    surveys = tuple(Survey(id=str(i), at=at("2026-05-04"), score=score) for i, score in enumerate(scores))
    point = counted("nps", surveys=surveys).points[0]
    assert point.value == pytest.approx(nps)
    assert point.denominator == len(scores)


def message(id, when, type, party):
    return Activity(id=id, kind="message", at=at(when), type=type, party=party)


def test_a_response_rate_counts_people_once_and_answers_within_thirty_days():
    words = WORDS.model_copy(update={"sent_types": ("s",), "reply_types": ("r",)})
    activities = (
        message("1", "2026-03-02", "s", "ann"), message("2", "2026-03-20", "s", "ann"), message("3", "2026-03-21", "r", "ann"),
        message("4", "2026-03-03", "s", "bob"), message("5", "2026-04-20", "r", "bob"),
        message("6", "2026-03-04", "s", "cleo"), message("7", "2026-02-20", "r", "cleo"),
        message("8", "2026-03-05", "s", "dan"), message("9", "2026-03-05", "r", "dan"), message("10", "2026-03-06", "r", "dan"),
        message("11", "2026-03-05", "s", None), message("12", "2026-03-05", "other", "eve"),
    )  # fmt: skip
    point = counted("response_rate", words, activities=activities).points[0]
    assert (point.start, point.numerator, point.denominator) == (dt.date(2026, 3, 1), 2, 4)


def test_a_company_is_counted_in_its_size_its_industry_and_its_country():
    companies = (Company(id="a", headcount=9, industry="Santé", country="FR"), Company(id="b", headcount=250))
    deals = (
        won("1", "2026-05-02", 100.0, company="a"), won("2", "2026-05-02", 40.0, company="b"), won("3", "2026-05-02", 1.0),
    )  # fmt: skip
    found = {
        ref: counted("revenue", deals=deals, companies=companies, subject=Subject(kind="segment", ref=ref)).points
        for ref in ("size:very_small", "size:sme", "size:mid", "industry:Santé", "country:FR")
    }
    assert {ref: points[0].value for ref, points in found.items() if points} == {
        "size:very_small": 100, "size:mid": 40, "industry:Santé": 100, "country:FR": 100,
    }  # fmt: skip


def test_a_ledger_grows_with_days_and_subjects_and_not_with_records():
    def cells(times):
        deals = tuple(
            won(f"{i}-{turn}", f"2026-05-{1 + i % 28:02}", owner=f"o{i % 3}")
            for turn in range(times)
            for i in range(84)
        )
        book = series.entered(series.Records(account=PARIS, until=UNTIL, pipelines=(PIPELINE,), deals=deals), WORDS)
        return sum(len(days) for of_metric in book.ledger.days.values() for days in of_metric.values())

    assert cells(1) == cells(20)
