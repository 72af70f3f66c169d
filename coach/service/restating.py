"""A goal's sentence and its figures say the same, whichever of them a person changes."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from coach import flow
from coach.core import tracking
from coach.core.model import Component
from coach.entrance import storable
from coach.errors import BadInput
from coach.store.rows import Row

_DIGITS = re.compile(r"\d[\d\s.,\u00a0\u202f]*\d|\d")
_BY = {"fr": ("d’ici le {}", "d’ici au {}", "avant le {}", "le {}", "{}"), "en": ("by {}", "{}", "on {}")}


def read(statement: str, row: Row, columns: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """The columns that a new statement gives; BadInput when it is no goal, or contradicts the ``columns`` given.

    A horizon that was kept as it stood ("in 3 months") still counts from the day the goal was adopted.
    """
    before, component = _read(row["statement"], row, _adopted_on(row)), _read(storable(statement), row, today)
    if _words(row["statement"], before, "deadline") == _words(statement, component, "deadline"):
        component = _read(statement, row, _adopted_on(row))
    said = {"statement": statement, "target": tracking.level(component), "due": component.deadline}
    if any(name in said and said[name] != value for name, value in columns.items()):
        raise BadInput(
            "The new statement and the new figures do not say the same.",
            remedy="Change one of them; the other follows.",
            reason="apart",
        )
    return {name: value for name, value in said.items() if value != row[name]}


def rewrite(row: Row, columns: dict[str, Any]) -> str:
    """The goal's statement with the new target or due date in it, read again to be sure that it says so.

    Raises:
        BadInput: The sentence holds no place for them (``reason="restate"``): it has to be given too.
    """
    wanted = {name: columns.get(name, row[name]) for name in ("target", "due")}
    component = _read(row["statement"], row, _adopted_on(row))
    for statement in _candidates(row["statement"], component, columns, row["language"]):
        said = _read(statement, row, _adopted_on(row))
        if said.deadline == wanted["due"] and _same(tracking.level(said), wanted["target"]):
            return statement
    raise BadInput(
        "The goal’s sentence cannot be rewritten with these figures.",
        remedy="Send the new `statement` with them.",
        reason="restate",
    )


def _adopted_on(row: Row) -> dt.date:
    return dt.date.fromisoformat(str(row["draft"]["reading"]["reference_date"]))


def _words(statement: str, component: Component, fact: str) -> str | None:
    spans = component.spans.get(fact)
    return statement[slice(*spans[0])] if spans else None


def _read(statement: str, row: Row, day: dt.date) -> Component:
    reading = flow.check(statement, today=day, language=row["language"]).reading
    if reading.kind != "goal":
        raise BadInput(
            "This statement is not a goal.", remedy="Say what is to be reached, and by when.", reason="no_goal"
        )
    return reading.first


def _candidates(statement: str, component: Component, columns: dict[str, Any], language: str) -> Iterator[str]:
    """The statement with each plausible wording of the new figures in the place of the old ones."""
    targets = _targets(statement, component, columns["target"], language) if "target" in columns else [None]
    dues = _dues(columns["due"], language) if "due" in columns else [None]
    for target in targets:
        for due in dues:
            places = [(component.spans.get("value"), target), (component.spans.get("deadline"), due)]
            edits = [(spans[0], text) for spans, text in places if text is not None and spans]
            if len(edits) == sum(text is not None for _, text in places):
                yield _spliced(statement, edits)


def _targets(statement: str, component: Component, target: float, language: str) -> Iterator[str]:
    spans = component.spans.get("value")
    if not spans:
        return
    written = statement[slice(*spans[0])]
    figure = format_decimal(_stated(component, target), locale=language)
    yield _DIGITS.sub(lambda _: figure, written, count=1)
    yield figure
    if component.unit and len(component.unit) == 3:
        yield f"{figure}\u00a0{component.unit}"


def _stated(component: Component, target: float) -> float:
    """The figure to write for the level ``target``: the inverse of ``tracking.level``."""
    base = component.baseline
    if component.change != "relative" or not base:
        return target
    if component.unit == "%":
        return abs(target / base - 1) * 100
    return target / base if component.unit == "x" else abs(target - base)


def _dues(due: dt.date, language: str) -> list[str]:
    day = format_date(due, format="long", locale=language if language in _BY else "en")
    return [wording.format(day) for wording in _BY.get(language, ("{}",))]


def _spliced(statement: str, edits: list[tuple[tuple[int, int], str]]) -> str:
    for (start, end), text in sorted(edits, reverse=True):
        statement = statement[:start] + text + statement[end:]
    return statement


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-9 * max(1.0, abs(other))
