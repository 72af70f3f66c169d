"""Goals and check-ins as rows: what the spreadsheet files hold. A cell is a text, a number, a day or nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence

from coach.core import kpis
from coach.service import boards
from coach.service.values import Goal, Progress
from coach.wording import Catalogue

Cell = str | float | dt.date | None
Rows = list[list[Cell]]
_GOAL = ("goal", "metric", "target", "unit", "baseline", "start", "due", "state", "adopted")
_BOARD = (
    "goal", "lead", "team", "metric", "unit", "start", "due", "target", "actual", "expected", "gap", "attainment",
    "standing", "chance", "checked", "confidence", "cause", "correction",
)  # fmt: skip
_LOOKS = ("day", "actual", "expected", "gap", "confidence", "comment", "source", "counts")


def of_goals(goals: Iterable[Goal], language: str) -> Rows:
    """A line a goal, under its heads."""
    words = Catalogue(language)
    rows: Rows = [_heads(_GOAL, words)]
    for goal in goals:
        rows.append([
            goal.statement, _metric(goal, words), goal.target, goal.unit, goal.baseline, goal.start, goal.due,
            words.gettext(f"goal.status.{goal.status}"), goal.created_at.date(),
        ])  # fmt: skip
    return rows


def of_board(board: boards.Board, language: str) -> Rows:
    """A line a goal with where it stands, under its heads; what needs action first. Shares are 0-1."""
    words = Catalogue(language)
    return [_heads(_BOARD, words), *(_line(row, words) for row in board.rows)]


def _line(row: boards.Row, words: Catalogue) -> list[Cell]:
    goal, standing, told = row.goal, row.progress.standing, row.progress.sentences
    outlook = row.progress.outlook
    known = (standing.actual, standing.expected, standing.gap, standing.attainment) if standing else (None,) * 4
    return [
        goal.statement, goal.lead, goal.team, _metric(goal, words), goal.unit, goal.start, goal.due, goal.target,
        *(None if figure is None else round(figure, 4) for figure in known),
        words.gettext(f"board.status.{row.status}"), outlook.chance if outlook else None,
        standing.checked_on if standing else None,
        words.gettext(f"confidence.{row.confidence}") if row.confidence else None,
        told.get("cause"), told.get("correction"),
    ]  # fmt: skip


def of_check_ins(goal: Goal, progress: Progress, language: str) -> Rows:
    """A line a check-in, the first day first, those that were corrected or taken back too."""
    from coach.core import tracking
    from coach.service.goals import plan_of

    words, plan = Catalogue(language), plan_of(goal)
    rows: Rows = [_heads(_LOOKS, words)]
    for look in sorted(progress.check_ins, key=lambda look: (look.day, look.id)):
        expected = tracking.expected(plan, look.day) if plan else None
        rows.append([
            look.day, look.value, None if expected is None else round(expected, 4),
            None if expected is None else round(look.value - expected, 4),
            words.gettext(f"confidence.{look.confidence}") if look.confidence else None, look.comment or None,
            words.gettext(f"follow.source.{look.source}") if look.source in ("manual", "link") else look.source,
            words.gettext("export.counts.yes" if look.counts else "export.counts.no"),
        ])  # fmt: skip
    return rows


def of_adjustments(goal: Goal, progress: Progress, language: str) -> Rows:
    """A line a change: when, what, from, to, why."""
    words = Catalogue(language)
    rows: Rows = [_heads(("day", "field", "old", "new", "reason"), words)]
    for change in reversed(progress.adjustments):
        for name, (old, new) in change.changes.items():
            if name != "statement":
                what = words.gettext(f"follow.field.{name}")
                rows.append([change.created_at.date(), what, old, new, change.reason or None])
    return rows


def _heads(names: Sequence[str], words: Catalogue) -> list[Cell]:
    return [words.gettext(f"csv.{name}") for name in names]


def _metric(goal: Goal, words: Catalogue) -> str | None:
    kpi = kpis.find(goal.metric)
    several = 2 if kpi is not None and kpi.unit == "count" else 1
    return words.gettext(f"metric.{goal.metric}", n=several) if goal.metric else None
