"""Third and fourth pass: the edges of periods ("fin mars", "mid-Q2", the rest of the year), and what is counted from a
day ("2 weeks before Christmas")."""

from collections.abc import Callable
from datetime import date, timedelta

from coach.core.facts.periods.calendar import Calendar, Length, Period, add, add_months
from coach.core.facts.periods.grammar import (
    ANY_PERIOD,
    OF,
    SPAN_UNIT,
    SYMBOL,
    TO,
    UNIT_NAME,
    Action,
    Made,
    Match,
    Pass,
)
from coach.core.facts.periods.naming import GRAIN, edge, named
from coach.core.facts.periods.within import PERIODS

# --- edges -----------------------------------------------------------------------------------------------------------


def _whole(match: Match, calendar: Calendar) -> Period:
    if match.has("mid_code"):
        return calendar.relative(match.one("mid_code").value, 0)
    periods = match.all(*PERIODS)
    if periods:
        return periods[-1].value
    units = [UNIT_NAME[token.kind] for token in match.own if token.kind in UNIT_NAME]
    return calendar.relative(GRAIN.get(units[-1], "day"), 0)


def _end_of(match: Match, calendar: Calendar) -> Made | None:
    """Fin T3, end of next week, year-end, late this year."""
    whole = _whole(match, calendar)
    if whole.problem or whole.needs_calendar:
        return "p_day", whole._replace(grain="edge")
    past = match.has("p_past") and whole.grain != "span"
    return ("p_past", whole) if past else edge(whole)


def _closing(match: Match, calendar: Calendar) -> Made | None:
    """Clôture annuelle: the end of the running year."""
    grain = match.one("adverb").value
    return None if grain == "day" else edge(calendar.relative(grain, 0))


def _rest_of(match: Match, calendar: Calendar) -> Made:
    """The rest of the year, le reste du mois."""
    return named(calendar.from_today(_whole(match, calendar)))


_EARLY = {"week": 1, "month": 9, "quarter": 14, "half": 14, "year": 30, "bare_year": 30, "moment": 9}
"""How many days after its start the beginning of a period lies."""


def _early(start: date, end: date, grain: str) -> Period:
    """Début avril: the 10th; of a quarter or a half, its 15th day; of a year, 31 January; of a week, Tuesday."""
    ahead = _EARLY.get(grain, 0)
    found = start + timedelta(days=ahead)
    others = {start, found + timedelta(days=5), found - timedelta(days=min(ahead, 5))} - {found}
    return Period(found, found, "edge", others=tuple(sorted(others)))


def _middle(start: date, end: date, grain: str) -> Period:
    """Mi-mars: the 15th; mid-quarter: the 15th of its second month; mid-2027: 30 June; mid-week: Wednesday."""
    found = start + timedelta(days=2 if grain == "week" else 14)
    if grain == "quarter":
        found = (add_months(start, 1) or start) + timedelta(days=14)
    elif grain in ("half", "year", "bare_year"):
        found = (add_months(start, 3 if grain == "half" else 6) or end) - timedelta(days=1)
    elif grain not in ("week", "month"):
        found = start + (end - start) / 2
    return Period(found, found, "edge", others=(found + timedelta(days=5),) if grain == "month" else ())


def _inner(build: Callable[[date, date, str], Period]) -> Action:
    """A day inside a period; in a later period when it is over and the period was not dated."""

    def made(match: Match, calendar: Calendar) -> Made | None:
        whole = _whole(match, calendar)
        if whole.start is None or whole.end is None:
            return "p_day", whole._replace(grain="edge")
        found = build(whole.start, whole.end, whole.grain)
        if found.end and found.end < calendar.today:
            later = _after(match, whole, calendar)
            found = build(later.start, later.end, later.grain) if later.start and later.end else found
        return "p_day", found._replace(dated=whole.dated)

    return made


def _after(match: Match, whole: Period, calendar: Calendar) -> Period:
    """The period after a running one that was named by its unit alone ("mid-week"); next year's March."""
    if not match.has(*PERIODS) and whole.grain in ("week", "month", "quarter", "half", "year"):
        return calendar.relative(whole.grain, 1)
    return whole if whole.dated else whole.shifted(1)


# --- counted from a day ----------------------------------------------------------------------------------------------


def _is_rhythm(match: Match) -> bool:
    """The "a day" of "6 meetings a day before June"."""
    return match.first > 0 and match.tokens[match.first - 1].kind in (SYMBOL["other"], SYMBOL["rate"])


def _is_age(match: Match) -> bool:
    """The year of "inactifs depuis plus d'un an avant la fin février": how long ago, not how long before."""
    before = match.tokens[max(0, match.first - 4) : match.first]
    return any(token.kind == SYMBOL["since"] or {"dormant", "over"} & token.tags for token in before)


def _from(sign: int) -> Callable[[Match, Calendar], Made | None]:
    """3 weeks from Monday (1), 2 weeks before Christmas (-1)."""

    def made(match: Match, calendar: Calendar) -> Made | None:
        length: Length = match.one("length").value
        if (length.article and _is_rhythm(match)) or (sign < 0 and _is_age(match)):
            return None
        whole = match.all(*PERIODS)[-1].value
        origin = whole.end if whole.grain == "edge" and sign > 0 else whole.start
        if origin is None:
            return None
        found = add(origin, length, sign)
        if found and sign > 0 and whole.grain not in ("day", "edge", "counted", "today", "day_number"):
            found -= timedelta(days=1)  # six months from January: to the end of June
        return "p_day", Period(found, found, "counted", dated=True, problem=None if found else "impossible_date")

    return made


def _from_now(match: Match, calendar: Calendar) -> Made:
    """Three weeks from now, 6 mois à compter d'aujourd'hui."""
    found = add(calendar.today, match.one("length").value)
    return "p_day", Period(found, found, "counted", dated=True, problem=None if found else "impossible_date")


def _ago(match: Match, calendar: Calendar) -> Made:
    """Two years ago."""
    return "p_past", Period(None, calendar.today, "span", dated=True)


EDGES = Pass(
    (f"the? end {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _end_of),
    (f"the? end_or_after ({OF} the? ({ANY_PERIOD}|{SPAN_UNIT})|the? {ANY_PERIOD}|u_year|u_month)", _end_of),
    (f"(?<=[before by_date]) the? ({ANY_PERIOD}|{SPAN_UNIT}) finished", _end_of),
    (f"{SPAN_UNIT} end_or_after (?! rate|of)", _end_of),
    (f"the? {ANY_PERIOD} end_or_after (?= [comma dot stop dash colon by by_date before in]|$)", _end_of),
    ("[end end_or_after] adverb", _closing),
    (f"the? rest {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _rest_of),
    (f"later {ANY_PERIOD}", _end_of),
    (f"the? begin {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _inner(_early)),
    ("mid_code", _inner(_middle)),
    (f"the? mid {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _inner(_middle)),
    needs=("end", "end_or_after", "finished", "rest", "later", "begin", "mid", "mid_code"),
)

COUNTED = Pass(
    (f"the? [end end_or_after] {OF} length", _from_now),
    (f"length before {OF}? {TO}? the? [p_day p_week p_month p_quarter p_half p_year p_moment p_weekday]", _from(-1)),
    (
        f"length (after|from|start) {OF}? {TO}? the? [p_day p_week p_month p_quarter p_half p_year p_moment p_weekday]",
        _from(1),
    ),
    ("length from_now", _from_now),
    ("length last_after", _ago),
    needs=("length",),
)
