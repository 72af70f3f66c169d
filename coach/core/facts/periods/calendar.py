"""Days and periods: what "next quarter", "week 31" or "in 3 months" are, seen from a given day. No words here."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LAST_YEAR = date.max.year


class Period(NamedTuple):
    """A stretch of days, both ends included.

    ``grain``: day, week, month, quarter, half, year, moment, span; ``edge`` is a day named as the end, the middle or
    the beginning of something. ``dated``: the year was said, or follows from "this", "next"…; otherwise it was chosen.
    """

    start: date | None
    end: date | None
    grain: str
    dated: bool = False
    others: tuple[date, ...] = ()  # other readings of the end
    needs_calendar: bool = False
    problem: str | None = None
    rolling: date | None = None  # "over the next quarter" may also mean three months from today
    number: int = 0  # of a week said by its number: "week 2" may also be a plan's

    def shifted(self, years: int) -> "Period":
        """The same stretch some years later; itself when either end is unknown or out of reach."""
        if self.start is None or self.end is None or not 1 <= self.start.year + years <= LAST_YEAR - 1:
            return self
        return self._replace(start=_same_day(self.start, years), end=_same_day(self.end, years))


class Length(NamedTuple):
    """A duration. ``least``: the lower end, in the same fields, when a range was said ("3 to 6 months")."""

    months: float = 0.0
    days: float = 0.0
    working_days: int = 0
    minutes: float = 0.0
    unit: str = "day"  # of the first figure
    article: bool = False  # "a week", "un mois": no figure was said
    figures: tuple[tuple[float, str], ...] = ()  # as quantities: days, months, hours, minutes
    least: "Length | None" = None


def days_in(year: int, month: int) -> int:
    """How many days the month has."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap else _DAYS[month - 1]


def _same_day(day: date, years: int) -> date:
    year = day.year + years
    if day.month == 2 and day.day >= 28:  # the end of February stays the end of February
        whole = day.day == days_in(day.year, 2)
        return date(year, 2, days_in(year, 2) if whole else 28)
    return date(year, day.month, day.day)


@lru_cache(maxsize=4096)
def add_months(day: date, months: int) -> date | None:
    """The same day some months later, or the month's last day; None beyond what a date can say."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= LAST_YEAR:
        return None
    return date(year, month + 1, min(day.day, days_in(year, month + 1)))


@lru_cache(maxsize=4096)
def stretch(first: date, grain: str) -> Period:
    """The month, quarter, half or year that starts on ``first``."""
    after = add_months(first, _MONTHS_IN[grain])
    return Period(first, date.max if after is None else after - timedelta(days=1), grain, dated=True)


def add_days(day: date, days: int) -> date | None:
    """``day`` + ``days``; None beyond what a date can say."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def add_working_days(day: date, count: int) -> date | None:
    """The ``count``-th Monday-to-Friday day after ``day``."""
    whole, rest = divmod(count, 5)
    moved = add_days(day, 7 * whole)
    while moved is not None and rest > 0:
        moved = add_days(moved, 1)
        rest -= moved is not None and moved.weekday() < 5
    while moved is not None and count and moved.weekday() > 4:  # a start on a weekend
        moved = add_days(moved, -1)
    return moved


