"""One thing to do about a goal: what needs it most, and why."""

import datetime as dt
from typing import Any, Literal

from coach.core.model.base import Value
from coach.core.tracking.causes import Causes
from coach.core.tracking.outlooks import Outlook
from coach.core.tracking.pace import Plan, Standing

Action = Literal[
    "close", "check_in", "volume", "rate", "value", "cycle", "faster", "lower_target", "later", "keep", "raise"
]
TOO_FAST = 1.6  # times the pace seen so far: beyond it, working harder is no plan


class Correction(Value):
    """One proposed action; worded at the edge from ``correction.<action>`` and ``params``."""

    action: Action
    params: dict[str, Any] = {}


def propose(plan: Plan, standing: Standing, outlook: Outlook | None, causes: Causes | None) -> Correction:
    """The one action that helps most: close what is over, look at what nobody looked at, then mend the cause."""
    if standing.status in ("missed", "reached") and (standing.due is None or standing.today > standing.due):
        return Correction(action="close")
    if standing.status == "reached":
        return Correction(action="close")
    if standing.status in ("stale", "waiting") or standing.actual is None:
        return Correction(action="check_in", params={"day": {"date": standing.next_check_in.isoformat()}})
    if standing.status == "on_track":
        return Correction(action="keep")
    return _mending(plan, standing, outlook, causes)


def _mending(plan: Plan, standing: Standing, outlook: Outlook | None, causes: Causes | None) -> Correction:
    if _out_of_reach(plan, standing) and outlook is not None:
        later = _date_reached(plan, standing)
        params: dict[str, Any] = {"middle": outlook.middle, "chance": outlook.chance}
        if later is not None:
            return Correction(action="later", params={**params, "day": {"date": later.isoformat()}})
        return Correction(action="lower_target", params=params)
    if causes is not None and causes.main is not None:
        part = causes.parts[0]
        return Correction(
            action=causes.main, params={"planned": part.planned, "actual": part.actual, "effect": part.effect}
        )
    return Correction(action="faster", params={"needed": standing.needed_per_week, "seen": _per_week(standing)})


def _per_week(standing: Standing) -> float | None:
    """What a week has brought so far."""
    if standing.actual is None or standing.checked_on is None or standing.base is None:
        return None
    days = (standing.checked_on - standing.start).days
    return (standing.actual - standing.base) / days * 7 if days > 0 else None


def _out_of_reach(plan: Plan, standing: Standing) -> bool:
    seen, needed = _per_week(standing), standing.needed_per_week
    if not plan.counter or plan.lower or plan.repeats is not None or seen is None or needed is None:
        return False
    return standing.status == "at_risk" and needed > TOO_FAST * max(seen, 0.0)


def _date_reached(plan: Plan, standing: Standing) -> dt.date | None:
    """The day the target is reached at the pace so far, when that is within half the goal's length after its end."""
    seen = _per_week(standing)
    if not seen or seen <= 0 or standing.actual is None or standing.checked_on is None or standing.due is None:
        return None
    days = (plan.target - standing.actual) / seen * 7
    if days > 10_000:
        return None
    day = standing.checked_on + dt.timedelta(days=round(days + 0.49))
    return day if standing.due < day <= standing.due + (standing.due - plan.start) / 2 else None
