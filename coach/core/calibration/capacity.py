"""The time there is: people × working days, public holidays, learning and running goals taken off."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

DAYS_A_WEEK = 5
LONGEST = dt.timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a team can give over a horizon.

    ``working_days``: a person's, holidays off; ``full_time``: people, those still learning counted for a share;
    ``person_days``: both together, what the running goals take already taken off. ``holidays_known`` is False for a
    country whose holidays are not known: then weekends alone are off.
    """

    working_days: int
    weeks: float
    full_time: float
    person_days: float
    holidays_known: bool


def of(
    start: dt.date,
    end: dt.date,
    *,
    headcount: int,
    country: str = "FR",
    ramping: int = 0,
    ramp_share: float = 0.5,
    taken: float = 0.0,
    days_off: float = 0.0,
) -> Capacity:
    """The capacity from ``start`` to ``end``, both included.

    Args:
        start: First day.
        end: Last day.
        headcount: People on the goal.
        country: ISO 3166 code whose public holidays count.
        ramping: Of the people, how many are still learning the job.
        ramp_share: What one of them yields beside another (0-1).
        taken: Share of the time that goals already running take (0-1).
        days_off: Leave a person takes within the horizon, in days.

    Raises:
        ValueError: The end is before the start, over ten years away, or a share is not within 0-1.
    """
    if end < start or end - start > LONGEST:
        raise ValueError(f"{start} to {end} is no horizon")
    if not 0 <= ramp_share <= 1 or not 0 <= taken <= 1 or headcount < 0 or ramping < 0 or days_off < 0:
        raise ValueError("shares are within 0-1, people and days not below zero")
    holidays = holidays_of(country, start.year, end.year)
    days = sum(is_worked(start + dt.timedelta(days=n), holidays) for n in range((end - start).days + 1))
    full_time = headcount - min(ramping, headcount) * (1 - ramp_share)
    worked = max(0.0, days - days_off)
    return Capacity(
        working_days=days,
        weeks=worked / DAYS_A_WEEK,
        full_time=full_time,
        person_days=full_time * worked * (1 - taken),
        holidays_known=holidays is not None,
    )


def is_worked(day: dt.date, holidays: frozenset[dt.date] | None) -> bool:
    """Whether one works on ``day``: no weekend, no public holiday of ``holidays`` (none when not known)."""
    return day.weekday() < DAYS_A_WEEK and day not in (holidays or ())


@lru_cache(maxsize=64)
def holidays_of(country: str, first: int, last: int) -> frozenset[dt.date] | None:
    """Public holidays of a country over those years; None for one that is not known."""
    import holidays  # 20 ms, only for whoever asks

    try:
        return frozenset(holidays.country_holidays(country.upper(), years=range(first, last + 1)))
    except NotImplementedError:
        return None
