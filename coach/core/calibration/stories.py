"""The stories that a short history may be: flat, growing, seasonal, wandering, changed once; weighed and continued.

A story is a Gaussian process on a scale of even noise: a covariance between periods in units of a period's noise. How
likely each makes the history has a closed form, and so has what may come after. Priors say what a sales series usually
is; they were chosen so that ranges hold on every kind of series alike, not for one of them (``docs/calibration.md``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

Steps = tuple[tuple[float, float], ...]
"""Strengths in units of a period's noise, each with its prior weight."""

SLOPES: Steps = ((0.0, 0.84), (0.05, 0.04), (0.2, 0.07), (0.6, 0.05))  # a period
BENDS = 0.6  # how far a slope may have turned by the end, as a share of it
WALKS: Steps = ((0.0, 0.84), (0.02, 0.04), (0.1, 0.04), (0.4, 0.03), (1.5, 0.025), (6.0, 0.015), (40.0, 0.01))
WALKERS = (0.02, 0.02, 0.2, 1.0, 6.0, 25.0, 200.0)  # how much likelier each walk is for a level that walks
SEASONS: Steps = ((0.0, 0.66), (1.0, 0.08), (3.0, 0.14), (8.0, 0.10), (50.0, 0.015), (400.0, 0.005))
WAVES = (1.0, 0.35, 0.15)  # of a season: once, twice, three times a year
OWN_PLACE = 0.1  # what is a month's alone: a December that no wave tells
CHANGED, CHANGES, JUMP = 0.05, 24, 30.0  # prior of one change of level, places looked at, its variance
ANY_LEVEL = 1e4  # variance of the level before anything is seen
BY_CHANCE = 0.85  # prior that a count varies as chance does and no more
MORE_THAN_CHANCE, OF_COUNTS = 1.8, 3.0  # else: its variance, and the periods that this guess is worth
OF_AMOUNTS = 3.0  # periods that the first guess of an amount's noise is worth
LEAST = 1e-3  # stories less likely than this are not continued


@dataclass(frozen=True)
class Plain:
    """A history around 0 on its scale; ``noise`` is a first guess of a period's variance, None for a count."""

    z: Floats
    noise: float | None


@dataclass(frozen=True, slots=True)
class Story:
    """One covariance: a slope, a walk, a season, and the period before which the level was another (0: none)."""

    slope: float = 0.0
    walk: float = 0.0
    season: float = 0.0
    changed: int = 0


def continued(plain: Plain, ahead: int, season: int, walks: bool, count: int, rng: Any) -> tuple[Floats, Floats]:
    """``count`` possible levels of the next ``ahead`` periods, and the variance of a period's noise in each.

    Gives arrays (count, ahead) and (count,).
    """
    import numpy as np

    n = len(plain.z)
    told, prior, inverse, size = _known(n, season, walks)
    seen = inverse @ plain.z
    misfit = (seen**2).sum(1)
    log, guess = _likelihood(plain, prior, size, misfit)
    weight = np.exp(log - log.max())
    weight[weight < LEAST * weight.sum()] = 0
    chosen = rng.multinomial(count, weight / weight.sum())
    levels, variances = [], []
    for place in np.flatnonzero(chosen):
        story, many = place % len(told), int(chosen[place])
        variance = (
            np.ones(many) if guess is None or place >= len(told) else _variances(guess, misfit[story], n, many, rng)
        )
        mean, spread = _ahead(told[story], n, ahead, season, inverse[story], seen[story])
        moved = rng.standard_normal((many, ahead)) @ spread.T
        levels.append(mean + np.sqrt(variance)[:, None] * moved)
        variances.append(variance)
    return np.concatenate(levels), np.concatenate(variances)


Guess = tuple[float, float]
"""An inverse gamma: half the periods that a guess of the variance is worth, and the same times the guess."""


