"""A goal taken elsewhere: calendar, spreadsheet."""

import csv
import datetime as dt
import io
from collections.abc import Iterable

from icalendar import Calendar, Event, vRecur

from coach.service import Goal
from coach.web.texts import Translate, metric

_EVERY = {
    "day": {"FREQ": ["DAILY"], "BYDAY": ["MO", "TU", "WE", "TH", "FR"]},
    "week": {"FREQ": ["WEEKLY"]},
    "month": {"FREQ": ["MONTHLY"]},
    "quarter": {"FREQ": ["MONTHLY"], "INTERVAL": [3]},
    "year": {"FREQ": ["YEARLY"]},
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def calendar(goal: Goal, t: Translate, now: dt.datetime) -> bytes:
    """The due date and the check-ins up to it, as an iCalendar file; check-ins are on the first working day due."""
    file = Calendar()
    file.add("prodid", "-//coach//goals//")
    file.add("version", "2.0")
    if goal.due:
        file.add_component(_event(goal, now, "due", goal.due, t("goal.deadline_event", goal=goal.statement)))
    first = _first_check_in(goal)
    if goal.due is None or first <= goal.due:
        look = _event(goal, now, "check-in", first, t("goal.check_in", goal=goal.statement))
        rule = dict(_EVERY[goal.draft.follow_up.cadence])
        if goal.due:
            rule["UNTIL"] = [goal.due]
        look.add("rrule", vRecur(rule))
        file.add_component(look)
    return file.to_ical()


def _event(goal: Goal, now: dt.datetime, what: str, day: dt.date, summary: str) -> Event:
    event = Event()
    event.add("uid", f"{what}-{goal.id}@coach")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    return event


def _first_check_in(goal: Goal) -> dt.date:
    """The first Monday after the start for weekly looks; else one step after it, moved off a week-end."""
    days = {"day": 1, "week": 7 - goal.start.weekday(), "month": 30, "quarter": 91, "year": 365}
    day = goal.start + dt.timedelta(days=days[goal.draft.follow_up.cadence])
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def table(goals: Iterable[Goal], t: Translate, language: str) -> str:
    """Goals as CSV that a spreadsheet opens with a double click: BOM, and ``;`` with decimal commas in French."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    heads = ("goal", "metric", "target", "unit", "baseline", "start", "due", "state", "adopted")
    writer.writerow([t(f"csv.{head}") for head in heads])
    for goal in goals:
        writer.writerow([_cell(value, language) for value in _cells(goal, t, language)])
    return file.getvalue()


def _cells(goal: Goal, t: Translate, language: str) -> list[object]:
    counted = metric(goal.metric, language) if goal.metric else ""
    state, adopted = t(f"goal.status.{goal.status}"), goal.created_at.date()
    return [goal.statement, counted, goal.target, goal.unit, goal.baseline, goal.start, goal.due, state, adopted]


def _cell(value: object, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        written = f"{value:.15g}"
        return written.replace(".", ",") if language == "fr" else written
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text  # a spreadsheet would run it
