"""Simulated goals, for measuring: their check-ins come from a process whose truth is known."""

import calendar
import datetime as dt
import math
import random
from dataclasses import dataclass

from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.core.tracking import Drivers, Plan, Point, Season

START, DUE = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
RETAIL = (0.7, 0.75, 0.9, 0.95, 1.0, 1.0, 0.6, 0.45, 1.1, 1.3, 1.45, 1.8)
FLAT = (1.0,) * 12


def poisson(rng: random.Random, mean: float) -> int:
    """A count of that mean; the sum of two halves when it is large (Knuth's product underflows)."""
    if mean > 300:
        return poisson(rng, mean / 2) + poisson(rng, mean / 2)
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def history(months: int, weights, *, level: float, rng: random.Random, growth: float = 0.0) -> KpiSeries:
    """Monthly counts up to the end of 2025."""
    points = []
    for back in range(months, 0, -1):
        at = 2025 * 12 + 12 - back
        start = dt.date(at // 12, at % 12 + 1, 1)
        end = dt.date((at + 1) // 12, (at + 1) % 12 + 1, 1)
        mean = level * weights[start.month - 1] * (end - start).days / 30.4 * (1 + growth) ** (-back / 12)
        points.append(KpiPoint(start=start, end=end, value=poisson(rng, mean), complete=True))
    return KpiSeries(metric="deals_won", unit="count", grain="month", points=tuple(points), source="hubspot")


@dataclass
class Year:
    """A year's goal as it went: every month's check-in, and whether it was reached."""

    plan: Plan
    points: list[Point]
    reached: bool


def year(rng: random.Random, weights, *, season: Season | None = None, target: int | None = None) -> Year:
    """A goal whose team is somewhat better or worse than the target asks, followed monthly."""
    target = target or rng.choice([12, 24, 40, 80, 150])
    truth = target * rng.lognormvariate(0.03, 0.22)
    total, points = 0, []
    for month in range(1, 13):
        total += poisson(rng, truth * weights[month - 1] / sum(weights))
        day = dt.date(2026, month, calendar.monthrange(2026, month)[1])
        points.append(Point(day=day, value=total))
    plan = Plan(base=0, target=target, start=START, due=DUE, season=season)
    return Year(plan, points, total >= target)


@dataclass
class Funnel:
    """A quarter of deals: when each came in, how long it took, whether it was won, what it brought."""

    planned: Drivers
    seen: Drivers
    expected: float
    actual: float


def funnel(rng: random.Random, planted: str | None, *, days: int = 90, loss: float = 0.45, leads: int = 260) -> Funnel:
    """Deals one by one over a year, of which the last ``days`` are the goal's; one driver may have gone bad there."""
    usual = {"rate": 0.25, "value": 8000.0, "cycle": 45.0, "volume": leads / days}
    now = dict(usual)
    if planted == "cycle":
        now["cycle"] *= 1 + 2 * loss
    elif planted:
        now[planted] *= 1 - loss
    closed: list[tuple[float, float, bool, float]] = []
    came = 0
    for day in range(-250, days):
        at = now if day >= 0 else usual
        for _ in range(poisson(rng, at["volume"])):
            came += day >= 0
            length = rng.lognormvariate(math.log(at["cycle"]) - 0.08, 0.4)
            bad = now if day + length >= 0 else usual  # a worse rate or price shows in what is decided now
            won = rng.random() < bad["rate"]
            closed.append((day + length, length, won, rng.lognormvariate(math.log(bad["value"]) - 0.125, 0.5)))
    inside = [deal for deal in closed if 0 <= deal[0] < days]
    wins = [deal for deal in inside if deal[2]]
    return Funnel(
        planned=Drivers(volume=leads, rate=usual["rate"], value=usual["value"]),
        seen=Drivers(
            volume=came,
            decided=len(inside),
            rate=len(wins) / max(1, len(inside)),
            value=sum(deal[3] for deal in wins) / max(1, len(wins)),
        ),
        expected=leads * usual["rate"] * usual["value"],
        actual=sum(deal[3] for deal in wins),
    )
