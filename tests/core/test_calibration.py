"""What a calibration promises, whatever the series."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.core.calibration import placing
from coach.core.model.calibration import Calibration, NotEnoughHistory
from coach.core.model.kpi import KpiPoint, KpiSeries

START, END = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


def month(place: int) -> dt.date:
    return dt.date(2022 + place // 12, place % 12 + 1, 1)


def monthly(values, metric="qualified_meetings", unit="count", last=48, **point) -> KpiSeries:
    """The values as months; ``last`` is the place of the first month to come (48: January 2026)."""
    first = last - len(values)
    points = tuple(
        KpiPoint(start=month(first + i), end=month(first + i + 1), value=value, **point)
        for i, value in enumerate(values)
    )
    return KpiSeries(metric=metric, unit=unit, grain="month", points=points)


def calibrated(series: KpiSeries, **more) -> Calibration:
    found = placing.calibrate(series, start=START, end=END, **more)
    assert isinstance(found, Calibration)
    return found


COUNTS = st.lists(st.integers(0, 60), min_size=4, max_size=36).filter(lambda values: values[0] > 0)
CENTS = st.integers(0, 10**8).map(lambda cents: cents / 100)
AMOUNTS = st.lists(CENTS, min_size=4, max_size=36).filter(lambda values: values[0] > 1)


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.integers(0, 300), st.integers(0, 100))
def test_a_higher_target_is_never_easier(values, target, more):
    found = calibrated(monthly(values))
    assert found.chance(target + more) <= found.chance(target)
    assert found.chance(target, strict=True) <= found.chance(target)


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_quantiles_rise_and_none_is_negative(values):
    quantiles = calibrated(monthly(values)).quantiles
    assert list(quantiles) == sorted(quantiles)
    assert quantiles[0] >= 0


@settings(max_examples=60, deadline=None)
@given(AMOUNTS)
def test_the_unit_does_not_matter(values):
    euros = calibrated(monthly(values, "revenue", "EUR"))
    thousands = calibrated(monthly([value / 1000 for value in values], "revenue", "EUR"))
    assert np.allclose(np.array(euros.quantiles) / 1000, thousands.quantiles, rtol=1e-6, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(COUNTS)
def test_the_same_history_gives_the_same_figures(values):
    assert calibrated(monthly(values)) == calibrated(monthly(values))


def test_more_history_narrows_the_range_on_average():
    rng = np.random.default_rng(2)
    few, many = [], []
    for _ in range(40):
        values = rng.poisson(20, 30).tolist()
        few.append(np.ptp(np.quantile(calibrated(monthly(values[-4:])).quantiles, [0.1, 0.9])))
        many.append(np.ptp(np.quantile(calibrated(monthly(values)).quantiles, [0.1, 0.9])))
    assert np.mean(many) < 0.9 * np.mean(few)


def test_a_current_period_half_gone_is_not_counted():
    past = monthly([20, 22, 19, 25, 21, 23])
    half = KpiPoint(start=month(48), end=month(49), value=3, complete=False)
    assert calibrated(past.model_copy(update={"points": (*past.points, half)})).quantiles == calibrated(past).quantiles


def test_empty_periods_before_the_first_figure_are_not_a_team_at_rest():
    assert (
        calibrated(monthly([0, 0, 0, 20, 22, 19, 25, 21])).quantiles
        == calibrated(monthly([20, 22, 19, 25, 21])).quantiles
    )


def test_an_empty_period_later_on_counts():
    assert calibrated(monthly([20, 22, 0, 25, 21])).quantile(0.1) < calibrated(monthly([20, 22, 21, 25, 21])).quantile(
        0.1
    )


def test_too_few_periods_say_how_many_are_needed():
    found = placing.calibrate(monthly([20, 22, 19]), start=START, end=END)
    assert isinstance(found, NotEnoughHistory)
    assert (found.periods, found.needed, found.grain) == (3, 4, "month")


def test_too_few_cases_say_how_many_a_rate_needs():
    series = monthly([0.25] * 4, "closing_rate", "%", numerator=1, denominator=4)
    found = placing.calibrate(series, start=START, end=END)
    assert isinstance(found, NotEnoughHistory)
    assert (found.events, found.events_needed) == (16, 20)


def test_a_rate_from_few_cases_is_a_wide_range():
    few = calibrated(monthly([0.2] * 5, "closing_rate", "%", numerator=1, denominator=5))
    many = calibrated(monthly([0.2] * 5, "closing_rate", "%", numerator=40, denominator=200))
    assert np.ptp(np.quantile(few.quantiles, [0.1, 0.9])) > 3 * np.ptp(np.quantile(many.quantiles, [0.1, 0.9]))
    assert 0 <= few.quantiles[0] <= few.quantiles[-1] <= 1


def test_a_lower_churn_is_the_harder_one():
    found = calibrated(monthly([0.05, 0.06, 0.05, 0.07, 0.04, 0.05], "churn", "%"))
    assert found.chance(0.02) < found.chance(0.05) < found.chance(0.10)
    assert found.target(0.8) > found.target(0.5) > found.target(0.2)


def test_a_negative_score_is_calibrated_around_its_level():
    found = calibrated(monthly([-12, -8, -15, -10, -11, -9, -13], "nps", "points"))
    assert -25 < found.quantile(0.1) < -11 < found.quantile(0.9) < 2


def test_the_season_of_two_cycles_is_expected_again():
    season = [10, 12, 20, 30, 40, 50, 52, 45, 38, 28, 18, 12]
    found = calibrated(monthly(season * 3))
    assert abs(found.quantile(0.5) - 42) < 12  # January to March, where the mean quarter holds 89
    assert "season_unseen" not in found.caveats


def test_before_two_cycles_the_range_says_that_a_season_may_hide():
    assert "season_unseen" in calibrated(monthly([20] * 23)).caveats


def test_half_a_month_holds_about_half_of_it():
    series = monthly([60, 58, 63, 61, 59, 62, 60, 60])
    whole = placing.calibrate(series, start=START, end=dt.date(2026, 1, 31))
    half = placing.calibrate(series, start=START, end=dt.date(2026, 1, 15))
    assert isinstance(whole, Calibration) and isinstance(half, Calibration)
    assert half.quantile(0.5) / whole.quantile(0.5) == pytest.approx(0.5, abs=0.05)


def test_comparable_stretches_are_the_last_the_same_a_year_ago_and_the_best():
    found = calibrated(monthly([1, 2, 3, 4, 50, 60, 70, 8, 9, 10, 11, 12]))
    past = {one.kind: one.value for one in found.comparable}
    assert past == {"last": 33, "year_ago": 6, "best": 180}


def test_a_short_history_leans_towards_the_team():
    person, team = monthly([8, 9, 7, 8]), monthly([60, 62, 58, 60])
    alone = calibrated(person).quantile(0.5)
    steadied = calibrated(person, team=team, headcount=4)
    assert alone < steadied.quantile(0.5) < 45  # a head of the team makes 15 a month
    assert "steadied_by_team" in steadied.caveats


def test_a_long_history_leans_less():
    team = monthly([600] * 30)
    short, long = monthly([80] * 4), monthly([80] * 30)
    moved = [
        calibrated(own, team=team, headcount=4).quantile(0.5) / calibrated(own).quantile(0.5) for own in (short, long)
    ]
    assert moved[0] > moved[1] > 1
