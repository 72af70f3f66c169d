"""Step 2: the SMART verdicts, each with the words or figures it stands on.

One file per criterion: ``specific`` · ``measurable`` · ``attainable`` · ``realistic`` (or ``relevant``) ·
``time_bound``; beside them ``fit``, which only warns. ``rules`` is the register of what each may conclude,
``thresholds`` of the figures compared with. Messages are empty here: :mod:`coach.wording` fills them.
"""

from collections.abc import Iterable, Iterator

from coach.core import kpis
from coach.core.model import (
    CRITERIA,
    Assessment,
    Component,
    Conventions,
    Criterion,
    CriterionReview,
    Finding,
    Profile,
    Reading,
    Suggestion,
    Verdict,
)
from coach.core.smart import attainable, fit, measurable, realistic, relevant, rules, specific, time_bound
from coach.core.smart.slots import ordered
from coach.core.smart.thresholds import Limits

__all__ = ["review", "verdict_of"]


def review(
    reading: Reading,
    profile: Profile = Profile(),  # noqa: B008  (frozen)
    calibration: attainable.History = None,
) -> Assessment:
    """The five verdicts on ``reading``, what is missing, what to watch, and one suggestion per failing criterion.

    Args:
        reading: What the text says. A text that is no goal gets ``unknown`` everywhere, with the reason.
        profile: Context and conventions; what is absent from them is unknown, never assumed.
        calibration: The target placed against history, or why it could not be; None when there is no history.

    ``smart`` is true when S, M and T pass or warn and neither A nor R fails.
    """
    if reading.kind == "non_goal":
        return _no_goal(reading)
    limits = Limits(profile.conventions.thresholds)
    findings = _judge(reading, profile, calibration, limits)
    disputed = frozenset(profile.conventions.disputed)
    fitting = _marked(fit.review(reading, profile.context, limits), disputed)
    criteria = {name: _reviewed(_marked(findings[name], disputed)) for name in CRITERIA}
    live = [finding for name in CRITERIA for finding in criteria[name].findings if not finding.disputed]
    return Assessment(
        reading=reading,
        smart=_is_smart(criteria),
        criteria=criteria,
        missing=ordered(_asked(live)),
        warnings=tuple(dict.fromkeys(_warnings(live, fitting))),
        fit=fitting,
        suggestions=tuple(_suggestions(reading.first, criteria)),
    )


def _judge(
    reading: Reading, profile: Profile, calibration: attainable.History, limits: Limits
) -> dict[Criterion, tuple[Finding, ...]]:
    context, conventions = profile.context, profile.conventions
    junior_rhythm = conventions.cadence_is_enough_for_juniors and context.maturity == "junior"
    return {
        "specific": specific.review(reading),
        "measurable": measurable.review(reading, limits, crm=context.crm, currency=conventions.currency),
        "attainable": attainable.review(
            reading, attainable.Levers(context.extra_means, context.means), calibration, limits
        ),
        "realistic": tuple(_realistic_or_relevant(reading, profile, conventions, limits)),
        "time_bound": time_bound.review(reading, limits, cadence_is_enough=junior_rhythm),
    }


def _realistic_or_relevant(
    reading: Reading, profile: Profile, conventions: Conventions, limits: Limits
) -> Iterator[Finding]:
    if conventions.r_means in ("realistic", "both"):
        yield from realistic.review(reading, profile.context, limits)
    if conventions.r_means in ("relevant", "both"):
        yield from relevant.review(reading, profile.context.strategy)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The gravest undisputed finding's verdict; missing evidence outweighs a warning, so it never looks like a pass."""
    verdicts = {finding.verdict for finding in findings if not finding.disputed}
    for verdict in _GRAVEST_FIRST:
        if verdict in verdicts:
            return verdict
    return "unknown"


_GRAVEST_FIRST: tuple[Verdict, ...] = ("fail", "unknown", "warn", "pass")


def _reviewed(findings: tuple[Finding, ...]) -> CriterionReview:
    return CriterionReview(verdict=verdict_of(findings), findings=findings)


def _marked(findings: tuple[Finding, ...], disputed: frozenset[str]) -> tuple[Finding, ...]:
    """The same findings, those of disputed rules marked: kept and shown, no longer decisive."""
    if not disputed:
        return findings
    return tuple(f.model_copy(update={"disputed": True}) if f.rule in disputed else f for f in findings)


def _is_smart(criteria: dict[str, CriterionReview]) -> bool:
    stated = all(criteria[name].verdict in ("pass", "warn") for name in ("specific", "measurable", "time_bound"))
    return stated and all(criteria[name].verdict != "fail" for name in ("attainable", "realistic"))


def _asked(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        if finding.verdict == "pass":
            continue
        if finding.asks_for:
            yield finding.asks_for
        yield from (piece.ref for piece in finding.evidence if piece.kind == "missing")


def _warnings(findings: Iterable[Finding], fitting: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        warning = rules.RULES[finding.rule].warning
        if warning:
            yield warning
    yield from (finding.rule for finding in fitting if not finding.disputed)


def _suggestions(component: Component, criteria: dict[str, CriterionReview]) -> Iterator[Suggestion]:
    for name in CRITERIA:
        if criteria[name].verdict != "fail":
            continue
        worst = next(f for f in criteria[name].findings if f.verdict == "fail" and not f.disputed)
        slot = worst.asks_for or "target"
        params = {"metric": component.metric, "example": _example(worst, component)}
        yield Suggestion(slot=slot, criterion=name, code=f"{name}.{slot}", params=params)


def _example(worst: Finding, component: Component) -> str | None:
    """Which example the wording can build from the manager's words: a blank added where the fact is missing."""
    if component.placeholder:
        return None
    if worst.rule == "specific.scope":
        return "specific.segment"
    if worst.rule == "time_bound.deadline" and worst.code in ("", "cadence_only"):
        return "time_bound.deadline.cadence" if worst.code else "time_bound.deadline"
    kpi = kpis.find(component.metric)
    if worst.rule == "measurable.target" and not worst.code and kpi is not None and kpi.id != "other":
        return f"measurable.target.{kpi.unit}"
    return None


def _no_goal(reading: Reading) -> Assessment:
    """Nothing to judge: why, what is wanted instead, and no verdict."""
    kind = reading.non_goal_kind or "statement"
    reason = rules.found("goal.kind", kind, evidence=rules.missing("target", "deadline"), asks_for="object")
    criteria = {name: CriterionReview(verdict="unknown") for name in CRITERIA}
    criteria["specific"] = CriterionReview(verdict="unknown", findings=(reason,))
    return Assessment(
        reading=reading,
        smart=False,
        criteria=dict(criteria),
        missing=ordered(("object", "target", "deadline")),
        warnings=(f"non_goal.{kind}",),
        suggestions=(Suggestion(slot="object", code=f"non_goal.{kind}"),),
    )
