"""What the coming periods may hold if nothing changes: draws from a predictive distribution of a count or an amount.

No single method wins on sales series, so several simple ones forecast each past period from the ones before it, and share the
weight by how well they did (a prior favours the plain mean, since most series are short). What is then drawn carries the noise of
a period, the doubt about the level and the slope, and the drift that the past has shown.

Choice and figures: ``benchmarks/backtest.py`` (rolling origin, eight regimes). Plain historical quantiles promise 80 % and cover
51 % with four periods; these cover 75-85 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

Kind = Literal["count", "amount"]

FEWEST_PERIODS = 4
DRAWS = 4000
SEED = 7  # the same history always gives the same figures
TRUST = 0.8  # how fast weight moves to the method that forecast best
FADE = 0.96  # weight of an error one period older
ERRORS_CAPPED_AT = 3.0  # usual errors: one whale must not choose the method
SOME_ZEROS = 0.15  # share of empty periods from which "will there be any?" is its own question


@dataclass(frozen=True, slots=True)
class _Method:
    """One way to forecast: ``steps[i]`` is its forecast for the period after the i-th."""

    steps: Floats
    slope: float
    prior: float
    drift: float  # how much of a period's surprise it carries on: 0 for a mean, 1 for "as last time"


def draws(history: Sequence[float], kind: Kind, ahead: int, season: int = 0) -> Floats:
    """Possible values of the next ``ahead`` periods: an array (DRAWS, ahead), one possible future a row.

    Args:
        history: Complete periods, oldest first, none negative; at least FEWEST_PERIODS.
        kind: ``count`` gives whole numbers and no less than counting noise.
        ahead: Periods to look ahead, at least 1.
        season: Periods in a cycle (12 for months), used when the history shows one.

    Raises:
        ValueError: Fewer than FEWEST_PERIODS periods.
    """
    import numpy as np

    if len(history) < FEWEST_PERIODS:
        raise ValueError(f"{len(history)} past periods, at least {FEWEST_PERIODS} needed")
    y = np.asarray(history, dtype=float)
    rng = np.random.default_rng(SEED)
    empty = y <= 0
    if _is_intermittent(y, int(empty.sum()), kind):
        happens = rng.beta((~empty).sum() + 0.5, empty.sum() + 0.5, (DRAWS, 1))
        size = _continued(y[~empty], kind, ahead, 0, rng)
        return np.where(rng.random((DRAWS, ahead)) < happens, np.maximum(size, 1 if kind == "count" else 0), 0)
    return _continued(y, kind, ahead, season, rng)


def _is_intermittent(y: Floats, empty: int, kind: Kind) -> bool:
    """Whether there are more empty periods than the level of the others explains."""
    import numpy as np

    share = empty / len(y)
    expected = float(np.exp(-min(y.mean(), 50.0))) if kind == "count" else 0.0
    return empty >= 2 and len(y) - empty >= 2 and share >= SOME_ZEROS and share > 1.5 * expected + 0.05


def _continued(y: Floats, kind: Kind, ahead: int, season: int, rng: Any) -> Floats:
    import numpy as np

    n = len(y)
    spread_evenly, back = _scales(y, kind)
    z = spread_evenly(y)
    cycle, cost = seasonal(z, season)
    level = z - cycle[np.arange(n) % len(cycle)]
    weights, methods, errors, fading = _weighed(level)
    loc = sum(w * m.steps[-1] for w, m in zip(weights, methods, strict=True))
    slope = sum(w * m.slope for w, m in zip(weights, methods, strict=True))
    drift = sum(w * m.drift for w, m in zip(weights, methods, strict=True))
    seen = float(fading.sum())
    counting = 1.0 if kind == "count" else 1e-6  # a count is never surer than chance allows
    variance = max(_variance(level, errors, fading) * (1 + cost / max(1, n - cost)), counting * (1 + 1 / n))
    doubt = sum(w * (m.steps[-1] - loc) ** 2 for w, m in zip(weights, methods, strict=True))
    slope_doubt = sum(w * (m.slope - slope) ** 2 for w, m in zip(weights, methods, strict=True))
    level_variance = variance * min(0.45, 1.2 / n) + 0.6 * doubt
    noise = max(variance - level_variance, counting * 0.8)
    slope_spread = float(np.sqrt(slope_doubt + 6 * noise / n**3))
    freedom = max(3.0, seen + 1.0)
    tails = np.sqrt(freedom / rng.chisquare(freedom, (DRAWS, 1)))
    step = np.arange(ahead)
    levels = loc + np.sqrt(level_variance) * tails * rng.standard_normal((DRAWS, 1))
    levels = levels + (slope + slope_spread * rng.standard_normal((DRAWS, 1))) * step
    walk = np.sqrt(noise) * drift * 0.9 * np.cumsum(rng.standard_normal((DRAWS, ahead)), axis=1)
    chance = np.sqrt(noise) * tails * rng.standard_normal((DRAWS, ahead))
    drawn = back(levels + walk - walk[:, :1] + cycle[(n + step) % len(cycle)] + chance)
    return np.round(drawn) if kind == "count" else drawn


def _variance(level: Floats, errors: Floats, fading: Floats) -> float:
    """Variance of a one-period forecast: seen errors, steadied by the plain spread while they are few."""
    n = len(level)
    seen = float((errors**2 * fading).sum() / fading.sum())
    plain = (float(level.var(ddof=1)) if n > 1 else 1.0) * (1 + 1 / n)
    few = 2.0
    return (float(fading.sum()) * seen + few * min(plain, 2 * seen)) / (float(fading.sum()) + few)


def _scales(y: Floats, kind: Kind) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """To a scale on which a period's noise does not depend on its level, and back."""
    import numpy as np

    if kind == "count":
        return (lambda v: 2 * np.sqrt(v + 3 / 8)), (lambda v: np.maximum(0, (np.maximum(v, 0) / 2) ** 2 - 3 / 8))
    usual = float(np.median(y[y > 0])) if (y > 0).any() else 1.0
    return (lambda v: np.cbrt(v / usual)), (lambda v: usual * np.maximum(v, 0) ** 3)


