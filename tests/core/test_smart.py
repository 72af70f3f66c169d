"""The verdicts put together: what is smart, what is missing, what a dispute or a workspace's figure changes."""

import datetime as dt
import statistics
import time

import pytest
import readings
from hypothesis import given
from hypothesis import strategies as st
from readings import contracts, goal, growth, no_goal

from coach.core import smart
from coach.core.model import CRITERIA, Assessment, Component, Context, Conventions, Profile
from coach.core.smart.rules import KINDS, RULES, found
from coach.core.smart.slots import ORDER, ordered
from coach.core.smart.thresholds import REGISTRY, Limits, refused

CONVERSION = goal(
    "Porter la transformation des essais de 12 % à 15 % d’ici le 15 juillet",
    metric="conversion_rate", value=15, unit="%", baseline=12, change="from_to", direction="increase",
    deadline=readings.IN_SIX_MONTHS, segment="essais",
    words={"metric": "transformation", "value": "15 %", "baseline": "12 %", "deadline": "d’ici le 15 juillet"},
)  # fmt: skip


def verdicts(assessment: Assessment) -> dict[str, str]:
    return {name: assessment.criteria[name].verdict for name in CRITERIA}


def rules_of(assessment: Assessment) -> set[str]:
    return {finding.rule for review in assessment.criteria.values() for finding in review.findings}


def review(reading, context=None, **conventions) -> Assessment:
    return smart.review(reading, Profile(context=context or Context(), conventions=Conventions(**conventions)))


def test_a_complete_sentence_is_smart_and_its_attainability_is_not_known():
    assessment = smart.review(CONVERSION)
    assert assessment.smart
    assert verdicts(assessment) == {
        "specific": "pass", "measurable": "pass", "attainable": "unknown", "realistic": "unknown", "time_bound": "pass",
    }  # fmt: skip
    assert assessment.missing == ("history", "extra_means")


def test_a_vague_ambition_fails_three_criteria_and_each_gets_one_suggestion():
    assessment = smart.review(goal("vendre davantage", metric="revenue", direction="increase"))
    assert not assessment.smart
    assert [verdicts(assessment)[name] for name in ("specific", "measurable", "time_bound")] == ["fail"] * 3
    assert [one.criterion for one in assessment.suggestions] == ["specific", "measurable", "time_bound"]
    assert assessment.missing[:2] == ("target", "deadline")


def test_the_five_criteria_always_come_in_the_same_order():
    assert tuple(smart.review(CONVERSION).criteria) == CRITERIA
    assert tuple(smart.review(no_goal("question")).criteria) == CRITERIA


def test_messages_are_left_to_the_edge():
    assessment = smart.review(CONVERSION)
    assert {finding.message for review in assessment.criteria.values() for finding in review.findings} == {""}


def test_every_quote_points_at_the_words_it_claims():
    for review in smart.review(CONVERSION).criteria.values():
        for finding in review.findings:
            quotes = [piece.text for piece in finding.evidence if piece.kind == "quote"]
            assert quotes == [CONVERSION.text[start:end] for start, end in finding.spans]


@pytest.mark.parametrize(
    ("a_and_r", "is_smart"),
    [({}, True), ({"market_growth": 0.1, "extra_means": False}, False)],
    ids=["unknown context", "a growth the market does not carry"],
)
def test_a_goal_whose_a_or_r_fails_is_not_smart_and_an_unknown_one_may_be(a_and_r, is_smart):
    assessment = review(growth(60), Context(**a_and_r))
    assert assessment.smart is is_smart
    assert verdicts(assessment)["realistic"] == ("unknown" if is_smart else "fail")


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_is_no_goal_gets_a_reason_and_no_verdict(kind):
    assessment = smart.review(no_goal(kind))
    assert set(verdicts(assessment).values()) == {"unknown"}
    assert not assessment.smart
    assert [finding.code for finding in assessment.criteria["specific"].findings] == [kind]
    assert assessment.warnings == (f"non_goal.{kind}",)
    assert assessment.missing == ("object", "target", "deadline")
    assert [one.code for one in assessment.suggestions] == [f"non_goal.{kind}"]


