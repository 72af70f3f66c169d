"""Attainable, realistic, relevant, fit: what history and context tell."""

import datetime as dt
import inspect

import pytest
import readings
from hypothesis import given
from hypothesis import strategies as st
from readings import contracts, goal, growth

from coach.core import smart
from coach.core.model import Condition, Context, Profile
from coach.core.model.calibration import Calibration, Comparable, NotEnoughHistory, Placed
from coach.core.smart import asked, attainable, realistic, relevant
from coach.core.smart.thresholds import Limits

LIMITS = Limits()
GRAVITY = ("pass", "unknown", "warn", "fail")


def r_of(reading, **context) -> str:
    return smart.review(reading, Profile(context=Context(**context))).criteria["realistic"].verdict


def found_in(reading, rule, **context):
    assessment = smart.review(reading, Profile(context=Context(**context)))
    findings = [f for review in assessment.criteria.values() for f in review.findings] + list(assessment.fit)
    return next((f for f in findings if f.rule == rule), None)


# -- the distinction --------------------------------------------------------------------------------------------------


def test_attainable_never_sees_the_context_and_realistic_never_sees_the_history():
    assert set(inspect.signature(attainable.review).parameters) == {"reading", "levers", "history", "limits"}
    assert set(inspect.signature(realistic.review).parameters) == {"reading", "context", "limits"}


def test_the_market_does_not_change_attainable_and_the_past_does_not_change_realistic():
    reading = growth(60)
    for_market = [smart.review(reading, Profile(context=Context(market_growth=m))) for m in (-0.1, 0.5)]
    assert for_market[0].criteria["attainable"] == for_market[1].criteria["attainable"]
    by_past = [smart.review(reading, Profile(), placed(p)) for p in (0.02, 0.6)]
    assert by_past[0].criteria["realistic"] == by_past[1].criteria["realistic"]
    assert by_past[0].criteria["attainable"].verdict != by_past[1].criteria["attainable"].verdict


# -- attainable -------------------------------------------------------------------------------------------------------


def placed(
    chance: float, level: float = 30, best: float | None = 40, *, growth: float | None = None, lower=False
) -> Placed:
    last = Comparable(kind="last", start=dt.date(2025, 7, 1), end=dt.date(2026, 1, 1), value=22)
    history = Calibration.model_construct(
        metric="deals_won", unit="count", subject=None, start=readings.TODAY, end=readings.IN_SIX_MONTHS, grain="month",
        quantiles=tuple(range(99)), periods=12, first=dt.date(2025, 1, 1), data_date=dt.date(2026, 1, 10),
        source="hubspot",
        history=(), comparable=(last,), growth=growth, lower_is_better=lower, caveats=(),
    )  # fmt: skip
    return Placed.model_construct(
        calibration=history, level=level, probability=chance, best=best, periods=12, growth_asked=level / 22 - 1
    )


@pytest.mark.parametrize(
    ("chance", "verdict", "code"),
    [
        (0.01, "fail", ""),
        (0.05, "warn", ""),
        (0.19, "warn", ""),
        (0.2, "pass", ""),
        (0.89, "pass", ""),
        (0.95, "warn", "sure"),
    ],
)
def test_the_chance_on_current_form_decides_and_a_sure_thing_is_told(chance, verdict, code):
    review = smart.review(contracts(30), Profile(), placed(chance)).criteria["attainable"]
    found = next(f for f in review.findings if f.rule == "attainable.chance")
    assert (review.verdict, found.code) == (verdict, code)
    assert found.evidence[0].kind == "history"


@pytest.mark.parametrize(
    ("level", "best", "lower", "warned"),
    [(30, 40, False, False), (50, 40, False, True), (50, None, False, False), (3, 5, True, True), (6, 5, True, False)],
)
def test_a_level_beyond_the_best_stretch_on_record_is_a_warning(level, best, lower, warned):
    review = smart.review(contracts(30), Profile(), placed(0.5, level, best, lower=lower)).criteria["attainable"]
    assert ("attainable.best" in {f.rule for f in review.findings}) is warned
    assert review.verdict == ("warn" if warned else "pass")


def test_growth_asked_is_told_beside_growth_seen():
    review = smart.review(contracts(30), Profile(), placed(0.5, growth=0.1)).criteria["attainable"]
    found = next(f for f in review.findings if f.rule == "attainable.growth")
    assert found.params["asked"]["share"] == pytest.approx(30 / 22 - 1)
    assert found.params["seen"]["share"] == 0.1