def _weighed(level: Floats) -> tuple[Floats, list[_Method], Floats, Floats]:
    """The methods, their weights, the errors of their mixture on past periods, and how much each error still counts."""
    import numpy as np

    n = len(level)
    methods = _methods(level)
    steps = np.array([method.steps for method in methods])
    first = max(1, min(2, n - 2))
    errors = level[first:] - steps[:, first - 1 : n - 1]
    fading = FADE ** np.arange(errors.shape[1])[::-1]
    cap = ERRORS_CAPPED_AT * 1.4826 * float(np.median(np.abs(errors))) + 1e-9
    loss = (np.minimum(np.abs(errors), cap) ** 2 * fading).sum(1) / fading.sum() + 1e-9
    log = np.log([method.prior for method in methods]) - 0.5 * TRUST * fading.sum() * np.log(loss / loss.min())
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    return weights, methods, (weights[:, None] * errors).sum(0), fading


def _methods(level: Floats) -> list[_Method]:
    import numpy as np

    n = len(level)
    running = np.cumsum(level) / np.arange(1, n + 1)
    window = np.array([level[max(0, i - 5) : i + 1].mean() for i in range(n)])
    found = [_Method(running, 0.0, 0.30, 0.0), _Method(window, 0.0, 0.12, 0.3)]
    found += [
        _Method(_smoothed(level, gain), 0.0, prior, gain)
        for gain, prior in ((0.2, 0.14), (0.5, 0.10), (0.8, 0.06), (1.0, 0.03))
    ]
    return [*found, _line(level, n, 0.15, 1.0), _line(level, 10, 0.10, 0.95)]


def _smoothed(level: Floats, gain: float) -> Floats:
    import numpy as np

    steps = np.empty(len(level))
    at = level[0]
    for i, value in enumerate(level):
        at += max(gain, 1 / (i + 1)) * (value - at)
        steps[i] = at
    return steps


