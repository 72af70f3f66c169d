"""Moments of the year that have a name: Christmas, Easter, Black Friday, la rentrée, summer. The lexicon dates them."""

from datetime import date, timedelta
from typing import Any

from coach.core.facts.periods.calendar import Calendar, Period, easter, nth_weekday
from coach.core.facts.periods.grammar import Made, Match
from coach.core.facts.periods.naming import LAST, NEXT
from coach.core.facts.periods.words import LAST_YEAR


def moment(match: Match, calendar: Calendar) -> Made | None:
    """Christmas, Easter, la rentrée: the one to come (or under way), or that of the year said."""
    rule, said = match.one("moment").value, match.value("year")
    first = said or calendar.today.year - 1
    found = [period for year in range(first, first + (1 if said else 4)) if (period := _moment_of(rule, year))]
    if match.has(*LAST):
        over = [period for period in found if period.end and period.end < calendar.today]
        return ("p_past", over[-1]) if over else None
    if not said:
        since = [period.start if match.has(*NEXT) else period.end for period in found]
        found = [period for period, day in zip(found, since, strict=True) if day and day >= calendar.today]
    dated = match.has("this", "year", *NEXT)
    return ("p_moment", found[0]._replace(dated=dated)) if found else None


def _moment_of(rule: dict[str, Any], year: int) -> Period | None:
    if not 1 < year < LAST_YEAR + 100:
        return None
    if rule.get("new_year"):
        return Period(date(year, 12, 31), date(year, 12, 31), "day", others=(date(year + 1, 1, 1),))
    if "from" in rule:
        start, end = _month_day(year, rule["from"]), _month_day(year, rule["to"])
        return Period(start, end if end >= start else _month_day(year + 1, rule["to"]), "moment")
    day = easter(year) + timedelta(days=rule["easter"]) if "easter" in rule else None
    if "nth" in rule:
        day = nth_weekday(year, *rule["nth"])
        day = day + timedelta(days=rule.get("plus", 0)) if day else None
    day = day or _month_day(year, rule["day"])
    return Period(day, day, "day", others=tuple(_month_day(year, other) for other in rule.get("others", ())))


def _month_day(year: int, text: str) -> date:
    month_number, day = text.split("-")
    return date(year, int(month_number), int(day))
