"""Specific, measurable, time-bound: what the text alone tells."""

import datetime as dt

import pytest
import readings
from readings import component, contracts, goal, growth

from coach.core import smart
from coach.core.model import Context, Conventions, Finding, Profile
from coach.core.smart import time_bound
from coach.core.smart.thresholds import Limits


def finding(reading, rule, profile=Profile()) -> Finding | None:  # noqa: B008  (frozen)
    reviews = smart.review(reading, profile).criteria.values()
    return next((f for review in reviews for f in review.findings if f.rule == rule), None)


def outcome(reading, rule, **profile) -> str | None:
    """The code of what the rule found, with its verdict where the code does not tell; None when it said nothing."""
    found = finding(reading, rule, Profile(**profile))
    return found and (found.code or found.verdict)


def verdict(reading, criterion) -> str:
    return smart.review(reading).criteria[criterion].verdict


# -- specific ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"metric": "revenue", "segment": "Belgique"}, "pass"),
        ({"metric": "revenue", "value": 20, "unit": "%", "change": "relative"}, "pass"),
        ({"metric": "quotes_sent", "means": "un nouvel outil"}, "pass"),
        ({"metric": "leads", "channel": "LinkedIn"}, "pass"),
        ({"metric": "revenue", "direction": "increase"}, "fail"),
        ({"object_kind": "catch_all", "segment": "Belgique"}, "fail"),
        ({"object_kind": "none", "value": 50, "unit": "%"}, "fail"),
        ({"metric": "conversion_rate", "placeholder": True}, "fail"),
        ({"metric": "qualified_meetings", "placeholder": True, "segment": "SDR"}, "warn"),
    ],
    ids=["scope", "amount", "means", "channel", "direction only", "catch-all with a scope", "figure without object",
         "a blank is no amount", "a blank beside a scope"],
)  # fmt: skip
def test_a_goal_is_specific_when_a_definite_object_is_narrowed(facts, expected):
    assert verdict(goal("…", **facts), "specific") == expected


def test_several_goals_in_one_sentence_are_a_warning_that_asks_which():
    text = "Signer 3 clients et envoyer 20 devis"
    two = (
        component(text, metric="new_customers", value=3, unit="count", words={"value": "3", "metric": "clients"}),
        component(text, metric="quotes_sent", value=20, unit="count", words={"value": "20", "metric": "devis"}),
    )
    reading = goal(text, *two)
    found = finding(reading, "specific.one_goal")
    assert (found.verdict, found.asks_for, found.params) == ("warn", "goal", {"n": 2})
    assert [text[a:b] for a, b in found.spans] == ["3", "clients", "20", "devis"]
    assert smart.review(reading).warnings == ("goal.several",)
    assert smart.review(reading).missing[0] == "goal"


# -- measurable -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"metric": "calls", "value": 50, "unit": "count"}, "pass"),
        ({"value": 50, "unit": "%", "change": "relative"}, "warn"),
        ({"metric": "revenue", "value": 10_000, "unit": "none"}, "warn"),
        ({"metric": "revenue", "value": 20, "unit": "%", "change": "relative"}, "warn"),
        ({"metric": "revenue", "placeholder": True}, "fail"),
        ({"metric": "revenue"}, "fail"),
    ],
    ids=["count", "no object", "no currency", "no baseline", "blank", "nothing"],
)
def test_a_quantity_bound_to_an_indicator_is_measurable_and_what_it_lacks_only_warns(facts, expected):
    assert verdict(goal("…", **facts), "measurable") == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"unit": "%", "change": "relative"}, "warn"),
        ({"unit": "x", "change": "relative"}, "warn"),
        ({"unit": "%", "change": "relative", "baseline_period": "l’an dernier"}, "period"),
        ({"unit": "%", "change": "relative", "baseline": 100_000}, "pass"),
        ({"unit": "EUR", "change": "absolute"}, None),
        ({"unit": "EUR", "change": "relative"}, None),
        ({"unit": "%", "change": None}, None),
        ({"unit": "EUR", "change": "relative", "metric": "average_deal_size"}, "warn"),
        ({"unit": "points", "change": "relative", "metric": "nps"}, "warn"),
    ],
    ids=["per cent", "multiple", "a period is named", "a base is given", "level", "an amount more",
         "no change said", "a level more",
         "points"],
)  # fmt: skip
def test_a_change_asks_for_its_baseline_and_a_level_does_not(facts, expected):
    reading = goal("…", **({"metric": "revenue", "value": 20} | facts))
    found = finding(reading, "measurable.baseline")
    assert (found and (found.code or found.verdict)) == expected
    if expected in ("warn", "period"):
        assert found.asks_for == "baseline"


