"""The register of rules: what each may conclude, from what, and on whose authority.

A finding can only be made through :func:`found`, so a conclusion nobody declared (and nobody worded) cannot exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from coach.core.model import Component, Criterion, Evidence, Finding, Reading, Span, Verdict

Outcomes = Mapping[str, Verdict]
Chapter = Criterion | Literal["fit"]

KINDS = (
    "question", "greeting", "gibberish", "injection", "command", "report", "problem", "statement", "other_language",
)  # fmt: skip
_VERDICTS = ("pass", "warn", "fail", "unknown")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``outcomes``: what it may conclude, by code, with the verdict each code stands for.

    ``reads`` names the facts or context fields it looks at, ``thresholds`` the figures it compares with, ``warning`` the code
    it adds to ``Assessment.warnings`` when it warns.
    """

    id: str
    chapter: Chapter
    reads: tuple[str, ...]
    outcomes: Outcomes
    source: str
    thresholds: tuple[str, ...] = ()
    warning: str = ""

    @property
    def message_keys(self) -> tuple[str, ...]:
        """Catalogue keys of everything it may say."""
        return tuple(f"finding.{self.id}.{code}" for code in self.outcomes)


def _same(*verdicts: Verdict) -> dict[str, Verdict]:
    return {verdict: verdict for verdict in verdicts}


_ARTICLE = "seed article, "
_GUIDELINES = "annotation guidelines of the labelled sentences"
_PER_WEEK = (
    "realistic.calls_usual", "realistic.calls_most", "realistic.meetings_usual", "realistic.meetings_most",
    "realistic.key_meetings_usual", "realistic.key_meetings_most", "realistic.win_rate_usual", "realistic.win_rate_most",
    "realistic.key_win_rate_usual", "realistic.key_win_rate_most", "realistic.junior_share", "realistic.ramp_share",
)  # fmt: skip

_ALL = (
    Rule("goal.kind", "specific", ("kind",), {kind: "unknown" for kind in KINDS}, "convention: only a goal is judged"),
    # specific
    Rule("specific.object", "specific", ("metric", "object"), _same("pass", "fail") | {"catch_all": "fail"}, _ARTICLE + "II.1"),
    Rule("specific.scope", "specific", ("value", "segment", "channel", "means"),
         {"amount": "pass", "segment": "pass", "means": "pass", "fail": "fail"}, _ARTICLE + "II.1; " + _GUIDELINES),
    Rule("specific.placeholder", "specific", ("placeholder",), _same("warn"), _GUIDELINES),
    Rule("specific.one_goal", "specific", ("components",), _same("warn"), _GUIDELINES, warning="goal.several"),
    # measurable
    Rule("measurable.target", "measurable", ("value", "metric"),
         {"pass": "pass", "no_metric": "warn", "placeholder": "fail", "fail": "fail"}, _ARTICLE + "II.2"),
    Rule("measurable.unit", "measurable", ("unit",), {"currency": "warn", "percent": "warn", "warn": "warn"}, _GUIDELINES),
    Rule("measurable.baseline", "measurable", ("baseline", "baseline_period", "change"),
         {"pass": "pass", "period": "warn", "warn": "warn"}, _ARTICLE + "III.2, example 3"),
    Rule("measurable.plausible", "measurable", ("value", "unit", "baseline", "direction"),
         {"zero": "fail", "negative": "fail", "over_100": "fail", "off_scale": "fail", "absurd": "fail", "perfect": "warn",
          "huge_growth": "warn", "contradiction": "warn", "no_change": "warn"}, "arithmetic",
         ("measurable.count_most", "measurable.money_most", "measurable.growth_most"), warning="target.implausible"),
    Rule("measurable.countable", "measurable", ("metric", "crm"),
         {"exact": "pass", "proxy": "pass", "convention": "pass", "none": "pass"},
         _ARTICLE + "II.2; the CRMs' published specifications"),
    # attainable
    Rule("attainable.target", "attainable", ("value",), _same("unknown"), _ARTICLE + "II.3"),
    Rule("attainable.history", "attainable", ("history",), _same("unknown"), _ARTICLE + "II.3"),
    Rule("attainable.chance", "attainable", ("history", "value"),
         _same("pass", "warn", "fail") | {"sure": "warn"}, _ARTICLE + "II.3",
         ("attainable.chance_low", "attainable.chance_fair", "attainable.chance_sure")),
    Rule("attainable.best", "attainable", ("history", "value"), _same("warn"), _ARTICLE + "II.3"),
    Rule("attainable.leap", "attainable", ("value", "baseline", "means", "extra_means"), _same("warn", "fail"), _ARTICLE + "I.2",
         ("attainable.leap", "attainable.leap_most", "attainable.small_base", "time_bound.far_days")),
    Rule("attainable.levers", "attainable", ("means", "extra_means"), _same("pass"), _ARTICLE + "II.3"),
    # realistic
    Rule("realistic.target", "realistic", ("value",), _same("unknown"), _ARTICLE + "II.4"),
    Rule("realistic.load", "realistic", ("value", "deadline", "cadence", "headcount", "ramping", "maturity", "segment"),
         _same("pass", "warn", "fail", "unknown")
         | {"funnel_pass": "pass", "funnel_warn": "warn", "funnel_fail": "fail", "nobody": "fail", "no_horizon": "unknown"},
         _ARTICLE + "II.4", _PER_WEEK),
    Rule("realistic.growth", "realistic", ("value", "baseline", "market_growth", "extra_means", "means"),
         _same("pass", "warn", "fail", "unknown")
         | {"supported": "pass", "supported_far": "warn", "ask_means": "warn", "alone": "fail"}, _ARTICLE + "I.2, II.3",
         ("realistic.growth_over_market", "realistic.growth_strain", "realistic.growth_alone", "attainable.small_base")),
    Rule("realistic.means", "realistic", ("means", "channel", "extra_means"), _same("pass", "warn", "unknown"), _ARTICLE + "II.4"),
    Rule("realistic.rate", "realistic", ("value",), _same("warn"), _ARTICLE + "II.4", ("realistic.win_rate_most",)),
    Rule("realistic.cycle", "realistic", ("deadline", "sales_cycle_days"), _same("warn"), _ARTICLE + "II.4"),
    Rule("realistic.ramp", "realistic", ("ramping", "headcount"), _same("warn"), _ARTICLE + "II.4", ("realistic.ramp_heavy",)),
    Rule("realistic.running", "realistic", ("goals_running",), _same("warn"), "What Matters, how many OKRs to have",
         ("realistic.goals_most",)),
    Rule("relevant.strategy", "realistic", ("strategy", "metric", "segment", "channel"), _same("pass", "warn", "unknown"),
         _ARTICLE + "II.5 (note), V.1"),
    # time-bound
    Rule("time_bound.deadline", "time_bound", ("deadline", "cadence", "maturity"),
         {"pass": "pass", "calendar": "warn", "cadence_junior": "warn", "cadence_only": "fail", "impossible_date": "fail",
          "impossible_period": "fail", "fail": "fail"}, _ARTICLE + "II.5, IV.1"),
    Rule("time_bound.past", "time_bound", ("deadline",), _same("warn"), _GUIDELINES, warning="horizon.past"),
    Rule("time_bound.milestones", "time_bound", ("deadline",), {"long": "pass", "far": "warn"}, _ARTICLE + "II.5, V.2",
         ("time_bound.short_days", "time_bound.medium_days", "time_bound.far_days")),
    # fit
    Rule("fit.junior_value_goal", "fit", ("maturity", "metric"), _same("warn"), _ARTICLE + "IV.1"),
    Rule("fit.junior_key_accounts", "fit", ("maturity", "segment"), _same("warn"), _ARTICLE + "IV.1, IV.2"),
    Rule("fit.junior_horizon", "fit", ("maturity", "deadline"), _same("warn"), _ARTICLE + "IV.1", ("fit.junior_days",)),
    Rule("fit.senior_activity_goal", "fit", ("maturity", "metric"), _same("warn"), _ARTICLE + "IV.2"),
    Rule("fit.sme_horizon", "fit", ("company", "deadline"), _same("warn"), _ARTICLE + "IV.3", ("fit.sme_days",)),
    Rule("fit.sme_conquest", "fit", ("company", "value", "baseline"), _same("warn"), _ARTICLE + "IV.3", ("fit.sme_growth",)),
    Rule("fit.scale_up_modest", "fit", ("company", "value", "direction"), _same("warn"), _ARTICLE + "IV.3",
         ("fit.scale_up_growth",)),
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _ALL})
"""By id."""


