"""From codes to words: what the core decided, said in a person's language.

:func:`word` fills the empty texts of whatever comes down the line (an assessment, a draft, a turn) and leaves what is
already written. :class:`Catalogue` serves every other shell. Parameters are rendered here, by locale:

* ``{"all": […]}`` → each of them in turn;
* a number, a ``date``; ``{"amount", "unit", "metric"}`` → "30 rendez-vous qualifiés", "150 000 €"; ``{"share"}`` →
  "20 %" (``"signed"``: "+20 %"); ``{"date"}`` → "31 mars 2027"; ``{"quote"}`` → « … »; ``{"key"}`` → another message;
* a string stands as it is: someone's words, never a code, and never read as a template.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from coach import i18n
from coach.core import rendering
from coach.core.calibration import saying
from coach.core.drafting.words import noun
from coach.core.model import (
    Assessment,
    Component,
    CriterionReview,
    Draft,
    Evidence,
    Figure,
    Finding,
    Message,
    Question,
    QuickReply,
    Reading,
    Source,
    Span,
    Suggestion,
    Turn,
)
from coach.core.model.calibration import Calibrated
from coach.core.model.dialogue import Notice
from coach.core.smart.rules import message_key
from coach.core.smart.thresholds import REGISTRY

_Worded = TypeVar("_Worded", Assessment, Calibrated, Draft, Turn)

_PAGES = "web."
"""The pages' labels serve every shell: ``criterion.specific`` is found as ``web.criterion.specific``."""


class Catalogue:
    """The messages of one language, or of English where that language has no catalogue or lacks the message."""

    def __init__(self, language: str, locale: str | None = None) -> None:
        """``locale`` ("en-GB", "fr-CH") settles how figures and days are written; by default the language's own."""
        tag = language.replace("_", "-").split("-")[0].casefold()
        self.language = tag if tag in i18n.languages() else i18n.FALLBACK
        given = (locale or "").replace("_", "-")
        self.locale = given if given.split("-")[0].casefold() == self.language else self.language
        self._messages = i18n.messages(self.language)

    def __contains__(self, key: str) -> bool:
        return self._raw(key) is not None

    def gettext(self, key: str, /, **params: Any) -> str:
        """The message of ``key`` with ``params`` rendered; ``n`` chooses between singular and plural.

        A key nobody wrote comes back as it is, so that a screen shows a code rather than nothing.
        """
        return self.find(key, **params) or key

    def find(self, key: str, /, **params: Any) -> str | None:
        """As :meth:`gettext`, but None for a key nobody wrote."""
        text = self._raw(key)
        if text is None:
            return None
        if not isinstance(text, str):
            one = rendering.is_one(abs(_number(params.get("n", 1))), self.locale)
            text = text[0] if one else text[-1]
        return text.format_map(_Params(params, self)) if "{" in text else text

    def _raw(self, key: str) -> i18n.Text | None:
        text = self._messages.get(key) or self._messages.get(_PAGES + key)
        if text is not None or self.language == i18n.FALLBACK:
            return text
        spare = i18n.messages(i18n.FALLBACK)  # read at the first message that the language lacks
        return spare.get(key) or spare.get(_PAGES + key)

    def render(self, value: Any) -> str:
        """A message parameter as a person reads it (see the module's first lines)."""
        if isinstance(value, str):
            return value
        if isinstance(value, Mapping):
            return self._tagged(value)
        if isinstance(value, date):
            return rendering.day(value, self.locale)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "" if value is None else str(value)
        return rendering.number(value, self.locale)

    def _tagged(self, value: Mapping[str, Any]) -> str:
        if "amount" in value:
            return self._amount(value["amount"], value.get("unit"), value.get("metric"))
        if "share" in value:
            shown = rendering.percent(round(value["share"] * 100, 1), self.locale)
            return f"+{shown}" if value.get("signed") and value["share"] > 0 else shown
        if "all" in value:
            return " · ".join(self.render(each) for each in value["all"])
        if "date" in value:
            return rendering.day(date.fromisoformat(value["date"]), self.locale)
        if "quote" in value:
            return rendering.quote(value["quote"], self.locale)
        return self.find(value.get("key", ""), n=value.get("n", 1)) or value.get("text", "")

    def _amount(self, amount: float, unit: str | None, metric: str | None) -> str:
        shown = rendering.amount(amount, unit, self.locale)
        named = self.find(f"metric.{metric}", n=amount) if metric and unit in (None, "none", "count") else None
        return f"{shown} {named}" if named else shown


class _Params(dict[str, Any]):
    """Parameters rendered as the template asks for them; one that is missing shows its name."""

    def __init__(self, params: Mapping[str, Any], catalogue: Catalogue) -> None:
        super().__init__(params)
        self._catalogue = catalogue

    def __getitem__(self, name: str) -> str:
        return self._catalogue.render(super().__getitem__(name))

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _number(value: Any) -> float:
    return value.get("amount", 1) if isinstance(value, Mapping) else value if isinstance(value, int | float) else 1


