"""Step 8: a wording is read again before anyone sees it. It becomes a Draft, or is refused with reasons.

The reader and the judge are those of the manager's own sentences; the guard of figures (``drafting.mentions``) is not
the reader, so what one overlooks the other sees. Whoever wrote the wording goes through here, a model or not.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple, get_args

from pydantic import Field

from coach.core import kpis, smart
from coach.core.calibration import judging, offering
from coach.core.drafting import claims, formulas, framings, mentions, pieces, prose, sentence
from coach.core.facts import reading as facts
from coach.core.facts.language import detect
from coach.core.facts.text import Text, fold
from coach.core.model import (
    Assessment,
    Brief,
    Candidate,
    Component,
    Draft,
    DraftText,
    Figure,
    Reading,
    Source,
    Span,
)
from coach.core.model.base import Value

LONGEST = {"statement": 500, "announcement": 3_000}
_LONGEST_PROSE = 1_200
_COPY = 0.9  # share of identical words from which a wording is a copy
_FEW_WORDS = 4
_NO_WORSE = ("specific", "measurable", "time_bound")


class Objection(Value):
    """Why a wording is refused: worded at the edge from ``code`` and ``params``."""

    code: str  # "figure.unsourced", "fact.value", "language", "smart.worse", "copy"…
    field: DraftText = "statement"
    span: Span | None = None
    params: dict[str, Any] = Field(default_factory=dict)


class Refusal(Value):
    """A wording that may not be shown, and everything that is wrong with it."""

    candidate: Candidate
    objections: tuple[Objection, ...]


class Entry(NamedTuple):
    """One figure that a draft may show: its value, unit and source, and which fact it is."""

    value: float | date
    unit: str
    source: Source
    role: str


def verify(candidate: Candidate, brief: Brief) -> Draft | Refusal:
    """The draft, when every figure has a source and the sentence says what the brief says; else the refusal.

    Args:
        candidate: A wording. Its own ``figures`` are not believed: they are found again, and sourced from the brief.
        brief: The facts, their sources, and the verdict that the wording may not fall under.
    """
    reading = facts.extract(candidate.statement, today=brief.today, language=brief.language, locale=brief.locale)
    assessment = judged(reading, brief)
    figures: list[Figure] = []
    objections = [*_form(candidate), *_language(candidate, brief), *_figures(candidate, brief, figures)]
    objections += [*_claims(candidate, brief, figures)]
    if not any(objection.code.startswith("form.") for objection in objections):
        objections += [*_facts(candidate, brief, reading), *_verdict(assessment, brief), *_copy(candidate, brief)]
    if objections:
        return Refusal(candidate=candidate, objections=tuple(objections))
    shown = {name: value for name, value in candidate if name in Draft.model_fields and name != "figures"}
    return Draft(
        **shown,
        language=brief.language,
        reading=reading,
        assessment=assessment,
        figures=tuple(figures),
        unknowns=brief.unknowns,
    )


def judged(reading: Reading, brief: Brief) -> Assessment:
    """The verdicts on a wording, on the same past figures as the manager's own words."""
    if brief.history is None:
        return smart.review(reading, brief.profile)
    known = judging.grounded(reading, brief.history)
    assessment = smart.review(
        known, brief.profile, judging.judged(reading, brief.history, brief.profile.context.growth_expected)
    )
    return assessment.model_copy(update={"reading": reading})


def _texts(candidate: Candidate) -> Iterator[tuple[DraftText, str]]:
    for name in get_args(DraftText):
        yield name, getattr(candidate, name)


# Form and language


def _form(candidate: Candidate) -> Iterator[Objection]:
    if not candidate.statement.strip():
        yield Objection(code="form.empty")
    for name, text in _texts(candidate):
        if len(text) > LONGEST.get(name, _LONGEST_PROSE):
            yield Objection(code="form.too_long", field=name, params={"length": len(text)})
        if "{" in text or "}" in text:
            yield Objection(code="form.slot", field=name)


def _language(candidate: Candidate, brief: Brief) -> Iterator[Objection]:
    for name, text in _texts(candidate):
        spoken = detect(Text.of(text)) if text else brief.language
        if spoken not in (brief.language, "und"):
            yield Objection(code="language", field=name, params={"found": spoken, "wanted": brief.language})


# Figures


def ledger(brief: Brief) -> tuple[Entry, ...]:
    """Every figure the brief vouches for: the facts, the numbers in the manager's words, and formulas over them."""
    return (*_stated(brief), *_quoted(brief), *_derived(brief), *_offered(brief))