def add(day: date, length: Length, sign: int = 1) -> date | None:
    """``day`` moved by ``length``; hours and minutes round up to a whole day."""
    if max(length.months, length.days, length.working_days, length.minutes) > 4_000_000:
        return None
    months = int(length.months)
    days = length.days + (length.months - months) * 30 + -(-length.minutes // 1440)
    moved = add_months(day, sign * months)
    if moved is not None and days:
        moved = add_days(moved, sign * int(days + 0.5))
    if moved is not None and length.working_days:
        moved = add_working_days(moved, length.working_days)
    return moved


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The ``nth`` Monday (1) … Sunday (7) of a month, the last when ``nth`` is -1; None when there is none."""
    if nth < 0:
        last = days_in(year, month)
        return date(year, month, last - (date(year, month, last).isoweekday() - weekday) % 7)
    day = 1 + (weekday - date(year, month, 1).isoweekday()) % 7 + 7 * (nth - 1)
    return date(year, month, day) if day <= days_in(year, month) else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of one reader: the day it is, and the month its fiscal year starts with."""

    today: date
    fiscal_start: int = 1
    month_first: bool = False  # 3/7 is 7 March
    fortnight: int = 14  # days

    def day(self, year: int | None, month: int, day: int) -> Period:
        """A day; without a year, its next occurrence, today included."""
        if not (1 <= month <= 12 and 1 <= day <= 31) or (year is not None and not 1 <= year <= LAST_YEAR):
            return Period(None, None, "day", problem="impossible_date")
        for chosen in (year,) if year is not None else range(self.today.year, min(self.today.year + 9, LAST_YEAR)):
            if day <= days_in(chosen, month):
                found = date(chosen, month, day)
                if year is not None or found >= self.today:
                    return Period(found, found, "day", dated=year is not None)
        return Period(None, None, "day", problem="impossible_date")

    def day_of_month(self, day: int) -> Period:
        """The next "15th": this month when it is still to come, else the next month that has such a day."""
        if not 1 <= day <= 31:
            return Period(None, None, "day", problem="impossible_date")
        first = self.today.replace(day=1)
        for ahead in range(4):
            month = add_months(first, ahead)
            if month is not None and day <= days_in(month.year, month.month) and month.replace(day=day) >= self.today:
                found = month.replace(day=day)
                return Period(found, found, "day")
        return Period(None, None, "day", problem="impossible_date")

    def _next(self, period: Period) -> Period:
        return period.shifted(1) if self._is_over(period) else period

    def month(self, month: int, year: int | None = None) -> Period:
        """A month by its number; without a year, the one that is not over yet."""
        period = stretch(date(year or self.today.year, month, 1), "month")
        return period if year else self._next(period._replace(dated=False))

    def part(self, grain: str, number: int, year: int | None = None, fiscal: bool = False) -> Period:
        """Quarter or half ``number``, of the fiscal year when the company's does not start in January.

        ``fiscal``: ``year`` names a fiscal year ("Q3 FY27"). Otherwise "Q3 2026" may belong to the fiscal year that
        ends in 2026 or to the one that starts there: the part to come that ends in 2026 is preferred.
        """
        if not 1 <= number <= 12 // _MONTHS_IN[grain]:
            return Period(None, None, grain, problem="impossible_period")
        if year is None:
            period = self._part_from(grain, number, self.today.year - 1)._replace(dated=False)
            return self._next(self._next(period))
        if self.fiscal_start == 1:
            return self._part_from(grain, number, year)
        ending, starting = (self._part_from(grain, number, first) for first in (year - 1, year))
        if fiscal:
            return ending
        chosen = starting if self._is_over(ending) or (starting.end and starting.end.year == year) else ending
        by_calendar = stretch(date(year, 1 + (number - 1) * _MONTHS_IN[grain], 1), grain)
        ends = [period.end for period in (ending, starting, by_calendar) if period.end and period.end != chosen.end]
        return chosen._replace(others=tuple(dict.fromkeys(ends)))

    def _part_from(self, grain: str, number: int, year: int) -> Period:
        """The part of the fiscal year that starts in ``year``."""
        start = date(year, self.fiscal_start, 1)
        return stretch(add_months(start, (number - 1) * _MONTHS_IN[grain]) or start, grain)

    def _is_over(self, period: Period) -> bool:
        return period.end is not None and period.end < self.today

    def year(self, year: int) -> Period:
        """A calendar year."""
        return stretch(date(min(max(year, 1), LAST_YEAR), 1, 1), "year")

    def fiscal_year(self, year: int) -> Period:
        """The fiscal year named after the calendar year it ends in."""
        start = self.fiscal_start
        return stretch(date(min(max(year, 2), LAST_YEAR) - (start > 1), start, 1), "year")

    def this_fiscal_year(self, ahead: int) -> Period:
        """The running fiscal year, or one ``ahead``; when only January is known, the company's calendar is needed."""
        year = self.today.year + (self.fiscal_start > 1 and self.today.month >= self.fiscal_start) + ahead
        period = self.fiscal_year(year)
        if self.fiscal_start > 1 or period.end is None:
            return period
        return Period(None, None, "year", True, others=(period.end,), needs_calendar=True)

    def week(self, day: date) -> Period:
        """Monday to Sunday around ``day``."""
        monday = add_days(day, -day.weekday()) or day
        return Period(monday, add_days(monday, 6), "week", dated=True)

    def week_number(self, number: int, year: int | None = None) -> Period:
        """An ISO week; without a year, the one that is not over yet."""
        for chosen in (year,) if year else (self.today.year, self.today.year + 1):
            try:
                period = self.week(date.fromisocalendar(chosen, number, 1))
            except ValueError:
                continue
            if year or (period.end and period.end >= self.today):
                return period._replace(dated=year is not None)
        return Period(None, None, "week", problem="impossible_period")

    def relative(self, grain: str, ahead: int) -> Period:
        """The running day, week, month, quarter, half or year (0), the next (1), the last (-1)…"""
        today = self.today
        if grain == "day":
            day = add_days(today, ahead)
            return Period(day, day, "day", dated=True)
        if grain == "week":
            return self.week(add_days(today, 7 * ahead) or today)
        if grain == "fiscal":
            return self.this_fiscal_year(ahead)
        size = _MONTHS_IN[grain]
        offset = (self.fiscal_start - 1) if grain in ("quarter", "half") else 0
        place = (today.month - 1 - offset) % 12 % size
        first = add_months(today.replace(day=1), ahead * size - place)
        return Period(None, None, grain, problem="impossible_period") if first is None else stretch(first, grain)

    def weekday(self, weekday: int) -> Period:
        """The next Monday (1) … Sunday (7), after today."""
        day = add_days(self.today, (weekday - self.today.isoweekday() - 1) % 7 + 1)
        return Period(day, day, "day")

    def rolling(self, length: Length) -> Period:
        """From today for ``length``."""
        return Period(self.today, add(self.today, length), "span", dated=True)

    def from_today(self, period: Period) -> Period:
        """What is left of it."""
        if period.start is None or period.end is None or period.end < self.today:
            return period
        return period._replace(start=max(period.start, self.today), grain="span")
