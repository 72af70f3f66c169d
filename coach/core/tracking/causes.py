"""Why a goal is off its pace: the gap, split between volume, rate, value and cycle.

A result is a product: of so many opportunities, this share was won, each worth that much; and a longer cycle leaves
more of them open on the day one looks. Each driver's part is its logarithmic mean share (LMDI-I; Ang, Energy Policy 32,
2004): the parts add up to the gap exactly, whatever the order they are taken in.
"""

import math
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from coach.core.model.base import Number, Value

Driver = Literal["volume", "rate", "value", "cycle"]
DRIVERS: tuple[Driver, ...] = ("volume", "rate", "value", "cycle")
NAMED_FROM = 0.5  # share of what was lost from which one driver is called the cause
SLIGHT = 0.08  # a gap of less than this share of what was expected has no cause worth naming: chance alone makes it

FUNNEL: Mapping[str, tuple[str | None, str | None, str | None]] = {
    "revenue": ("deals_closed", "closing_rate", "average_deal_size"),
    "upsell_revenue": ("deals_closed", "closing_rate", "average_deal_size"),
    "deals_won": ("deals_closed", "closing_rate", None),
    "new_customers": ("deals_closed", "closing_rate", None),
}
"""The KPIs that tell a metric's volume, rate and value; ``deals_closed`` is what a closing rate is counted of."""


class Drivers(Value):
    """What makes a result over some stretch of time; ``None`` is not known. ``rate`` is 0-1.

    ``volume`` came in, ``decided`` of it or of what came before was won or lost, ``rate`` of those was won.
    """

    volume: Number | None = Field(default=None, ge=0)
    decided: Number | None = Field(default=None, ge=0)
    rate: Number | None = Field(default=None, ge=0)
    value: Number | None = Field(default=None, ge=0)
    cycle_days: Number | None = Field(default=None, ge=0)


class Cause(Value):
    """One driver: as planned, as it is, and what the difference has brought or cost, in the goal's unit."""

    driver: Driver
    planned: Number
    actual: Number
    effect: Number


class Causes(Value):
    """The gap and its parts, the costliest first; ``main`` is None when no single driver makes most of the loss."""

    gap: Number
    parts: tuple[Cause, ...]
    unexplained: Number
    main: Driver | None = None


def split(expected: float, actual: float, planned: Drivers, seen: Drivers, *, days: int) -> Causes | None:
    """The gap ``actual - expected`` by driver; None when no driver is known on both sides.

    Args:
        expected: What the pace asked for by now.
        actual: What was reached.
        planned: The drivers that would have brought ``expected`` over these days.
        seen: The drivers as they were over the same days.
        days: Days from the start to the check-in.
    """
    factors = _factors(planned, seen, days)
    if not factors or expected <= 0:
        return None
    gap = actual - expected
    product = math.prod(now / then for _, then, now, _, _ in factors)
    mean = _logarithmic_mean(expected * product, expected)
    parts = [
        Cause(driver=driver, planned=shown_then, actual=shown_now, effect=mean * math.log(now / then))
        for driver, then, now, shown_then, shown_now in factors
    ]
    parts.sort(key=lambda part: part.effect)
    unexplained = gap - sum(part.effect for part in parts)
    return Causes(gap=gap, parts=tuple(parts), unexplained=unexplained, main=_main(gap, expected, parts, unexplained))


def _factors(planned: Drivers, seen: Drivers, days: int) -> list[tuple[Driver, float, float, float, float]]:
    """Driver, factor as planned, factor as it is, and both as they are shown."""
    found: list[tuple[Driver, float, float, float, float]] = []
    pairs: tuple[tuple[Driver, float | None, float | None], ...] = (
        ("volume", planned.volume, seen.volume),
        ("rate", planned.rate, seen.rate),
        ("value", planned.value, seen.value),
    )
    for driver, then, now in pairs:
        if then is not None and now is not None and then > 0:
            found.append((driver, then, max(now, 0.01 * then), then, now))
    slower = _slower(planned, seen, days)
    return found if slower is None else [*found, slower]


def _slower(planned: Drivers, seen: Drivers, days: int) -> tuple[Driver, float, float, float, float] | None:
    """The cycle's factor: how much of what came in has been decided; by the days it takes where nobody counted that."""
    then, now = planned.cycle_days, seen.cycle_days
    if seen.decided is not None and seen.volume:
        usual = (planned.decided / planned.volume) if planned.decided is not None and planned.volume else 1.0
        share = seen.decided / seen.volume
        if usual > 0:
            shown = (then, now) if then is not None and now is not None else (usual, share)
            return "cycle", usual, max(share, 0.01 * usual), *shown
    if then is None or now is None or days <= 0:
        return None
    return "cycle", 1.0, min(max(1 - (now - then) / days, 0.05), 2.0), then, now


def _logarithmic_mean(one: float, other: float) -> float:
    return one if math.isclose(one, other, rel_tol=1e-9) else (one - other) / math.log(one / other)


def _main(gap: float, expected: float, parts: list[Cause], unexplained: float) -> Driver | None:
    """The driver that makes most of what was lost; None for a slight gap, a surplus, or a loss of many causes."""
    if gap > -SLIGHT * expected or not parts:
        return None
    lost = sum(min(part.effect, 0.0) for part in parts) + min(unexplained, 0.0)
    return parts[0].driver if lost < 0 and parts[0].effect <= NAMED_FROM * lost else None


def planned(expected: float, usual: Drivers) -> Drivers:
    """The drivers that bring ``expected`` at the team's usual rate and value: the volume follows from them."""
    if usual.rate is None:
        return usual
    each = usual.rate * (usual.value if usual.value is not None else 1.0)
    return usual.model_copy(update={"volume": expected / each if each > 0 else None})
