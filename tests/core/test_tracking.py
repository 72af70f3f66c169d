"""Tracking: where a goal stands is arithmetic, and silence is never green."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.core import tracking
from coach.core.model import Component
from coach.core.tracking import Plan, Point

START, DUE = dt.date(2026, 1, 1), dt.date(2026, 4, 11)  # a hundred days
TWELVE = Plan(base=0, target=12, start=START, due=DUE)
CLOSING = Plan(base=18, target=25, start=START, due=DUE, counter=False)
CHURN = Plan(base=8, target=5, start=START, due=DUE, counter=False, lower=True)
CEILING = Plan(base=0, target=10, start=START, due=DUE, lower=True)
NPS = Plan(base=None, target=50, start=START, due=DUE, counter=False)
CALLS = Plan(base=0, target=50, start=START, due=DUE, repeats="week", follow_up="week")


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def stands(plan: Plan, *points: tuple[int, float], on: int) -> tracking.Standing:
    return tracking.standing(plan, [Point(day=day(n), value=value) for n, value in points], today=day(on))


@pytest.mark.parametrize(
    ("plan", "points", "on", "status"),
    [
        (TWELVE, [], 5, "waiting"),
        (TWELVE, [(50, 6)], 50, "on_track"),
        (TWELVE, [(50, 5.7)], 50, "on_track"),
        (TWELVE, [(50, 5.6)], 50, "behind"),
        (TWELVE, [(50, 4.8)], 50, "behind"),
        (TWELVE, [(50, 4.7)], 50, "at_risk"),
        (TWELVE, [(50, 6)], 92, "stale"),
        (TWELVE, [], 60, "stale"),
        (TWELVE, [(30, 12)], 31, "reached"),
        (TWELVE, [(30, 12), (40, 11)], 41, "reached"),
        (TWELVE, [(90, 12)], 200, "reached"),
        (TWELVE, [(90, 11)], 101, "missed"),
        (TWELVE, [], 101, "missed"),
        (CLOSING, [(50, 21.5)], 50, "on_track"),
        (CLOSING, [(50, 18)], 50, "at_risk"),
        (CLOSING, [(50, 26)], 50, "on_track"),
        (CLOSING, [(50, 26), (100, 24)], 101, "missed"),
        (CLOSING, [(100, 25)], 101, "reached"),
        (CHURN, [(50, 6.5)], 50, "on_track"),
        (CHURN, [(50, 8)], 50, "at_risk"),
        (CHURN, [(100, 5)], 101, "reached"),
        (CHURN, [(100, 5.5)], 101, "missed"),
        (CEILING, [(50, 4)], 50, "on_track"),
        (CEILING, [(50, 8)], 50, "at_risk"),
        (CEILING, [(50, 0)], 50, "on_track"),
        (CEILING, [(100, 9)], 101, "reached"),
        (NPS, [(50, 52)], 50, "on_track"),
        (NPS, [(50, 48)], 50, "on_track"),
        (NPS, [(50, 42)], 50, "behind"),
        (NPS, [(50, 30)], 50, "at_risk"),
    ],
)
def test_a_status_is_what_pace_and_silence_make_it(plan, points, on, status):
    assert stands(plan, *points, on=on).status == status


def test_progress_is_counted_along_the_way_from_the_start():
    standing = stands(CLOSING, (50, 20), on=50)
    assert standing.expected == 21.5
    assert standing.attainment == pytest.approx(2 / 7)
    assert standing.pace == pytest.approx(4 / 7)
    assert standing.gap == -1.5
    assert standing.projection == pytest.approx(22)
    assert standing.days_left == 50
    assert standing.needed_per_week == pytest.approx(5 / (50 / 7))


def test_of_two_looks_on_one_day_the_later_counts_and_one_to_come_does_not():
    assert stands(TWELVE, (10, 3), (10, 2), (90, 12), on=20).actual == 2


def test_a_goal_that_repeats_is_judged_on_the_current_period():
    # 1 January 2026 is a Thursday: the second whole week starts on day 11
    behind = stands(CALLS, (5, 55), (14, 10), on=14)
    assert (behind.start, behind.due) == (day(11), day(17))
    assert behind.actual == 10
    assert behind.status == "at_risk"
    fresh = stands(CALLS, (5, 55), (10, 60), on=11)
    assert fresh.actual is None
    assert fresh.status == "waiting"


def test_a_goal_that_repeats_goes_stale_when_weeks_go_by_unseen():
    assert stands(CALLS, (5, 55), on=30).status == "stale"


def test_what_is_not_known_is_none_and_never_zero():
    unseen = stands(TWELVE, on=5)
    assert (unseen.actual, unseen.attainment, unseen.pace, unseen.gap, unseen.projection) == (None,) * 5
    endless = tracking.standing(TWELVE.model_copy(update={"due": None}), [Point(day=day(9), value=3)], today=day(9))
    assert (endless.expected, endless.pace, endless.days_left) == (None, None, None)
    assert endless.attainment == 0.25


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"value": 12, "change": "absolute"}, 12),
        ({"value": 20, "unit": "%", "change": "relative", "baseline": 50}, 60),
        ({"value": 20, "unit": "%", "change": "relative", "baseline": 50, "direction": "decrease"}, 40),
        ({"value": 2, "unit": "x", "change": "relative", "baseline": 50}, 100),
        ({"value": 5, "unit": "count", "change": "relative", "baseline": 50}, 55),
        ({"value": 20, "unit": "%", "change": "relative"}, 20),
        ({"value": 25, "unit": "%", "change": "from_to", "baseline": 18}, 25),
        ({}, None),
    ],
    ids=["level", "growth", "cut", "doubling", "so many more", "growth from nowhere known", "from to", "nothing"],
)
def test_a_change_leads_to_a_level_once_its_base_is_known(said, level):
    assert tracking.level(Component(**said)) == level


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"metric": "deals_won", "unit": "count", "value": 12, "change": "absolute"}, (0, True, False)),
        ({"metric": "revenue", "unit": "EUR", "value": 9, "change": "relative", "baseline": 8}, (0, True, False)),
        ({"metric": "closing_rate", "unit": "%", "value": 25, "baseline": 18, "change": "from_to"}, (18, False, False)),
        ({"metric": "churn", "unit": "%", "value": 5, "baseline": 8, "change": "from_to"}, (8, False, True)),
        ({"metric": "churn", "unit": "%", "value": 5, "change": "absolute"}, (None, False, True)),
        ({"metric": "nps", "unit": "none", "value": 50, "change": "absolute"}, (None, False, False)),
        ({"metric": "revenue", "unit": "%", "value": 20, "change": "relative"}, (0, False, False)),
        ({"metric": "other", "unit": "count", "value": 15, "baseline": 12, "change": "from_to"}, (12, False, False)),
        ({"metric": "other", "unit": "count", "value": 15, "change": "absolute"}, (0, True, False)),
    ],
    ids=[
        "count",
        "amount",
        "rate",
        "churn from to",
        "churn alone",
        "score",
        "growth",
        "level of ours",
        "count of ours",
    ],
)
def test_what_adds_up_starts_from_zero_and_what_is_measured_from_its_baseline(said, expected):
    component = Component(**said)
    plan = tracking.plan(component, start=START, target=tracking.level(component), due=DUE, follow_up="month")
    assert plan is not None
    assert (plan.base, plan.counter, plan.lower) == expected


def test_a_goal_without_a_figure_has_no_plan():
    assert tracking.plan(Component(), start=START, target=None, due=DUE, follow_up="month") is None


@pytest.mark.parametrize(
    ("cadence", "first", "last"),
    [
        ("day", (2026, 2, 18), (2026, 2, 18)),
        ("week", (2026, 2, 16), (2026, 2, 22)),
        ("month", (2026, 2, 1), (2026, 2, 28)),
        ("quarter", (2026, 1, 1), (2026, 3, 31)),
        ("year", (2026, 1, 1), (2026, 12, 31)),
    ],
)
def test_a_period_is_the_calendar_s(cadence, first, last):
    assert tracking.period(dt.date(2026, 2, 18), cadence) == (dt.date(*first), dt.date(*last))


plans = st.builds(
    Plan,
    base=st.none() | st.floats(-1e6, 1e6),
    target=st.floats(-1e6, 1e6),
    start=st.just(START),
    due=st.none() | st.dates(START, dt.date(2028, 1, 1)),
    counter=st.booleans(),
    strict=st.booleans(),
    lower=st.booleans(),
    repeats=st.none() | st.sampled_from(["day", "week", "month", "quarter", "year"]),
    follow_up=st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
looks = st.lists(st.builds(Point, day=st.dates(dt.date(2025, 1, 1), dt.date(2029, 1, 1)), value=st.floats(-1e6, 1e6)))


@given(plans, looks, st.dates(START, dt.date(2029, 1, 1)))
def test_any_goal_stands_somewhere(plan, points, today):
    standing = tracking.standing(plan, points, today=today)
    assert standing.days_left is None or standing.days_left >= 0
    assert standing.status != "on_track" or standing.actual is not None


@given(st.integers(1, 99), st.floats(0, 12), st.floats(0, 12))
def test_more_done_is_never_a_worse_status(on, one, other):
    order = ["missed", "at_risk", "behind", "on_track", "reached"]
    less, more = sorted((one, other))
    ranks = [order.index(stands(TWELVE, (on, value), on=on).status) for value in (less, more)]
    assert ranks[0] <= ranks[1]
