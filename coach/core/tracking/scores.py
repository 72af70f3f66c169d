"""The end of a goal: each of its targets scored, and what the next one could be."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from coach.core.model.base import Number, Value
from coach.core.tracking.pace import Plan, Point, standing


class Score(Value):
    """How one target ended: ``actual`` is the last figure known by its due date, ``attainment`` a share (0-1)."""

    which: Literal["adopted", "adjusted"]
    target: Number
    due: dt.date | None
    actual: Number | None
    attainment: float | None
    reached: bool


class Part(Value):
    """One person's share of a goal."""

    name: str
    target: Number


def score(plan: Plan, points: Sequence[Point], *, which: Literal["adopted", "adjusted"], today: dt.date) -> Score:
    """The plan's end, on its due date or today when that comes first."""
    day = min(plan.due, today) if plan.due else today
    end = standing(plan, points, today=day)
    return Score(
        which=which,
        target=plan.target,
        due=plan.due,
        actual=end.actual,
        attainment=end.attainment,
        reached=_reached(plan, end.actual),
    )


def _reached(plan: Plan, actual: float | None) -> bool:
    if actual is None:
        return False
    if actual == plan.target:
        return not plan.strict
    return (actual < plan.target) == plan.lower


def missing(parts: Sequence[Part], target: float) -> float:
    """What the parts lack to make the target: 0 when they add up to it, negative when they exceed it."""
    rest = target - sum(part.target for part in parts)
    return 0.0 if abs(rest) <= 1e-6 * max(1.0, abs(target)) else rest


def following(plan: Plan, points: Sequence[Point], *, today: dt.date) -> tuple[float, dt.date] | None:
    """A level and a due date for the next goal: what was just reached, over as long again; None when nothing was.

    Not more: a target that is raised after each success teaches people to hide what they can do (the ratchet).
    """
    end = standing(plan, points, today=min(plan.due, today) if plan.due else today)
    if end.actual is None or plan.due is None or end.actual <= 0:
        return None
    return end.actual, max(today, plan.due) + max(plan.due - plan.start, dt.timedelta(days=7))
