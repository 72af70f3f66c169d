"""What the coming periods may hold if nothing changes: draws from a predictive distribution of a count or an amount.

No single method wins on sales series, so several simple ones forecast each past period from the ones before it, and
share the weight by how well they did (a prior favours the plain mean, since most series are short). A possible future
follows one of them; it carries the noise of a period, the doubt about level and slope, and the drift that was seen.

Choice and figures: ``benchmarks/backtest.py``, shown in ``docs/calibration.md``.
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
COUNTS_ARE_SURER = 5.0  # periods that "a count varies as chance does" is worth
SLOPE_DOUBT = 12.0  # the variance of a fitted slope, in noise / n^3
SLOPES_TURN = 1.0  # doubt about a slope's going on, as a share of it
MOVES_TURN = 0.4  # what has moved may move on or back: share of that spread, a period
WALKS_GO_ON = 1.3  # moves that repeat themselves carry further than single ones
CHANCE_IN_COUNTS = 0.8  # least variance of 2 sqrt(count): 1 for many, less for a few
LEAST_FOR_WAVE = 8  # periods: four are spent on the wave and the line under it
WALKING = 12.0  # how much likelier "as last time" is for a level that walks
SOME_ZEROS = 0.15  # share of empty periods from which "will there be any?" is its own question


@dataclass(frozen=True, slots=True)
class _Method:
    """One way to forecast: ``steps[i]`` is its forecast for the period after the i-th."""

    steps: Floats
    slope: float
    prior: float
    drift: float  # how much of a period's surprise it carries on: 0 for a mean, 1 for "as last time"


def draws(history: Sequence[float], kind: Kind, ahead: int, season: int = 0, *, walks: bool = False) -> Floats:
    """Possible values of the next ``ahead`` periods: an array (DRAWS, ahead), one possible future a row.

    Args:
        history: Complete periods, oldest first, none negative; at least FEWEST_PERIODS.
        kind: ``count`` gives whole numbers and no less than counting noise.
        ahead: Periods to look ahead, at least 1.
        season: Periods in a cycle (12 for months), used when the history shows one.
        walks: The next level starts from the last one (a pipeline), where meetings start anew each period.

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
        happens = rng.beta((~empty).sum() + 1.0, empty.sum() + 1.0, (DRAWS, 1))
        size = _continued(y[~empty], kind, ahead, 0, walks, rng)
        return np.where(rng.random((DRAWS, ahead)) < happens, np.maximum(size, 1 if kind == "count" else 0), 0)
    return _continued(y, kind, ahead, season, walks, rng)


def _is_intermittent(y: Floats, empty: int, kind: Kind) -> bool:
    """Whether there are more empty periods than the level of the others explains."""
    import numpy as np

    share = empty / len(y)
    expected = float(np.exp(-min(y.mean(), 50.0))) if kind == "count" else 0.0
    enough = empty >= 2 or (empty == 1 and len(y) * expected < 0.05)
    return enough and len(y) - empty >= 2 and share >= SOME_ZEROS and share > 1.5 * expected + 0.05


def _continued(y: Floats, kind: Kind, ahead: int, season: int, walks: bool, rng: Any) -> Floats:
    import numpy as np

    n = len(y)
    spread_evenly, back = _scales(y, kind)
    z = spread_evenly(y)
    cycle, cost, doubt = seasonal(z, season)
    level = z - cycle[np.arange(n) % len(cycle)]
    weights, methods, errors, fading = _weighed(level, walks)
    counting = CHANCE_IN_COUNTS if kind == "count" else 1e-6  # a count is never surer than chance allows
    variance = max(_variance(level, errors, fading, kind) * (1 + cost / max(1, n - cost)), counting * (1 + 1 / n))
    at, slopes = np.array([m.steps[-1] for m in methods]), np.array([m.slope for m in methods])
    between = float((weights * (at - (weights * at).sum()) ** 2).sum())
    level_variance = variance * min(0.45, 1.1 / n)
    noise = max(variance - level_variance - 0.8 * between, counting * 0.8)
    freedom = max(3.0, float(fading.sum()) + 1.0 + (COUNTS_ARE_SURER if kind == "count" else 0.0))
    tails = np.sqrt(freedom / rng.chisquare(freedom, (DRAWS, 1)))
    chosen = rng.choice(len(methods), DRAWS, p=weights)  # a future follows one method: its level and slope go together
    step = np.arange(ahead)
    levels = at[chosen][:, None] + np.sqrt(level_variance) * tails * rng.standard_normal((DRAWS, 1))
    unsure = np.where(slopes[chosen] != 0, 1.0, 0.1)[:, None]
    moved = max(
        0.0, float(level[-18:].var(ddof=1)) - variance
    )  # what chance from one period to the next does not explain
    slope_spread = np.sqrt(
        SLOPE_DOUBT * unsure * noise / n**3 + (SLOPES_TURN * slopes[chosen][:, None]) ** 2 + MOVES_TURN**2 * moved
    )
    levels = levels + slopes[chosen][:, None] * step + slope_spread * rng.standard_normal((DRAWS, 1)) * (step + 0.3)
    drift = np.array([m.drift for m in methods])[chosen][:, None]
    walk = (
        (WALKS_GO_ON if walks else 1.0)
        * np.sqrt(noise)
        * drift
        * np.cumsum(rng.standard_normal((DRAWS, ahead)), axis=1)
    )
    chance = np.sqrt(noise) * tails * rng.standard_normal((DRAWS, ahead))
    cycles = cycle + rng.standard_normal((DRAWS, len(doubt))) @ doubt
    drawn = back(levels + walk - walk[:, :1] + cycles[:, (n + step) % len(cycle)] + chance)
    return np.round(drawn) if kind == "count" else drawn


