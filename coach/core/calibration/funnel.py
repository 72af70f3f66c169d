"""The funnel backwards: from a target to deals, meetings and calls a person and week, by the team's own rates.

A rate seen as 4 out of 22 is anything from 7 to 39 %: the activity it asks for is therefore a range, never one figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from coach.core.calibration.forecast import DRAWS, SEED
from coach.core.model.kpi import KpiSeries

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


CHAIN: tuple[tuple[str, ...], ...] = (("new_customers", "deals_won"), ("qualified_meetings",), ("calls",))
"""From the deal back to the call: what each step counts, by any of its names."""

_SEEN = 12  # periods over which own rates are counted


def rates_of(known: Mapping[str, KpiSeries], metric: str) -> tuple[Rate, ...]:
    """The team's own rates from what ``metric`` counts back to the calls, over the periods that both series have.

    Args:
        known: Past figures by KPI.
        metric: What the goal counts; money is counted by its deals.
    """
    steps = [next((name for name in names if name in known), None) for names in CHAIN]
    start = next((n for n, names in enumerate(CHAIN) if metric in names), 0)
    chain = [name for name in steps[start:] if name is not None]
    if start < len(steps) and metric in known and metric in CHAIN[start]:
        chain = [metric, *[name for name in steps[start + 1 :] if name is not None]]
    made = []
    for wanted, from_ in pairwise(chain):
        came, out_of = _together(known[wanted], known[from_])
        if 0 < came <= out_of:
            made.append(Rate(from_, came, out_of))
    return tuple(made)


def deal_of(known: Mapping[str, KpiSeries], metric: str) -> DealSize | None:
    """What a deal brings, from amounts and numbers of the same periods; None without both."""
    number = next((name for name in CHAIN[0] if name in known), None)
    if number is None or metric not in known or len(known[metric].unit) != 3:
        return None
    amounts, deals = _values(known[metric]), _values(known[number])
    both = [(amounts[start], deals[start]) for start in sorted(amounts.keys() & deals.keys())][-_SEEN:]
    total, count = sum(a for a, _ in both), sum(n for _, n in both)
    if total <= 0 or count <= 0:
        return None
    mean = total / count
    apart = [(a - n * mean) ** 2 / n for a, n in both if n > 0]
    return DealSize(mean=mean, spread=(sum(apart) / max(1, len(apart) - 1)) ** 0.5, seen=int(count))


def _together(one: KpiSeries, other: KpiSeries) -> tuple[float, float]:
    first, second = _values(one), _values(other)
    both = sorted(first.keys() & second.keys())[-_SEEN:] if one.grain == other.grain else []
    return sum(first[start] for start in both), sum(second[start] for start in both)


def _values(series: KpiSeries) -> dict[date, float]:
    return {p.start: p.value for p in series.points if p.complete and p.value is not None}


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
