"""The funnel backwards, the time there is, and what if."""

import datetime as dt
import time

import pytest

from coach.core.calibration import capacity, funnel, whatif
from coach.core.model.calibration import NotEnoughHistory
from tests.core.test_calibration import END, START, monthly

SURE = funnel.Rate("qualified_meetings", 2_000, 10_000)
CALLS = funnel.Rate("calls", 1_000, 10_000)


def test_ten_deals_at_one_in_five_ask_for_fifty_meetings_and_five_hundred_calls():
    deals, meetings, calls = funnel.backwards(10, [SURE, CALLS], people=2, weeks=10)
    assert (deals.metric, deals.likely) == ("deals_won", 10)
    assert meetings.likely == pytest.approx(50, rel=0.02)
    assert calls.likely == pytest.approx(500, rel=0.03)
    assert calls.person_week == pytest.approx(25, rel=0.03)


def test_a_rate_from_few_deals_asks_for_a_wide_range():
    few = funnel.backwards(10, [funnel.Rate("qualified_meetings", 4, 22)], people=2, weeks=10)[1]
    many = funnel.backwards(10, [funnel.Rate("qualified_meetings", 400, 2200)], people=2, weeks=10)[1]
    assert few.low < many.low < many.likely < many.safe < few.safe
    assert (few.safe - few.low) > 4 * (many.safe - many.low)


def test_an_amount_becomes_deals_by_what_one_brings():
    deals, _ = funnel.backwards(80_000, [SURE], people=1, weeks=10, deal=funnel.DealSize(8_000, 4_000, 400))
    assert deals.likely == pytest.approx(10, rel=0.02)
    unsure = funnel.backwards(80_000, [SURE], people=1, weeks=10, deal=funnel.DealSize(8_000, 8_000, 4))[0]
    assert unsure.safe - unsure.low > 5 * (deals.safe - deals.low)


def test_no_meeting_ever_won_still_gives_a_finite_answer():
    assert funnel.backwards(1, [funnel.Rate("qualified_meetings", 0, 30)], people=1, weeks=1)[1].likely > 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 0},
        {"weeks": 0},
        {"target": 0},
        {"rates": [funnel.Rate("calls", 5, 4)]},
        {"deal": funnel.DealSize(0, 1, 3)},
    ],
)
def test_a_funnel_without_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        funnel.backwards(**{"target": 10, "rates": [SURE], "people": 1, "weeks": 4, **wrong})


def test_public_holidays_are_off():
    may = {"start": dt.date(2026, 5, 1), "end": dt.date(2026, 5, 31), "headcount": 2}
    assert capacity.of(**may, country="FR").working_days == 21 - 4  # the 1st, 8th, 14th (Ascension) and 25th of May
    assert capacity.of(**may, country="GB").working_days < 21
    unknown = capacity.of(**may, country="ZZ")
    assert (unknown.working_days, unknown.holidays_known) == (21, False)


def test_learners_leave_and_running_goals_take_from_the_time():
    week = {"start": dt.date(2026, 2, 2), "end": dt.date(2026, 2, 8)}
    assert capacity.of(**week, headcount=4).person_days == 20
    assert capacity.of(**week, headcount=4, ramping=2, ramp_share=0.5).full_time == 3
    assert capacity.of(**week, headcount=4, taken=0.25, days_off=1).person_days == pytest.approx(12)
    assert capacity.of(**week, headcount=1, days_off=9).person_days == 0


@pytest.mark.parametrize(
    "wrong", [{"taken": 1.5}, {"ramp_share": -0.1}, {"headcount": -1}, {"end": dt.date(2025, 1, 1)}]
)
def test_a_capacity_without_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        capacity.of(**{"start": START, "end": END, "headcount": 1, **wrong})


SERIES = monthly([20, 22, 19, 25, 21, 23, 24, 20, 22, 26, 23, 21] * 3)


def asked(target=70, **more):
    found = whatif.what_if(SERIES, target, start=START, end=more.pop("end", END), **more)
    assert not isinstance(found, NotEnoughHistory)
    return found


def test_more_people_a_later_day_or_a_lower_target_make_it_likelier():
    now = asked(headcount=2, headcount_before=2).placed.probability
    assert asked(headcount=3, headcount_before=2).placed.probability > now
    assert asked(headcount=2, headcount_before=2, end=dt.date(2026, 5, 31)).placed.probability > now
    assert asked(60, headcount=2, headcount_before=2).placed.probability > now


def test_a_person_still_learning_adds_half_of_one():
    ready, learning = (asked(headcount=3, headcount_before=2, ramping=n).placed.calibration for n in (0, 1))
    before = asked().placed.calibration.quantile(0.5)
    assert ready.quantile(0.5) == pytest.approx(before * 1.5)
    assert learning.quantile(0.5) == pytest.approx(before * 1.25)


def test_a_rate_does_not_grow_with_the_team():
    series = monthly([0.2] * 12, "closing_rate", "%", numerator=20, denominator=100)
    found = whatif.what_if(series, 0.25, start=START, end=END, headcount=4, headcount_before=2)
    assert not isinstance(found, NotEnoughHistory)
    assert found.placed.calibration.quantile(0.5) == pytest.approx(0.2, abs=0.02)


def test_what_if_says_what_the_target_asks_of_each_person():
    found = asked(headcount=2, headcount_before=2, rates=[CALLS])
    assert [step.metric for step in found.steps] == ["qualified_meetings", "calls"]
    assert found.capacity is not None and found.capacity.working_days == 64 - 1  # New Year's Day
    assert found.steps[1].likely == pytest.approx(700, rel=0.05)


def test_too_short_a_history_is_said_here_too():
    assert isinstance(whatif.what_if(monthly([3, 4]), 9, start=START, end=END), NotEnoughHistory)


def test_an_answer_comes_within_200_milliseconds():
    asked(headcount=3, rates=[SURE, CALLS])  # the libraries are loaded once
    taken = []
    for target in (60, 70, 80):
        begun = time.perf_counter()
        asked(target, headcount=3, headcount_before=2, rates=[SURE, CALLS])
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.2
