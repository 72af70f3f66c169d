"""Figures nobody can mean: below zero, above the whole, beyond counting, at odds with themselves."""

from collections.abc import Iterator
from typing import Any

from coach.core import kpis
from coach.core.model import Component
from coach.core.smart import asked
from coach.core.smart.rules import figure
from coach.core.smart.thresholds import Limits

Doubt = tuple[str, dict[str, Any]]
"""An outcome of ``measurable.plausible``, and the parameters of its message."""


def doubts(component: Component, limits: Limits) -> Iterator[Doubt]:
    """What is wrong with the target, gravest first; nothing when it can be meant."""
    if component.value is None:
        return
    top = max(component.value, component.value_max or component.value)
    yield from _too_large(component, top, limits)
    kpi = kpis.known(component.metric)
    if kpi is not None:
        yield from _off_the_scale(component, kpi, component.value, top)
    yield from _against_itself(component, kpi, component.value)


def _too_large(component: Component, top: float, limits: Limits) -> Iterator[Doubt]:
    most = limits["measurable.count_most" if component.unit == "count" else "measurable.money_most"]
    if component.unit not in ("%", "x") and abs(top) > most:
        yield "absurd", {}
    growth = asked.growth(component)
    if growth is not None and growth > limits["measurable.growth_most"]:
        yield "huge_growth", {}


def _off_the_scale(component: Component, kpi: kpis.Kpi, value: float, top: float) -> Iterator[Doubt]:
    """What the indicator itself cannot be. A change may be negative where less is wanted; a level of NPS too."""
    falling = component.direction in ("decrease", "maintain")
    level = component.change != "relative"
    if value < 0 and kpi.unit != "score" and not falling:
        yield "negative", {}
    if value == 0 and level and kpi.better == "higher" and kpi.unit != "score" and not falling:
        yield "zero", {}
    if kpi.unit == "score" and level and abs(top) > 100:
        yield "off_scale", {}
    if level is False and component.direction == "decrease" and kpi.better == "higher":
        yield "wrong_way", {}
    if component.unit != "%":
        return
    share = kpi.unit == "rate" or kpi.id == "margin"
    if top > 100 and (share if level else component.direction == "decrease"):
        yield "over_100", {}
    if value == 100 and level and kpi.unit == "rate" and kpi.better == "higher":
        yield "perfect", {}


def _against_itself(component: Component, kpi: kpis.Kpi | None, value: float) -> Iterator[Doubt]:
    base = component.baseline
    if component.change == "relative" and value == (1 if component.unit == "x" else 0):
        yield "no_change", {}
    if component.change != "from_to" or base is None:
        return
    if value == base and component.direction != "maintain":
        yield "no_change", {}
    said = {"increase": 1, "decrease": -1}.get(component.direction or "", 0)
    wanted = 0 if kpi is None else 1 if kpi.better == "higher" else -1
    if min((value - base) * said, (value - base) * wanted) < 0:
        yield "contradiction", {"from": figure(base, component.unit), "to": figure(value, component.unit)}