def test_without_history_attainable_is_unknown_and_says_what_would_settle_it():
    review = smart.review(contracts(30)).criteria["attainable"]
    assert review.verdict == "unknown"
    assert [(e.kind, e.ref) for f in review.findings for e in f.evidence] == [("missing", "history")]
    assert [f.asks_for for f in review.findings] == ["history"]


def test_too_little_history_says_how_much_there_is_and_how_much_is_needed():
    short = NotEnoughHistory(metric="deals_won", unit="count", periods=2, needed=4, grain="month")
    found = smart.review(contracts(30), Profile(), short).criteria["attainable"].findings[0]
    assert (found.verdict, found.code, found.params) == ("unknown", "too_little", {"n": 2, "needed": 4})


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"value": 10, "unit": "x", "deadline": readings.IN_A_MONTH}, "fail"),
        ({"value": 10, "unit": "x", "deadline": readings.IN_A_MONTH, "means": "deux recrutements"}, "unknown"),
        ({"value": 2, "unit": "x"}, "unknown"),
        ({"value": 900, "unit": "%"}, "fail"),
        ({"value": 10, "unit": "x", "deadline": dt.date(2029, 1, 15)}, "unknown"),
        ({"value": 30, "unit": "count", "baseline": 2, "change": "from_to", "metric": "new_customers"}, "unknown"),
        ({"value": 500, "unit": "count", "baseline": 40, "change": "from_to", "metric": "new_customers"}, "fail"),
    ],
    ids=["tenfold in a month", "with a lever", "doubling", "tenfold in per cent", "tenfold in three years",
         "from a handful", "from a base that counts"],
)  # fmt: skip
def test_only_a_leap_no_form_allows_fails_without_history(facts, verdict):
    assert smart.review(growth(0, **facts)).criteria["attainable"].verdict == verdict


def test_a_doubling_within_a_year_asks_which_lever_carries_it():
    found = found_in(growth(100), "attainable.leap")
    assert (found.verdict, found.asks_for) == ("warn", "extra_means")
    assert found_in(growth(100), "attainable.leap", extra_means=True) is None
    assert found_in(growth(99), "attainable.leap") is None


# -- realistic: the article's own cases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "deadline", "facts", "team", "verdict"),
    [
        (500, readings.IN_A_MONTH, {}, {"headcount": 1, "maturity": "junior"}, "fail"),
        (10, readings.IN_SIX_MONTHS, {"segment": "grands comptes"}, {"headcount": 2, "maturity": "senior"}, "pass"),
        (5, readings.IN_SIX_MONTHS, {"segment": "PME"}, {"headcount": 1, "maturity": "junior"}, "pass"),
        (10, readings.IN_SIX_MONTHS, {"segment": "grands comptes"}, {"headcount": 1, "maturity": "junior"}, "fail"),
        (5, readings.IN_SIX_MONTHS, {}, {}, "unknown"),
        (5, readings.IN_SIX_MONTHS, {}, {"headcount": 0}, "fail"),
        (5, None, {}, {"headcount": 2}, "unknown"),
        (5, dt.date(2025, 12, 31), {}, {"headcount": 2}, "unknown"),
    ],
    ids=["one junior, 500 in a month", "two seniors, ten key accounts", "one junior, five SMEs",
         "one junior, ten key accounts", "no context", "nobody", "no horizon", "a date gone by"],
)  # fmt: skip
def test_the_load_per_person_tells_what_people_can_carry(number, deadline, facts, team, verdict):
    reading = contracts(number, deadline, metric="new_customers", **facts)
    assert r_of(reading, **team) == verdict


@pytest.mark.parametrize(
    ("percent", "context", "verdict"),
    [
        (15, {"market_growth": 0.1, "extra_means": False}, "pass"),
        (50, {"market_growth": 0.1, "extra_means": False}, "fail"),
        (50, {"market_growth": 0.1, "extra_means": True}, "warn"),
        (50, {"market_growth": 0.1}, "warn"),
        (30, {"market_growth": 0.1, "extra_means": False}, "warn"),
        (30, {"market_growth": 0.1, "extra_means": True}, "pass"),
        (100, {"extra_means": False}, "fail"),
        (100, {"extra_means": True}, "warn"),
        (100, {}, "unknown"),
        (20, {"extra_means": False}, "unknown"),
        (5, {"market_growth": -0.3, "extra_means": False}, "fail"),
    ],
)
def test_growth_is_set_against_the_market_and_the_means(percent, context, verdict):
    assert r_of(growth(percent), **context) == verdict


