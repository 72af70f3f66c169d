"""The cycle that a history shows: what each month of the year usually holds beside the others.

Used where one figure a place is wanted (pace by season); a forecast weighs the doubt about a season by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.core.calibration import scales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

LEAST_FOR_WAVE = 8
"""Periods below which no cycle is looked for: four are spent on the wave and the line under it."""


def shares_of_year(history: Sequence[float], kind: scales.Kind, season: int) -> Floats | None:
    """What each place of the cycle usually holds, from that of the first period on; None when no cycle is seen."""
    import numpy as np

    y = np.asarray(history, dtype=float)
    spread_evenly, back = scales.of(y, kind)
    z = spread_evenly(y)
    cycle, cost, _ = seasonal(z, season)
    return (
        back(float((z - cycle[np.arange(len(z)) % season]).mean()) + cycle) if cost and np.ptp(cycle) > 1e-6 else None
    )


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


def _slope(part: Floats) -> float:
    import numpy as np

    t = np.arange(len(part)) - (len(part) - 1) / 2
    return float((t * part).sum() / (t * t).sum())
