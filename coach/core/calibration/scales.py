"""Scales on which a period's noise does not depend on its level, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

Kind = Literal["count", "amount"]


def of(y: Floats, kind: Kind) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """To the scale of a history ``y`` and back: twice the square root of a count, the cube root of an amount.

    On the first, chance in a count has variance 1 whatever its level; on the second one whale of a deal is no giant.
    """
    import numpy as np

    if kind == "count":
        return (lambda v: 2 * np.sqrt(v + 3 / 8)), (lambda v: np.maximum(0, (np.maximum(v, 0) / 2) ** 2 - 3 / 8))
    usual = float(np.median(y[y > 0])) if (y > 0).any() else 1.0
    return (lambda v: np.cbrt(v / usual)), (lambda v: usual * np.maximum(v, 0) ** 3)
