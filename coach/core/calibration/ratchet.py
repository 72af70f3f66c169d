"""The ratchet: targets raised more after a beat than lowered after a miss, which teaches a team not to beat them.

Source: Weitzman, The ratchet principle and performance incentives (1980); Leone and Rock (2002), who measure it as the
share of a surplus, and of a shortfall, that the next target takes over.
"""

from __future__ import annotations

from collections.abc import Sequence

from coach.core.model.calibration import Ratchet
from coach.core.model.kpi import KpiPoint

FEWEST = 5  # targets that followed a result
APART = 0.03  # a result this near its target is neither beat nor miss
STEADY = 1e-4  # keeps the fit from running away on a few results alike


def of(points: Sequence[KpiPoint], asked: float | None = None) -> Ratchet | None:
    """What the targets took over of each result; None without enough targets, or without both beats and misses.

    Args:
        points: Periods with their ``target`` and value, oldest first; those without one are passed over.
        asked: The target that is asked now, for one such period.

    A common drift (a plan that grows) is taken off; ``doubt`` says how far chance alone could tell beats from misses.
    """
    import numpy as np

    known = [(p.target, p.value) for p in points if p.target and p.target > 0 and p.value is not None]
    targets = [target for target, _ in known] + ([asked] if asked else [])
    if len(targets) < FEWEST + 1:
        return None
    before = np.array(targets[:-1])
    results = np.array([value for _, value in known][: len(before)])
    surplus, moved = (results - before) / before, np.array(targets[1:]) / before - 1
    beats, misses = np.maximum(surplus, 0.0), np.minimum(surplus, 0.0)
    if not (beats > APART).any() or not (misses < -APART).any():
        return None
    told = np.c_[np.ones(len(surplus)), beats, misses]
    inner = told.T @ told + np.diag([0.0, STEADY, STEADY])
    fit = np.linalg.solve(inner, told.T @ moved)
    left = moved - told @ fit
    spread = float(left @ left) / max(1, len(left) - 3) * np.linalg.inv(inner)
    apart = np.array([0.0, 1.0, -1.0])
    return Ratchet(
        raised=float(fit[1]),
        lowered=float(fit[2]),
        doubt=float(np.sqrt(max(0.0, apart @ spread @ apart))),
        beats=int((beats > APART).sum()),
        misses=int((misses < -APART).sum()),
    )