def _variance(level: Floats, errors: Floats, fading: Floats, kind: Kind) -> float:
    """Variance of a one-period forecast: seen errors, while few steadied by the plain spread and by chance."""
    n = len(level)
    seen = float((errors**2 * fading).sum() / fading.sum())
    plain = (float(level.var(ddof=1)) if n > 1 else 1.0) * (1 + 1 / n)
    known, few, sure = float(fading.sum()), 2.0, COUNTS_ARE_SURER if kind == "count" else 0.0
    return (known * seen + few * min(plain, 2 * seen) + sure * (1 + 1 / n)) / (known + few + sure)


def _scales(y: Floats, kind: Kind) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """To a scale on which a period's noise does not depend on its level, and back."""
    import numpy as np

    if kind == "count":
        return (lambda v: 2 * np.sqrt(v + 3 / 8)), (lambda v: np.maximum(0, (np.maximum(v, 0) / 2) ** 2 - 3 / 8))
    usual = float(np.median(y[y > 0])) if (y > 0).any() else 1.0
    return (lambda v: np.cbrt(v / usual)), (lambda v: usual * np.maximum(v, 0) ** 3)


def _weighed(level: Floats, walks: bool) -> tuple[Floats, list[_Method], Floats, Floats]:
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
    priors = [method.prior * (WALKING if walks and method.drift >= 0.8 else 1.0) for method in methods]
    log = np.log(priors) - 0.5 * TRUST * fading.sum() * np.log(loss / loss.min())
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    return weights, methods, (weights[:, None] * errors).sum(0), fading


def _methods(level: Floats) -> list[_Method]:
    import numpy as np

    n = len(level)
    running = np.cumsum(level) / np.arange(1, n + 1)
    window = np.array([level[max(0, i - 5) : i + 1].mean() for i in range(n)])
    found = [_Method(running, 0.0, 0.60, 0.0), _Method(window, 0.0, 0.12, 0.3)]
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


def seasonal(z: Floats, season: int) -> tuple[Floats, int, Floats]:
    """The cycle that the history shows: a value a place in it, how many periods it cost to see, and the doubt about it.

    Two cycles give an index, shrunk towards smooth curves as its noise demands; below, a cycle is believed only when a
    single wave explains the history far beyond chance (F test, 1 %), and drawn with the doubt about it.
    The doubt is an array (k, season): each row, times a standard normal, moves the cycle. Zeros when no cycle is seen.
    """
    import numpy as np

    n = len(z)
    none = np.zeros((1, max(1, season)))
    if season < 2 or n < LEAST_FOR_WAVE:
        return none[0], 0, none
    if n < 2 * season:
        wave = _one_wave(z, season)
        return (none[0], 0, none) if wave is None else (wave[0], 2, wave[1])
    rest = z - _trend(z, season)
    index = np.array([rest[place::season].mean() for place in range(season)])
    index -= index.mean()
    cycles = n / season
    within = sum(float(((rest[p::season] - rest[p::season].mean()) ** 2).sum()) for p in range(season)) / max(
        1, n - season
    )
    smooth = _waves(index, within / cycles, season)
    left = index - smooth
    return smooth + left * max(0.0, 1 - 1.5 * (within / cycles) / (float(left.var()) + 1e-12)), 3, none


def shares_of_year(history: Sequence[float], kind: Kind, season: int) -> Floats | None:
    """What each place of the cycle usually holds, from that of the first period on; None when no cycle is seen."""
    import numpy as np

    y = np.asarray(history, dtype=float)
    spread_evenly, back = _scales(y, kind)
    z = spread_evenly(y)
    cycle, cost, _ = seasonal(z, season)
    return (
        back(float((z - cycle[np.arange(len(z)) % season]).mean()) + cycle) if cost and np.ptp(cycle) > 1e-6 else None
    )


def _waves(index: Floats, variance: float, season: int) -> Floats:
    import numpy as np

    turn = 2 * np.pi * np.arange(season) / season
    smooth = np.zeros(season)
    for k in range(1, min(3, season // 2 + 1)):
        a, b = 2 * float((index * np.sin(k * turn)).mean()), 2 * float((index * np.cos(k * turn)).mean())
        sure = max(0.0, 1 - (4 * variance / season) / ((a * a + b * b) / 2 + 1e-12))
        smooth += sure * (a * np.sin(k * turn) + b * np.cos(k * turn))
    return smooth


def _one_wave(z: Floats, season: int) -> tuple[Floats, Floats] | None:
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
    waves = np.array([np.sin(turn), np.cos(turn)])
    spread = np.linalg.cholesky(
        np.linalg.pinv(both.T @ both)[2:, 2:] * max(with_wave / freedom, 0.5) + 1e-9 * np.eye(2)
    )
    return fit[2:] @ waves * max(0.0, 1 - 1 / ratio), spread.T @ waves


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