@lru_cache(maxsize=32)
def catalogue(language: str, locale: str | None = None) -> Catalogue:
    """The catalogue of a language, kept once made."""
    return Catalogue(language, locale)


def word(value: _Worded, language: str, locale: str | None = None) -> _Worded:
    """``value`` with its texts filled in ``language``; what is already written stays, as does every code.

    Args:
        value: An :class:`Assessment`, a :class:`Calibrated`, a :class:`Draft` or a :class:`Turn`.
        language: ISO 639-1; one without a catalogue ("und", "pt") is answered in English.
        locale: How figures and days are written; by default as the language does.
    """
    words = catalogue(language, locale)
    worded: dict[type, Callable[[Any, Catalogue], Any]] = {
        Assessment: _assessment,
        Calibrated: _calibrated,
        Draft: _draft,
        Turn: _turn,
    }
    return worded[type(value)](value, words)


# -- the verdicts -----------------------------------------------------------------------------------------------------


def _assessment(assessment: Assessment, words: Catalogue) -> Assessment:
    reading = assessment.reading
    criteria = {
        name: CriterionReview(verdict=review.verdict, findings=_findings(review.findings, reading, words))
        for name, review in assessment.criteria.items()
    }
    return assessment.model_copy(
        update={
            "criteria": criteria,
            "fit": _findings(assessment.fit, reading, words),
            "suggestions": tuple(_suggestion(one, reading, words) for one in assessment.suggestions),
        }
    )


def _findings(findings: tuple[Finding, ...], reading: Reading, words: Catalogue) -> tuple[Finding, ...]:
    return tuple(_finding(finding, reading, words) for finding in findings)


def _finding(finding: Finding, reading: Reading, words: Catalogue) -> Finding:
    said = {"quote": said_words(reading.text, finding.spans, words.locale), **finding.params}
    message = finding.message or words.gettext(message_key(finding), **said)
    evidence = tuple(piece if piece.text else _evidence(piece, words) for piece in finding.evidence)
    return finding.model_copy(update={"message": message, "evidence": evidence})


_NEAR = 6
"""Characters between two quotes, " de " or " of the ", that make them one phrase."""

_LONGEST_QUOTE = 80


def said_words(text: str, spans: tuple[Span, ...], locale: str) -> str:
    """The words at ``spans``, quoted: neighbours become one phrase, a long quote is cut; without spans, the text."""
    merged: list[Span] = []
    for start, end in sorted(spans) or [(0, len(text))]:
        if merged and start - merged[-1][1] <= _NEAR and not set(text[merged[-1][1] : start]) & set(".,;:!?()"):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return rendering.listing([rendering.quote(_short(text[start:end]), locale) for start, end in merged], locale)


def _short(words: str) -> str:
    words = words.strip()
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _evidence(piece: Evidence, words: Catalogue) -> Evidence:
    if piece.kind == "missing":
        text = words.gettext("evidence.missing", slot=words.gettext(f"slot.{piece.ref}"))
    elif piece.kind == "convention" and piece.ref in REGISTRY:
        text = _threshold(piece, words)
    else:
        return piece
    return piece.model_copy(update={"text": text})


def _threshold(piece: Evidence, words: Catalogue) -> str:
    """A figure a rule compares with, and where it comes from: its source, or the workspace that changed it."""
    threshold = REGISTRY[piece.ref]
    value = threshold.default if piece.value is None else piece.value
    name = words.find(f"threshold.{piece.ref}") or piece.ref
    source = words.find(f"threshold_source.{piece.ref}") or threshold.source
    if value != threshold.default:
        source = words.gettext("evidence.workspace")
    return words.gettext(
        "evidence.threshold", name=name, value=value * 100 if threshold.unit == "ratio" else value, source=source
    )


_LONGEST_EXAMPLE = 120


def _suggestion(suggestion: Suggestion, reading: Reading, words: Catalogue) -> Suggestion:
    message = suggestion.message or words.gettext(f"suggestion.{suggestion.code}")
    return suggestion.model_copy(
        update={"message": message, "example": suggestion.example or _example(suggestion, reading, words)}
    )


def _example(suggestion: Suggestion, reading: Reading, words: Catalogue) -> str | None:
    """The manager's own sentence with a blank where something is missing: no figure is ever made up."""
    kind = suggestion.params.get("example")
    text = " ".join(reading.text.split()).rstrip(" .!?…;:,")
    if kind is None or not text or len(text) > _LONGEST_EXAMPLE or words.language != reading.language:
        return None
    things = words.find(f"metric.{suggestion.params.get('metric')}", n=2) or ""
    return words.find(f"example.{kind}", text=text, things=things)


# -- drafts -----------------------------------------------------------------------------------------------------------


def _draft(draft: Draft, words: Catalogue) -> Draft:
    figures = tuple(_figure(figure, words) for figure in draft.figures)
    return draft.model_copy(update={"assessment": _assessment(draft.assessment, words), "figures": figures})


