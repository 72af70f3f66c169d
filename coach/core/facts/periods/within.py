"""Second pass: periods within periods, such as "the first Friday of next month" or "juin de l'année prochaine"."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from coach.core.facts.periods.calendar import Calendar, Period, add, add_months, nth_weekday, stretch
from coach.core.facts.periods.grammar import OF, UNIT, Action, Made, Match, Pass
from coach.core.facts.periods.lengths import length_of
from coach.core.facts.periods.naming import GRAIN, named, unit_of

PERIODS = (
    "p_day", "p_week", "p_month", "p_quarter", "p_half", "p_year", "p_moment", "p_span", "p_past", "p_unit",
    "p_weekday",
)  # fmt: skip
_MONTHS = {"u_month": 1, "u_quarter": 3, "u_half": 6, "u_year": 12}
_AHEAD = ("week", "month", "quarter", "half", "year")


class Whole(NamedTuple):
    """The period another one is part of, both ends known."""

    start: date
    end: date
    grain: str

    @property
    def months(self) -> int:
        """How many months it spans, first and last included."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def holds(self, day: date | None) -> bool:
        """Whether ``day`` falls inside."""
        return day is not None and self.start <= day <= self.end


Build = Callable[[Match, Whole, Calendar], Period | None]


def _part(build: Build) -> Action:
    """An action that finds a part of the last period matched; one that is over is looked for a year or a unit later."""

    def made(match: Match, calendar: Calendar) -> Made | None:
        token = match.all(*PERIODS)[-1]
        said: Period = token.value
        found = _build(build, match, said, calendar)
        if found is None:
            return None
        if found.end is not None and found.end < calendar.today:
            found = _build(build, match, _later(match, said, calendar), calendar) or found
        found = found._replace(dated=said.dated)
        return ("p_past", found) if match.has("p_past") else named(found)

    return made


def _build(build: Build, match: Match, said: Period, calendar: Calendar) -> Period | None:
    if said.start is None or said.end is None:
        return None
    return build(match, Whole(said.start, said.end, said.grain), calendar)


def _later(match: Match, said: Period, calendar: Calendar) -> Period:
    """The month after "the month", next year's March when this year's is over; the same when it was dated."""
    if match.has("p_unit") and said.grain in _AHEAD:
        return calendar.relative(said.grain, 1)
    return said if said.dated else said.shifted(1)


def _ordinal(match: Match) -> int:
    nth = -1 if match.has("last", "last_before") else match.value("ordinal", "number")
    return nth if isinstance(nth, int) and abs(nth) <= 366 else 0


def _one_day(day: date) -> Period:
    return Period(day, day, "day")


def _weekday_of(match: Match, whole: Whole, calendar: Calendar) -> Period | None:
    """The first Friday of next month, le dernier lundi de mars."""
    nth, wanted = _ordinal(match), match.one("p_weekday").value
    month = whole.end if nth < 0 else whole.start
    found = nth_weekday(month.year, month.month, wanted.start.isoweekday(), nth) if nth and wanted.start else None
    return _one_day(found) if found and whole.holds(found) else None


def _weekday_in(match: Match, whole: Whole, calendar: Calendar) -> Period | None:
    """Friday next week, mercredi de la semaine prochaine."""
    wanted = match.one("p_weekday").value.start
    return _one_day(whole.start + timedelta(days=wanted.weekday())) if whole.grain == "week" and wanted else None


def _day_of(match: Match, whole: Whole, calendar: Calendar) -> Period | None:
    """The 15th of next month, le dernier jour (ouvré) d'octobre, the 100th day of 2027."""
    nth = _ordinal(match)
    if nth < 0:
        weekend = max(0, whole.end.weekday() - 4) if match.has("u_business") else 0
        last = whole.end - timedelta(days=weekend)
        return Period(last, last, "edge")
    found = whole.start + timedelta(days=nth - 1)
    if nth == 0 or (found > whole.end and match.has("p_unit") and nth <= 31):
        return None
    return _one_day(found) if found <= whole.end else Period(None, None, "day", problem="impossible_date")


