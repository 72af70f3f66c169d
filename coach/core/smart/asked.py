"""What a goal asks for, in comparable terms: growth, horizon, load per week."""

from datetime import date
from typing import Literal

from coach.core import kpis
from coach.core.model import Component
from coach.core.smart.thresholds import Limits

Horizon = Literal["short", "medium", "long"]

_PER_WEEK = {"day": 5.0, "week": 1.0, "month": 12 / 52, "quarter": 4 / 52, "year": 1 / 52}
"""Working days in a week; weeks, months and quarters in a year."""

YEAR_DAYS = 365.25


def horizon_days(component: Component, today: date) -> int | None:
    """Days from the start (or ``today``, when later) to the due date; None without one, or when it is past."""
    if component.deadline is None:
        return None
    start = max(component.start, today) if component.start else today
    days = (component.deadline - start).days
    return days if days >= 0 else None


def horizon(component: Component, today: date, limits: Limits) -> Horizon | None:
    """Short (a month), medium (up to two quarters) or long. Source: seed article, II.5."""
    days = horizon_days(component, today)
    if days is None:
        return None
    if days <= limits["time_bound.short_days"]:
        return "short"
    return "medium" if days <= limits["time_bound.medium_days"] else "long"


def growth(component: Component) -> float | None:
    """The change asked, as a ratio of the starting level (0.2 is +20 %); None when the text does not tell.

    For an indicator that is itself a percentage, "+20 %" is a relative change too. Points are not.
    """
    value = component.value
    if value is None:
        return None
    if component.change == "from_to" and component.baseline:
        return value / component.baseline - 1
    if component.change != "relative" or component.unit not in ("%", "x"):
        return None
    ratio = value / 100 if component.unit == "%" else value - 1
    return -abs(ratio) if component.direction == "decrease" else ratio


def volume(component: Component) -> float | None:
    """How many to produce: the value of a count, or the gap between both ends; None for shares and rates."""
    if component.value is None or component.unit not in ("count", "none", None):
        return None
    if component.change == "from_to" and component.baseline is not None:
        return max(0.0, component.value - component.baseline)
    return component.value


def per_week(component: Component, today: date) -> float | None:
    """The volume asked for each week, for the whole team; None without a volume, or without a rhythm or a horizon."""
    total = volume(component)
    if total is None:
        return None
    if component.cadence:
        return total * _PER_WEEK[component.cadence]
    days = horizon_days(component, today)
    return None if days is None else total / max(days, 1) * 7


def is_count(component: Component) -> bool:
    """Whether the indicator counts things (calls, meetings, customers)."""
    kpi = kpis.find(component.metric)
    return kpi is not None and kpi.unit == "count"
