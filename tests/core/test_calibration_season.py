"""How a stretch usually fills, by season and working days."""

# pyright: reportArgumentType=false
import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.core.calibration import season
from tests.core.test_calibration import monthly

YEAR = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 12, 31)}


def wavy(months: int, swing: float = 0.5) -> list[int]:
    """Counts that peak in April and are lowest in October; the first month is a January."""
    rng = np.random.default_rng(1)
    return rng.poisson([60 * (1 + swing * math.sin(2 * math.pi * (m % 12) / 12)) for m in range(months)]).tolist()


def test_a_business_that_lives_in_spring_is_ahead_of_the_calendar_in_june():
    profile = season.profile(monthly(wavy(36)), **YEAR)
    assert profile.seasonal
    assert 0.60 < profile.share(dt.date(2026, 6, 30)) < 0.70  # 0.5 + 1/(2 pi) of a year's total


def test_the_season_keeps_its_months_wherever_the_history_begins():
    late = season.profile(monthly(wavy(36)[5:]), **YEAR)
    early = season.profile(monthly(wavy(36)), **YEAR)
    assert abs(late.share(dt.date(2026, 6, 30)) - early.share(dt.date(2026, 6, 30))) < 0.04


@pytest.mark.parametrize("series", [None, monthly([20] * 3), monthly([20] * 24)], ids=["none", "short", "flat"])
def test_without_a_season_working_days_alone_count(series):
    profile = season.profile(series, **YEAR)
    assert not profile.seasonal
    assert profile.share(dt.date(2026, 6, 30)) == pytest.approx(0.49, abs=0.015)
    friday, sunday = dt.date(2026, 1, 9), dt.date(2026, 1, 11)
    assert profile.share(friday) == profile.share(sunday) > profile.share(dt.date(2026, 1, 8))


def test_a_closing_rate_has_no_stretch_that_fills():
    rate = monthly([0.2 + 0.1 * (m % 12 < 6) for m in range(36)], "closing_rate", "%")
    assert not season.profile(rate, **YEAR).seasonal


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 900), st.booleans())
def test_shares_rise_from_nothing_to_all(months, days, seasonal):
    start = dt.date(2026, 1, 1) + dt.timedelta(days=31 * months)
    end = start + dt.timedelta(days=days)
    profile = season.profile(monthly(wavy(36)) if seasonal else None, start=start, end=end)
    shares = [profile.share(start + dt.timedelta(days=n)) for n in range(-1, days + 3)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1], profile.share(end)) == (0.0, 1.0, 1.0)
    assert profile.day_of(1.0) == end


def test_a_stretch_of_one_holiday_is_still_a_stretch():
    day = dt.date(2026, 1, 1)
    assert season.profile(None, start=day, end=day).share(day) == 1.0
    with pytest.raises(ValueError):
        season.profile(None, start=day, end=day - dt.timedelta(days=1))
