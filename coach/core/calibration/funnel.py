"""The funnel backwards: from a target to deals, meetings and calls a person and week, by the team's own rates.

A rate seen as 4 out of 22 is anything from 7 to 39 %: the activity it asks for is therefore a range, never one figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coach.core.calibration.forecast import DRAWS, SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Rate:
    """Of ``out_of`` things ``metric``, ``came`` led to one of the step before ("of 60 meetings, 12 made a deal")."""

    metric: str
    came: float
    out_of: float


@dataclass(frozen=True, slots=True)
class DealSize:
    """What a deal brings: mean, spread (standard deviation) and number of deals seen, in the target's currency."""

    mean: float
    spread: float
    seen: int


@dataclass(frozen=True, slots=True)
class Step:
    """What the target asks of one activity over the horizon, and a person a week.

    ``likely`` is enough one time in two, ``safe`` four times in five, ``low`` one time in five.
    """

    metric: str
    low: float
    likely: float
    safe: float
    person_week: float
    person_week_safe: float


def backwards(
    target: float,
    rates: Sequence[Rate],
    *,
    people: float,
    weeks: float,
    deal: DealSize | None = None,
    metric: str = "deals_won",
) -> tuple[Step, ...]:
    """The steps that lead to ``target``, nearest first.

    Args:
        target: Deals, or an amount when ``deal`` says what one brings.
        rates: From the deal back to the call, each by the team's own count.
        people: Full-time equivalents who do the work; above zero.
        weeks: Worked weeks of the horizon; above zero.
        deal: What a deal brings, for a target in money.
        metric: What the target counts, or what its deals are.

    Raises:
        ValueError: No people, no weeks, a target that is no figure above zero, or a rate of more than all.
    """
    import numpy as np

    if people <= 0 or weeks <= 0 or target <= 0:
        raise ValueError("a target, people and weeks above zero are needed")
    rng = np.random.default_rng(SEED)
    needed = np.full(DRAWS, float(target)) if deal is None else target / _sizes(deal, rng)
    steps = [_step(metric, needed, people * weeks)]
    for rate in rates:
        if not 0 <= rate.came <= rate.out_of or rate.out_of <= 0:
            raise ValueError(f"{rate.came:g} out of {rate.out_of:g} is no rate")
        needed = needed / rng.beta(rate.came + 0.5, rate.out_of - rate.came + 0.5, DRAWS)
        steps.append(_step(rate.metric, needed, people * weeks))
    return tuple(steps)


def _sizes(deal: DealSize, rng: Any) -> Floats:
    """Possible mean values of a deal: lognormal, since none is negative and a few are large."""
    import numpy as np

    if deal.mean <= 0 or deal.seen < 1:
        raise ValueError("a deal's mean value and how many were seen are needed")
    of_mean = (deal.spread / deal.mean) ** 2 / deal.seen
    wide = np.sqrt(np.log1p(of_mean))
    return deal.mean * np.exp(wide * rng.standard_normal(DRAWS) - wide**2 / 2)


def _step(metric: str, needed: Floats, person_weeks: float) -> Step:
    import numpy as np

    low, likely, safe = (float(value) for value in np.quantile(needed, [0.2, 0.5, 0.8]))
    return Step(metric, low, likely, safe, likely / person_weeks, safe / person_weeks)
