"""Means with honest intervals: resampled by family, since goals of one family succeed and fail together."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES = 2000
SEED = 20260115
_Z = 1.959964


class Interval(NamedTuple):
    """A mean and its 95 % interval; ``n`` cases had something to judge."""

    mean: float
    low: float
    high: float
    n: int


def by_cluster(values: Sequence[float], clusters: Sequence[str], *, share: bool = True) -> Interval | None:
    """Mean with a percentile bootstrap over whole clusters; Wilson's where all cases agree or one cluster is all.

    ``share``: the values lie in 0-1. None for no value.
    """
    if not values:
        return None
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] += value
        counts[cluster] += 1
    mean = sum(values) / len(values)
    if share and (len(sums) < 2 or all(value == values[0] for value in values)):
        low, high = wilson(mean * len(values), len(values))
        return Interval(mean, low, high, len(values))
    means = _resampled(np.array(list(sums.values())), np.array(list(counts.values())))
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(mean, float(low), float(high), len(values))


def _resampled(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
    return sums[drawn].sum(1) / counts[drawn].sum(1)


def wilson(right: float, n: int) -> tuple[float, float]:
    """95 % interval of a share; 0 of 300 is 0 to 1.3 %."""
    if n == 0:
        return 0.0, 1.0
    p, z = right / n, _Z
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def none_of(n: int) -> float:
    """With none of ``n`` cases failing, the rate of failures that 95 % certainty still allows."""
    return 1 - 0.05 ** (1 / n) if n else 1.0


def paired(before: Mapping[str, float], after: Mapping[str, float], clusters: Mapping[str, str]) -> Interval | None:
    """Mean difference, after minus before, over the cases both have, resampled by cluster."""
    both = sorted(set(before) & set(after))
    if not both:
        return None
    gaps = [after[one] - before[one] for one in both]
    return by_cluster(gaps, [clusters.get(one, one) for one in both], share=False)


def kappa(one: Sequence[int], other: Sequence[int], levels: int = 3) -> float:
    """Cohen's kappa with quadratic weights, of two raters of the same items on levels 0 to ``levels - 1``."""
    seen = np.zeros((levels, levels))
    for left, right in zip(one, other, strict=True):
        seen[left, right] += 1
    expected = np.outer(seen.sum(1), seen.sum(0)) / seen.sum()
    steps = np.arange(levels)
    weights = (steps[:, None] - steps[None, :]) ** 2 / (levels - 1) ** 2
    wrong, chance = float((weights * seen).sum()), float((weights * expected).sum())
    return 1.0 if chance == 0 else 1 - wrong / chance


def alpha(ratings: Sequence[Sequence[float | None]], *, metric: str = "ordinal") -> float:
    """Krippendorff's alpha of ``ratings`` (raters × items, None for missing), ``nominal``, ``ordinal`` or ``interval``."""
    levels = sorted({value for row in ratings for value in row if value is not None})
    place = {value: at for at, value in enumerate(levels)}
    seen = np.zeros((len(levels), len(levels)))
    for column in zip(*ratings, strict=True):
        given = [place[value] for value in column if value is not None]
        for at, left in enumerate(given):
            for right in given[:at] + given[at + 1 :]:
                seen[left, right] += 1 / (len(given) - 1)
    totals = seen.sum(1)
    n = totals.sum()
    if n <= 1 or len(levels) < 2:
        return 1.0
    apart = _apart(levels, totals, metric)
    expected = (np.outer(totals, totals) - np.diag(totals)) / (n - 1)
    chance = float((expected * apart).sum())
    return 1.0 if chance == 0 else 1 - float((seen * apart).sum()) / chance


def _apart(levels: Sequence[float], totals: np.ndarray, metric: str) -> np.ndarray:
    size = len(levels)
    if metric == "nominal":
        return 1 - np.eye(size)
    if metric == "interval":
        values = np.array(levels)
        return (values[:, None] - values[None, :]) ** 2
    apart = np.zeros((size, size))
    for left in range(size):
        for right in range(left + 1, size):
            between = totals[left : right + 1].sum() - (totals[left] + totals[right]) / 2
            apart[left, right] = apart[right, left] = between**2
    return apart


def corrected(rate: float, sensitivity: float, specificity: float) -> float | None:
    """A judge's pass rate freed from the judge's own errors, within 0-1; None for a judge that guesses."""
    sharp = sensitivity + specificity - 1
    return None if sharp <= 0.05 else min(1.0, max(0.0, (rate + specificity - 1) / sharp))


def strengths(wins: Sequence[tuple[str, str, float]], *, pseudo: float = 0.1) -> dict[str, float]:
    """Bradley-Terry log-strengths, mean 0, from ``(one, other, one's score)``; a tie scores ½.

    ``pseudo`` games tied by every pair keep an undefeated system finite.
    """
    names = sorted({name for one, other, _ in wins for name in (one, other)})
    place = {name: at for at, name in enumerate(names)}
    won = np.full((len(names), len(names)), pseudo / 2)
    np.fill_diagonal(won, 0)
    for one, other, score in wins:
        won[place[one], place[other]] += score
        won[place[other], place[one]] += 1 - score
    played, power = won + won.T, np.ones(len(names))
    for _ in range(2000):
        power = won.sum(1) / (played / (power[:, None] + power[None, :])).sum(1)
        power /= np.exp(np.log(power).mean())
    return {name: float(np.log(power[place[name]])) for name in names}
