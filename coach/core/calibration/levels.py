"""A score or a level measured again each period: NPS, pipeline value, average deal size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.core.calibration import forecast

if TYPE_CHECKING:
    from numpy.typing import NDArray


def draws(history: Sequence[float], ahead: int, *, bounded: bool, walks: bool = False) -> NDArray[Any]:
    """Possible levels at the end of the next ``ahead`` periods: an array (DRAWS,).

    Args:
        history: One level a period, oldest first; may be negative (NPS).
        ahead: Periods to look ahead.
        bounded: The level is a ratio: draws stay within 0-1.
        walks: It starts from where it was (a pipeline's value) instead of being measured anew (NPS).
    """
    import numpy as np

    y = np.asarray(history, dtype=float)
    offset = max(0.0, -float(y.min())) + max(1e-9, float(np.abs(y).max())) * 2  # far from zero, a cube root is a line
    drawn = forecast.draws(list(y + offset), "amount", ahead, walks=walks)[:, -1] - offset
    return np.clip(drawn, 0, 1) if bounded else drawn
