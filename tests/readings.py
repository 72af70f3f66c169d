"""Readings built by hand, so that the rules are tested without the reader."""

import datetime as dt
from typing import Any

from coach.core.model import Component, NonGoalKind, Reading, Span

TODAY = dt.date(2026, 1, 15)
IN_A_MONTH = dt.date(2026, 2, 15)
IN_SIX_MONTHS = dt.date(2026, 7, 15)
IN_A_YEAR = dt.date(2027, 1, 15)


def component(text: str, *, words: dict[str, str] | None = None, **facts: Any) -> Component:
    """A component of ``text``: ``words`` gives, per fact, the words of the text it was read from."""
    if facts.get("deadline"):
        facts.setdefault("time_basis", "horizon")
    if facts.get("value") is not None:
        facts.setdefault("change", "absolute")
    if facts.get("metric"):
        facts.setdefault("object_kind", "definite")
    facts.setdefault("scoped", any(facts.get(fact) for fact in ("segment", "channel", "means", "actor")))
    return Component(spans={fact: (_place(text, said),) for fact, said in (words or {}).items()}, **facts)


def _place(text: str, said: str) -> Span:
    start = text.index(said)
    return start, start + len(said)


def goal(text: str = "Signer 5 contrats", *components: Component, language: str = "fr", **facts: Any) -> Reading:
    """A goal read in ``text``; its facts are those of ``components``, or of one built from ``facts``."""
    read = components or (component(text, **facts),)
    return Reading(text=text, language=language, reference_date=TODAY, kind="goal", components=read)


def no_goal(kind: NonGoalKind, text: str = "Bonjour") -> Reading:
    """A text that states no goal."""
    return Reading(text=text, language="fr", reference_date=TODAY, kind="non_goal", non_goal_kind=kind)


def contracts(number: float, deadline: dt.date | None = IN_SIX_MONTHS, **facts: Any) -> Reading:
    """So many contracts by a date."""
    facts = {"metric": "deals_won", "value": number, "unit": "count", "direction": "reach"} | facts
    return goal(f"Signer {number:g} contrats", deadline=deadline, **facts)


def growth(percent: float, deadline: dt.date | None = IN_A_YEAR, **facts: Any) -> Reading:
    """So much more revenue by a date."""
    facts = {"metric": "revenue", "value": percent, "unit": "%", "change": "relative", "direction": "increase"} | facts
    return goal(f"Augmenter le CA de {percent:g} %", deadline=deadline, **facts)