def _line(level: Floats, window: int, prior: float, damping: float) -> _Method:
    """A straight line through the last ``window`` periods, believed less while it rests on few."""
    import numpy as np

    steps, slope = np.empty(len(level)), 0.0
    for i in range(len(level)):
        part = level[max(0, i - window + 1) : i + 1]
        slope = _slope(part) * min(1.0, (len(part) - 2) / 6) if len(part) >= FEWEST_PERIODS else 0.0
        steps[i] = part.mean() + slope * ((len(part) - 1) / 2 + damping) if slope else part.mean()
    return _Method(steps, slope * damping, prior, 0.0)


def _slope(part: Floats) -> float:
    import numpy as np

    t = np.arange(len(part)) - (len(part) - 1) / 2
    return float((t * part).sum() / (t * t).sum())


def seasonal(z: Floats, season: int) -> tuple[Floats, int]:
    """The cycle that the history shows, one value a place in it (zeros when none), and how many periods it cost to see.

    Two cycles give an index, shrunk towards smooth curves as its noise demands; one cycle is believed only when a
    single wave explains it far beyond chance (F test, 1 %).
    """
    import numpy as np

    n = len(z)
    if season < 2 or n < season:
        return np.zeros(max(1, season)), 0
    if n < 2 * season:
        wave = _one_wave(z, season)
        return (np.zeros(season), 0) if wave is None else (wave, 2)
    rest = z - _trend(z, season)
    index = np.array([rest[place::season].mean() for place in range(season)])
    index -= index.mean()
    cycles = n / season
    within = sum(float(((rest[p::season] - rest[p::season].mean()) ** 2).sum()) for p in range(season)) / max(
        1, n - season
    )
    smooth = _waves(index, within / cycles, season)
    left = index - smooth
    return smooth + left * max(0.0, 1 - 1.5 * (within / cycles) / (float(left.var()) + 1e-12)), 3


def _waves(index: Floats, variance: float, season: int) -> Floats:
    import numpy as np

    turn = 2 * np.pi * np.arange(season) / season
    smooth = np.zeros(season)
    for k in range(1, min(3, season // 2 + 1)):
        a, b = 2 * float((index * np.sin(k * turn)).mean()), 2 * float((index * np.cos(k * turn)).mean())
        sure = max(0.0, 1 - (4 * variance / season) / ((a * a + b * b) / 2 + 1e-12))
        smooth += sure * (a * np.sin(k * turn) + b * np.cos(k * turn))
    return smooth


def _one_wave(z: Floats, season: int) -> Floats | None:
    import numpy as np

    n = len(z)
    t = np.arange(n)
    freedom = n - 4
    if freedom < 4:
        return None
    line = np.c_[np.ones(n), t - t.mean()]
    both = np.c_[line, np.sin(2 * np.pi * t / season), np.cos(2 * np.pi * t / season)]
    fit = np.linalg.lstsq(both, z, rcond=None)[0]
    with_wave = float(((z - both @ fit) ** 2).sum())
    without = float(((z - line @ np.linalg.lstsq(line, z, rcond=None)[0]) ** 2).sum())
    ratio = ((without - with_wave) / 2) / (with_wave / freedom + 1e-12)
    if (1 + 2 * ratio / freedom) ** (-freedom / 2) > 0.01:  # the F tail has this closed form for two parameters
        return None
    turn = 2 * np.pi * np.arange(season) / season
    return (fit[2] * np.sin(turn) + fit[3] * np.cos(turn)) * max(0.0, 1 - 1 / ratio)


def _trend(z: Floats, season: int) -> Floats:
    """A moving average over one cycle, carried straight on at both ends."""
    import numpy as np

    n = len(z)
    kernel = np.ones(season) / season
    if season % 2 == 0:
        kernel = np.r_[0.5, np.ones(season - 1), 0.5] / season
    middle = np.convolve(z, kernel, "valid")
    start = len(kernel) // 2
    slope = _slope(middle) if len(middle) > 3 else 0.0
    before = middle[0] - slope * np.arange(start, 0, -1)
    after = middle[-1] + slope * np.arange(1, n - start - len(middle) + 1)
    return np.r_[before, middle, after]