def _stated(brief: Brief) -> Iterator[Entry]:
    goal = brief.goal
    unit = goal.unit or "none"
    base = sentence.baseline_unit(goal) or "none"
    known = (("value", goal.value, unit), ("value_max", goal.value_max, unit), ("baseline", goal.baseline, base))
    for role, value, of in known:
        source = brief.sources.get("value" if role == "value_max" else role)
        if value is not None and source is not None:
            yield Entry(value, of, source, role)
    for role, day in (("deadline", goal.deadline), ("start", goal.start)):
        if day is not None and "deadline" in brief.sources:
            yield Entry(day, "date", brief.sources["deadline"], role)
    for wanted in goal.conditions:
        if "conditions" in brief.sources:
            yield Entry(wanted.value, wanted.unit, brief.sources["conditions"], "condition")


def _quoted(brief: Brief) -> Iterator[Entry]:
    """The numbers in the words of the manager's that a draft may repeat; each counts only as what it is there."""
    goal = brief.goal
    said = {
        name: getattr(goal, name) or "" for name in ("segment", "channel", "means", "metric_raw", "baseline_period")
    }
    quotes = [
        (name, text, brief.sources.get("metric" if name == "metric_raw" else name)) for name, text in said.items()
    ]
    quotes += [
        (name, str(source.params.get("quote", "")), source)
        for name, source in brief.sources.items()
        if name in ("deadline", "baseline")
    ]
    own = brief.sources.get("strategy", Source(kind="user", ref="context.strategy", code="context"))
    quotes += [("strategy", text, own) for text in brief.profile.context.strategy]
    for role, text, source in quotes:
        if source is not None:
            yield from (_entry(found, source, role) for found in mentions.find(text) if found.values)


def _entry(found: mentions.Mention, source: Source, role: str) -> Entry:
    return Entry(found.values[0], found.units[-1], source, role)


def _offered(brief: Brief) -> Iterator[Entry]:
    """The targets that the history tells, and what is worked out from them."""
    found = offering.known(brief.goal, brief.history, brief.today)
    if found is None or brief.goal.value is None:
        return
    for offer in offering.offers(brief.goal, found):
        other = framings.towards(brief, offer, found)
        yield Entry(offer.value, offer.unit, other.sources["value"], "value")
        yield from _derived(other)


def _derived(brief: Brief) -> Iterator[Entry]:
    unit = brief.goal.unit or "none"
    for plain in (True, False):
        share = formulas.per_period(brief, plain=plain) if brief.goal.cadence is None else None
        if share is not None:
            yield Entry(share[1].value, unit, share[1].source, "derived")
    made = formulas.in_total(brief)
    if made is not None:
        yield Entry(made.value, unit, made.source, "derived")
    reached = formulas.level(brief)
    if reached is not None:
        base = sentence.baseline_unit(brief.goal) or "none"
        yield Entry(reached.value, base, reached.source, "value")
    middle = formulas.halfway(brief)
    if middle is not None:
        yield Entry(middle[0].value, unit, middle[0].source, "derived")
        yield Entry(middle[1], "date", middle[2], "derived")


def _figures(candidate: Candidate, brief: Brief, figures: list[Figure]) -> Iterator[Objection]:
    """Objections to figures without a source; the sourced ones are added to ``figures``."""
    entries = ledger(brief)
    nps = brief.goal.metric == "nps"
    claimed = {
        (figure.text, figure.span): figure.source.ref for figure in candidate.figures
    }  # to choose between equals
    for name, text in _texts(candidate):
        for found in mentions.find(text):
            if found.units == ("ordinal",) and found.values and found.values[0] <= 3:
                continue
            vouching = [entry for entry in entries if supports(entry, found, scored=nps)]
            told = claimed.get((name, found.span))
            entry = next((one for one in vouching if one.source.ref == told), vouching[0] if vouching else None)
            if entry is None:
                code = "date.unsourced" if found.day else "figure.unsourced"
                yield Objection(code=code, field=name, span=found.span, params={"quote": text[slice(*found.span)]})
            else:
                figures.append(
                    Figure(
                        span=found.span,
                        value=entry.value,
                        unit=entry.unit,
                        source=entry.source,
                        text=name,
                        role=entry.role,
                    )
                )


def supports(entry: Entry, found: mentions.Mention, *, scored: bool = False) -> bool:
    """Whether a ledger entry vouches for a mention: of the same kind and value, to half a unit of the last digit shown.

    ``scored``: the goal is a score, whose points are counts.
    """
    if isinstance(entry.value, date):
        return mentions.dated(found, entry.value)
    kinds = {"none": {"count", "%", "points"}, "count": {"count"}}.get(entry.unit, {entry.unit})
    if scored and kinds & {"count", "points"}:
        kinds = {*kinds, "count", "points"}
    if entry.unit == "none":
        kinds |= {unit for unit in found.units if kpis.is_currency(unit)}
    slack = max(found.slack, 1e-6 * abs(entry.value))
    return bool(kinds & set(found.units)) and any(abs(value - entry.value) <= slack for value in found.values)