@pytest.mark.parametrize(
    ("metric", "unit", "expected"),
    [
        ("revenue", "none", "currency"),
        ("closing_rate", "none", "percent"),
        (None, "none", "warn"),
        ("other", "none", "warn"),
        ("calls", "none", None),
        ("nps", "none", None),
        ("revenue", "EUR", None),
    ],
)
def test_an_amount_without_currency_or_a_rate_without_its_sign_is_asked_about(metric, unit, expected):
    reading = goal("…", metric=metric, value=25, unit=unit)
    assert outcome(reading, "measurable.unit") == expected


def test_the_currency_proposed_is_the_workspace_s():
    found = finding(goal("…", metric="revenue", value=25, unit="none"), "measurable.unit",
                    Profile(conventions=Conventions(currency="CHF")))  # fmt: skip
    assert found.params["proposed"] == {"amount": 25, "unit": "CHF", "metric": None}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"metric": "new_customers", "value": 0, "unit": "count"}, "zero"),
        ({"metric": "qualified_meetings", "value": -5, "unit": "count"}, "negative"),
        ({"metric": "closing_rate", "value": 140, "unit": "%"}, "over_100"),
        ({"metric": "margin", "value": 120, "unit": "%"}, "over_100"),
        ({"metric": "churn", "value": 130, "unit": "%", "change": "relative", "direction": "decrease"}, "over_100"),
        ({"metric": "nps", "value": 110, "unit": "points"}, "off_scale"),
        ({"metric": "deals_won", "value": 1e30, "unit": "count"}, "absurd"),
        ({"metric": "revenue", "value": 1e18, "unit": "EUR"}, "absurd"),
        ({"metric": "deals_won", "value": 3, "value_max": 1e30, "unit": "count"}, "absurd"),
        ({"metric": "revenue", "value": 500, "unit": "x", "change": "relative"}, "huge_growth"),
        ({"metric": "closing_rate", "value": 100, "unit": "%"}, "perfect"),
        ({"metric": "closing_rate", "value": 18, "unit": "%", "baseline": 25, "change": "from_to"}, "contradiction"),
        ({"metric": "churn", "value": 9, "unit": "%", "baseline": 5, "change": "from_to"}, "contradiction"),
        ({"metric": "other", "value": 9, "unit": "EUR", "baseline": 5, "change": "from_to", "direction": "decrease"},
         "contradiction"),
        ({"metric": "closing_rate", "value": 25, "unit": "%", "baseline": 25, "change": "from_to"}, "no_change"),
        ({"metric": "revenue", "value": 0, "unit": "%", "change": "relative"}, "no_change"),
        (
            {"metric": "deals_won", "value": 5, "unit": "count", "change": "relative", "direction": "decrease"},
            "wrong_way",
        ),
    ],
)  # fmt: skip
def test_a_figure_nobody_can_mean_is_named_for_what_it_is(facts, expected):
    reading = goal("…", **facts)
    assert outcome(reading, "measurable.plausible") == expected
    assert "target.implausible" in smart.review(reading).warnings


@pytest.mark.parametrize(
    "facts",
    [
        {"metric": "churn", "value": -5, "unit": "%", "change": "relative", "direction": "decrease"},
        {"metric": "calls", "value": 0, "unit": "count", "direction": "decrease"},
        {"metric": "churn", "value": 0, "unit": "%"},
        {"metric": "other", "value": 0, "unit": "count"},
        {"metric": "nps", "value": -5, "unit": "points"},
        {"metric": "other", "value": 110, "unit": "%"},
        {"metric": "revenue", "value": 140, "unit": "%", "change": "relative", "direction": "increase"},
        {"metric": "other", "value": 5, "unit": "months", "baseline": 9, "change": "from_to"},
        {"metric": "churn", "value": 5, "unit": "%", "baseline": 9, "change": "from_to", "direction": "decrease"},
        {
            "metric": "renewal_rate",
            "value": 90,
            "unit": "%",
            "baseline": 90,
            "change": "from_to",
            "direction": "maintain",
        },
    ],
    ids=[
        "a planned decrease",
        "an activity given up",
        "no churn",
        "no incident",
        "a negative NPS",
        "net retention",
        "growth",
        "a shorter cycle",
        "less churn",
        "held",
    ],
)
def test_a_figure_that_only_looks_odd_is_left_alone(facts):
    assert outcome(goal("…", **facts), "measurable.plausible") is None


