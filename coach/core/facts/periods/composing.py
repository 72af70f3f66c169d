"""The next passes: periods within periods ("the first Friday of next month"), their edges ("fin mars"), and what is counted from
them ("2 weeks before Christmas")."""

from collections.abc import Callable
from datetime import date, timedelta

from coach.core.facts.periods.calendar import Calendar, Length, Period, add, add_months, days_in, nth_weekday, stretch
from coach.core.facts.periods.grammar import (
    ANY_PERIOD,
    OF,
    SPAN_UNIT,
    SYMBOL,
    TO,
    UNIT,
    UNIT_NAME,
    Made,
    Match,
    Pass,
    Token,
)
from coach.core.facts.periods.lengths import length_of
from coach.core.facts.periods.naming import GRAIN, edge, named, unit_of

_PERIODS = (
    "p_day",
    "p_week",
    "p_month",
    "p_quarter",
    "p_half",
    "p_year",
    "p_moment",
    "p_span",
    "p_past",
    "p_unit",
    "p_weekday",
)
_MONTHS = {"u_month": 1, "u_quarter": 3, "u_half": 6, "u_year": 12}


def _last_period(match: Match) -> Token:
    return match.all(*_PERIODS)[-1]


def _day(found: date | None, whole: Period) -> Made | None:
    """A day inside ``whole``; none when it falls outside."""
    if found is None or whole.start is None or whole.end is None or not whole.start <= found <= whole.end:
        return None
    return "p_day", Period(found, found, "day", dated=whole.dated)


def _ordinal(match: Match) -> int:
    return -1 if match.has("last", "last_before") else match.value("ordinal", "number")


def _weekday_of(match: Match, calendar: Calendar) -> Made | None:
    """The first Friday of next month, le dernier lundi de mars."""
    whole, nth, wanted = _last_period(match).value, _ordinal(match), match.one("p_weekday").value
    if whole.start is None or whole.end is None or wanted.start is None:
        return None
    weekday = wanted.start.isoweekday()
    month = whole.end if nth < 0 else whole.start
    found = nth_weekday(month.year, month.month, weekday, nth)
    if found and found < calendar.today and match.has("p_unit") and whole.grain == "month":  # of the coming one, then
        whole = calendar.relative("month", 1)
        month = whole.start or month
        found = nth_weekday(month.year, month.month, weekday, nth)
    return _day(found, whole)


def _weekday_in(match: Match, calendar: Calendar) -> Made | None:
    """Friday next week, mercredi de la semaine prochaine."""
    wanted, week = match.one("p_weekday").value, match.one("p_week", "p_unit", "p_past").value
    if week.start is None or wanted.start is None or week.grain != "week":
        return None
    day = week.start + timedelta(days=wanted.start.isoweekday() - 1)
    return ("p_past" if match.has("p_past") else "p_day"), Period(day, day, "day", dated=True)


def _day_in(match: Match, calendar: Calendar) -> Made | None:
    """The 15th of next month, le dernier jour d'octobre, the 100th day of 2027."""
    whole, nth = _whole(match, calendar), _ordinal(match)
    if whole.start is None or whole.end is None or not isinstance(nth, int) or not 0 < abs(nth) <= 366:
        return None
    if nth < 0:
        last = whole.end - timedelta(days=max(0, whole.end.weekday() - 4) if match.has("u_business") else 0)
        return "p_day", Period(last, last, "edge", dated=whole.dated)
    found = whole.start + timedelta(days=nth - 1)
    if found > whole.end:
        return "p_day", Period(None, None, "day", problem="impossible_date")
    if not match.has("p_month", "p_year") and found < calendar.today and whole.grain == "month":
        following = add_months(whole.start, 1)
        found = (
            following + timedelta(days=min(nth, days_in(following.year, following.month)) - 1) if following else found
        )
    return "p_day", Period(found, found, "day", dated=whole.dated)


