"""Three targets on current form for a goal: one reached four times in five, one in two, one in five.

They are said in the goal's own terms (a total, a rhythm, a change) and rounded as people round; the chance told is
that of the rounded figure.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coach.core.calibration import judging, saying
from coach.core.model.calibration import Calibration
from coach.core.model.draft import Source, Variant
from coach.core.model.kpi import KpiSeries
from coach.core.model.reading import Component

CHANCES: dict[Variant, float] = {
    "prudent": saying.PRUDENT,
    "balanced": saying.BALANCED,
    "ambitious": saying.AMBITIOUS,
}
_SAME = 0.05  # chances that differ by less are one and the same target
_BESIDE = 2  # targets offered beside one's own
_BEYOND = 0.1  # a target less likely than this is no ambitious one: the ambitious one is offered beside it
_SHOWN = 36  # past periods that a figure's source shows


@dataclass(frozen=True, slots=True)
class Offer:
    """One target: ``value`` in the goal's terms and ``unit``, ``level`` over the horizon, its chance on current form."""

    variant: Variant
    value: float
    unit: str
    level: float
    chance: float
    plain: bool = False  # a total or a level, for a goal that asks for a change


def offers(goal: Component, found: Calibration) -> tuple[Offer, ...]:
    """The targets that differ once rounded, the likeliest first.

    A rise cannot say a level below the start: that is then told as the level it is.
    """
    made: dict[tuple[float, str], Offer] = {}
    for variant, chance in CHANCES.items():
        target = found.target(chance)
        offer = _offer(variant, goal, found, target)
        if offer is None and goal.change == "relative":
            offer = _offer(variant, as_level(goal, found.unit), found, target)
            offer = offer and replace(offer, plain=True)
        if offer is not None:
            made.setdefault((offer.value, offer.unit), offer)
    return tuple(made.values())


def _offer(variant: Variant, goal: Component, found: Calibration, target: float) -> Offer | None:
    value = judging.value_of(goal, found, target)
    unit = unit_of(goal, found)
    shown = rounded(value, unit) if value is not None else 0.0
    level = judging.level_of(goal.model_copy(update={"value": shown}), found) if shown > 0 else None
    return None if level is None else Offer(variant, shown, unit, level, found.chance(level))


def as_level(goal: Component, unit: str) -> Component:
    """A goal that asks for a change, as one that asks for a level in ``unit``."""
    told = {"change": "absolute", "unit": unit, "direction": "reach", "baseline": None, "baseline_unit": None}
    return goal.model_copy(update=told)


def unit_of(goal: Component, found: Calibration) -> str:
    """The unit in which a target of the goal is said: its own, or the history's."""
    if goal.unit not in (None, "none"):
        return goal.unit or found.unit
    return found.unit


def rounded(value: float, unit: str) -> float:
    """A target as people set one: whole things, half points, amounts to two digits and a half."""
    if unit == "count":
        return float(round(value))
    if unit in ("%", "points"):
        return round(value * 2) / 2 if abs(value) < 20 else float(round(value))
    if unit == "x" or abs(value) < 1:
        return round(value, 2)
    step = 10.0 ** max(0, math.floor(math.log10(abs(value))) - 1)
    return round(value / (step / 2)) * (step / 2)


def placed(goal: Component, found: Calibration) -> Offer | None:
    """The goal's own target among them; None when the history cannot place it."""
    level = judging.level_of(goal, found) if goal.value is not None else None
    if level is None:
        return None
    chance = found.chance(level, strict=goal.comparator in (">", "<"))
    return Offer(nearest(chance), float(goal.value or 0), unit_of(goal, found), level, chance)


def beside(own: Offer, others: Sequence[Offer]) -> tuple[Offer, ...]:
    """What is offered beside a target: the two others, or the two nearest when it is out of reach or all too sure."""
    different = sorted(
        (one for one in others if abs(one.chance - own.chance) > _SAME), key=lambda one: abs(one.chance - own.chance)
    )
    if len(different) > _BESIDE and own.chance >= _BEYOND:
        different = [one for one in different if one.variant != own.variant]
    return tuple(different[:_BESIDE])


def nearest(chance: float) -> Variant:
    """Which of the three a target of that chance is like."""
    return min(CHANCES, key=lambda variant: abs(CHANCES[variant] - chance))


def source_of(offer: Offer, found: Calibration) -> Source:
    """Where an offered figure comes from: the calibration, its chance, and the periods behind it."""
    return Source(
        kind="calibration",
        ref=ref_of(found),
        code="calibration.target",
        params={"chance": {"share": round(offer.chance, 2)}, **behind(found)},
    )


def base_source(base: judging.Base, found: Calibration) -> Source:
    """Where a baseline comes from that the history knows."""
    level = {"amount": base.value, "unit": base.unit}
    told = {
        "value": level,
        "since": {"date": base.stretch.start.isoformat()},
        "until": {"date": _last(base.stretch.end)},
    }
    code = "calibration.baseline_scaled" if base.scaled else "calibration.baseline"
    return Source(kind="calibration", ref=ref_of(found), code=code, params={**told, **behind(found)})


def ref_of(found: Calibration) -> str:
    """A name for one calibration: whose figures, of what, until when, for which stretch."""
    data = found.data_date or found.history[-1].end
    return f"calibration:{found.source}:{found.metric}:{data}:{found.start}:{found.end}"


def behind(found: Calibration) -> dict[str, object]:
    """What a source says of a calibration: its size, dates and origin as words, and its periods as data."""
    periods = [
        {"start": point.start.isoformat(), "end": point.end.isoformat(), "value": point.value}
        for point in found.history[-_SHOWN:]
    ]
    return {
        "n": found.periods,
        "periods_word": {"key": f"source.periods.{found.grain}"},
        "from": {"key": f"source.origin.{found.source}", "text": found.source},
        "day": {"date": (found.data_date or found.history[-1].end).isoformat()},
        "unit": found.unit,
        "periods": periods,
    }


def _last(end: dt.date) -> str:
    return (end - dt.timedelta(days=1)).isoformat()


def known(goal: Component, series: KpiSeries | None, today: dt.date) -> Calibration | None:
    """The calibration for the goal's own time, when the history allows one."""
    found = judging.of_goal(goal, series, today) if series is not None else None
    return found if isinstance(found, Calibration) else None
