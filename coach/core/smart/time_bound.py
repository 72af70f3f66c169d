"""Time-bound: a horizon that resolves to a date still to come. Source: seed article, II.5."""

from collections.abc import Iterator

from coach.core.model import Component, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import day, found, label, quoted
from coach.core.smart.thresholds import Limits


def review(reading: Reading, limits: Limits, *, cadence_is_enough: bool = False) -> tuple[Finding, ...]:
    """Findings on when it ends.

    A cadence without an end ("50 calls a week") is no horizon, unless ``cadence_is_enough`` (the workspace accepts it for
    its junior teams): then it is a warning. A date already past is one too; it still is a date.
    """
    component = _dated(reading)
    return (_deadline(reading, component, cadence_is_enough), *_after(reading, component, limits))


def _dated(reading: Reading) -> Component:
    """The first goal of the sentence that says anything of time, since several may share one due date."""
    first = reading.first
    if first.time_basis == "horizon" or first.time_problem:
        return first
    return next((other for other in reading.components if other.time_basis == "horizon"), first)


def _deadline(reading: Reading, component: Component, cadence_is_enough: bool) -> Finding:
    if component.deadline is not None:
        spans, evidence = quoted(reading, component, "deadline")
        days = (component.deadline - reading.reference_date).days
        evidence += (Evidence(kind="calendar", ref=component.deadline.isoformat()),)
        return found("time_bound.deadline", "pass", spans=spans, evidence=evidence, day=day(component.deadline), n=days)
    if component.time_problem in ("impossible_date", "impossible_period"):
        return _asking(reading, component, component.time_problem, "deadline")
    if component.time_basis == "horizon":
        return _asking(reading, component, "calendar", "deadline")
    if component.time_basis == "cadence_only":
        return _asking(reading, component, "cadence_junior" if cadence_is_enough else "cadence_only", "cadence")
    return found("time_bound.deadline", "fail", asks_for="deadline")


def _asking(reading: Reading, component: Component, outcome: str, fact: str) -> Finding:
    spans, evidence = quoted(reading, component, fact)
    return found("time_bound.deadline", outcome, spans=spans, evidence=evidence, asks_for="deadline")


def _after(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    if component.deadline is None:
        return
    spans, evidence = quoted(reading, component, "deadline")
    if component.deadline < reading.reference_date:
        yield found("time_bound.past", "warn", spans=spans, evidence=evidence, asks_for="deadline", day=day(component.deadline))
        return
    days = asked.horizon_days(component, reading.reference_date) or 0
    if days > limits["time_bound.medium_days"]:
        outcome = "far" if days > limits["time_bound.far_days"] else "long"
        yield found("time_bound.milestones", outcome, spans=spans, rhythm=label("cadence.quarter.each"))
