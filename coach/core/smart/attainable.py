"""Attainable: the level asked, against past performance and the levers at hand. It knows nothing of market or means.

Source: seed article, II.3 and FAQ 2 ("historique", "leviers"). The context is :mod:`coach.core.smart.realistic`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coach.core.calibration import saying
from coach.core.model import Component, Evidence, Finding, Reading
from coach.core.model.calibration import NotEnoughHistory, Placed
from coach.core.smart import asked
from coach.core.smart.rules import NOTHING, day, figure, found, missing, quoted, share, standing
from coach.core.smart.thresholds import Limits
from coach.core.smart.trade import means_in_words

History = Placed | NotEnoughHistory | None
"""The target placed against past results; too few of them; or none."""


@dataclass(frozen=True, slots=True)
class Levers:
    """What will make it happen. ``granted``: hires, tools or budget, True or False once known; ``note``: in words."""

    granted: bool | None = None
    note: str | None = None


def review(reading: Reading, levers: Levers, history: History, limits: Limits) -> tuple[Finding, ...]:
    """Findings on whether the team can reach the level.

    Without history the verdict is ``unknown`` and says so; only a leap that no lever carries is judged from the text.
    """
    component = reading.first
    if component.value is None:
        return (found("attainable.target", "unknown", evidence=missing("target", "history"), asks_for="target"),)
    lever = bool(means_in_words(reading, component) or levers.granted or levers.note)
    leaps = () if isinstance(history, Placed) else _leap(reading, component, lever, limits)
    return (*_past(history, limits), *leaps, *_levers(reading, component, levers))


def _past(history: History, limits: Limits) -> Iterator[Finding]:
    if not isinstance(history, Placed):
        periods = history.periods if history else 0
        outcome = "too_little" if periods else "unknown"
        needed = history.needed if history else 0
        yield found(
            "attainable.history", outcome, evidence=missing("history"), asks_for="history", n=periods, needed=needed
        )
        return
    yield _chance(history, limits)
    yield from _best(history)
    yield from _growth(history)
    yield from _ratchet(history, limits)
    yield from _plan(history, limits)


def _ratchet(history: Placed, limits: Limits) -> Iterator[Finding]:
    """Targets that take over a beat and give nothing back after a miss."""
    seen = history.ratchet
    if seen is None or seen.raised < limits["attainable.ratchet_raised"]:
        return
    apart = seen.raised - seen.lowered
    sure = seen.doubt * (2 + 1 / max(1, seen.counts - 4))
    if apart >= limits["attainable.ratchet_apart"] and apart > sure:
        evidence = _known(history) + standing(limits, "attainable.ratchet_apart")
        told: dict[str, Any] = {
            "raised": share(round(min(seen.raised, 2.0), 2)),
            "lowered": share(round(max(seen.lowered, 0.0), 2)),
        }
        yield found("attainable.ratchet", "warn", evidence=evidence, n=seen.beats, misses=seen.misses, **told)


def _plan(history: Placed, limits: Limits) -> Iterator[Finding]:
    """What the strategy asks from above, beside what the team's past leads to from below."""
    plan = history.plan
    if plan is None:
        return
    middle = history.calibration.quantile(0.5)
    gap = plan.level - middle
    outcome = "warn" if plan.probability < limits["attainable.chance_fair"] and gap > 0 else "pass"
    told: dict[str, Any] = {
        "plan": _level(plan.level, history),
        "middle": _level(middle, history),
        "gap": _level(gap, history),
    }
    told |= {"growth": share(plan.growth, signed=True), "chance": share(round(plan.probability, 2))}
    evidence = (*_known(history), Evidence(kind="context", ref="growth_expected"))
    yield found("attainable.plan", outcome, evidence=evidence, **told)


def _known(history: Placed) -> tuple[Evidence, ...]:
    return (Evidence(kind="history", ref=history.calibration.metric, text=history.calibration.source),)


def _level(value: float, history: Placed) -> dict[str, Any]:
    """A figure of the history as people read it: ratios as percentages."""
    calibration = history.calibration
    if calibration.unit == "%":
        return share(round(value, 3))
    return figure(saying.plain(value), calibration.unit, calibration.metric)


def _chance(history: Placed, limits: Limits) -> Finding:
    """Out of reach, a stretch, fair, or so sure that it asks for nothing."""
    chance = history.probability
    outcome, threshold = "pass", "attainable.chance_fair"
    if chance < limits["attainable.chance_low"]:
        outcome, threshold = "fail", "attainable.chance_low"
    elif chance < limits["attainable.chance_fair"]:
        outcome = "warn"
    elif chance >= limits["attainable.chance_sure"]:
        outcome, threshold = "sure", "attainable.chance_sure"
    evidence = _known(history) + standing(limits, threshold)
    return found("attainable.chance", outcome, evidence=evidence, chance=share(round(chance, 2)))


def _best(history: Placed) -> Iterator[Finding]:
    """A level beyond the best comparable stretch on record."""
    if history.best is None:
        return
    beyond = history.level < history.best if history.calibration.lower_is_better else history.level > history.best
    if beyond:
        level, best = _level(history.level, history), _level(history.best, history)
        yield found("attainable.best", "warn", evidence=_known(history), level=level, best=best)


def _growth(history: Placed) -> Iterator[Finding]:
    """What the target asks over the last comparable stretch, beside what a year has brought: told, not judged."""
    calibration = history.calibration
    last = next((past for past in calibration.comparable if past.kind == "last"), None)
    if last is None or history.growth_asked is None:
        return
    before = last.value * calibration.beside(last)
    told: dict[str, Any] = {
        "asked": share(history.growth_asked, signed=True),
        "last": _level(before, history),
    }
    if calibration.growth is not None:
        told["seen"] = share(calibration.growth, signed=True)
    if calibration.data_date is not None:
        told["day"] = day(calibration.data_date)
    outcome = "pass" if calibration.growth is None else "seen"
    yield found("attainable.growth", outcome, evidence=_known(history), **told)


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
    words = quoted(reading, component, "means") if means_in_words(reading, component) else NOTHING
    if levers.note or levers.granted:
        granted = (Evidence(kind="context", ref="extra_means", text=levers.note or ""),)
        yield found("attainable.levers", "pass" if words[0] else "granted", words, evidence=granted)
    elif words[0]:
        yield found("attainable.levers", "pass", words)
