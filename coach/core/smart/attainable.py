"""Attainable: the level asked, against past performance and the levers at hand. It knows nothing of market or means.

Source: seed article, II.3 and FAQ 2 ("historique", "leviers"). The context is :mod:`coach.core.smart.realistic`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from coach.core.model import Component, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import figure, found, missing, quoted, share, standing
from coach.core.smart.thresholds import Limits


class Calibration(Protocol):
    """A target placed against history, as far as this criterion reads it."""

    @property
    def probability(self) -> float | None:
        """Chance (0-1) of reaching the target on current form; None when there is too little history to tell."""
        ...

    @property
    def level(self) -> float | None:
        """The target as a level for one comparable period, in the KPI's unit."""
        ...

    @property
    def best(self) -> float | None:
        """The best comparable period on record, in the KPI's unit."""
        ...

    @property
    def periods(self) -> int:
        """How many completed periods the history holds."""
        ...


@dataclass(frozen=True, slots=True)
class Levers:
    """What will make it happen. ``granted``: hires, tools or budget, True or False once known; ``note``: in words."""

    granted: bool | None = None
    note: str | None = None


def review(reading: Reading, levers: Levers, calibration: Calibration | None, limits: Limits) -> tuple[Finding, ...]:
    """Findings on whether the team can reach the level.

    Without history the verdict is ``unknown`` and says so; only a leap that no lever carries is judged from the text.
    """
    component = reading.first
    if component.value is None:
        return (found("attainable.target", "unknown", evidence=missing("target", "history"), asks_for="target"),)
    lever = bool(component.means or levers.granted or levers.note)
    return (
        *_history(component, calibration, limits),
        *_leap(reading, component, lever, limits),
        *_levers(reading, component, levers),
    )


def _history(component: Component, calibration: Calibration | None, limits: Limits) -> Iterator[Finding]:
    if calibration is None or calibration.probability is None:
        periods = calibration.periods if calibration else 0
        outcome = "too_little" if periods else "unknown"
        yield found("attainable.history", outcome, evidence=missing("history"), asks_for="history", n=periods)
        return
    yield _chance(component, calibration.probability, limits)
    if calibration.best is not None and calibration.level is not None and calibration.level > calibration.best:
        unit = component.unit if component.unit not in ("%", "x") else "none"
        level, best = figure(calibration.level, unit), figure(calibration.best, unit)
        yield found("attainable.best", "warn", evidence=_past(component), level=level, best=best)


def _past(component: Component) -> tuple[Evidence, ...]:
    return (Evidence(kind="history", ref=component.metric or "other"),)


def _chance(component: Component, chance: float, limits: Limits) -> Finding:
    """Out of reach, a stretch, fair, or so sure that it asks for nothing."""
    outcome, threshold = "pass", "attainable.chance_fair"
    if chance < limits["attainable.chance_low"]:
        outcome, threshold = "fail", "attainable.chance_low"
    elif chance < limits["attainable.chance_fair"]:
        outcome = "warn"
    elif chance >= limits["attainable.chance_sure"]:
        outcome, threshold = "sure", "attainable.chance_sure"
    evidence = _past(component) + standing(limits, threshold)
    asks_for = None if outcome == "pass" else "target"
    return found("attainable.chance", outcome, evidence=evidence, asks_for=asks_for, chance=share(chance))


def _leap(reading: Reading, component: Component, lever: bool, limits: Limits) -> Iterator[Finding]:
    """A doubling within a year wants a lever; ten times as much is beyond any form a team can have."""
    growth, days = asked.growth(component), asked.horizon_days(component, reading.reference_date)
    if growth is None or days is None or days > limits["time_bound.far_days"] or growth < limits["attainable.leap"]:
        return
    if component.baseline is not None and component.baseline < limits["attainable.small_base"]:
        return
    words = quoted(reading, component, "baseline", "value", "deadline")
    by = share(growth, signed=True)
    if growth >= limits["attainable.leap_most"]:
        evidence = standing(limits, "attainable.leap_most")
        outcome = "warn" if lever else "fail"
        yield found("attainable.leap", outcome, words, evidence=evidence, asks_for="target", growth=by)
    elif not lever:
        evidence = standing(limits, "attainable.leap")
        yield found("attainable.leap", "warn", words, evidence=evidence, asks_for="extra_means", growth=by)


def _levers(reading: Reading, component: Component, levers: Levers) -> Iterator[Finding]:
    words = quoted(reading, component, "means")
    if levers.note or levers.granted:
        granted = (Evidence(kind="context", ref="extra_means", text=levers.note or ""),)
        yield found("attainable.levers", "pass" if words[0] else "granted", words, evidence=granted)
    elif words[0]:
        yield found("attainable.levers", "pass", words)
