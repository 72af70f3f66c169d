"""Last pass: the words that introduce a date, a period or a length, and what the whole is for."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from coach.core.facts.mentions import TimeMention, TimeRole
from coach.core.facts.periods import durations, lengths, naming, points
from coach.core.facts.periods.calendar import Calendar, Period
from coach.core.facts.periods.context import Found
from coach.core.facts.periods.grammar import (
    ANY_PERIOD,
    SPAN_UNIT,
    SYMBOL,
    TO,
    UNIT,
    UNIT_NAME,
    Match,
    Token,
    compile_pattern,
    symbols,
)
from coach.core.facts.periods.vocabulary import Vocabulary
from coach.core.facts.periods.within import PERIODS
from coach.core.facts.text import Text

Frame = Callable[[Found], TimeMention | None]

MOST = 400
"""Expressions of time weighed at most: a text of 10,000 characters that holds more of them is no text."""

_LEAD = (
    "[between by by_or_latest by_date before until in on at for to to_the within since start from of of_the"
    " during_or_this]"
)
_HORIZON = "([the article]? horizon [of of_the colon to the]{0,2})"
_HEAD = f"({_LEAD}{{0,4}} (by colon)? {_HORIZON}? [the this]?)"
_JOINT = "[to to_the and or until dash slash hyphen]"
_TAIL = "([latest by_or_latest most] (?! of|of_the|other))?"
_TO_A_DAY = ("by", "by_or_latest", "by_date", "before", "until", "on", "for", "to_the")
_PAUSES = ("", "comma", "colon", "stop", "dot")
_COUNTED_AFTER = ("percent", "number", *UNIT_NAME.values())
_JOINED = symbols(*PERIODS)
_CADENCE_UNIT = {
    "u_day": "day",
    "u_business": "day",
    "u_week": "week",
    "u_month": "month",
    "u_quarter": "quarter",
    "u_year": "year",
}


def _range(found: Found) -> TimeMention | None:
    """From May to December, entre mars et juin; Monday to Friday is a rhythm."""
    tokens = found.match.all(*PERIODS)
    if len(tokens) == 2 and all(token.kind == SYMBOL["p_weekday"] for token in tokens):
        return _always(found)
    first, last = tokens[0], tokens[-1]
    start: Period = found.calendar.relative("day", 0) if found.has("now", "from_now") else first.value
    whole = naming.span(start, last.value, found.calendar)
    return points.range_of(found, whole._replace(problem=last.value.problem))


def _per(found: Found) -> TimeMention | None:
    """Par semaine, /mois, chaque trimestre, every two weeks, every Monday."""
    if found.has("weekdays", "p_weekday", "p_month", "p_moment"):
        return TimeMention(found.span, "recurring")
    unit = naming.unit_of(found.match) if found.match.get(*UNIT_NAME.values()) else ""
    single = not found.has("number", "every_other", "length")
    return _cadence(found, _CADENCE_UNIT.get(unit, "") if single else "")


def _cadence(found: Found, grain: str, role: TimeRole = "cadence") -> TimeMention:
    """``grain``: "" when no cadence we know is said ("par semestre", "every two weeks")."""
    return TimeMention(found.span, role, cadence=points.CADENCE.get(grain))


def _adverb(found: Found) -> TimeMention:
    """Mensuel, weekly: a rhythm of the goal, of its follow-up, or part of a metric's or a contract's name."""
    grain = found.match.one("adverb").value
    near = found.left(1) | found.right(1)
    if "review" in found.left(2) | found.right(2):
        return _cadence(found, grain, "recurring")
    is_name = "contract" in near or (grain == "year" and "annual_name" in near)
    return _cadence(found, grain, "duration" if is_name else "cadence")


def _year_on_year(found: Found) -> TimeMention:
    return _cadence(found, found.match.one("year_on_year").value, "comparison")


def _always(found: Found) -> TimeMention:
    """24/7, on Mondays."""
    return TimeMention(found.span, "recurring")


def _every_other(found: Found) -> TimeMention | None:
    """Une semaine sur deux, un mardi sur deux."""
    said = found.match.value("length")
    if found.match.value("number") != 2 or (said is not None and said.figures and said.figures[0][0] != 1):
        return None
    return TimeMention(found.span, "recurring" if said is None else "cadence")


def _first_units(found: Found) -> TimeMention:
    """Attrition du premier mois, in their first 90 days: a scope."""
    return TimeMention(found.span, "duration")


def _day_number(found: Found) -> TimeMention | None:
    """Le 15, by the 1st; not "le 15 %", "the 1st customer"."""
    value, ordinal = found.match.one("number", "ordinal").value, found.has("ordinal")
    if not isinstance(value, int) or not 1 <= value <= 31 or found.after() in _COUNTED_AFTER:
        return None
    introduced = found.has("the", "to_the") and (found.has(*_TO_A_DAY) or found.after() in _PAUSES)
    cardinal_is_no_date = found.article_is_per and not ordinal  # "by the 15" is not English
    names_a_thing = not found.goes_on and (ordinal or found.article_is_per)  # "by the 1st customer"
    if not introduced or cardinal_is_no_date or names_a_thing:
        return None
    return points.deadline(found, found.calendar.day_of_month(value))


def _plan_unit(found: Found) -> TimeMention | None:
    """Month 3, by day 90, semaine 2 du plan: counted from a start we do not know."""
    number, unit = found.match.one("number").value, naming.unit_of(found.match)
    if not isinstance(number, int) or not 1 <= number <= 400:
        return None
    if not found.has(*_TO_A_DAY, "in", "at") and "plan" not in found.right(5):
        return None
    return points.plan(found, lengths.one(number, unit, found.calendar.fortnight))


_FRAMES: tuple[tuple[str, Frame], ...] = (
    (
        f"{_LEAD}{{0,3}} {_HORIZON}? the? ({ANY_PERIOD}|now|from_now) {_JOINT} {_LEAD}? the? {ANY_PERIOD} {_TAIL}",
        _range,
    ),
    (
        f"(per the?|every|slash) ({UNIT}|u_fiscal)|every [number length ordinal] {UNIT}?|every_other {SPAN_UNIT}",
        _per,
    ),
    (f"(article p_weekday|length) in number (?! {UNIT}|other|percent)", _every_other),
    ("every [weekdays p_weekday p_month p_moment]|on? the? weekdays", _per),
    ("adverb", _adverb),
    ("year_on_year", _year_on_year),
    ("always", _always),
    (f"[from of of_the] length {TO} [most bound]? of? length {_TAIL}", durations.movement),
    (f"{_LEAD}{{0,3}} the? (ordinal length|number ordinal {UNIT}|ordinal {UNIT})", _first_units),
    (f"{_LEAD}{{0,4}} [the article]? length horizon", durations.length),
    ("rest [bound most]? of? length|[bound most]? length left", durations.left),
    (f"{_HEAD} [bound most]? of? length {_TAIL}", durations.length),
    (f"{_HEAD} ({ANY_PERIOD}|p_clock) {_TAIL}", points.point),
    (f"({_LEAD}{{1,4}} the?|the) [number ordinal]", _day_number),
    (
        f"{_LEAD}{{0,3}} (?<![per slash every article number this]) the? [u_month u_day u_year] number"
        "(?! percent|other)",
        _plan_unit,
    ),
)
_SEARCH = re.compile("|".join(f"({compile_pattern(pattern)})" for pattern, _ in _FRAMES))


def _with_hyphens(text: Text, tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, and a hyphen where it glues two periods: Q1-Q2, mars-mai."""
    before = ""
    for token in tokens:
        if token.kind in _JOINED and before in _JOINED and text.norm[token.start - 1] == "-":
            yield Token(SYMBOL["hyphen"], token.start - 1, token.start)
        yield token
        before = token.kind


def mentions(
    text: Text, tokens: Sequence[Token], calendar: Calendar, known: Vocabulary
) -> Iterator[tuple[TimeMention, bool]]:
    """The expressions of time among ``tokens``, in order; and whether each is but a season ("avant l'été")."""
    tokens = list(_with_hyphens(text, tokens)) if "-" in text.norm else tokens
    kinds = "".join([token.kind for token in tokens])
    for match in islice(_SEARCH.finditer(kinds), MOST):
        found = Found(text, Match(tokens, *match.span()), calendar, known)
        made = _FRAMES[match.lastindex - 1][1](found)  # type: ignore[operator]
        if made is not None:
            yield made, found.is_season
