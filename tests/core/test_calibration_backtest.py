"""The ranges hold: a short, seeded form of ``benchmarks/backtest.py``."""

import numpy as np
import pytest

backtest = pytest.importorskip("benchmarks.backtest", reason="the benchmarks stand in the repository only")

SEASON_NEEDS = 24


@pytest.fixture(scope="module")
def rows():
    return list(backtest.run(30, origins=(4, 8, 24, 36), seed=5))


def test_the_eighty_percent_ranges_hold_in_every_regime(rows):
    regimes = {row.regime for row in rows}
    held = {name: float(np.mean([row.covered for row in rows if row.regime == name])) for name in regimes}
    # 240 forecasts a regime, some of which share their past: three standard errors are nine points
    assert {name: round(share, 2) for name, share in held.items() if not 0.71 <= share <= 0.89} == {}


def test_a_season_seen_twice_is_held(rows):
    held = [row.coverage[n] for row in rows if row.regime == "season" for n in row.coverage if n >= SEASON_NEEDS]
    assert np.mean(held) >= 0.70


def test_all_regimes_together_hold_four_times_in_five(rows):
    assert 0.75 <= np.mean([row.covered for row in rows]) <= 0.85


def test_forecasts_beat_the_rules_of_thumb(rows):
    for rule in ("last stretch", "a year ago", "mean + 10 %"):
        assert np.mean([row.skill[rule] for row in rows]) > 0.1, rule


def test_chances_come_true_as_often_as_they_say(rows):
    pits = np.array([pit for row in rows for pit in row.pits])
    for said in (0.1, 0.2, 0.5, 0.8, 0.9):
        assert abs((pits > 1 - said).mean() - said) < 0.04, said


def test_the_judge_sees_a_range_that_is_too_narrow():
    """Quantiles of the four last figures, the rule of thumb that promises 80 % and holds half: it must not pass."""
    y = np.random.default_rng(4).poisson(20, (200, 12)).astype(float)
    row = backtest.judge(
        "narrow", 1, 200, (4, 8), lambda i, n, h: y[i, n - 4 : n], lambda i, s, n: float(y[i, s : s + n].sum())
    )
    assert row.covered < 0.69
