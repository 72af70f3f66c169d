"""Dates, horizons and rhythms: every expression of time of a text, with what it is for.

The line: :mod:`words` (tokens) → :mod:`names` (dates, periods and lengths) → :mod:`within` (periods within periods) →
:mod:`edges` (their edges, what is counted from them) → :mod:`frames` (what introduces them, and their role). Each step
rewrites tokens by rules over kinds of words (:mod:`grammar`); the words are data, in the lexicon's ``[time]`` tables.
"""

import re
from dataclasses import replace
from datetime import date

from coach.core.facts.mentions import TimeMention
from coach.core.facts.periods.calendar import Calendar
from coach.core.facts.periods.edges import COUNTED, EDGES
from coach.core.facts.periods.frames import mentions
from coach.core.facts.periods.grammar import KINDS, SYMBOL
from coach.core.facts.periods.names import names
from coach.core.facts.periods.vocabulary import Vocabulary, load_vocabulary
from coach.core.facts.periods.within import WITHIN
from coach.core.facts.periods.words import tokens_of
from coach.core.facts.text import Text

__all__ = ["find"]

_TIMELY = (
    "adverb", "year_on_year", "years", "year", "day_date", "month_date", "fraction", "month", "weekday",
    "weak_weekday", "weekdays", "code_quarter", "code_half", "code_week", "code_fiscal", "offset", "relative_day",
    "end_code", "mid_code", "running", "moment", "noon", "clock", "close_of_day", "ordinal", "always", "number",
)  # fmt: skip
_SOMETHING = re.compile("[" + "".join(SYMBOL[name] for name in KINDS if name.startswith("u_") or name in _TIMELY) + "]")


SEASON_DAYS = 45
"""How far from a season's ends a date may lie that makes it precise."""


def find(
    text: Text, language: str, *, today: date, locale: str | None = None, fiscal_year_start: int = 1
) -> tuple[TimeMention, ...]:
    """Every expression of time of ``text``, in order; none overlaps another.

    Args:
        text: What was typed, with its folded copy.
        language: Whose words to read, "fr" or "en".
        today: The day from which "in 3 months" and "next quarter" are counted.
        locale: Such as "en-GB": settles whether 3/7 is the 3rd of July or the 7th of March.
        fiscal_year_start: The month the company's year starts with, 1-12; with 1, "this financial year" stays open.

    Raises:
        KeyError: There is no lexicon for ``language``.
    """
    known = load_vocabulary(language)
    tokens = tokens_of(language, text)
    if not _SOMETHING.search("".join([token.kind for token in tokens])):
        return ()
    calendar = Calendar(today, fiscal_year_start, _order(known, locale) == "mdy", known.fortnight)
    for step in (names(known.month_first), WITHIN, EDGES, COUNTED):
        tokens = step.rewrite(tokens, calendar)
    return _settled(list(mentions(text, tokens, calendar, known)), today)


def _order(known: Vocabulary, locale: str | None) -> str:
    """The order of day and month in figures: the region's, or the language's own."""
    region = locale.replace("_", "-").rpartition("-")[2].upper() if locale and len(locale) > 2 else ""
    return known.regions.get(region, known.order)


def _settled(found: list[tuple[TimeMention, bool]], today: date) -> tuple[TimeMention, ...]:
    """The mentions, each seen beside the others.

    A date said beside a season is the date meant ("avant l'été, disons le 30 juin"); a past period beside a deadline to
    come is what the goal is compared with.
    """
    ends = [mention.end for mention, season in found if mention.role == "deadline" and mention.end and not season]
    return tuple(_seen_beside(mention, season, ends, today) for mention, season in found)


def _seen_beside(mention: TimeMention, season: bool, ends: list[date], today: date) -> TimeMention:
    if mention.role != "deadline" or mention.end is None:
        return mention
    near = (mention.end, *mention.alternatives)
    if season and any(abs((end - day).days) <= SEASON_DAYS for end in ends for day in near):
        return replace(mention, role="duration", end=None, start=None, alternatives=())
    if mention.end < today and mention.start is not None and any(end >= today for end in ends):
        return replace(mention, role="comparison", alternatives=())
    return mention