def _likelihood(plain: Plain, prior: Floats, size: Floats, misfit: Floats) -> tuple[Floats, Guess | None]:
    """The log weight of each story, its noise integrated out; counts also with chance as their only noise."""
    import numpy as np

    n = len(plain.z)
    worth, usual = (OF_COUNTS, MORE_THAN_CHANCE) if plain.noise is None else (OF_AMOUNTS, plain.noise)
    half, scale = worth / 2, worth / 2 * usual
    grown = half + (n - 1) / 2
    constant = math.lgamma(grown) - math.lgamma(half) + half * math.log(scale)
    log = prior - size / 2 - grown * np.log(scale + misfit / 2) + constant
    if plain.noise is None:
        by_chance = prior - size / 2 - misfit / 2 + math.log(BY_CHANCE)
        log = np.concatenate([log + math.log(1 - BY_CHANCE), by_chance])
    return log, (half, scale)


def _variances(guess: Guess, misfit: float, n: int, many: int, rng: Any) -> Floats:
    return 1 / rng.gamma(guess[0] + (n - 1) / 2, 1 / (guess[1] + misfit / 2), many)


@lru_cache(maxsize=8)
def _known(n: int, season: int, walks: bool) -> tuple[tuple[Story, ...], Floats, Floats, Floats]:
    """Every story of ``n`` periods, its log prior, the inverse of its Cholesky factor, its log determinant."""
    import numpy as np

    told, prior = zip(*_told(n, season, walks), strict=True)
    seen = np.array([_covariance(story, n, season) for story in told]) + np.eye(n)
    factor = np.linalg.cholesky(seen)
    size = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(1)
    return told, np.log(np.array(prior)), np.linalg.inv(factor), size


def _told(n: int, season: int, walks: bool) -> list[tuple[Story, float]]:
    seasons: Steps = SEASONS if season >= 2 else ((0.0, 1.0),)
    wander = [(walk, p * (more if walks else 1.0)) for (walk, p), more in zip(WALKS, WALKERS, strict=True)]
    total = sum(p for _, p in wander)
    found = [
        (Story(slope, walk, wave), ps * pw / total * pa * (1 - CHANGED))
        for (slope, ps), (walk, pw), (wave, pa) in product(SLOPES, wander, seasons)
    ]
    places = sorted({1 + round(k * (n - 2) / max(1, CHANGES - 1)) for k in range(CHANGES)})
    waves: Steps = ((0.0, 1 - seasons[2][1]), seasons[2]) if len(seasons) > 2 else seasons
    found += [
        (Story(changed=place, season=wave), CHANGED / len(places) * pa) for place, (wave, pa) in product(places, waves)
    ]
    return found


def _covariance(story: Story, length: int, season: int) -> Floats:
    """Between periods 0 to ``length`` - 1, without each one's own noise."""
    import numpy as np

    t = np.arange(length, dtype=float)
    return _between(story, t, t, length, season)


def _between(story: Story, one: Floats, other: Floats, n: int, season: int) -> Floats:
    import numpy as np

    found = np.full((len(one), len(other)), ANY_LEVEL)
    if story.slope:
        a, b = one - n / 2, other - n / 2
        found += story.slope**2 * (np.outer(a, b) + (BENDS / n) ** 2 * np.outer(a * a, b * b))
    if story.walk:
        found += story.walk * (np.minimum.outer(one, other) + 1)
    if story.season:
        apart = np.subtract.outer(one, other) * 2 * np.pi / season
        waves = WAVES[: max(1, season // 2)]
        found += story.season * sum(part * np.cos(k * apart) for k, part in enumerate(waves, start=1))
        if season <= 12:
            found += story.season * OWN_PLACE * (np.subtract.outer(one, other) % season == 0)
    if story.changed:
        found += JUMP * np.outer(one < story.changed, other < story.changed)
    return found


def _ahead(story: Story, n: int, ahead: int, season: int, inverse: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Mean of the coming levels, and a factor of their covariance, in units of the noise."""
    import numpy as np

    past, coming = np.arange(n, dtype=float), np.arange(n, n + ahead, dtype=float)
    known = _between(story, coming, past, n, season) @ inverse.T
    left = _between(story, coming, coming, n, season) - known @ known.T
    values, vectors = np.linalg.eigh(left)  # rounding may leave it a hair short of positive
    return known @ seen, vectors * np.sqrt(np.maximum(values, 0.0))
