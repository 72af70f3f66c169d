"""Measurable: a quantity bound to an indicator that somebody can count. Source: seed article, II.2."""

from collections.abc import Iterator

from coach.core import kpis
from coach.core.model import Component, Evidence, Finding, Reading
from coach.core.smart.plausible import doubts
from coach.core.smart.rules import figure, found, label, quoted
from coach.core.smart.thresholds import Limits


def review(reading: Reading, limits: Limits, *, crm: str | None = None, currency: str = "EUR") -> tuple[Finding, ...]:
    """Findings on how progress will be counted.

    A change ("+20 %") cannot be followed until its starting point is known, so that is asked without refusing the
    goal; a level ("25 %") stands on its own.

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
        words = quoted(reading, component, "value")
        outcome = "placeholder" if component.placeholder else "fail"
        return found("measurable.target", outcome, words, asks_for="target")
    words = quoted(reading, component, "value", "metric")
    if component.metric is None and component.object_kind != "definite":
        return found("measurable.target", "no_metric", words, asks_for="object")
    return found("measurable.target", "pass", words)


def _unit(reading: Reading, component: Component, currency: str) -> Iterator[Finding]:
    kpi = kpis.known(component.metric)
    if component.value is None or component.unit not in (None, "none"):
        return
    if kpi is not None and kpi.unit in ("count", "score"):
        return  # "20 meetings": the indicator is its own unit
    words = quoted(reading, component, "value")
    if kpi is None:
        yield found("measurable.unit", "warn", words, asks_for="unit")
        return
    outcome, unit = ("currency", currency) if kpi.unit == "money" else ("percent", "%")
    yield found("measurable.unit", outcome, words, asks_for="unit", proposed=figure(component.value, unit))


def _baseline(reading: Reading, component: Component) -> Iterator[Finding]:
    if component.baseline is not None:
        words = quoted(reading, component, "baseline")
        value = figure(component.baseline, component.baseline_unit or component.unit)
        yield found("measurable.baseline", "pass", words, baseline=value)
    elif _needs_baseline(component):
        outcome = "period" if component.baseline_period else "warn"
        words = quoted(reading, component, "baseline_period" if component.baseline_period else "value")
        yield found("measurable.baseline", outcome, words, asks_for="baseline")


def _needs_baseline(component: Component) -> bool:
    """A share, or a step on a level, starts from somewhere; "20 more customers" can be counted from zero."""
    if component.change != "relative":
        return False
    kpi = kpis.find(component.metric)
    return component.unit in ("%", "x", "points") or (kpi is not None and kpi.adds_up != "sum")


def _plausible(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    for outcome, params in doubts(component, limits):
        words = quoted(reading, component, "baseline", "value")
        yield found("measurable.plausible", outcome, words, asks_for="target", **params)
        return  # the gravest doubt is enough: the same figure has to be looked at again


def _countable(metric: str, crm: str | None) -> Finding:
    kpi = kpis.find(metric)
    outcome = kpi.counted_by(crm) if kpi else "none"
    if kpi is not None and crm is None and outcome == "none" and kpi.is_counted:
        outcome = "not_everywhere"
    evidence = (Evidence(kind="convention", ref=f"kpi.{metric}"),)
    name = label(f"crm.{crm.casefold()}", crm) if crm else label("crm.any")
    return found("measurable.countable", outcome, evidence=evidence, crm=name)
