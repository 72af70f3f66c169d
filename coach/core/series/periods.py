"""Periods of the account's own calendar: half-open, in its zone, weeks from Monday."""

import datetime as dt
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from coach.core.model.reading import Cadence

MONTHS: Mapping[Cadence, int] = {"month": 1, "quarter": 3, "year": 12}


def period_start(day: dt.date, grain: Cadence) -> dt.date:
    """The first day of the period ``day`` is in; weeks begin on Monday."""
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    months = MONTHS[grain]
    return dt.date(day.year, (day.month - 1) // months * months + 1, 1)


def period_end(start: dt.date, grain: Cadence) -> dt.date:
    """The first day after the period that begins on ``start``."""
    if grain in ("day", "week"):
        return start + dt.timedelta(days=1 if grain == "day" else 7)
    months = start.year * 12 + start.month - 1 + MONTHS[grain]
    return dt.date(months // 12, months % 12 + 1, 1)


def periods(first: dt.date, last: dt.date, grain: Cadence) -> Iterator[dt.date]:
    """Starts of the periods from the one ``first`` is in to the one ``last`` is in."""
    start = period_start(first, grain)
    while start <= last:
        yield start
        start = period_end(start, grain)


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """When the account's day begins."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)
