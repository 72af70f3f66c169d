"""What the first rules make of names of dates and periods: each function turns the tokens of one match into days."""

from collections.abc import Callable
from datetime import timedelta

from coach.core.facts.periods.calendar import Calendar, Period, add, add_days
from coach.core.facts.periods.grammar import UNIT_NAME, Made, Match
from coach.core.facts.periods.lengths import length_of, one, scaled
from coach.core.facts.periods.vocabulary import MANY
from coach.core.facts.periods.words import FIRST_YEAR, LAST_YEAR

GRAIN = {
    "u_day": "day", "u_business": "day", "u_week": "week", "u_workweek": "week", "u_weekend": "week",
    "u_month": "month", "u_quarter": "quarter", "u_half": "half", "u_year": "year", "u_fiscal": "fiscal",
}  # fmt: skip
_KIND = {
    "week": "p_week",
    "month": "p_month",
    "quarter": "p_quarter",
    "half": "p_half",
    "year": "p_year",
    "span": "p_span",
}
_ROLLING = ("u_week", "u_month", "u_quarter", "u_half", "u_year")
NEXT = ("next", "next_before", "coming", "following")
LAST = ("last", "last_before", "last_after")


def named(period: Period) -> Made:
    """A period as a token."""
    return _KIND.get(period.grain, "p_day"), period


def edge(period: Period) -> Made:
    """The last day of a period; a working week may also be meant to end on its Friday or Saturday."""
    others = period.others
    if period.grain == "week" and period.end:
        others = (period.end - timedelta(days=2), period.end - timedelta(days=1))
    return "p_day", period._replace(start=period.end, grain="edge", others=others)


def unit_of(match: Match) -> str:
    """The first unit matched, by its name in the grammar."""
    return next(UNIT_NAME[token.kind] for token in match.own if token.kind in UNIT_NAME)


def is_plural(match: Match) -> bool:
    """Whether a matched word is a plural: without a figure, "the coming months" name no date."""
    return any(token.value == MANY for token in match.own)


def _year(match: Match) -> int | None:
    return match.value("year", "short_year")


# --- days ------------------------------------------------------------------------------------------------------------


def day_of(match: Match, calendar: Calendar) -> Made | None:
    """3 March, 1er mars 2027, March 3rd, next 6th of April."""
    value = match.one("number", "ordinal").value
    if not isinstance(value, int) or not 1 <= value <= (99 if match.has("the", "weekday") else 35):
        return None
    period = calendar.day(_year(match), match.one("month").value, value)
    this_month = period.start is not None and period.start.replace(day=1) == calendar.today.replace(day=1)
    return named(period.shifted(1) if match.has(*NEXT) and this_month else period)


def day_range(match: Match, calendar: Calendar) -> Made | None:
    """13 to 15 July, 10-22 August 2012, March 1 to 15."""
    joined = match.get("range")
    first, last = joined.value if joined else [token.value for token in match.all("number", "ordinal")][:2]
    if not all(isinstance(value, int) and 1 <= value <= 31 for value in (first, last)) or first >= last:
        return None
    month = match.one("month").value
    end = calendar.day(_year(match), month, last)
    start = calendar.day(end.end.year if end.end else None, month, first)
    if end.end is None or start.start is None:
        return named(end)
    return "p_span", Period(start.start, end.end, "span", dated=end.dated)


def in_figures(match: Match, calendar: Calendar) -> Made | None:
    """15/03/2026, 3-7-2026, 2026-03-15."""
    a, b, c = match.one("day_date").value
    if len(a) == 4:
        return named(calendar.day(int(a), int(b), int(c)))
    if len(c) not in (2, 4) or len(a) > 2 or len(b) > 2:
        return None
    return _figures(calendar, int(a), int(b), int(c) + 2000 * (len(c) == 2))


