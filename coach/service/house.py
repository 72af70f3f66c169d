"""SMART rules of the house, which plugins bring: added to what the built-in rules found, by the same arithmetic."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from coach.core import smart
from coach.core.model import CRITERIA, Assessment, CriterionReview, Finding, Profile

if TYPE_CHECKING:
    from coach.plugins import SmartRule

_log = logging.getLogger(__name__)
Rules: TypeAlias = Mapping[str, "SmartRule"]


def judged(assessment: Assessment, rules: Rules, profile: Profile, language: str) -> Assessment:
    """The assessment with the rules' findings; a text that is no goal stays as it is.

    A rule that raises is left out, and logged by its name: the others stand. A disputed one is shown and decides nothing.
    """
    if not rules or assessment.reading.kind == "non_goal":
        return assessment
    found: dict[str, list[Finding]] = {}
    for rule in rules.values():
        finding = _finding(rule, assessment, profile, language)
        if finding is not None:
            found.setdefault(rule.criterion, []).append(finding)
    if not found:
        return assessment
    criteria = {name: _with(assessment.criteria[name], tuple(found.get(name, ()))) for name in CRITERIA}
    return assessment.model_copy(update={"criteria": criteria, "smart": _is_smart(criteria)})


def _finding(rule: "SmartRule", assessment: Assessment, profile: Profile, language: str) -> Finding | None:
    try:
        said = rule.judge(assessment.reading, profile)
        if said is None:
            return None
        words = rule.message.get(language) or rule.message["en"]
        message = words.get(said.verdict, "").format(**said.params)
    except Exception:  # a stranger's code: whatever it raises is its own problem
        _log.exception("the rule %s failed", rule.id)
        return None
    return Finding(
        rule=rule.id,
        verdict=said.verdict,
        message=message,
        spans=said.spans,
        params=dict(said.params),
        disputed=rule.id in profile.conventions.disputed,
    )


def _with(review: CriterionReview, findings: tuple[Finding, ...]) -> CriterionReview:
    if not findings:
        return review
    every = (*review.findings, *findings)
    return CriterionReview(verdict=smart.verdict_of(every), findings=every)


def _is_smart(criteria: Mapping[str, CriterionReview]) -> bool:
    stated = all(criteria[name].verdict in ("pass", "warn") for name in ("specific", "measurable", "time_bound"))
    return stated and all(criteria[name].verdict != "fail" for name in ("attainable", "realistic"))