def test_growth_within_the_year_is_not_asked_to_hurry():
    assert r_of(growth(15, readings.IN_A_MONTH), market_growth=0.1, extra_means=False) == "pass"


def test_growth_over_several_years_adds_up():
    in_three_years = dt.date(2029, 1, 15)
    context = {"market_growth": 0.1, "extra_means": False}
    assert r_of(growth(60, in_three_years), **context) == "pass"
    assert r_of(growth(60), **context) == "fail"
    assert r_of(growth(60, dt.date(9999, 12, 31)), **context) == "pass"


def test_means_named_in_the_sentence_count_unless_the_context_denies_them():
    with_means = growth(100, means="trois recrutements")
    assert r_of(with_means) == "warn"
    assert r_of(with_means, extra_means=False) == "fail"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Doubler le CA en un an à effectif constant", "fr"),
        ("Doubler le CA en un an sans recruter", "fr"),
        ("Double revenue within a year with the same team", "en"),
        ("Double revenue within a year without hiring", "en"),
    ],
)
def test_a_sentence_that_denies_any_means_is_believed(text, language):
    reading = goal(text, metric="revenue", value=2, unit="x", change="relative", deadline=readings.IN_A_YEAR,
                   means="ainsi", language=language)  # fmt: skip
    assert r_of(reading) == "fail"
    assert r_of(reading, extra_means=True) == "warn"
    assert found_in(reading, "attainable.levers") is None
    assert found_in(reading, "specific.scope").code == "amount"
    assert found_in(reading, "attainable.leap").verdict == "warn"


def test_an_amount_with_an_average_deal_is_a_number_of_deals():
    deal = Condition(metric="average_deal_size", comparator=">=", value=8_000, unit="EUR", span=(0, 1))
    amount = {"metric": "revenue", "unit": "EUR", "deadline": readings.IN_SIX_MONTHS, "conditions": (deal,)}
    assert r_of(goal("…", value=80_000, **amount), headcount=2) == "pass"
    assert r_of(goal("…", value=80_000_000, **amount), headcount=2) == "fail"


def test_an_amount_alone_asks_where_it_starts_from():
    found = found_in(goal("…", metric="revenue", value=150_000, unit="EUR"), "realistic.growth")
    assert (found.verdict, found.code, found.asks_for) == ("unknown", "no_baseline", "baseline")


@pytest.mark.parametrize(
    ("context", "facts", "verdict"),
    [
        ({}, {}, "unknown"),
        ({"extra_means": True}, {}, "pass"),
        ({"extra_means": False}, {}, "warn"),
        ({}, {"means": "une formation"}, "pass"),
        (
            {"extra_means": True},
            {"metric": "leads", "unit": "count", "change": "absolute", "baseline": None},
            "unknown",
        ),
    ],
    ids=["nothing known", "means", "no means", "means in the sentence", "a volume without benchmark"],
)
def test_a_rate_moves_when_something_is_planned_for_it(context, facts, verdict):
    facts = {"metric": "renewal_rate", "value": 90, "unit": "%", "baseline": 82, "change": "from_to"} | facts
    assert r_of(goal("…", **facts), **context) == verdict


def test_a_closing_rate_above_the_best_ones_is_a_warning_whatever_the_means():
    rate = {"metric": "closing_rate", "unit": "%", "deadline": readings.IN_SIX_MONTHS}
    assert r_of(goal("…", value=51, **rate), extra_means=True) == "warn"
    assert r_of(goal("…", value=50, **rate), extra_means=True) == "pass"


def test_newcomers_count_for_less_and_a_team_mostly_of_them_is_told():
    reading, team = contracts(180), {"headcount": 10}
    assert r_of(reading, **team) == "pass"
    assert found_in(reading, "realistic.load", ramping=10, **team).verdict == "warn"
    assert found_in(reading, "realistic.load", ramping=99, **team).verdict == "warn"
    assert found_in(reading, "realistic.ramp", ramping=5, **team).params == {"n": 5, "total": 10}
    assert found_in(reading, "realistic.ramp", ramping=4, **team) is None
    assert found_in(reading, "realistic.ramp", ramping=99, **team).params["n"] == 10