def _figures(calendar: Calendar, first: int, second: int, year: int | None) -> Made | None:
    """The reader's order of day and month, unless the figures allow only the other one."""
    day, month = (second, first) if calendar.month_first else (first, second)
    if month > 12 >= day and not (year or calendar.month_first) and 0 <= month + 2000 - calendar.today.year <= 10:
        return named(calendar.month(day, month + 2000))  # 06/27, where the day comes first
    if month > 12 >= day:
        day, month = month, day
    if month > 12 and not year:
        return None
    found = calendar.day(year, month, day)
    if day <= 12 and day != month and found.end:
        other = calendar.day(year, day, month).end
        found = found._replace(others=(other,) if other else ())
    return named(found)


def fraction(match: Match, calendar: Calendar) -> Made | None:
    """by 15/03: a day and a month, in the reader's order."""
    a, b = match.one("fraction").value
    share = match.first > 0 and match.tokens[match.first - 1].value == MANY  # "les 2/3"
    return _figures(calendar, int(a), int(b), None) if int(a) and int(b) and not share else None


def lone_fraction(match: Match, calendar: Calendar) -> Made | None:
    """15/03 on its own is a date because of the zero; 8/10 is a mark out of ten."""
    a, b = match.one("fraction").value
    zero = len(a) == 2 and len(b) == 2 and "0" in (a[0], b[0])
    return fraction(match, calendar) if zero and max(int(a), int(b)) <= 31 else None


def fraction_range(match: Match, calendar: Calendar) -> Made | None:
    """from 10/1 to 11/7; "from 6/10 to 8/10" are marks."""
    (a, b), (c, d) = [token.value for token in match.all("fraction")]
    if b == d and int(b) in (5, 10, 20):
        return None
    start, end = _figures(calendar, int(a), int(b), None), _figures(calendar, int(c), int(d), None)
    return ("p_span", span(start[1], end[1], calendar)) if start and end else None


def year_month(match: Match, calendar: Calendar) -> Made:
    """2026-10, 10/2026."""
    year, month = match.one("month_date").value
    return named(calendar.month(month, year))


def relative_day(match: Match, calendar: Calendar) -> Made:
    """Today, tomorrow, yesterday."""
    ahead = match.one("relative_day").value
    period = calendar.relative("day", ahead)
    return ("p_past", period) if ahead < 0 else named(period._replace(grain="today" if ahead == 0 else "day"))


def weekday(match: Match, calendar: Calendar) -> Made | None:
    """Friday; next Friday (of the coming calendar week); Friday after next, vendredi en huit; last Friday."""
    found = calendar.weekday(match.one("weekday", "weak_weekday").value)
    day, monday = found.start, add_days(calendar.today, 7 - calendar.today.weekday())
    if day is None or monday is None:
        return None
    if match.has(*LAST):
        before = add_days(day, -7 if day - timedelta(days=7) < calendar.today else -14)
        return "p_past", Period(before, before, "day", dated=True)
    later = add_days(day, 7)
    if match.has("after_next", "week_later"):
        return "p_day", Period(later, later, "day", dated=True)
    if match.has("next", "next_before") and day < monday:
        return "p_day", Period(later, later, "day", dated=True, others=(day,))
    dated = match.has("this", "coming", "next", "next_before", "next_after")
    return ("p_day" if dated else "p_weekday"), found._replace(dated=dated)


def day_number(match: Match, calendar: Calendar) -> Made | None:
    """Tuesday the 19th, lundi 18: the next 19th; the weekday is not checked against it."""
    value = match.one("number", "ordinal").value
    return named(calendar.day_of_month(value)) if isinstance(value, int) and 1 <= value <= 31 else None


# --- months, quarters, halves, weeks, years --------------------------------------------------------------------------


def month(match: Match, calendar: Calendar) -> Made:
    """March, mars 2027, next June, juin dernier."""
    number, year = match.one("month").value, _year(match)
    if year is None and match.has(*LAST):
        return "p_past", calendar.month(number, calendar.today.year - (number >= calendar.today.month))
    period = calendar.month(number, year)
    running = period.start == calendar.today.replace(day=1)
    return named(period.shifted(1) if year is None and running and match.has(*NEXT) else period)


