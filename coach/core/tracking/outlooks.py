"""How a goal may end if things go on as they do: a projection with its band, and the chance of reaching the target.

What a goal should be is believed at first, and what it does comes to weigh more with each share of the way: a poor first
week is not yet a failed quarter. Steps between check-ins tell how unsteady the way is; a count is never steadier than
chance allows. The alert rests on the chance, not on the pace: ``tests/core/test_outlooks.py`` measures both.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

from coach.core.model.base import Number, Value
from coach.core.tracking.pace import Plan, Point, share

ALERT_UNDER = 0.15  # chance of reaching the target below which a goal raises the alert
ALERT_FROM = 0.2  # share of the way before which nothing is said: too little has been seen
BAND = 0.8  # how much of what may come the band holds
_BELIEF = 0.3  # how far the pace may be from what was planned, as a share of the target: one standard deviation
_LEVEL_BELIEF = 0.6
_UNSTEADY = 0.2  # spread of an amount over the whole way, as a share of it, before its own steps tell
_PRIOR_STEPS = 3.0  # steps that this guess is worth


class Outlook(Value):
    """Where a goal may end. ``low`` and ``high`` hold four futures in five; ``chance`` is 0-1, kept within 0.01-0.99."""

    low: Number
    middle: Number
    high: Number
    chance: float
    alert: bool


def outlook(plan: Plan, points: Sequence[Point]) -> Outlook | None:
    """How the goal may end, from check-ins up to now; None without a base, an end, or a check-in on the way."""
    steps = _steps(plan, points)
    if not steps or plan.base is None or plan.repeats is not None or plan.target == plan.base:
        return None
    done, gone = sum(gain for gain, _ in steps), sum(part for _, part in steps)
    left = max(0.0, 1.0 - gone)
    middle, deviation = _ending(plan, steps, done, gone, left)
    ending = NormalDist(plan.base + middle, max(deviation, 1e-9 * max(1.0, abs(plan.target))))
    chance = _chance(plan, ending)
    low, high = ending.inv_cdf((1 - BAND) / 2), ending.inv_cdf((1 + BAND) / 2)
    if plan.counter:
        low, high = max(low, plan.base + done), max(high, plan.base + done)
    return Outlook(
        low=low,
        middle=max(ending.mean, plan.base + done) if plan.counter else ending.mean,
        high=high,
        chance=round(min(0.99, max(0.01, chance)), 2),
        alert=gone >= ALERT_FROM and chance < ALERT_UNDER,
    )


def _steps(plan: Plan, points: Sequence[Point]) -> list[tuple[float, float]]:
    """From one check-in to the next: what was gained, over which share of the way."""
    if plan.due is None or plan.base is None:
        return []
    found: list[tuple[float, float]] = []
    at, value = 0.0, plan.base
    latest = {point.day: point.value for point in points if plan.start < point.day <= plan.due}
    for day in sorted(latest):
        here = share(plan, day) or 0.0
        if here > at:
            found.append((latest[day] - value, here - at))
            at, value = here, latest[day]
    return found


def _ending(
    plan: Plan, steps: Sequence[tuple[float, float]], done: float, gone: float, left: float
) -> tuple[float, float]:
    """Mean and standard deviation of what will have been gained at the due date."""
    whole = plan.target - (plan.base or 0.0)
    belief = ((_BELIEF if plan.counter else _LEVEL_BELIEF) * whole) ** 2
    unsteady = _unsteadiness(plan, steps, done / gone, whole)
    weight = 1 / belief + gone / unsteady
    pace = (whole / belief + done / unsteady) / weight
    variance = left**2 / weight + unsteady * left
    return done + pace * left, math.sqrt(variance)


def _unsteadiness(plan: Plan, steps: Sequence[tuple[float, float]], pace: float, whole: float) -> float:
    """Variance of what the whole way brings, from the steps seen so far and a guess that they outweigh."""
    counts = plan.counter and abs(whole - round(whole)) < 1e-9 and abs(whole) < 1000
    guess = max(abs(whole), 1.0) if counts else (_UNSTEADY * whole) ** 2
    seen = sum((gain - pace * part) ** 2 / part for gain, part in steps)
    freedom = max(0, len(steps) - 1)
    found = (_PRIOR_STEPS * guess + seen) / (_PRIOR_STEPS + freedom)
    widened = (_PRIOR_STEPS + freedom + 2) / (_PRIOR_STEPS + freedom)  # few steps: the spread itself is in doubt
    return max(found * widened, 0.5 * abs(pace) if counts else 0.0, 1e-12)


def _chance(plan: Plan, ending: NormalDist) -> float:
    edge = 0.5 if plan.counter and ending.mean < 1000 and plan.target == round(plan.target) else 0.0
    if plan.lower:
        return ending.cdf(plan.target + (-edge if plan.strict else edge))
    return 1 - ending.cdf(plan.target + (edge if plan.strict else -edge))