def titles(drafts: Sequence[Draft], words: Catalogue) -> tuple[str, ...]:
    """What tells the drafts shown together apart, never the same twice.

    Their chances when a history tells them; how demanding they are when each is so in its own way; else how they put
    the goal, and then both.
    """
    if drafts and all(draft.chance is not None for draft in drafts):
        return tuple(_with_chance(draft, words) for draft in drafts)
    if len({draft.variant for draft in drafts}) == len(drafts) > 1:
        return tuple(words.gettext(f"draft.variant.{draft.variant}") for draft in drafts)
    named = [_framing(draft, words) for draft in drafts]
    if len({draft.variant for draft in drafts}) > 1:
        named = [
            name if named.count(name) == 1 else f"{name} · {words.gettext(f'draft.variant.{draft.variant}').lower()}"
            for name, draft in zip(named, drafts, strict=True)
        ]
    return tuple(
        name if name not in named[:at] else f"{name} · {named[:at].count(name) + 1}" for at, name in enumerate(named)
    )


def _with_chance(draft: Draft, words: Catalogue) -> str:
    own = all(figure.source.kind == "user" for figure in draft.figures if figure.role == "value")
    title = words.gettext("draft.own_target" if own else f"draft.variant.{draft.variant}")
    return words.gettext("draft.with_chance", title=title, chance={"share": round(draft.chance or 0, 2)})


def _framing(draft: Draft, words: Catalogue) -> str:
    return words.gettext("draft.own" if draft.author == "manager" else f"draft.framing.{draft.framing}")


def _figure(figure: Figure, words: Catalogue) -> Figure:
    return figure.model_copy(update={"source": _source(figure.source, words)})


def _source(source: Source, words: Catalogue) -> Source:
    if source.explain or not source.code:
        return source
    return source.model_copy(update={"explain": words.find(f"source.{source.code}", **source.params) or ""})


# -- the conversation -------------------------------------------------------------------------------------------------


def _calibrated(value: Calibrated, words: Catalogue) -> Calibrated:
    found = value.calibration or value.needed
    if value.sentences:
        return value
    if found is None:
        return value.model_copy(update={"sentences": {"waiting": words.gettext("calibration.waiting")}})
    placed = None
    if value.calibration is not None and value.placed is not None:
        placed = value.placed.within(value.calibration)
    told = saying.told(found, placed)
    if value.middle_before is not None:
        told = tuple(map(saying.with_other_people, told))
    told = (*told, *saying.supposed(value))
    return value.model_copy(update={"sentences": {about: words.gettext(key, **params) for about, key, params in told}})


def _turn(turn: Turn, words: Catalogue) -> Turn:
    return turn.model_copy(
        update={
            "calibrated": turn.calibrated and _calibrated(turn.calibrated, words),
            "assessment": _assessment(turn.assessment, words) if turn.assessment else None,
            "question": _question(turn.question, words) if turn.question else None,
            "drafts": tuple(_draft(draft, words) for draft in turn.drafts),
            "facts": tuple(fact.model_copy(update={"source": _source(fact.source, words)}) for fact in turn.facts),
            "messages": tuple(_message(message, words) for message in turn.messages),
            "notices": tuple(_notice(notice, words) for notice in turn.notices),
        }
    )


def _question(question: Question, words: Catalogue) -> Question:
    why = question.why or words.find(f"question.{question.slot}.why") or words.find(f"slot_why.{question.slot}") or ""
    return question.model_copy(
        update={
            "text": question.text or words.gettext(f"question.{question.code}", **_named(question.params, words)),
            "why": why,
            "replies": tuple(_reply(reply, words) for reply in question.replies),
        }
    )


def _named(params: Mapping[str, Any], words: Catalogue) -> dict[str, Any]:
    """The parameters with every form of the indicator they name: {the}, {de}, {many}…"""
    if not {"metric", "metric_raw"} & set(params):
        return dict(params)
    goal = Component(metric=params.get("metric"), metric_raw=params.get("metric_raw"), unit=params.get("unit"))
    return {**noun(goal, words.language)._asdict(), **params}


def _reply(reply: QuickReply, words: Catalogue) -> QuickReply:
    params = _named(reply.params, words)
    label = reply.label or words.gettext(f"reply.{reply.code}", **params)
    text = reply.text or words.find(f"reply.{reply.code}.text", **params) or label
    return reply.model_copy(update={"label": label, "text": text})


def _notice(notice: Notice, words: Catalogue) -> Notice:
    text = notice.text or words.gettext(f"notice.{notice.code}", **notice.params)
    return notice.model_copy(update={"text": text})


def _message(message: Message, words: Catalogue) -> Message:
    """The coach's lines are worded from what was noticed and asked; the manager's are theirs."""
    if message.role == "manager":
        return message
    notices = tuple(_notice(notice, words) for notice in message.notices)
    question = _question(message.question, words) if message.question else None
    said = [notice.text for notice in notices] + ([question.text] if question else [])
    return message.model_copy(
        update={"notices": notices, "question": question, "text": message.text or " ".join(filter(None, said))}
    )