# -- disputes and the workspace's own figures -------------------------------------------------------------------------


def test_a_disputed_rule_is_shown_and_no_longer_decides():
    reading = goal("50 appels par semaine", metric="calls", value=50, unit="count", cadence="week",
                   time_basis="cadence_only")  # fmt: skip
    assert verdicts(review(reading))["time_bound"] == "fail"
    assessment = review(growth(60), Context(market_growth=0.1, extra_means=False), disputed=("realistic.growth",))
    finding = next(f for f in assessment.criteria["realistic"].findings if f.rule == "realistic.growth")
    assert finding.disputed
    assert finding.verdict == "fail"
    assert verdicts(assessment)["realistic"] == "unknown"  # nothing left to stand on is not a pass
    assert assessment.smart
    assert all(one.criterion != "realistic" for one in assessment.suggestions)


def test_the_suggestion_mends_what_is_not_disputed():
    vague = goal("faire mieux")
    assert review(vague).suggestions[0].slot == "object"
    assert review(vague, disputed=("specific.object",)).suggestions[0].slot == "segment"


def test_a_disputed_finding_asks_for_nothing_and_warns_of_nothing():
    past = contracts(5, dt.date(2025, 12, 31))
    assert review(past).warnings == ("horizon.past",)
    disputed = review(past, disputed=("time_bound.past", "attainable.history"))
    assert disputed.warnings == ()
    assert "history" not in disputed.missing


def test_a_workspace_overrides_a_threshold_and_the_evidence_shows_its_figure():
    reading, team = contracts(40), Context(headcount=1, maturity="confirmed")
    assert verdicts(review(reading, team))["realistic"] == "warn"
    assert verdicts(review(reading, team, thresholds={"realistic.win_rate_usual": 0.5}))["realistic"] == "pass"
    finding = review(reading, team, thresholds={"realistic.win_rate_usual": 0.5}).criteria["realistic"].findings[0]
    assert {"realistic.win_rate_usual": 0.5}.items() <= {e.ref: e.value for e in finding.evidence}.items()


def test_an_override_out_of_its_bounds_is_held_to_them_and_told():
    wrong = {"realistic.win_rate_usual": 0.0, "realistic.nothing": 1.0}
    assert refused(wrong) == {"realistic.win_rate_usual": "out_of_bounds", "realistic.nothing": "unknown"}
    assert refused({"realistic.win_rate_usual": 0.3}) == {}
    assert Limits(wrong)["realistic.win_rate_usual"] == REGISTRY["realistic.win_rate_usual"].low


# -- the registers ----------------------------------------------------------------------------------------------------


def test_every_threshold_has_a_source_and_a_default_within_its_bounds():
    for threshold in REGISTRY.values():
        assert threshold.source, threshold.id
        assert threshold.low <= threshold.default <= threshold.high, threshold.id


def test_every_threshold_is_compared_with_by_a_rule_and_no_rule_names_another():
    used = {id for rule in RULES.values() for id in rule.thresholds}
    assert used == set(REGISTRY)


def test_every_rule_says_what_it_reads_and_on_whose_authority():
    for rule in RULES.values():
        assert rule.reads, rule.id
        assert rule.source, rule.id
        assert rule.chapter in (*CRITERIA, "fit"), rule.id


def test_a_conclusion_nobody_declared_cannot_be_drawn():
    with pytest.raises(KeyError):
        found("specific.object", "wonderful")
    with pytest.raises(KeyError):
        found("specific.charm", "pass")


def test_missing_facts_come_once_in_the_order_they_matter():
    assert ordered(["history", "deadline", "object", "deadline"]) == ("object", "deadline", "history")
    assert len(set(ORDER)) == len(ORDER)
    with pytest.raises(KeyError):
        ordered(["weather"])


# -- R as a workspace reads it ----------------------------------------------------------------------------------------