def _part_of(match: Match, calendar: Calendar) -> Made | None:
    """The third week of 2027, the last quarter of the year, the 9th month of next year."""
    whole, nth, unit = _last_period(match).value, _ordinal(match), unit_of(match)
    if whole.start is None or whole.end is None or not isinstance(nth, int) or not 0 < abs(nth) <= 53:
        return None
    if unit in ("u_week", "u_workweek", "u_weekend"):
        return _week_of(whole, nth, calendar)
    size = _MONTHS.get(unit)
    if size is None:
        return None
    count = (whole.end.year - whole.start.year) * 12 + whole.end.month - whole.start.month + 1
    first = add_months(whole.start, (count // size + nth if nth < 0 else nth - 1) * size)
    if first is None or not whole.start <= first <= whole.end:
        return None
    return named(stretch(first, GRAIN[unit])._replace(dated=whole.dated))


def _week_of(whole: Period, nth: int, calendar: Calendar) -> Made | None:
    """A week belongs to the month or year that holds its Thursday, as ISO 8601 has it for years."""
    thursdays = [whole.start, whole.end]
    if thursdays[0] is None or thursdays[1] is None:
        return None
    if nth > 0:
        first = thursdays[0] + timedelta(days=(3 - thursdays[0].weekday()) % 7)
        found = first + timedelta(days=7 * (nth - 1))
    else:
        found = thursdays[1] - timedelta(days=(thursdays[1].weekday() - 3) % 7)
    return named(calendar.week(found)) if thursdays[0] <= found <= thursdays[1] else None


def _first_n(match: Match, calendar: Calendar) -> Made | None:
    """The last four months of 2021, les 3 premiers mois de l'année."""
    whole = _last_period(match).value
    length = length_of(match, calendar.fortnight)
    if length is None or whole.start is None or whole.end is None:
        return None
    if match.has("last", "last_before"):
        return "p_span", whole._replace(grain="span")
    end = add(whole.start, length)
    return ("p_span", whole._replace(end=end - timedelta(days=1), grain="span")) if end and end > whole.start else None


def _half_of(match: Match, calendar: Calendar) -> Made | None:
    """First half of March, deuxième quinzaine d'avril, première moitié de 2027."""
    whole = _last_period(match).value
    half = match.get("p_half")
    nth = (
        _ordinal(match)
        if half is None
        else (1 if half.value.start and half.value.start.month == calendar.fiscal_start else 2)
    )
    if whole.start is None or whole.end is None or nth not in (1, 2, -1):
        return None
    if whole.grain == "month":
        middle = whole.start + timedelta(days=14)
    else:
        middle = whole.start + (whole.end - whole.start) / 2
        months = (whole.end.year - whole.start.year) * 12 + whole.end.month - whole.start.month + 1
        middle = (add_months(whole.start, months // 2) or middle) - timedelta(days=1) if months > 1 else middle
    if nth == 1:
        return "p_span", whole._replace(end=middle, grain="span")
    return "p_span", whole._replace(start=middle + timedelta(days=1), grain="span")


def _fortnight(match: Match, calendar: Calendar) -> Made | None:
    """La première quinzaine, with no month: of the running one, or of the next when it is over."""
    month, nth = calendar.relative("month", 0), _ordinal(match)
    if nth not in (1, 2, -1) or month.start is None:
        return None
    if nth == 1 and calendar.today.day > 15:
        month = calendar.relative("month", 1)
    middle = month.start + timedelta(days=14) if month.start else None
    whole = month._replace(end=middle) if nth == 1 else month._replace(start=middle)
    return "p_span", whole._replace(grain="span")


def _in_year(match: Match, calendar: Calendar) -> Made | None:
    """June next year, Q3 of this year, le 15 mars de l'année prochaine."""
    inner, whole = match.all(*_PERIODS)
    period, year = inner.value, whole.value
    if period.start is None or year.start is None:
        return ("p_day", period) if period.problem else None
    moved = period.shifted(year.start.year - period.start.year)._replace(dated=True)
    return ("p_past", moved) if match.has("p_past") else named(moved)


def _week_around(match: Match, calendar: Calendar) -> Made | None:
    """The week of October 7th, semaine du 12."""
    day = match.get("p_day", "p_weekday")
    start = day.value.start if day else calendar.day_of_month(match.one("number", "ordinal").value).start
    return named(calendar.week(start)) if start else None


def _day_of_month(match: Match, calendar: Calendar) -> Made | None:
    """Le 15, the 1st: a day of this month or the next."""
    value = match.one("number", "ordinal").value
    if not isinstance(value, int) or not 1 <= value <= 31:
        return None
    return "p_day", calendar.day_of_month(value)._replace(grain="day_number")


# --- edges -----------------------------------------------------------------------------------------------------------


def _whole(match: Match, calendar: Calendar) -> Period:
    if match.has("mid_code"):
        return calendar.relative(match.one("mid_code").value, 0)
    periods = match.all(*_PERIODS)
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


def _early(match: Match, calendar: Calendar) -> Made | None:
    """Début avril: the 10th; of a quarter or a half, its first month's 15th; of a year, the end of January; of a week, Tuesday."""
    whole = _whole(match, calendar)
    if whole.start is None:
        return "p_day", whole._replace(grain="edge")
    ahead = {"week": 1, "month": 9, "quarter": 14, "half": 14, "year": 30, "bare_year": 30, "moment": 9}.get(
        whole.grain, 0
    )
    whole = _not_over(whole, ahead, calendar)
    found = (whole.start or calendar.today) + timedelta(days=ahead)
    others = tuple({whole.start or found, found + timedelta(days=5), found - timedelta(days=min(ahead, 5))} - {found})
    return "p_day", Period(found, found, "edge", dated=whole.dated, others=tuple(sorted(others)))


def _middle(match: Match, calendar: Calendar) -> Made | None:
    """Mi-mars: the 15th; mid-quarter: the 15th of its second month; mid-2027, mi-année: 30 June; mid-week: Wednesday."""
    whole = _whole(match, calendar)
    if whole.start is None or whole.end is None:
        return "p_day", whole._replace(grain="edge")
    ahead = {"week": 2, "month": 14, "quarter": 45, "half": 89, "year": 180, "bare_year": 180}
    whole = _not_over(whole, ahead.get(whole.grain, 0), calendar)
    start, end = whole.start or calendar.today, whole.end or calendar.today
    found = start + timedelta(days=2) if whole.grain == "week" else start + timedelta(days=14)
    if whole.grain == "quarter":
        found = (add_months(start, 1) or start) + timedelta(days=14)
    elif whole.grain in ("half", "year", "bare_year"):
        found = (add_months(start, 3 if whole.grain == "half" else 6) or start) - timedelta(days=1)
    elif whole.grain not in ("week", "month"):
        found = start + (end - start) / 2
    others = (found + timedelta(days=5),) if whole.grain == "month" else ()
    return "p_day", Period(found, found, "edge", dated=whole.dated, others=others)


def _not_over(whole: Period, ahead: int, calendar: Calendar) -> Period:
    """Next year's, when a period without a year has already passed the point we look at."""
    if whole.dated or whole.start is None or whole.start + timedelta(days=ahead) >= calendar.today:
        return whole
    return whole.shifted(1)


def _close_of(match: Match, calendar: Calendar) -> Made:
    """By EOD Friday; EOD alone is today's."""
    day = match.get("p_day", "p_weekday", "p_past")
    period = day.value if day else calendar.relative("day", 0)
    return "p_day", period._replace(dated=True)


def _at_clock(match: Match, calendar: Calendar) -> Made | None:
    """Friday 5 pm, vendredi à 18 h."""
    hour = match.value("length")
    if hour is not None and (hour.minutes < 60 or hour.minutes > 1440 or hour.article):
        return None
    day = match.one("p_day", "p_weekday")
    return ("p_weekday" if match.has("p_weekday") else "p_day"), day.value


# --- counted from a day ----------------------------------------------------------------------------------------------


def _is_rhythm(match: Match) -> bool:
    """The "a day" of "6 meetings a day before June"."""
    return match.first > 0 and match.tokens[match.first - 1].kind == SYMBOL["other"]


def _from(sign: int) -> Callable[[Match, Calendar], Made | None]:
    """3 weeks from Monday (1), 2 weeks before Christmas (-1)."""

    def made(match: Match, calendar: Calendar) -> Made | None:
        length: Length = match.one("length").value
        if length.article and _is_rhythm(match):
            return None
        whole = _last_period(match).value
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


_NTH = "[ordinal last last_before]"
_DAY_UNIT = "[u_day u_business]"
_WITHIN = f"{OF}? the?"

COMPOSED = Pass(
    (f"the? {_NTH} p_weekday {_WITHIN} [p_month p_quarter p_half p_year p_unit]", _weekday_of),
    (f"p_weekday {_WITHIN} [p_week p_past]|p_weekday {_WITHIN} p_unit", _weekday_in),
    (f"the? {_NTH} {_DAY_UNIT} {OF} the? [p_month p_quarter p_half p_year p_unit p_week]", _day_in),
    (f"the? [number ordinal] {_DAY_UNIT}? {OF} the? [p_month p_unit]", _day_in),
    (
        f"the? {_NTH} [u_week u_workweek u_weekend u_month u_quarter u_half] {OF} the? [p_year p_half p_quarter p_month p_unit p_past]",
        _part_of,
    ),
    (
        f"the? ([last last_before ordinal] [number dozen]|[number dozen] [last last_before ordinal]) {UNIT} {OF} the? [p_year p_half p_quarter p_month p_unit]",
        _first_n,
    ),
    (f"the? (p_half|{_NTH} [half_part u_fortnight u_half]) {OF} the? [p_month p_year p_quarter p_unit]", _half_of),
    (f"the? {_NTH} u_fortnight", _fortnight),
    (f"[p_month p_quarter p_half p_day] {_WITHIN} p_year", _in_year),
    (f"[p_month p_quarter p_half p_day] comma? {_WITHIN} p_past", _in_year),
    (f"[p_quarter p_half] {OF} the? p_unit", _in_year),
    (f"[p_unit u_week] {OF} the? [p_day p_weekday]", _week_around),
    ("[p_unit u_week] of_the [number ordinal]", _week_around),
    ("[p_day p_weekday] close_of_day", _close_of),
    ("close_of_day (comma? the? on? [p_day p_weekday])?", _close_of),
    ("p_clock on? the? [p_day p_weekday]|[p_day p_weekday] comma? [at to by before]? [p_clock length]", _at_clock),
)

EDGES = Pass(
    (f"the? [end end_or_after] {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _end_of),
    (f"{SPAN_UNIT} end_or_after (?! rate|of)", _end_of),
    (f"the? {ANY_PERIOD} end_or_after (?= [comma dot stop dash colon by by_date before in]|$)", _end_of),
    ("[end end_or_after] adverb", _closing),
    (f"the? rest {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _rest_of),
    (f"later {ANY_PERIOD}", _end_of),
    (f"the? begin {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _early),
    ("mid_code", _middle),
    (f"the? mid {OF}? the? ({ANY_PERIOD}|{SPAN_UNIT})", _middle),
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
)