def found(
    rule: str,
    outcome: str,
    *,
    spans: tuple[Span, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    asks_for: str | None = None,
    **params: Any,
) -> Finding:
    """A finding of ``rule`` with the verdict its ``outcome`` stands for; ``params`` are for the message (JSON values only).

    Raises:
        KeyError: The rule or the outcome is not in the register.
    """
    verdict = RULES[rule].outcomes[outcome]
    code = "" if outcome == verdict else outcome
    return Finding(
        rule=rule, verdict=verdict, code=code, spans=spans, evidence=evidence, asks_for=asks_for, params=params
    )


def message_key(finding: Finding) -> str:
    """The catalogue key that words ``finding``."""
    return f"finding.{finding.rule}.{finding.code or finding.verdict}"


def quoted(reading: Reading, component: Component, *facts: str) -> tuple[tuple[Span, ...], tuple[Evidence, ...]]:
    """The words ``facts`` of ``component`` were read from, in text order: their spans, and the same as evidence."""
    places = sorted({(span, fact) for fact in facts for span in component.spans.get(fact, ())})
    spans = tuple(dict.fromkeys(span for span, _ in places))
    return spans, tuple(Evidence(kind="quote", ref=fact, text=reading.text[a:b]) for (a, b), fact in places)


def figure(value: float, unit: str | None, metric: str | None = None) -> dict[str, Any]:
    """A figure as a message parameter: rendered by locale, with its unit and, for a count, the name of what is counted."""
    return {"amount": value, "unit": unit or "none", "metric": metric}


def share(ratio: float) -> dict[str, Any]:
    """A ratio (0.2) as a message parameter: rendered as a percentage."""
    return {"share": ratio}


def day(value: date) -> dict[str, Any]:
    """A date as a message parameter: rendered in full by locale."""
    return {"date": value.isoformat()}


def label(key: str, otherwise: str = "") -> dict[str, Any]:
    """A catalogue entry as a message parameter; ``otherwise`` stands where the catalogue has none."""
    return {"key": key, "text": otherwise}


def missing(*slots: str) -> tuple[Evidence, ...]:
    """Evidence that is not there: the slots that would settle the matter."""
    return tuple(Evidence(kind="missing", ref=slot) for slot in slots)


def standing(*thresholds: str) -> tuple[Evidence, ...]:
    """The conventions a judgement stands on, by threshold id."""
    return tuple(Evidence(kind="convention", ref=id) for id in thresholds)