def test_r_may_mean_realistic_relevant_or_both():
    reading = goal("Signer 4 cliniques d’ici juillet", metric="new_customers", value=4, unit="count",
                   deadline=readings.IN_SIX_MONTHS)  # fmt: skip
    context = Context(headcount=2, strategy=("Devenir la référence des cliniques privées",))
    chapters = {
        means: {rule.split(".")[0] for rule in rules_of(review(reading, context, r_means=means))}
        & {"realistic", "relevant"}
        for means in ("realistic", "relevant", "both")
    }
    assert chapters == {"realistic": {"realistic"}, "relevant": {"relevant"}, "both": {"realistic", "relevant"}}


def test_read_both_ways_r_is_only_as_good_as_the_weaker_reading():
    reading = contracts(5)
    assert verdicts(review(reading, Context(headcount=2), r_means="both"))["realistic"] == "unknown"  # no strategy
    both = Context(headcount=2, strategy=("Signer des contrats longs",))
    assert verdicts(review(reading, both, r_means="both"))["realistic"] == "pass"


# -- whatever the reading, an assessment comes back -------------------------------------------------------------------

_numbers = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False), st.integers(-10, 200).map(float))
_days = st.one_of(st.none(), st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)))
_metrics = st.sampled_from(
    [None, "other", "unheard_of", "calls", "deals_won", "revenue", "closing_rate", "nps", "churn"]
)
components = st.builds(
    Component,
    metric=_metrics,
    value=_numbers,
    value_max=_numbers,
    baseline=_numbers,
    unit=st.sampled_from([None, "count", "%", "points", "x", "EUR", "none", "days"]),
    change=st.sampled_from([None, "absolute", "relative", "from_to"]),
    direction=st.sampled_from([None, "increase", "decrease", "maintain", "reach"]),
    cadence=st.sampled_from([None, "day", "week", "month", "quarter", "year"]),
    deadline=_days,
    start=_days,
    time_basis=st.sampled_from(["horizon", "cadence_only", "none"]),
    time_problem=st.sampled_from([None, "impossible_date", "impossible_period"]),
    object_kind=st.sampled_from(["definite", "catch_all", "none"]),
    placeholder=st.booleans(),
    segment=st.sampled_from([None, "grands comptes", "PME"]),
    means=st.sampled_from([None, "un nouvel outil"]),
)
contexts = st.builds(
    Context,
    company=st.sampled_from([None, "sme", "scale_up"]),
    maturity=st.sampled_from([None, "junior", "confirmed", "senior"]),
    headcount=st.one_of(st.none(), st.integers(0, 50)),
    ramping=st.one_of(st.none(), st.integers(0, 60)),
    market_growth=st.one_of(st.none(), st.floats(-1, 10)),
    extra_means=st.sampled_from([None, True, False]),
    sales_cycle_days=st.one_of(st.none(), st.floats(0, 3650)),
    goals_running=st.one_of(st.none(), st.integers(0, 20)),
)


@given(components, contexts)
def test_no_reading_and_no_context_make_the_review_raise(component, context):
    assessment = smart.review(goal("…", component), Profile(context=context))
    assert Assessment.model_validate_json(assessment.model_dump_json()) == assessment


@given(components, contexts)
def test_each_criterion_is_as_bad_as_its_worst_finding_and_unknown_is_never_a_pass(component, context):
    for review in smart.review(goal("…", component), Profile(context=context)).criteria.values():
        found = [finding.verdict for finding in review.findings]
        assert review.verdict == next(v for v in ("fail", "unknown", "warn", "pass") if v in found)


def test_a_review_takes_a_fraction_of_a_millisecond():
    profile = Profile(context=Context(headcount=2, maturity="senior", company="sme", market_growth=0.1))
    taken = []
    for _ in range(300):
        start = time.perf_counter()
        smart.review(CONVERSION, profile)
        taken.append(time.perf_counter() - start)
    assert statistics.quantiles(taken, n=10)[0] < 0.000_5  # 0.09 ms measured; the rest is the machine's noise