def part(match: Match, calendar: Calendar) -> Made:
    """Q3, T3 2026, troisième trimestre, first half of 2027; Q3 FY27 is a quarter of the fiscal year."""
    grain = "quarter" if match.has("code_quarter", "u_quarter") else "half"
    number = match.value("code_quarter", "code_half", "ordinal", "number")
    fiscal = match.has("code_fiscal", "u_fiscal")
    year = _year(match) or match.value("code_fiscal")
    year = year + 2000 if isinstance(year, int) and year < 100 else year
    period = calendar.part(grain, number if isinstance(number, int) else 0, year, fiscal)
    if match.has(*LAST) and year is None:
        return "p_past", period.shifted(-1) if period.end and period.end >= calendar.today else period
    return named(period)


def half_in_hours(match: Match, calendar: Calendar) -> Made | None:
    """1H 2026: a half, not an hour."""
    number = match.one("number").value
    return named(calendar.part("half", number, _year(match))) if number in (1, 2) else None


def part_of_short_year(match: Match, calendar: Calendar) -> Made:
    """by Q1 27, au T3 26."""
    number, code = match.one("number").value, match.one("code_quarter", "code_half")
    near = isinstance(number, int) and 0 <= number + 2000 - calendar.today.year <= 5
    grain = "quarter" if match.has("code_quarter") else "half"
    return named(calendar.part(grain, code.value, number + 2000 if near else None))


def month_of_short_year(match: Match, calendar: Calendar) -> Made | None:
    """d'ici juin 27: June 2027."""
    number, month_number = match.one("number").value, match.one("month").value
    near = isinstance(number, int) and 0 <= number + 2000 - calendar.today.year <= 10
    return named(calendar.month(month_number, number + 2000 if near else None))


def last_part(match: Match, calendar: Calendar) -> Made:
    """dernier trimestre 2026, last quarter of 2027."""
    grain = "quarter" if match.has("u_quarter") else "half"
    return named(calendar.part(grain, 4 if grain == "quarter" else 2, _year(match)))


def week_number(match: Match, calendar: Calendar) -> Made | None:
    """Week 31, S12, semaine 8 de 2027."""
    number = match.value("code_week", "number", "ordinal")
    if not isinstance(number, int) or not 1 <= number <= 99:
        return None
    kind, period = named(calendar.week_number(number, _year(match)))
    return kind, period._replace(number=number)


def weeks(match: Match, calendar: Calendar) -> Made | None:
    """Semaines 30 à 32, weeks 30-32."""
    joined = match.get("range")
    numbers = joined.value if joined else [token.value for token in match.all("number")][:2]
    if not all(isinstance(number, int) and 1 <= number <= 53 for number in numbers):
        return None
    start, end = (calendar.week_number(number, _year(match)) for number in numbers)
    return "p_span", span(start, end, calendar)


def fiscal(match: Match, calendar: Calendar) -> Made | None:
    """FY27, exercice 2027, fiscal 2026-27: the fiscal year named after the year it ends in."""
    if match.has("years"):
        return named(calendar.fiscal_year(match.one("years").value[1]))
    if match.has("range"):
        return named(calendar.fiscal_year(2000 + match.one("range").value[1]))
    values = [token.value for token in match.all("code_fiscal", "year", "short_year", "number")]
    value = values[-1]
    if not isinstance(value, int) or not (10 <= value < 100 or FIRST_YEAR <= value <= LAST_YEAR):
        return None
    return named(calendar.fiscal_year(value + 2000 * (value < 100)))


def years(match: Match, calendar: Calendar) -> Made:
    """2026-2028: to the end of 2028."""
    first, last = match.one("years").value
    return "p_span", Period(calendar.year(first).start, calendar.year(last).end, "span", dated=True)


def calendar_year(match: Match, calendar: Calendar) -> Made:
    """2027; four figures alone ("bare_year") may also be a count, which the words around decide."""
    period = calendar.year(match.one("year").value)
    return "p_year", period._replace(grain="year" if match.has("u_year", *NEXT) else "bare_year")


