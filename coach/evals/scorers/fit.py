"""Whether the goal and its follow-up fit the team, the company and the horizon. Source: the article, IV and V."""

import datetime as dt

from coach.core import kpis
from coach.evals.cases import Goal
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.trace import Trace

_SHORT, _MEDIUM, _YEAR = 31, 190, 400
_RHYTHMS = {"short": ("day", "week"), "medium": ("week", "month"), "long": ("week", "month", "quarter")}


def fits(case: Goal, trace: Trace) -> Marks:
    """``fit_follow_up``: how often one looks suits the horizon; ``fit_junior``: an activity or a near, simple rhythm."""
    if not trace.drafts:
        return {"fit_follow_up": Mark(None, "no draft"), "fit_junior": Mark(None, "no draft")}
    draft = trace.drafts[0]
    horizon = _horizon(draft.goal["deadline"], trace.day)
    allowed = _RHYTHMS.get(horizon, ("day", "week", "month", "quarter"))
    return {
        "fit_follow_up": yes(draft.cadence in allowed, f"looked at every {draft.cadence}, {horizon} horizon"),
        "fit_indicators": yes(bool(draft.indicators), "nothing to follow it by"),
        "fit_junior": _junior(trace) if case.maturity == "junior" else Mark(None),
    }


def _junior(trace: Trace) -> Mark:
    """A junior team is shown an activity goal, or a rhythm first wherever the goal can be told as one."""
    first = trace.drafts[0]
    kpi = kpis.find(first.goal["metric"])
    near = _horizon(first.goal["deadline"], trace.day) in ("short", "medium")
    rhythm = any(one.framing in ("rhythm", "total") for one in trace.drafts)
    led = first.framing in ("rhythm", "total") or not rhythm
    simple = kpi is not None and kpi.nature == "activity"
    return yes(led and (simple or near or rhythm), f"{first.framing} of {first.goal['metric']} first")


def _horizon(day: str | None, today: dt.date) -> str:
    if day is None:
        return "none"
    days = (dt.date.fromisoformat(day) - today).days
    return "short" if days <= _SHORT else "medium" if days <= _MEDIUM else "long"
