"""Step 3: what is missing, why it matters, and who could tell: the CRM, the context or the manager."""

from collections.abc import Iterator
from typing import Literal

from coach.core import kpis
from coach.core.model import CRITERIA, Assessment, Criterion, Finding, Gap, Profile, Slot
from coach.core.smart.slots import ORDER

Teller = Literal["crm", "context", "manager"]

_DECISIVE: tuple[Slot, ...] = ("goal", "object", "target", "deadline")
"""Without one of these there is no SMART goal; the others sharpen a verdict."""

_FROM_CONTEXT: tuple[Slot, ...] = (
    "maturity", "company", "headcount", "market_growth", "extra_means", "means", "segment", "strategy",
)  # fmt: skip
_FROM_CRM: tuple[Slot, ...] = ("baseline", "history")
_FOR_THE_DRAFT: dict[Slot, Criterion] = {"maturity": "realistic", "company": "realistic"}
"""Never asked by a verdict alone, yet a goal is only fit for a team once they are known."""


def find(assessment: Assessment, profile: Profile = Profile()) -> tuple[Gap, ...]:  # noqa: B008  # frozen
    """Every missing fact once, in the order it matters (goal, object, target; time; baseline; context).

    What the context already tells is not missing, and what a disputed rule asks for is not either. A gap is decisive
    when its absence makes a criterion fail, or leaves several goals to choose from, or no goal at all.
    """
    wanted: dict[Slot, tuple[Criterion, bool]] = {}
    for slot, criterion, decisive in _wanted(assessment):
        known, weighed = wanted.get(slot, (criterion, False))
        wanted[slot] = (known, weighed or decisive)
    for slot, criterion in _FOR_THE_DRAFT.items():
        wanted.setdefault(slot, (criterion, False))
    return tuple(
        Gap(slot=slot, criterion=wanted[slot][0], decisive=wanted[slot][1], sources=_tellers(slot, assessment))
        for slot in ORDER
        if slot in wanted and not _known(slot, profile)
    )


def _wanted(assessment: Assessment) -> Iterator[tuple[Slot, Criterion, bool]]:
    """Each slot some undisputed finding asks for, the criterion it serves, and whether all hangs on it."""
    if assessment.reading.kind == "non_goal":
        yield "object", "specific", True
        yield "target", "measurable", True
        yield "deadline", "time_bound", True
        return
    for criterion in CRITERIA:
        for finding in assessment.criteria[criterion].findings:
            if finding.disputed or finding.verdict == "pass":
                continue
            for slot in _slots(finding):
                yield slot, criterion, _decides(finding, slot)


def _slots(finding: Finding) -> Iterator[Slot]:
    asked = (finding.asks_for, *(piece.ref for piece in finding.evidence if piece.kind == "missing"))
    for slot in ORDER:
        if slot in asked:
            yield slot


def _decides(finding: Finding, slot: Slot) -> bool:
    if slot not in _DECISIVE or finding.asks_for != slot:
        return False
    return slot == "goal" or (
        finding.verdict == "fail" and finding.rule.split(".")[0] in ("specific", "measurable", "time_bound")
    )


def _known(slot: Slot, profile: Profile) -> bool:
    """Whether the context already tells; the facts of the sentence itself are never in it."""
    return slot in _FROM_CONTEXT and getattr(profile.context, slot, None) not in (None, "", ())


def _tellers(slot: Slot, assessment: Assessment) -> tuple[Teller, ...]:
    """Who could tell, the one to ask first first: the CRM only for what some CRM counts."""
    if slot in _FROM_CRM:
        kpi = kpis.find(assessment.reading.first.metric)
        return ("crm", "manager") if kpi is not None and kpi.is_counted else ("manager",)
    return ("context", "manager") if slot in _FROM_CONTEXT else ("manager",)
