"""Figures and days as they are written in a draft, each marked with the fact it shows and its source."""

from collections.abc import Iterable, Mapping
from datetime import date

from coach.core import kpis, rendering
from coach.core.drafting import mentions
from coach.core.drafting.pieces import Mark, Piece, fill
from coach.core.drafting.words import table
from coach.core.facts.text import fold
from coach.core.model import Component, Condition, Source

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
_BOUNDS = {None: "eq", "=": "eq", ">=": "ge", ">": "gt", "<=": "le", "<": "lt"}


def locale_of(language: str, locale: str | None) -> str:
    """The locale figures are written in: the one given when it is of the draft's language, else the language's own."""
    given = (locale or "").replace("-", "_")
    return given if given.split("_")[0] == language and "_" in given else _LOCALES.get(language, language)


def amount(value: float, unit: str | None, locale: str) -> str:
    """A figure with its unit; a multiplier is the bare number ("par 3", not "par × 3")."""
    spoken = "en" if locale == _LOCALES["en"] and unit not in ("GBP", "EUR") else locale  # "$60,000", not "US$60,000"
    return rendering.amount(round(value, 2), None if unit == "x" else unit, spoken)


def marked(text: str, value: float | date, unit: str | None, role: str, source: Source) -> Piece:
    """``text`` as one figure."""
    return Piece(text, (Mark((0, len(text)), value, unit or "none", role, source),))


def figure(value: float, unit: str | None, role: str, source: Source, locale: str, *, bare: bool = False) -> Piece:
    """A figure written for the locale and marked; ``bare`` leaves its unit unsaid."""
    return marked(amount(value, None if bare else unit, locale), value, unit, role, source)


def is_score(goal: Component) -> bool:
    """Whether the goal is a level of a score, which is said without a unit: "un NPS de 45"."""
    kpi = kpis.find(goal.metric)
    return kpi is not None and kpi.unit == "score" and goal.change != "relative"


def bounded(goal: Component, source: Source, kind: str, language: str, locale: str, ending: str = "") -> Piece:
    """The target as the goal bounds it: "30", "au moins 30", "10-15"; ``kind`` picks the preposition it follows."""
    forms = table(language)["bounds"]
    bare = is_score(goal)
    which = "range" if goal.value_max is not None else _BOUNDS[goal.comparator]
    slots: dict[str, Piece | str] = {
        "value": figure(goal.value or 0, goal.unit, "value", source, locale, bare=bare),
        "e": ending,
    }
    if goal.value_max is not None:
        low = figure(goal.value or 0, goal.unit, "value", source, locale, bare=True)
        slots["range"] = low + "-" + figure(goal.value_max, goal.unit, "value_max", source, locale, bare=bare)
    return fill(forms.get(kind, forms["to"])[which], slots)


def condition(wanted: Condition, source: Source, language: str, locale: str, ending: str) -> Piece:
    """A condition's bound: "supérieur à 8 000 €"."""
    form = table(language)["bounds"]["of"][_BOUNDS[wanted.comparator]]
    return fill(form, {"value": figure(wanted.value, wanted.unit, "condition", source, locale), "e": ending})


def quoted(text: str, role: str, source: Source) -> Piece:
    """The manager's own words, whose figures are the manager's."""
    found = mentions.find(text)
    marks = (Mark(m.span, m.values[0] if m.values else 0.0, m.units[0], role, source) for m in found)
    return Piece(text, tuple(marks))


def opening(text: str, leads: Iterable[str]) -> str:
    """The longest of ``leads`` that opens ``text``, as it is typed there; empty when none does."""
    plain = fold(text)
    for lead in sorted(map(fold, leads), key=len, reverse=True):
        if plain.startswith(lead) and (lead.endswith("'") or not plain[len(lead) : len(lead) + 1].isalnum()):
            return text[: len(lead)]
    return ""


def by_opening(text: str, forms: Mapping[str, str]) -> tuple[str, str] | None:
    """The form of the word that opens ``text``, and the rest of it; None when no form is for it."""
    word = opening(text, forms)
    if not word:
        return None
    form = next(form for lead, form in forms.items() if fold(lead) == fold(word))
    return form, text[len(word) :].lstrip()
