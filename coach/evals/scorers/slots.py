"""The goal a draft says, against the closest of the acceptable ones."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from coach.evals.cases import Want
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.trace import Trace, Written
from coach.evals.words import folded

SLOTS = ("metric", "direction", "target", "unit", "deadline", "segment", "lever")
_DAYS_OFF = 7
_FADE = 0.25
_ALIKE = 0.5
_UPWARDS = ("increase", "reach", "maintain")


def match(trace: Trace, wants: Sequence[Want], *, skip: Sequence[str] = ()) -> Marks:
    """Each slot, ``slots`` (their mean) and ``exact`` (all of them), of the draft that says the result plainest."""
    if not trace.drafts:
        return {f"slot_{name}": Mark(None, "no draft") for name in SLOTS} | {
            "slots": Mark(0.0, "no draft"),
            "exact": Mark(0.0, "no draft"),
        }
    draft = plainest(trace.drafts)
    marks = max((against(draft, want) for want in wants), key=_total)
    kept = {name: mark for name, mark in marks.items() if name not in skip}
    judged = [mark.value for mark in kept.values() if mark.value is not None]
    wrong = "; ".join(f"{name}: {mark.why}" for name, mark in kept.items() if mark.value is not None and mark.value < 1)
    mean = sum(judged) / len(judged) if judged else 0.0
    return {f"slot_{name}": mark for name, mark in kept.items()} | {
        "slots": Mark(mean, wrong),
        "exact": yes(mean == 1, wrong),
    }


def plainest(drafts: Sequence[Written]) -> Written:
    """The draft that says the goal and nothing more; the first where none does."""
    return next((one for one in drafts if one.framing == "result"), drafts[0])


def against(draft: Written, want: Want) -> Marks:
    """One draft against one acceptable goal, slot by slot."""
    goal = draft.goal
    return {
        "metric": yes(goal["metric"] == want.metric, f"{goal['metric']}, not {want.metric}"),
        "direction": _direction(goal, want),
        "target": _target(goal, want),
        "unit": _unit(goal, want),
        "deadline": _deadline(goal, want),
        "segment": _kept(draft, want.segment),
        "lever": _kept(draft, want.lever),
    }


def _total(marks: Marks) -> float:
    return sum(mark.value or 0.0 for mark in marks.values())


def _direction(goal: dict[str, Any], want: Want) -> Mark:
    falling = want.direction == "decrease" or (want.direction is None and want.metric == "churn")
    found = goal["direction"]
    if want.direction == "maintain":
        return yes(found in ("maintain", "reach"), f"{found}, not maintain")
    right = found in ("decrease", "reach") if falling else found in _UPWARDS
    return yes(right or found is None, f"{found}, not {'decrease' if falling else 'increase'}")


def levels(want: Want) -> tuple[tuple[float, float], ...]:
    """The ranges that are right: as told, and where a change leads to from a known base."""
    low, high = want.target
    told = [(low, high)]
    if want.change == "relative" and want.base is not None:
        sign = -1 if want.direction == "decrease" or want.metric == "churn" else 1
        moved = [
            want.base * one
            if want.unit == "x"
            else want.base * (1 + sign * one / 100)
            if want.unit == "%"
            else want.base + sign * one
            for one in (low, high)
        ]
        told.append((min(moved) - 0.5, max(moved) + 0.5))
    return tuple(told)


def _target(goal: dict[str, Any], want: Want) -> Mark:
    value = goal["value"]
    if value is None:
        return Mark(0.0, "none")
    best = 0.0
    for low, high in levels(want):
        edge = low if value < low else high
        off = 0.0 if low <= value <= high else abs(value - edge) / (abs(edge) or 1)
        best = max(best, max(0.0, 1 - off / _FADE))
    return Mark(best, "" if best == 1 else f"{value:g}, not {want.target[0]:g}")


def _unit(goal: dict[str, Any], want: Want) -> Mark:
    found = goal["unit"]
    same = {want.unit} | ({"count", "points", "none"} if want.unit in ("count", "points", "none") else set())
    if want.change == "relative" and want.base is not None and goal["change"] == "from_to":
        same |= {"count", "none", "EUR", "USD", "GBP", "CHF", "%"}
    return yes(found in same, f"{found}, not {want.unit}")


def _deadline(goal: dict[str, Any], want: Want) -> Mark:
    if want.due is None:
        return Mark(None)
    if goal["deadline"] is None:
        return Mark(0.0, "none")
    day = dt.date.fromisoformat(goal["deadline"])
    slack = dt.timedelta(days=_DAYS_OFF)
    return yes(want.due[0] - slack <= day <= want.due[1] + slack, f"{day}, not {want.due[1]}")


def _kept(draft: Written, words: str) -> Mark:
    """At least half of the words of a segment or a lever stand in the goal."""
    wanted = folded(words)
    if not wanted:
        return Mark(None)
    there = set(folded(draft.statement))
    share = len([word for word in wanted if _there(word, there)]) / len(wanted)
    return yes(share >= _ALIKE, f"“{words}” is not in it")


def _there(word: str, there: set[str]) -> bool:
    stem = word[:-1] if len(word) > 4 and word[-1] in "sx" else word
    return any(one.startswith(stem) or (len(one) > 4 and stem.startswith(one)) for one in there)