@pytest.mark.parametrize(
    ("metric", "crm", "expected"),
    [
        ("calls", None, "exact"),
        ("nps", None, "not_everywhere"),
        ("nps", "hubspot", "exact"),
        ("nps", "Pipedrive", "none"),
        ("quotes_sent", "pipedrive", "proxy"),
        ("renewal_rate", "hubspot", "convention"),
        ("response_rate", "hubspot", "none"),
        ("response_rate", None, "none"),
        ("other", None, "none"),
        ("revenue", "acme", "convention"),
    ],
)
def test_it_says_how_the_connected_crm_counts_the_indicator_without_judging(metric, crm, expected):
    found = finding(goal("…", metric=metric), "measurable.countable", Profile(context=Context(crm=crm)))
    assert (found.code, found.verdict) == (expected, "pass")


# -- time-bound -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected", "says"),
    [
        ({"deadline": readings.IN_SIX_MONTHS}, "pass", "pass"),
        ({"time_basis": "horizon", "needs_calendar": True}, "warn", "calendar"),
        ({"time_basis": "cadence_only", "cadence": "week"}, "fail", "cadence_only"),
        ({"time_problem": "impossible_date"}, "fail", "impossible_date"),
        ({"time_problem": "impossible_period", "time_basis": "horizon"}, "fail", "impossible_period"),
        ({}, "fail", "fail"),
    ],
)
def test_a_horizon_resolves_to_a_date_and_a_rhythm_alone_does_not(facts, expected, says):
    reading = goal("…", metric="calls", value=50, unit="count", **facts)
    assert verdict(reading, "time_bound") == expected
    assert outcome(reading, "time_bound.deadline") == says


@pytest.mark.parametrize(
    ("accepts", "maturity", "expected"),
    [(True, "junior", "warn"), (True, "senior", "fail"), (True, None, "fail"), (False, "junior", "fail")],
)
def test_a_rhythm_is_enough_for_juniors_where_the_workspace_says_so(accepts, maturity, expected):
    reading = goal("…", metric="calls", value=50, unit="count", time_basis="cadence_only", cadence="week")
    profile = Profile(
        context=Context(maturity=maturity), conventions=Conventions(cadence_is_enough_for_juniors=accepts)
    )
    assert smart.review(reading, profile).criteria["time_bound"].verdict == expected


def test_a_date_already_past_is_time_bound_and_warned_about():
    assessment = smart.review(contracts(5, dt.date(2025, 12, 31)))
    assert assessment.criteria["time_bound"].verdict == "warn"
    assert assessment.warnings == ("horizon.past",)
    assert "deadline" in assessment.missing


def test_today_is_not_past():
    assert smart.review(contracts(5, readings.TODAY)).criteria["time_bound"].verdict == "pass"


@pytest.mark.parametrize(("days", "expected"), [(30, None), (184, None), (185, "long"), (366, "long"), (367, "far")])
def test_a_long_horizon_wants_milestones_and_only_a_far_one_warns(days, expected):
    reading = contracts(5, readings.TODAY + dt.timedelta(days=days))
    assert outcome(reading, "time_bound.milestones") == expected


def test_the_second_goal_of_a_sentence_may_be_the_one_that_carries_the_date():
    text = "…"
    dated = component(text, metric="calls", value=60, unit="count", deadline=readings.IN_SIX_MONTHS)
    reading = goal(text, component(text, metric="revenue", value=20, unit="%"), dated)
    assert [f.verdict for f in time_bound.review(reading, Limits())] == ["pass"]


def test_growth_is_measured_from_a_baseline_that_is_asked_for():
    assert smart.review(growth(20)).missing[0] == "baseline"


def test_a_segment_that_does_not_narrow_is_no_scope():
    """ "Des clients qualifiés" names a segment, yet says no more about whom."""
    said = {"metric": "new_customers", "segment": "clients qualifiés"}
    assert verdict(goal("…", **said), "specific") == "pass"
    assert verdict(goal("…", **said, scoped=False), "specific") == "fail"


def test_a_named_role_narrows_a_goal():
    assert outcome(goal("…", metric="qualified_meetings", actor="SDR"), "specific.scope") == "actor"
