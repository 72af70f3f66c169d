"""A person's short history, steadied by the team's: with few periods, chance looks like talent."""

from collections.abc import Sequence

from coach.core.model.kpi import KpiPoint

STEADIES = 1.0
"""Own periods that the team's mean is worth: what helps however much people differ (``docs/calibration.md``)."""

MOST = 3.0  # a person's level is not moved by more than this factor


def weight(periods: int) -> float:
    """How much a person's own mean counts beside the team's: none without history, half at STEADIES periods."""
    return periods / (periods + STEADIES)


def per_head(team: Sequence[KpiPoint], own: Sequence[KpiPoint], headcount: float) -> float | None:
    """The team's mean a person and period, over the person's own periods where the team has them, else over all.

    Args:
        team: The team's periods, the person's share included.
        own: The person's periods.
        headcount: People that made the team's figures; above zero.
    """
    starts = {point.start for point in own}
    known = [point.value for point in team if point.value is not None and point.complete]
    same = [point.value for point in team if point.value is not None and point.start in starts and point.complete]
    used = same or known
    return sum(used) / len(used) / headcount if used and headcount > 0 else None


def factor(own: Sequence[float], team_mean: float) -> float:
    """What a person's possible futures are multiplied by, so that their level leans towards ``team_mean``.

    A person who has nothing yet cannot be scaled: 1.
    """
    mean = sum(own) / len(own) if own else 0.0
    if mean <= 0:
        return 1.0
    part = weight(len(own))
    return min(MOST, max(1 / MOST, (part * mean + (1 - part) * team_mean) / mean))
