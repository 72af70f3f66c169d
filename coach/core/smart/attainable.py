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

    Without history the verdict is ``unknown`` and says so; only a leap that no lever carries is judged from the text alone.
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
        yield found("attainable.history", "unknown", evidence=missing("history"), asks_for="history",
                    n=calibration.periods if calibration else 0)  # fmt: skip
        return
    chance = calibration.probability
    past = (Evidence(kind="history", ref=component.metric or "other"),)
    if chance < limits["attainable.chance_low"]:
        outcome, threshold = "fail", "attainable.chance_low"
    elif chance < limits["attainable.chance_fair"]:
        outcome, threshold = "warn", "attainable.chance_fair"
    elif chance >= limits["attainable.chance_sure"]:
        outcome, threshold = "sure", "attainable.chance_sure"
    else:
        outcome, threshold = "pass", "attainable.chance_fair"
    yield found("attainable.chance", outcome, evidence=past + standing(threshold), chance=share(chance), n=calibration.periods,
                asks_for=None if outcome == "pass" else "target")  # fmt: skip
    if calibration.best is not None and calibration.level is not None and calibration.level > calibration.best:
        unit = component.unit if component.unit not in ("%", "x") else "none"
        yield found("attainable.best", "warn", evidence=past, level=figure(calibration.level, unit), best=figure(calibration.best, unit))


def _leap(reading: Reading, component: Component, lever: bool, limits: Limits) -> Iterator[Finding]:
    growth, days = asked.growth(component), asked.horizon_days(component, reading.reference_date)
    if growth is None or days is None or days > limits["time_bound.far_days"] or growth < limits["attainable.leap"]:
        return
    if component.baseline is not None and component.baseline < limits["attainable.small_base"]:
        return
    most = growth >= limits["attainable.leap_most"]
    if lever and not most:
        return
    spans, evidence = quoted(reading, component, "baseline", "value", "deadline")
    outcome = "fail" if most and not lever else "warn"
    yield found("attainable.leap", outcome, spans=spans, growth=share(growth), asks_for="target" if most else "extra_means",
                evidence=evidence + standing("attainable.leap_most" if most else "attainable.leap"))  # fmt: skip


def _levers(reading: Reading, component: Component, levers: Levers) -> Iterator[Finding]:
    spans, evidence = quoted(reading, component, "means")
    if levers.note or levers.granted:
        evidence += (Evidence(kind="context", ref="extra_means", text=levers.note or ""),)
    if evidence:
        yield found("attainable.levers", "pass", spans=spans, evidence=evidence)
