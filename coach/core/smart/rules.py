"""The register of rules: what each may conclude, from what, and on whose authority.

A finding can only be made through :func:`found`, so a conclusion nobody declared (and nobody worded) cannot exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, cast

from coach.core.model import Component, Criterion, Evidence, Finding, Reading, Span, Verdict
from coach.core.smart.thresholds import Limits

Outcomes = Mapping[str, Verdict]
Chapter = Criterion | Literal["fit"]

KINDS = (
    "question", "greeting", "gibberish", "injection", "command", "report", "problem", "statement", "other_language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``outcomes``: what it may conclude, by code, with the verdict each code stands for.

    ``reads`` names the facts or context fields it looks at, ``thresholds`` the figures it compares with, ``warning``
    the code it adds to ``Assessment.warnings`` when it does not pass.
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


def _outcomes(spec: str) -> Outcomes:
    """``"pass catch_all:fail"`` → the verdict each code stands for; a bare verdict is its own code."""
    pairs = (word.partition(":") for word in spec.split())
    return MappingProxyType({code: cast(Verdict, verdict or code) for code, _, verdict in pairs})


def _rule(id: str, reads: str, outcomes: str, source: str, thresholds: str = "", warning: str = "") -> Rule:
    chapter = "specific" if id == "goal.kind" else "realistic" if id.startswith("relevant.") else id.split(".")[0]
    known = tuple(word if "." in word else f"{chapter}.{word}" for word in thresholds.split())
    return Rule(id, cast(Chapter, chapter), tuple(reads.split()), _outcomes(outcomes), source, known, warning)


def _article(places: str) -> str:
    return f"seed article, {places}"


_GUIDELINES = "annotation guidelines of the labelled sentences"

_ALL = (
    _rule("goal.kind", "kind", " ".join(f"{kind}:unknown" for kind in KINDS), "convention: only a goal is judged"),
    # specific
    _rule("specific.object", "metric object", "pass catch_all:fail fail", _article("II.1")),
    _rule(
        "specific.scope", "value segment channel means actor", "amount:pass segment:pass means:pass actor:pass fail",
        f"{_article('II.1')}; {_GUIDELINES}",
    ),
    _rule("specific.placeholder", "placeholder", "warn", _GUIDELINES),
    _rule("specific.one_goal", "components", "warn", _GUIDELINES, warning="goal.several"),
    # measurable
    _rule("measurable.target", "value metric", "pass no_metric:warn placeholder:fail fail", _article("II.2")),
    _rule("measurable.unit", "unit metric", "currency:warn percent:warn warn", _GUIDELINES),
    _rule("measurable.baseline", "baseline baseline_period change", "pass period:warn warn", _article("III.2, ex. 3")),
    _rule(
        "measurable.plausible", "value unit baseline direction",
        "zero:fail negative:fail over_100:fail off_scale:fail absurd:fail perfect:warn huge_growth:warn"
        " contradiction:warn no_change:warn wrong_way:warn",
        "arithmetic", "count_most money_most growth_most", "target.implausible",
    ),
    _rule(
        "measurable.countable", "metric crm", "exact:pass proxy:pass convention:pass not_everywhere:pass none:pass",
        f"{_article('II.2')}; the CRMs' published specifications",
    ),
    # attainable
    _rule("attainable.target", "value", "unknown", _article("II.3")),
    _rule("attainable.history", "history", "too_little:unknown unknown", _article("II.3")),
    _rule(
        "attainable.chance", "history value", "pass sure:warn warn fail", _article("II.3"),
        "chance_low chance_fair chance_sure",
    ),
    _rule("attainable.best", "history value", "warn", _article("II.3")),
    _rule("attainable.growth", "history value", "pass seen:pass", _article("II.3")),
    _rule(
        "attainable.ratchet", "history value", "warn", "Weitzman 1980; Leone and Rock 2002",
        "ratchet_raised ratchet_apart",
    ),
    _rule("attainable.plan", "history growth_expected", "pass warn", _article("V.1"), "chance_fair"),
    _rule(
        "attainable.leap", "value baseline deadline means extra_means", "warn fail", _article("I.2"),
        "leap leap_most small_base time_bound.far_days",
    ),
    _rule("attainable.levers", "means extra_means", "pass granted:pass", _article("II.3")),
    # realistic
    _rule("realistic.target", "value", "unknown", _article("II.4")),
    _rule(
        "realistic.load", "value deadline cadence segment headcount ramping maturity",
        "pass warn fail unknown funnel_pass:pass funnel_warn:warn funnel_fail:fail nobody:fail no_horizon:unknown",
        _article("II.4"),
        "calls_usual calls_most meetings_usual meetings_most key_meetings_usual key_meetings_most win_rate_usual"
        " win_rate_most key_win_rate_usual key_win_rate_most junior_share ramp_share",
    ),
    _rule(
        "realistic.growth", "value baseline means market_growth extra_means",
        "pass supported:pass warn supported_far:warn ask_means:warn fail alone:fail unknown no_baseline:unknown",
        _article("I.2, II.3"),
        "growth_over_market growth_strain growth_alone attainable.small_base",
    ),
    _rule(
        "realistic.means", "means channel extra_means", "pass warn unknown no_benchmark:unknown", _article("II.4"),
    ),
    _rule("realistic.rate", "value", "warn", _article("II.4"), "win_rate_most"),
    _rule("realistic.cycle", "deadline sales_cycle_days", "warn", _article("II.4")),
    _rule("realistic.ramp", "ramping headcount", "warn", _article("II.4"), "ramp_heavy"),
    _rule("realistic.running", "goals_running", "warn", "What Matters, how many OKRs to have", "goals_most"),
    _rule("relevant.strategy", "strategy metric segment channel", "pass warn unknown", _article("II.5 (note), V.1")),
    # time-bound
    _rule(
        "time_bound.deadline", "deadline cadence maturity",
        "pass calendar:warn cadence_junior:warn cadence_only:fail impossible_date:fail impossible_period:fail fail",
        _article("II.5, IV.1"),
    ),
    _rule("time_bound.past", "deadline", "warn", _GUIDELINES, warning="horizon.past"),
    _rule(
        "time_bound.milestones", "deadline", "long:pass far:warn", _article("II.5, V.2"),
        "short_days medium_days far_days",
    ),
    # fit
    _rule("fit.junior_value_goal", "maturity metric", "warn", _article("IV.1")),
    _rule("fit.junior_key_accounts", "maturity segment", "warn", _article("IV.1, IV.2")),
    _rule("fit.junior_horizon", "maturity deadline", "warn", _article("IV.1"), "junior_days"),
    _rule("fit.senior_activity_goal", "maturity metric", "warn", _article("IV.2")),
    _rule("fit.sme_horizon", "company deadline", "warn", _article("IV.3"), "sme_days"),
    _rule("fit.sme_conquest", "company value baseline", "warn", _article("IV.3"), "sme_growth"),
    _rule("fit.scale_up_modest", "company value direction", "warn", _article("IV.3"), "scale_up_growth"),
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _ALL})
"""By id."""


Quoted = tuple[tuple[Span, ...], tuple[Evidence, ...]]
"""Words of the text: where they stand, and the same as evidence."""

NOTHING: Quoted = ((), ())


def found(
    rule: str,
    outcome: str,
    on: Quoted = NOTHING,
    *,
    evidence: tuple[Evidence, ...] = (),
    asks_for: str | None = None,
    **params: Any,
) -> Finding:
    """A finding of ``rule`` on the words ``on``, with the verdict its ``outcome`` stands for.

    ``evidence`` comes beside the quoted words; ``params`` are the message's and hold JSON values only.

    Raises:
        KeyError: The rule or the outcome is not in the register.
    """
    verdict = RULES[rule].outcomes[outcome]
    spans, quotes = on
    return Finding(
        rule=rule,
        verdict=verdict,
        code="" if outcome == verdict else outcome,
        spans=spans,
        evidence=quotes + evidence,
        asks_for=asks_for,
        params=params,
    )


def message_key(finding: Finding) -> str:
    """The catalogue key that words ``finding``."""
    return f"finding.{finding.rule}.{finding.code or finding.verdict}"


def quoted(reading: Reading, component: Component, *facts: str) -> Quoted:
    """The words ``facts`` of ``component`` were read from, in text order."""
    places = sorted({(span, fact) for fact in facts for span in component.spans.get(fact, ())})
    spans = tuple(dict.fromkeys(span for span, _ in places))
    return spans, tuple(Evidence(kind="quote", ref=fact, text=reading.text[a:b]) for (a, b), fact in places)


def figure(value: float, unit: str | None, metric: str | None = None) -> dict[str, Any]:
    """A figure as a message parameter: rendered by locale, with its unit or the name of what is counted."""
    return {"amount": value, "unit": unit or "none", "metric": metric}


def share(ratio: float, *, signed: bool = False) -> dict[str, Any]:
    """A ratio (0.2) as a message parameter: rendered as a percentage, with its plus sign when ``signed``."""
    return {"share": ratio, "signed": signed}


def words_of(text: str) -> dict[str, Any]:
    """Someone's words as a message parameter: rendered between quotation marks."""
    return {"quote": text}


def day(value: date) -> dict[str, Any]:
    """A date as a message parameter: rendered in full by locale."""
    return {"date": value.isoformat()}


def label(key: str, otherwise: str = "") -> dict[str, Any]:
    """A catalogue entry as a message parameter; ``otherwise`` stands where the catalogue has none."""
    return {"key": key, "text": otherwise}


def missing(*slots: str) -> tuple[Evidence, ...]:
    """Evidence that is not there: the slots that would settle the matter."""
    return tuple(Evidence(kind="missing", ref=slot) for slot in slots)


def standing(limits: Limits, *thresholds: str) -> tuple[Evidence, ...]:
    """The conventions a judgement stands on, by threshold id, each with the figure in force."""
    return tuple(Evidence(kind="convention", ref=id, value=limits[id]) for id in thresholds)
