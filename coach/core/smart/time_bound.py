"""Time-bound: a horizon that resolves to a date still to come. Source: seed article, II.5."""

from collections.abc import Iterator

from coach.core.model import Component, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import day, found, label, quoted
from coach.core.smart.thresholds import Limits


def review(reading: Reading, limits: Limits, *, cadence_is_enough: bool = False) -> tuple[Finding, ...]:
    """Findings on when it ends.

    A cadence without an end ("50 calls a week") is no horizon, unless ``cadence_is_enough`` (the workspace accepts it
    for its junior teams): then it is a warning. A date already past is one too; it still is a date.
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
    words = quoted(reading, component, "deadline")
    if component.deadline is not None:
        calendar = (Evidence(kind="calendar", ref=component.deadline.isoformat()),)
        return found("time_bound.deadline", "pass", words, evidence=calendar, day=day(component.deadline))
    if component.time_problem in ("impossible_date", "impossible_period"):
        return found("time_bound.deadline", component.time_problem, words, asks_for="deadline")
    if component.time_basis == "horizon":
        return found("time_bound.deadline", "calendar", words, asks_for="deadline")
    if component.time_basis == "cadence_only":
        outcome = "cadence_junior" if cadence_is_enough else "cadence_only"
        return found("time_bound.deadline", outcome, quoted(reading, component, "cadence"), asks_for="deadline")
    return found("time_bound.deadline", "fail", asks_for="deadline")


def _after(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    """Remarks on the date once there is one: past, or so far that it wants milestones."""
    if component.deadline is None:
        return
    words = quoted(reading, component, "deadline")
    days = asked.horizon_days(component, reading.reference_date)
    if component.deadline < reading.reference_date:
        yield found("time_bound.past", "warn", words, asks_for="deadline", day=day(component.deadline))
    elif days is not None and days > limits["time_bound.medium_days"]:
        outcome = "far" if days > limits["time_bound.far_days"] else "long"
        yield found("time_bound.milestones", outcome, words, rhythm=label("cadence.quarter.each"))