def _unit_of(match: Match, whole: Whole, calendar: Calendar) -> Period | None:
    """The third week of 2027, the last quarter of the year, the 9th month of next year."""
    nth, unit = _ordinal(match), unit_of(match)
    if not nth:
        return None
    if unit not in _MONTHS:
        return _week_of(whole, nth, calendar)
    size = _MONTHS[unit]
    first = add_months(whole.start, (whole.months // size + nth if nth < 0 else nth - 1) * size)
    return stretch(first, GRAIN[unit]) if first and whole.holds(first) else None


def _week_of(whole: Whole, nth: int, calendar: Calendar) -> Period | None:
    """A week belongs to the month or year that holds its Thursday, as ISO 8601 has it for years."""
    if nth > 0:
        thursday = whole.start + timedelta(days=(3 - whole.start.weekday()) % 7 + 7 * (nth - 1))
    else:
        thursday = whole.end - timedelta(days=(whole.end.weekday() - 3) % 7)
    return calendar.week(thursday) if whole.holds(thursday) else None


def _some_units_of(match: Match, whole: Whole, calendar: Calendar) -> Period | None:
    """The last four months of 2021 end with it; les 3 premiers mois de l'année do not."""
    length = match.value("length") or length_of(match, calendar.fortnight)
    if length is None or match.has("last", "last_before"):
        return Period(whole.start, whole.end, "span") if length else None
    end = add(whole.start, length)
    return Period(whole.start, end - timedelta(days=1), "span") if end and end > whole.start else None


def _half_of(match: Match, whole: Whole, calendar: Calendar) -> Period | None:
    """First half of March, deuxième quinzaine d'avril, première moitié de 2027."""
    half = match.get("p_half")
    first = half.value.start.month == calendar.fiscal_start if half and half.value.start else _ordinal(match) == 1
    if not half and _ordinal(match) not in (1, 2, -1):
        return None
    middle = whole.start + timedelta(days=14)
    if whole.grain != "month":
        middle = (add_months(whole.start, whole.months // 2) or whole.end) - timedelta(days=1)
    if first:
        return Period(whole.start, middle, "span")
    return Period(middle + timedelta(days=1), whole.end, "span")


def _fortnight(match: Match, calendar: Calendar) -> Made | None:
    """La première quinzaine, with no month: of the running one, or of the next when it is over."""
    nth, month = _ordinal(match), calendar.relative("month", 0)
    if nth == 1 and calendar.today.day > 15:
        month = calendar.relative("month", 1)
    if nth not in (1, 2, -1) or month.start is None:
        return None
    middle = month.start + timedelta(days=14)
    part = month._replace(end=middle) if nth == 1 else month._replace(start=middle + timedelta(days=1))
    return "p_span", part._replace(grain="span")


def _in_year(match: Match, calendar: Calendar) -> Made | None:
    """June next year, Q3 of this year, le 15 mars de l'année prochaine."""
    period, year = (token.value for token in match.all(*PERIODS))
    if period.start is None or year.start is None:
        return ("p_day", period) if period.problem else None
    moved = period.shifted(year.start.year - period.start.year)._replace(dated=True)
    return ("p_past", moved) if match.has("p_past") else named(moved)


def _ending(match: Match, calendar: Calendar) -> Made:
    """The fiscal year ending June 2027, the week ending March 13."""
    token = match.one("p_month", "p_day")
    return named(token.value)


def _week_around(match: Match, calendar: Calendar) -> Made | None:
    """The week of October 7th, semaine du 12."""
    day = match.get("p_day", "p_weekday")
    number = match.value("number", "ordinal")
    if day is None and not isinstance(number, int):
        return None
    start = day.value.start if day else calendar.day_of_month(number).start
    return named(calendar.week(start)) if start else None


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


_NTH = "[ordinal last last_before]"
_DAY_UNIT = "[u_day u_business]"
_WHOLE = "[p_year p_half p_quarter p_month p_unit]"
_WITHIN = f"{OF}? the?"

WITHIN = Pass(
    (f"the? {_NTH} p_weekday {_WITHIN} {_WHOLE}", _part(_weekday_of)),
    (f"p_weekday {_WITHIN} [p_week p_past p_unit]", _part(_weekday_in)),
    (f"the? {_NTH} {_DAY_UNIT} {OF} the? ({_WHOLE}|p_week)", _part(_day_of)),
    (f"the? [number ordinal] {_DAY_UNIT}? {OF} the? [p_month p_unit]", _part(_day_of)),
    (
        f"the? {_NTH} [u_week u_workweek u_weekend u_month u_quarter u_half] {OF} the? ({_WHOLE}|p_past)",
        _part(_unit_of),
    ),
    (f"the? ({_NTH} length|[number dozen] {_NTH} {UNIT}) {OF} the? {_WHOLE}", _part(_some_units_of)),
    (f"the? (p_half|{_NTH} [half_part u_fortnight u_half]) {OF} the? {_WHOLE}", _part(_half_of)),
    (f"the? {_NTH} u_fortnight", _fortnight),
    ("(the? u_fiscal|p_unit|(?<![per every slash article number]) u_week) until the? (p_month|p_day)", _ending),
    (f"p_moment {OF} the? p_month", lambda match, calendar: ("p_month", match.one("p_month").value)),
    (f"[p_month p_quarter p_half p_day] {_WITHIN} p_year", _in_year),
    (f"[p_month p_quarter p_half p_day] comma? {_WITHIN} p_past", _in_year),
    (f"[p_quarter p_half] {OF} the? p_unit", _in_year),
    ("[p_unit u_week] [of of_the start] the? [p_day p_weekday]", _week_around),
    ("[p_unit u_week] of_the [number ordinal]", _week_around),
    ("[p_day p_weekday] close_of_day", _close_of),
    ("close_of_day (comma? the? on? [p_day p_weekday])?", _close_of),
    ("p_clock on? the? [p_day p_weekday]|[p_day p_weekday] comma? [at to by before]? [p_clock length]", _at_clock),
    needs=(
        "ordinal",
        "last",
        "last_before",
        "number",
        "half_part",
        "u_fortnight",
        "u_week",
        "until",
        "close_of_day",
        "length",
        "p_clock",
        "p_past",
        "p_unit",
        "p_week",
        "p_half",
        "p_year",
        "p_moment",
    ),
)
