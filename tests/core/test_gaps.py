"""What is missing, in the order it matters, and who could tell."""

import datetime as dt

import pytest
import readings
from readings import component, contracts, goal, growth, no_goal

from coach.core import gaps, smart
from coach.core.model import Context, Conventions, Gap, Profile
from coach.core.smart.slots import ORDER

VAGUE = goal("vendre davantage", metric="revenue", direction="increase")


def find(reading, context: Context | None = None, **conventions) -> tuple[Gap, ...]:
    profile = Profile(context=context or Context(), conventions=Conventions(**conventions))
    return gaps.find(smart.review(reading, profile), profile)


def slots(reading, context: Context | None = None, **conventions) -> list[str]:
    return [gap.slot for gap in find(reading, context, **conventions)]


def decisive(reading, **conventions) -> list[str]:
    return [gap.slot for gap in find(reading, **conventions) if gap.decisive]


def test_what_makes_the_goal_meaningless_comes_first_then_time_then_baseline_then_context():
    text = "…"
    several = goal(text, component(text, metric="revenue", value=20, unit="%", change="relative"), component(text))
    assert slots(several)[:4] == ["goal", "deadline", "baseline", "history"]
    assert slots(goal("vendre plus", object_kind="catch_all"))[:3] == ["object", "target", "deadline"]
    found = slots(VAGUE)
    assert found == sorted(found, key=ORDER.index)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (VAGUE, ["target", "deadline"]),
        (goal("…", object_kind="catch_all", deadline=readings.IN_SIX_MONTHS), ["object", "target"]),
        (goal("…", metric="calls", value=50, unit="count", cadence="week", time_basis="cadence_only"), ["deadline"]),
        (goal("…", metric="deals_won", value=0, unit="count", deadline=readings.IN_SIX_MONTHS), ["target"]),
        (growth(20), []),
        (contracts(5, dt.date(2025, 12, 31)), []),
        (goal("…", metric="deals_won", value=3, unit="count", time_basis="horizon", needs_calendar=True), []),
    ],
    ids=["vague", "catch-all", "rhythm only", "zero", "no baseline", "past", "company calendar"],
)
def test_only_what_no_smart_goal_can_do_without_is_decisive(reading, expected):
    assert decisive(reading) == expected


def test_several_goals_leave_a_choice_without_which_there_is_no_goal():
    text = "…"
    two = [
        component(text, metric=m, value=3, unit="count", deadline=readings.IN_A_MONTH) for m in ("calls", "deals_won")
    ]
    assert decisive(goal(text, *two)) == ["goal"]


@pytest.mark.parametrize("kind", ["greeting", "problem", "injection"])
def test_a_text_that_is_no_goal_lacks_everything(kind):
    assert decisive(no_goal(kind)) == ["object", "target", "deadline"]


def test_what_the_context_tells_is_not_missing():
    known = Context(headcount=3, maturity="senior", company="sme")
    assert {"headcount", "maturity", "company"} <= set(slots(contracts(5)))
    assert not {"headcount", "maturity", "company"} & set(slots(contracts(5), known))
    assert "market_growth" in slots(growth(60))
    assert "market_growth" not in slots(growth(60), Context(market_growth=0.1))


def test_a_known_no_is_an_answer():
    assert "extra_means" in slots(growth(20))
    assert "extra_means" not in slots(growth(20), Context(extra_means=False))


def test_the_crm_is_asked_before_the_manager_for_what_a_crm_counts():
    tellers = {gap.slot: gap.sources for gap in find(growth(20))}
    assert tellers["baseline"] == tellers["history"] == ("crm", "manager")
    assert tellers["extra_means"] == ("context", "manager")
    other = goal("…", metric="other", value=20, unit="%", change="relative")
    assert {gap.slot: gap.sources for gap in find(other)}["baseline"] == ("manager",)


def test_each_gap_says_which_criterion_it_serves():
    serves = {gap.slot: gap.criterion for gap in find(VAGUE)}
    assert (serves["target"], serves["deadline"], serves["history"]) == ("measurable", "time_bound", "attainable")


def test_what_a_disputed_rule_asks_for_is_not_missing():
    assert "deadline" in slots(VAGUE)
    assert "deadline" not in slots(VAGUE, disputed=("time_bound.deadline",))


def test_a_complete_goal_in_a_known_context_lacks_only_its_history():
    known = Context(headcount=3, maturity="senior", company="sme")
    assert slots(contracts(5, segment="Bretagne"), known) == ["history"]


def test_a_workspace_that_reads_r_as_relevant_asks_for_its_priorities():
    assert "strategy" in slots(contracts(5), r_means="relevant")
    assert "strategy" not in slots(contracts(5))
