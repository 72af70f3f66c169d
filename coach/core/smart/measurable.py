"""Measurable: a quantity bound to an indicator that somebody can count. Source: seed article, II.2."""

from collections.abc import Iterator
from typing import Any

from coach.core import kpis
from coach.core.model import Component, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import figure, found, label, quoted
from coach.core.smart.thresholds import Limits


def review(reading: Reading, limits: Limits, *, crm: str | None = None, currency: str = "EUR") -> tuple[Finding, ...]:
    """Findings on how progress will be counted.

    A change ("+20 %") cannot be followed until its starting point is known, so that is asked, without refusing the goal;
    a level ("25 %") stands on its own.

    Args:
        reading: What the text says.
        limits: The thresholds in force.
        crm: The connected CRM, when there is one.
        currency: ISO 4217 code proposed where an amount has none.
    """
    component = reading.first
    findings = [_target(reading, component)]
    if component.value is not None:
        findings += _unit(reading, component, currency)
        findings += _baseline(reading, component)
        findings += _plausible(reading, component, limits)
    if component.metric:
        findings.append(_countable(component.metric, crm))
    return tuple(findings)


def _target(reading: Reading, component: Component) -> Finding:
    if component.value is None:
        spans, evidence = quoted(reading, component, "value") if component.placeholder else ((), ())
        outcome = "placeholder" if component.placeholder else "fail"
        return found("measurable.target", outcome, spans=spans, evidence=evidence, asks_for="target")
    spans, evidence = quoted(reading, component, "value", "metric")
    if component.metric is None and component.object_kind != "definite":
        return found("measurable.target", "no_metric", spans=spans, evidence=evidence, asks_for="object")
    return found("measurable.target", "pass", spans=spans, evidence=evidence)


def _unit(reading: Reading, component: Component, currency: str) -> Iterator[Finding]:
    kpi = kpis.find(component.metric)
    if component.unit not in (None, "none") or component.value is None:
        return
    if kpi is not None and kpi.id != "other" and kpi.unit in ("count", "score"):
        return  # "20 meetings": the indicator is its own unit
    kind = kpi.unit if kpi is not None and kpi.id != "other" else None
    outcome = {"money": "currency", "rate": "percent"}.get(kind or "", "warn")
    proposed = {"currency": figure(component.value, currency), "percent": figure(component.value, "%")}.get(outcome)
    spans, evidence = quoted(reading, component, "value")
    params = {"proposed": proposed} if proposed else {}
    yield found("measurable.unit", outcome, spans=spans, evidence=evidence, asks_for="unit", **params)


def _baseline(reading: Reading, component: Component) -> Iterator[Finding]:
    if component.baseline is not None:
        spans, evidence = quoted(reading, component, "baseline")
        value = figure(component.baseline, component.unit)
        yield found("measurable.baseline", "pass", spans=spans, evidence=evidence, baseline=value)
    elif _needs_baseline(component):
        outcome = "period" if component.baseline_period else "warn"
        spans, evidence = quoted(reading, component, "baseline_period" if outcome == "period" else "value")
        yield found("measurable.baseline", outcome, spans=spans, evidence=evidence, asks_for="baseline")


def _needs_baseline(component: Component) -> bool:
    """A share of something, or a step on a level, starts from somewhere; "20 more customers" can be counted from zero."""
    if component.change != "relative":
        return False
    kpi = kpis.find(component.metric)
    return component.unit in ("%", "x", "points") or (kpi is not None and kpi.adds_up != "sum")


def _countable(metric: str, crm: str | None) -> Finding:
    kpi = kpis.find(metric)
    outcome = kpi.counted_by(crm) if kpi else "none"
    name = label(f"crm.{crm.casefold()}", crm) if crm else label("crm.any")
    return found("measurable.countable", outcome, evidence=(Evidence(kind="convention", ref=f"kpi.{metric}"),), crm=name)


def _plausible(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    for outcome, params in _doubts(component, limits):
        spans, evidence = quoted(reading, component, "baseline", "value")
        yield found("measurable.plausible", outcome, spans=spans, evidence=evidence, asks_for="target", **params)
        return  # the gravest doubt is enough: the same figure has to be looked at again


def _doubts(component: Component, limits: Limits) -> Iterator[tuple[str, dict[str, Any]]]:
    """What makes the figure one nobody can mean, gravest first."""
    kpi, value = kpis.find(component.metric), component.value or 0.0
    top = max(value, component.value_max or value)
    level = component.change != "relative"
    known = kpi is not None and kpi.id != "other"
    yield from _too_large(component, kpi, top, limits)
    if known and value < 0 and component.metric != "nps" and component.direction != "decrease":
        yield "negative", {}
    if known and level and value == 0 and kpi.better == "higher" and component.direction not in ("decrease", "maintain"):
        yield "zero", {}
    if known and level and component.metric == "nps" and abs(top) > 100:
        yield "off_scale", {}
    if component.unit == "%" and top > 100 and _is_share(component, kpi):
        yield "over_100", {}
    if known and level and component.unit == "%" and kpi.unit == "rate" and kpi.better == "higher" and value == 100:
        yield "perfect", {}
    yield from _against_itself(component, kpi, value)


def _too_large(
    component: Component, kpi: kpis.Kpi | None, top: float, limits: Limits
) -> Iterator[tuple[str, dict[str, Any]]]:
    counted = component.unit == "count"
    most = limits["measurable.count_most" if counted else "measurable.money_most"]
    if component.unit not in ("%", "x") and abs(top) > most:
        yield "absurd", {"most": figure(most, "none")}
    growth = asked.growth(component)
    if growth is not None and growth > limits["measurable.growth_most"]:
        yield "huge_growth", {}


def _is_share(component: Component, kpi: kpis.Kpi | None) -> bool:
    """Whether the figure is a share of a whole, which cannot pass 100 % (a margin over revenue is one; growth is not)."""
    if component.change == "relative":
        return component.direction == "decrease"
    return kpi is not None and (kpi.unit == "rate" or kpi.id == "margin")


def _against_itself(component: Component, kpi: kpis.Kpi | None, value: float) -> Iterator[tuple[str, dict[str, Any]]]:
    base = component.baseline
    if component.change == "from_to" and base is not None:
        said = {"increase": 1, "decrease": -1}.get(component.direction or "", 0)
        wanted = 0 if kpi is None or kpi.id == "other" else (1 if kpi.better == "higher" else -1)
        if value == base and component.direction != "maintain":
            yield "no_change", {}
        elif (value - base) * said < 0 or (value - base) * wanted < 0:
            yield "contradiction", {"from": figure(base, component.unit), "to": figure(value, component.unit)}
    elif component.change == "relative" and value == (1 if component.unit == "x" else 0):
        yield "no_change", {}