def _claims(candidate: Candidate, brief: Brief, figures: list[Figure]) -> Iterator[Objection]:
    """What the texts say beside their figures that no fact says; the manager's own sentence is theirs."""
    for name, text in _texts(candidate):
        own = name == "statement" and candidate.author == "manager"
        if own or not text or text == _built_in(name, candidate, brief):
            continue
        standing = [figure for figure in figures if figure.text == name]
        for claim in claims.find(text, brief, standing, goal=name == "statement", ours=candidate.author == "rules"):
            quote = text[slice(*claim.span)]
            yield Objection(code=claim.code, field=name, span=claim.span, params={"quote": quote})


def _built_in(name: DraftText, candidate: Candidate, brief: Brief) -> str:
    """The catalogue's text of that name, whose every word was weighed once for all."""
    if name == "rationale":
        return prose.rationale(brief).text
    if name == "announcement":
        return prose.announcement(brief, pieces.as_piece(candidate.statement.rstrip("."))).text
    return "" if name == "statement" else getattr(prose, name)(brief)


# Facts, verdict, copy


def _facts(candidate: Candidate, brief: Brief, reading: Reading) -> Iterator[Objection]:
    """What the sentence says otherwise than the brief, when it is read like any other."""
    allowed = [brief.goal, *(framed.goal for framed in framings.frame(brief))]
    if all(any(_differences(one, candidate.goal)) for one in allowed):
        yield Objection(code="fact.goal")
    if reading.kind != "goal" or not reading.components:
        yield Objection(code="fact.no_goal", params={"kind": reading.non_goal_kind})
        return
    if len(reading.components) > 1:
        yield Objection(code="fact.several", params={"n": len(reading.components)})
    for name, wanted, found in _differences(candidate.goal, reading.first):
        yield Objection(code=f"fact.{name}", params={"wanted": str(wanted), "found": str(found)})


def _differences(wanted: Component, found: Component) -> Iterator[tuple[str, Any, Any]]:
    for name in (
        "metric",
        "value",
        "value_max",
        "unit",
        "comparator",
        "baseline",
        "cadence",
        "change",
        "deadline",
        "direction",
    ):
        one, two = _comparable(name, wanted), _comparable(name, found)
        if name in ("change", "metric", "unit") and one is None:
            continue
        beside = wanted.change == "absolute" or (wanted.change == "relative" and two is None)
        if name == "baseline" and beside:
            continue  # said beside the goal ("+20 %, from 150,000"): a sourced figure, which a reader may pass over
        if name == "direction" and not (wanted.direction in ("increase", "decrease") and _opposed(wanted, found)):
            continue
        if one != two:
            yield name, one, two


def _opposed(one: Component, two: Component) -> bool:
    """Whether one goal goes up and the other down; "reach" says neither."""
    return {one.direction, two.direction} == {"increase", "decrease"} or two.direction == "maintain"


def _comparable(name: str, goal: Component) -> Any:
    value = getattr(goal, name)
    if name == "unit":
        return None if value in (None, "none") or goal.value is None else value
    if name == "comparator":
        return None if value in (None, "=") else value
    if name == "change":
        added = goal.metric == "upsell_revenue" and goal.unit not in (
            "%",
            "points",
            "x",
        )  # made or made in addition: the same
        return None if goal.value is None or (added and value != "from_to") else value
    return round(value, 6) if isinstance(value, float | int) else value


def _verdict(assessment: Assessment, brief: Brief) -> Iterator[Objection]:
    if brief.smart and not assessment.smart:
        yield Objection(
            code="smart.worse",
            params={"criteria": [name for name, one in assessment.criteria.items() if one.verdict == "fail"]},
        )
        return
    for name, before in brief.verdicts.items():
        after = assessment.criteria[name].verdict
        lost = name in _NO_WORSE and before in ("pass", "warn") and after in ("fail", "unknown")
        if lost or (after == "fail" and before != "fail"):
            yield Objection(code="smart.worse", params={"criteria": [name]})


def _copy(candidate: Candidate, brief: Brief) -> Iterator[Objection]:
    """A vague ambition handed back as it came is no help; a SMART one may be kept."""
    if (
        not brief.smart
        and brief.ambition
        and alike(candidate.statement, brief.ambition) >= _COPY
        and not brief.unknowns
    ):
        yield Objection(code="copy")


def alike(one: str, two: str) -> float:
    """Share of words that two texts have in common, 1 when they are the same but for case, accents and punctuation."""
    left, right = (words_of(text) for text in (one, two))
    longest = max(len(left), len(right))
    if longest < _FEW_WORDS:
        return float(left == right)
    common = sum(min(left.count(word), right.count(word)) for word in set(left))
    return common / longest


def words_of(text: str) -> list[str]:
    """The folded words of a text."""
    return "".join(char if char.isalnum() else " " for char in fold(text)).split()
