"""What the coming periods may hold if nothing changes: draws from a predictive distribution of a count or an amount.

A history may be flat, grow, have a season, wander, or have changed level once, and a short one cannot tell which. Each
of these stories, in several strengths, is a Gaussian process; each is weighed by how likely it makes what was seen, by
Bayes' rule, so that a season that has not come round yet widens the range as far as it is plausible. A possible future
follows one story: its level, what may still move, and the noise of each period, chance in a count included.

Choice and figures: ``benchmarks/backtest.py``, shown in ``docs/calibration.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.core.calibration import scales, stories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

FEWEST_PERIODS = 4
LONGEST_SEEN = 96  # periods: what is older says little of today
DRAWS = 4000
SEED = 7  # the same history always gives the same figures
FADE = 0.96  # weight of a case one period older, for rates
SOME_ZEROS = 0.15  # share of empty periods from which "will there be any?" is its own question
WHALE = 4.0  # usual deviations from its neighbours' middle beyond which a period is drawn apart
WHALES_FROM = 6  # periods from which a whale can be told
NEVER_SEEN = 10.0  # periods without a whale that the doubt about one is worth


def draws(history: Sequence[float], kind: scales.Kind, ahead: int, season: int = 0, *, walks: bool = False) -> Floats:
    """Possible values of the next ``ahead`` periods: an array (DRAWS, ahead), one possible future a row.

    Args:
        history: Complete periods, oldest first, none negative; at least FEWEST_PERIODS.
        kind: ``count`` gives whole numbers and no less than counting noise.
        ahead: Periods to look ahead, at least 1.
        season: Periods in a cycle (12 for months); 0 where there can be none.
        walks: The next level starts from the last one (a pipeline), where meetings start anew each period.

    Raises:
        ValueError: Fewer than FEWEST_PERIODS periods.
    """
    import numpy as np

    if len(history) < FEWEST_PERIODS:
        raise ValueError(f"{len(history)} past periods, at least {FEWEST_PERIODS} needed")
    y = np.asarray(history, dtype=float)[-LONGEST_SEEN:]
    rng = np.random.default_rng(SEED)
    empty = y <= 0
    if _is_intermittent(y, int(empty.sum()), kind):
        happens = rng.beta((~empty).sum() + 1.0, empty.sum() + 1.0, (DRAWS, 1))
        size = _continued(y[~empty], kind, ahead, 0, walks, rng)
        return np.where(rng.random((DRAWS, ahead)) < happens, np.maximum(size, 1 if kind == "count" else 0), 0)
    return _continued(y, kind, ahead, season, walks, rng)


def _is_intermittent(y: Floats, empty: int, kind: scales.Kind) -> bool:
    """Whether there are more empty periods than the level of the others explains."""
    import numpy as np

    share = empty / len(y)
    expected = float(np.exp(-min(y.mean(), 50.0))) if kind == "count" else 0.0
    enough = empty >= 2 or (empty == 1 and len(y) * expected < 0.05)
    return enough and len(y) - empty >= 2 and share >= SOME_ZEROS and share > 1.5 * expected + 0.05


def _continued(y: Floats, kind: scales.Kind, ahead: int, season: int, walks: bool, rng: Any) -> Floats:
    """The stories of the history continued, and the noise of each period on top."""
    import numpy as np

    spread_evenly, back = scales.of(y, kind)
    z = spread_evenly(y)
    noise = _noise(z, kind)
    whales = _whales(z, noise) if len(z) >= WHALES_FROM else np.zeros(len(z))
    middle = float((z - whales).mean())
    plain = stories.Plain(z - whales - middle, None if kind == "count" else noise)
    level, variance = stories.continued(plain, ahead, season, walks, DRAWS, rng)
    level = level + middle
    if kind == "count":
        drawn = _counted(level, variance, rng)
        return drawn if not whales.any() else np.round(back(_with_whales(spread_evenly(drawn), whales, rng)))
    drawn = level + np.sqrt(variance)[:, None] * rng.standard_normal(level.shape)
    return back(_with_whales(drawn, whales, rng) if whales.any() else drawn)


def _counted(level: Floats, variance: Floats, rng: Any) -> Floats:
    """Counts of a level on the square-root scale: chance has variance 1 there, the rest is the level's own."""
    import numpy as np

    own = np.sqrt(np.maximum(0.0, variance - 1))[:, None] * rng.standard_normal(level.shape)
    expected = np.maximum(0.0, (np.maximum(level + own, 0) / 2) ** 2 - 1 / 8)
    return rng.poisson(np.minimum(expected, 1e12)).astype(float)


def _noise(z: Floats, kind: scales.Kind) -> float:
    """A first guess of a period's variance: 1 for a count; for an amount, between what spread and steps tell."""
    import numpy as np

    if kind == "count":
        return 1.0
    spread = 1.4826 * float(np.median(np.abs(z - np.median(z)))) if len(z) >= WHALES_FROM else float(z.std(ddof=1))
    steps = np.diff(z)
    rough = 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / np.sqrt(2) if len(z) > 4 else spread
    return max(spread * min(spread, rough), 1e-8)


def _whales(z: Floats, noise: float) -> Floats:
    """What stands out of each period beyond its neighbours' middle: such a deal must not pass for a level."""
    import numpy as np

    around = np.array([np.median(z[max(0, i - 4) : i + 5]) for i in range(len(z))])
    apart = z - around
    usual = max(np.sqrt(noise), 1.4826 * float(np.median(np.abs(apart))))
    out = np.abs(apart) > WHALE * usual
    return np.where(out, apart - np.sign(apart) * 2 * usual, 0.0)


def _with_whales(drawn: Floats, whales: Floats, rng: Any) -> Floats:
    """The draws with a whale now and then, as often and as large as they were seen."""
    import numpy as np

    seen = whales[whales != 0]
    often = rng.beta(len(seen) + 0.2, len(whales) - len(seen) + NEVER_SEEN, (len(drawn), 1))
    return np.where(rng.random(drawn.shape) < often, np.maximum(0, drawn + rng.choice(seen, drawn.shape)), drawn)