def test_a_sales_cycle_longer_than_the_time_left_is_told():
    soon = contracts(2, readings.IN_A_MONTH)
    assert found_in(soon, "realistic.cycle", sales_cycle_days=120).verdict == "warn"
    assert found_in(soon, "realistic.cycle", sales_cycle_days=31) is None
    calls = goal("…", metric="calls", value=9, unit="count", deadline=readings.IN_A_MONTH)
    assert found_in(calls, "realistic.cycle", sales_cycle_days=120) is None


@pytest.mark.parametrize(("running", "told"), [(None, False), (2, False), (3, True)])
def test_goals_already_running_share_the_attention(running, told):
    assert (found_in(contracts(5), "realistic.running", goals_running=running) is not None) is told


def test_a_judgement_names_the_published_figures_it_stands_on():
    found = found_in(contracts(5), "realistic.load", headcount=2)
    refs = {e.ref for e in found.evidence if e.kind == "convention"}
    assert {"realistic.meetings_usual", "realistic.win_rate_usual"} <= refs


# -- a higher target is never easier ----------------------------------------------------------------------------------

_contexts = st.builds(
    Context,
    maturity=st.sampled_from([None, "junior", "confirmed", "senior"]),
    headcount=st.one_of(st.none(), st.integers(0, 20)),
    ramping=st.one_of(st.none(), st.integers(0, 20)),
    market_growth=st.one_of(st.none(), st.floats(-0.9, 3)),
    extra_means=st.sampled_from([None, True, False]),
    sales_cycle_days=st.one_of(st.none(), st.floats(0, 700)),
)
_goals = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(["calls", "qualified_meetings", "deals_won", "new_customers", "leads", "other"]),
        "unit": st.just("count"),
        "change": st.sampled_from(["absolute", "relative", "from_to"]),
        "baseline": st.sampled_from([None, 5, 50]),
        "cadence": st.sampled_from([None, "week", "month"]),
        "deadline": st.sampled_from([None, readings.IN_A_MONTH, readings.IN_SIX_MONTHS, dt.date(2029, 6, 30)]),
        "segment": st.sampled_from([None, "grands comptes"]),
        "direction": st.sampled_from([None, "increase", "reach"]),
    }
)
_rises = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(
            ["revenue", "margin", "new_customers", "closing_rate", "upsell_revenue", "pipeline_value"]
        ),
        "unit": st.sampled_from(["%", "x"]),
        "change": st.just("relative"),
        "deadline": st.sampled_from([None, readings.IN_A_MONTH, readings.IN_A_YEAR, dt.date(2031, 1, 15)]),
        "means": st.sampled_from([None, "un recrutement"]),
        "direction": st.sampled_from([None, "increase"]),
    }
)
_targets = st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)).map(sorted)


@given(st.one_of(_goals, _rises), _contexts, _targets)
def test_realistic_never_improves_when_the_target_grows(facts, context, targets):
    lower, higher = (
        smart.verdict_of(realistic.review(goal("…", value=target, **facts), context, LIMITS)) for target in targets
    )
    assert GRAVITY.index(lower) <= GRAVITY.index(higher)


@given(_rises, _targets)
def test_attainable_never_improves_when_the_target_grows(facts, targets):
    lower, higher = (
        smart.verdict_of(attainable.review(goal("…", value=target, **facts), attainable.Levers(), None, LIMITS))
        for target in targets
    )
    assert GRAVITY.index(lower) <= GRAVITY.index(higher)


@given(st.integers(1, 20), st.integers(1, 400))
def test_more_people_never_make_the_same_target_harder(people, number):
    one, more = (r_of(contracts(number), headcount=headcount) for headcount in (people, people + 1))
    assert GRAVITY.index(more) <= GRAVITY.index(one)


# -- what a goal asks for, in comparable terms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"value": 20, "unit": "%", "change": "relative"}, 0.2),
        ({"value": 2, "unit": "x", "change": "relative"}, 1.0),
        ({"value": 30, "unit": "%", "change": "relative", "direction": "decrease"}, -0.3),
        ({"value": 25, "unit": "%", "baseline": 20, "change": "from_to"}, 0.25),
        ({"value": 25, "unit": "%", "baseline": 0, "change": "from_to"}, None),
        ({"value": 5, "unit": "points", "change": "relative"}, None),
        ({"value": 25, "unit": "%"}, None),
        ({}, None),
    ],
)
def test_growth_is_a_ratio_of_the_starting_level(facts, expected):
    found = asked.growth(readings.component("…", **facts))
    assert found == (expected if expected is None else pytest.approx(expected))


