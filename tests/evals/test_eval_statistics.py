"""Statistics against published examples, and against what was planted."""

import itertools
import math
import random

import pytest

from coach.evals import statistics as stats

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section E: four observers, twelve units
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


@pytest.mark.parametrize(("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_the_published_example(metric, published):
    assert stats.alpha(FOUR_OBSERVERS, metric=metric) == pytest.approx(published, abs=0.0006)


def test_kappa_is_one_for_the_same_nought_by_chance_and_falls_with_distance():
    same = [0, 1, 2] * 20
    assert stats.kappa(same, same) == 1
    pairs = list(itertools.product(range(3), repeat=2))
    assert stats.kappa([one for one, _ in pairs], [other for _, other in pairs]) == pytest.approx(0)
    near, far = [1, 1, 2] * 20, [2, 1, 0] * 20
    assert stats.kappa(same, near) > stats.kappa(same, far)


def test_kappa_agrees_with_a_table_worked_out_by_hand():
    one = [0] * 25 + [1] * 35
    other = [0] * 20 + [1] * 5 + [0] * 10 + [1] * 25
    assert stats.kappa(one, other, levels=2) == pytest.approx((45 / 60 - 1800 / 3600) / (1 - 1800 / 3600))


def test_bradley_terry_finds_the_strengths_that_were_planted():
    planted = {"a": 1.0, "b": 0.2, "c": -0.4, "d": -0.8}
    dice, wins = random.Random(5), []
    for one, other in itertools.combinations(planted, 2):
        for _ in range(600):
            chance = 1 / (1 + math.exp(planted[other] - planted[one]))
            wins.append((one, other, float(dice.random() < chance)))
    found = stats.strengths(wins)
    assert {name: pytest.approx(value, abs=0.2) for name, value in planted.items()} == found


def test_wilson_says_what_none_and_nearly_all_mean():
    assert stats.wilson(0, 300)[1] == pytest.approx(0.0126, abs=0.0005)
    assert stats.wilson(190, 200) == pytest.approx((0.910, 0.973), abs=0.001)
    assert stats.none_of(300) == pytest.approx(0.00994, abs=0.0001)


def test_an_interval_by_family_is_wider_than_one_that_takes_cases_for_independent():
    values = [1.0] * 40 + [0.0] * 40
    alone = stats.by_cluster(values, [str(n) for n in range(80)])
    together = stats.by_cluster(values, [str(n // 10) for n in range(80)])
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    dice, held, worlds = random.Random(3), 0, 120
    for _ in range(worlds):
        values, clusters = [], []
        for cluster in range(24):
            rate = min(1.0, max(0.0, dice.gauss(0.8, 0.12)))
            values += [float(dice.random() < rate) for _ in range(9)]
            clusters += [str(cluster)] * 9
        found = stats.by_cluster(values, clusters)
        held += found.low <= 0.79 <= found.high  # the mean of a gauss cut to 0-1
    assert held / worlds > 0.85


def test_a_paired_difference_sees_ten_points_on_240_cases_and_none_where_there_is_none():
    dice = random.Random(2)
    before = {str(n): float(dice.random() < 0.8) for n in range(240)}
    worse = {one: 0.0 if dice.random() < 0.12 else value for one, value in before.items()}
    clusters = {one: str(int(one) // 9) for one in before}
    assert stats.paired(before, worse, clusters).high < 0
    same = stats.paired(before, dict(before), clusters)
    assert (same.mean, same.low, same.high) == (0, 0, 0)


def test_a_judges_pass_rate_is_freed_from_its_errors():
    assert stats.corrected(0.80, 0.95, 0.70) == pytest.approx(0.769, abs=0.001)
    assert stats.corrected(0.80, 0.5, 0.5) is None