def offset(match: Match, calendar: Calendar) -> Made | None:
    """J+30, M+1, N-1."""
    grain, ahead = match.one("offset").value
    if not ahead:
        return None
    period = calendar.relative(grain, ahead)
    return ("p_past", period) if ahead < 0 else named(period)


def running(match: Match, calendar: Calendar) -> Made:
    """All year: the running one."""
    return named(calendar.relative(match.one("running").value, 0))


def end_code(match: Match, calendar: Calendar) -> Made:
    """EOM, EOQ, EOY 2026."""
    year = _year(match)
    if year is not None and match.one("end_code").value == "year":
        return edge(calendar.year(year))
    return edge(calendar.relative(match.one("end_code").value, 0))


# --- this, next and last ---------------------------------------------------------------------------------------------


def relative(ahead: int) -> Callable[[Match, Calendar], Made | None]:
    """This (0), next (1) or last (-1) week, month, quarter…"""

    def made(match: Match, calendar: Calendar) -> Made | None:
        if is_plural(match) and ahead >= 0:
            return None
        period = unit_period(match, calendar, ahead)
        if ahead == 1 and unit_of(match) in _ROLLING:
            period = period._replace(rolling=add(calendar.today, one(1, unit_of(match), calendar.fortnight)))
        return ("p_past", period) if ahead < 0 else named(period)

    return made


def unit_period(match: Match, calendar: Calendar, ahead: int) -> Period:
    """The running unit matched, or one ``ahead``; a working week ends on its Friday."""
    unit = unit_of(match)
    period = calendar.relative(GRAIN[unit], ahead)
    if unit == "u_workweek" and period.start:
        return period._replace(end=add_days(period.start, 4), grain="span", others=(period.end,) if period.end else ())
    if unit == "u_weekend" and period.start:
        return period._replace(start=add_days(period.start, 5))
    return period


def the_unit(match: Match, calendar: Calendar) -> Made | None:
    """The quarter, l'année: the running one, if the words around ask for a date at all."""
    article = match.tokens[match.first - 1].value if match.first else None
    return None if is_plural(match) or article == MANY else ("p_unit", unit_period(match, calendar, 0))


def next_n(match: Match, calendar: Calendar) -> Made | None:
    """The next 3 months, les 3 prochains mois: from today."""
    length = length_of(match, calendar.fortnight)
    return ("p_span", calendar.rolling(length)) if length else None


def past_n(match: Match, calendar: Calendar) -> Made | None:
    """The last 12 months, 12 mois glissants."""
    length = length_of(match, calendar.fortnight)
    return ("p_past", Period(None, calendar.today, "span", dated=True)) if length else None


def length(match: Match, calendar: Calendar) -> Made | None:
    """3 months."""
    found = length_of(match, calendar.fortnight)
    return ("length", found) if found else None


def half_length(match: Match, calendar: Calendar) -> Made:
    """Half a year, une demi-journée."""
    unit = [UNIT_NAME[token.kind] for token in match.own if token.kind in UNIT_NAME][-1]
    return "length", scaled(one(1, unit, calendar.fortnight), 0.5)


def clock(match: Match, calendar: Calendar) -> Made:
    """5 pm, midi: today, unless a day is named."""
    return "p_clock", calendar.relative("day", 0)


def span(start: Period, end: Period, calendar: Calendar) -> Period:
    """From the start of one period to the end of another, their years made to agree."""
    if start.start is None or end.end is None:
        return end if end.end is None else end._replace(start=None, grain="span")
    if end.dated and not start.dated and start.start > end.end:
        start = start.shifted(end.end.year - start.start.year)
        start = start.shifted(-1) if start.start and end.end and start.start > end.end else start
    elif start.dated and not end.dated and end.end and start.start:
        end = end.shifted(max(0, start.start.year - end.end.year))
        end = end.shifted(1) if end.end and start.start and end.end < start.start else end
    elif start.start > end.end:
        earlier = start.shifted(-1)
        begun = earlier.start is not None and earlier.start <= calendar.today
        start, end = (earlier, end) if begun else (start, end.shifted(1))
    return Period(start.start, end.end, "span", dated=end.dated, others=end.others)
