"""A closing rate, a renewal rate: how many out of how many, with the doubt that few events leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.core.calibration.forecast import DRAWS, FADE, SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_EVENTS = 20
"""Below, a rate is not calibrated: 4 won out of 22 is anything from 7 to 39 %."""

_MOST_KNOWN = 400.0  # events a belief may weigh: older ones tell less about today


def draws(periods: Sequence[tuple[float, float]], ahead: float) -> NDArray[Any]:
    """Possible rates (0-1) over the next ``ahead`` periods: an array (DRAWS,).

    Args:
        periods: (numerator, denominator) of each complete period, oldest first.
        ahead: Periods the rate is taken over; more events make it steadier.

    The belief is a beta; its weight falls where periods differ more than chance allows.
    """
    import numpy as np

    won = np.array([pair[0] for pair in periods])
    out_of = np.array([pair[1] for pair in periods])
    fading = FADE ** np.arange(len(periods))[::-1]
    rate = float((won * fading).sum() / max(1e-12, (out_of * fading).sum()))
    rate = min(max(rate, 1e-3), 1 - 1e-3)
    between = _between(won, out_of, rate)
    known = min(_MOST_KNOWN, float((out_of * fading).sum()))
    each = float(out_of[-6:].mean())
    rng = np.random.default_rng(SEED)
    level = rng.beta(rate * known + 0.5, (1 - rate) * known + 0.5, DRAWS)
    if between > 0:
        most = rate * (1 - rate) * 0.9
        weight = max(2.0, rate * (1 - rate) / min(between, most) - 1)
        periods_ahead = max(1, round(ahead))
        level = rng.beta(
            np.repeat(level[:, None] * weight, periods_ahead, 1) + 1e-3, (1 - level)[:, None] * weight + 1e-3
        ).mean(1)
    trials = max(1, round(each * ahead))
    return rng.binomial(trials, np.clip(level, 0, 1)) / trials


def _between(won: NDArray[Any], out_of: NDArray[Any], rate: float) -> float:
    """Variance of the true rate between periods, beyond what chance explains; 0 when none is seen."""
    seen = out_of > 0
    if seen.sum() < 3:
        return 0.0
    of = out_of[seen]
    spread = float((of * (won[seen] / of - rate) ** 2).sum())
    freedom = int(seen.sum()) - 1
    scale = float(of.sum() - (of**2).sum() / of.sum())
    return max(0.0, (spread - freedom * rate * (1 - rate)) / max(scale, 1e-12))
