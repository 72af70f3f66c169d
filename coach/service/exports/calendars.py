"""A goal in a calendar: its due date, and its check-ins up to it."""

import datetime as dt

from icalendar import Calendar, Event, vRecur

from coach.service.values import CLOSED, Goal
from coach.wording import Catalogue

_EVERY = {
    "day": {"FREQ": ["DAILY"], "BYDAY": ["MO", "TU", "WE", "TH", "FR"]},
    "week": {"FREQ": ["WEEKLY"]},
    "month": {"FREQ": ["MONTHLY"]},
    "quarter": {"FREQ": ["MONTHLY"], "INTERVAL": [3]},
    "year": {"FREQ": ["YEARLY"]},
}


def calendar(goal: Goal, language: str, now: dt.datetime, address: str = "") -> bytes:
    """The due date and the check-ins up to it, as an iCalendar file; check-ins are on the first working day due.

    ``address``: where this server is called from outside; the events then lead to the goal's page.
    """
    words = Catalogue(language)
    file = Calendar()
    file.add("prodid", "-//coach//goals//")
    file.add("version", "2.0")
    if goal.due:
        file.add_component(
            _event(goal, now, "due", goal.due, words.gettext("goal.deadline_event", goal=goal.statement), address)
        )
    first = _first_check_in(goal)
    if goal.status not in CLOSED and (goal.due is None or first <= goal.due):
        look = _event(goal, now, "check-in", first, words.gettext("goal.check_in", goal=goal.statement), address)
        rule = dict(_EVERY[goal.draft.follow_up.cadence])
        if goal.due:
            rule["UNTIL"] = [goal.due]
        look.add("rrule", vRecur(rule))
        file.add_component(look)
    return file.to_ical()


def _event(goal: Goal, now: dt.datetime, what: str, day: dt.date, summary: str, address: str) -> Event:
    event = Event()
    event.add("uid", f"{what}-{goal.id}@coach")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    if address:
        event.add("url", f"{address}/goals/{goal.id}")
    return event


def _first_check_in(goal: Goal) -> dt.date:
    """The first Monday after the start for weekly looks; else one step after it, moved off a week-end."""
    days = {"day": 1, "week": 7 - goal.start.weekday(), "month": 30, "quarter": 91, "year": 365}
    day = goal.start + dt.timedelta(days=days[goal.draft.follow_up.cadence])
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