def test_the_same_effort_weighs_the_same_whatever_the_period_it_is_said_in():
    week, month, quarter = (
        asked.per_week(readings.component("…", value=value, unit="count", cadence=cadence), readings.TODAY)
        for value, cadence in ((3, "week"), (13, "month"), (39, "quarter"))
    )
    assert week == pytest.approx(month) == pytest.approx(quarter) == 3


@pytest.mark.parametrize(
    ("days", "expected"), [(31, "short"), (32, "medium"), (184, "medium"), (185, "long"), (-1, None)]
)
def test_horizons_are_short_medium_or_long(days, expected):
    reading = readings.component("…", deadline=readings.TODAY + dt.timedelta(days=days))
    assert asked.horizon(reading, readings.TODAY, LIMITS) == expected


def test_a_horizon_that_starts_later_is_counted_from_its_start():
    later = readings.component("…", deadline=readings.IN_SIX_MONTHS, start=dt.date(2026, 7, 1))
    assert asked.horizon_days(later, readings.TODAY) == 14


# -- relevant ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "verdict"),
    [
        ((), "unknown"),
        (("  ",), "unknown"),
        (("Gagner les industriels de l’Ouest",), "pass"),
        (("Fidéliser les abonnés",), "warn"),
        (("Fidéliser les abonnés", "L’industrie d’abord"), "pass"),
    ],
)
def test_a_goal_is_relevant_when_it_shares_its_subject_with_a_priority(strategy, verdict):
    reading = goal("Signer 4 contrats dans l’industrie", metric="deals_won", value=4, unit="count")
    assert smart.verdict_of(relevant.review(reading, strategy)) == verdict


def test_words_everyone_uses_make_no_link():
    reading = goal("Augmenter le nombre de contrats de nos équipes d’ici la fin de l’année")
    assert smart.verdict_of(relevant.review(reading, ("Améliorer nos équipes cette année",))) == "warn"


# -- fit --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "context", "rules"),
    [
        (growth(10), {"maturity": "junior"}, {"fit.junior_value_goal", "fit.junior_horizon"}),
        (growth(10), {"maturity": "senior"}, set()),
        (goal("…", metric="calls", value=60, unit="count", cadence="week"), {"maturity": "senior"},
         {"fit.senior_activity_goal"}),
        (goal("…", metric="calls", value=60, unit="count", cadence="week", deadline=readings.IN_A_YEAR),
         {"maturity": "junior"}, set()),
        (contracts(5, segment="grands comptes"), {"maturity": "junior"}, {"fit.junior_key_accounts"}),
        (contracts(5), {"maturity": "junior"}, set()),
        (growth(80, dt.date(2027, 6, 30)), {"company": "sme"}, {"fit.sme_horizon", "fit.sme_conquest"}),
        (growth(20), {"company": "sme"}, set()),
        (growth(5), {"company": "scale_up"}, {"fit.scale_up_modest"}),
        (growth(100), {"company": "scale_up"}, set()),
        (growth(5), {}, set()),
    ],
)  # fmt: skip
def test_the_profile_changes_which_rule_warns(reading, context, rules):
    assessment = smart.review(reading, Profile(context=Context(**context)))
    assert {finding.rule for finding in assessment.fit} == rules
    assert {finding.verdict for finding in assessment.fit} <= {"warn"}
    assert rules <= set(assessment.warnings)


def test_fit_never_changes_a_verdict():
    bare, junior = (smart.review(growth(10), Profile(context=Context(maturity=m))) for m in (None, "junior"))
    assert bare.criteria["specific"] == junior.criteria["specific"]
    assert bare.smart == junior.smart


def test_key_accounts_are_recognised_in_english_too():
    english = goal("Win 4 enterprise accounts", metric="new_customers", value=4, segment="enterprise accounts",
                   language="en")  # fmt: skip
    assert found_in(english, "fit.junior_key_accounts", maturity="junior")
    assert not found_in(english.model_copy(update={"language": "pt"}), "fit.junior_key_accounts", maturity="junior")
