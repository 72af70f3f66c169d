"""The team's goals on one page, what needs action first."""

import datetime as dt
from collections.abc import Iterable, Sequence

from coach.core.model.base import Number, Value
from coach.service import foresight, goals, telling
from coach.service.coach import Coach
from coach.service.values import CLOSED, Actor, CheckIn, Goal, Progress

AT_MOST = 500
SOON = dt.timedelta(days=14)
URGENCY = {"missed": 0, "at_risk": 1, "stale": 2, "behind": 3, "reached": 4, "waiting": 6, "on_track": 7}
"""What needs someone first: what is over and not closed, then what is going wrong, then what nobody looks at."""


class Row(Value):
    """One goal on the board."""

    goal: Goal
    status: str  # the standing's, or "draft", "adopted", "no_figure", or how it ended
    urgency: int
    progress: Progress
    trend: tuple[Number, ...] = ()  # the last check-ins, oldest first
    since_check_in: int | None = None  # days
    confidence: str | None = None  # the lead's own, at the last check-in
    parent: str | None = None  # the statement of the goal it serves


class Board(Value):
    """The goals that were asked for, and how many stand where."""

    today: dt.date
    rows: tuple[Row, ...]
    counts: dict[str, int]
    teams: tuple[str, ...]
    leads: tuple[str, ...]


async def board(
    coach: Coach,
    actor: Actor,
    *,
    status: str = "",
    lead: str = "",
    team: str = "",
    search: str = "",
    closed: bool = False,
    causes: bool = False,
) -> Board:
    """The goals that are not deleted; without those that are closed unless ``closed``.

    ``causes`` asks the figures behind each gap too: for a page that a director prints, not for a list of hundreds.
    """
    today = coach.today()
    async with coach.store.read(actor.workspace_id) as unit:
        found = await unit.goals.page(search=search, limit=AT_MOST, today=today)
        ids = [row["id"] for row in found]
        looks, contested = await unit.goals.check_ins_of(ids), await unit.voices.open_contests(ids)
    every = [goals.goal_of(row, today) for row in found]
    statements = {goal.id: goal.statement for goal in every}
    kept = [goal for goal in every if _asked(goal, lead, team, closed)]
    rows = []
    for goal in kept:
        seen = goals.looks_of(looks.get(goal.id, []))
        usual = await foresight.usual(coach, actor, goal) if causes and goal.status == "running" else None
        placed = goals.placed(goal, seen, today, actor.language, contested=goal.id in contested, usual=usual)
        rows.append(_row(goal, placed, seen, today, statements))
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    shown = [row for row in rows if not status or row.status == status]
    return Board(
        today=today,
        rows=tuple(sorted(shown, key=_order)),
        counts=counts,
        teams=_names(goal.team for goal in every),
        leads=_names(goal.lead for goal in every),
    )


async def standings(coach: Coach, actor: Actor, some: Sequence[Goal]) -> dict[str, str]:
    """Goal id → the one word for where it is, for a list that shows no more of it."""
    today = coach.today()
    async with coach.store.read(actor.workspace_id) as unit:
        looks = await unit.goals.check_ins_of([goal.id for goal in some])
    placed = {
        goal.id: goals.placed(goal, goals.looks_of(looks.get(goal.id, [])), today, actor.language) for goal in some
    }
    return {goal.id: status_of(goal, placed[goal.id]) for goal in some}


def _asked(goal: Goal, lead: str, team: str, closed: bool) -> bool:
    if goal.status in CLOSED and not closed:
        return False
    return (not lead or goal.lead == lead) and (not team or goal.team == team)


def _row(goal: Goal, progress: Progress, looks: tuple[CheckIn, ...], today: dt.date, statements: dict[str, str]) -> Row:
    status = status_of(goal, progress)
    counting = sorted((look for look in looks if look.counts), key=lambda look: (look.day, look.id))
    last = counting[-1] if counting else None
    urgent = 5 if progress.contested and URGENCY.get(status, 8) > 5 else URGENCY.get(status, 8)
    return Row(
        goal=goal,
        status=status,
        urgency=urgent,
        progress=progress,
        trend=tuple(look.value for look in counting[-12:]),
        since_check_in=(today - last.day).days if last else None,
        confidence=last.confidence if last else None,
        parent=statements.get(goal.parent_id or ""),
    )


def status_of(goal: Goal, progress: Progress) -> str:
    """The one word for where a goal is: how it ended, else where it stands, else that it is not under way."""
    if goal.status in CLOSED or goal.status == "draft":
        return goal.status
    if goal.status == "adopted":
        return "adopted"
    return progress.standing.status if progress.standing else "no_figure"


def _order(row: Row) -> tuple[int, float, dt.date, str]:
    chance = row.progress.outlook.chance if row.progress.outlook else 1.0
    return row.urgency, chance, row.goal.due or dt.date.max, row.goal.id


def _names(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}, key=str.casefold))


def to_do(board: Board) -> Sequence[Row]:
    """The rows somebody has to act on."""
    return [row for row in board.rows if row.urgency <= 5]


def next_check_in(row: Row) -> dt.date | None:
    """The day a look is due; None for a goal that is over or has no figure."""
    standing = row.progress.standing
    return standing.next_check_in if standing and row.goal.status == "running" else None


def sentence(row: Row, language: str) -> str:
    """What stands out of one row, in a sentence."""
    told = row.progress.sentences
    parts = [told[name] for name in ("actual", "gap", "correction") if name in told]
    return ". ".join(parts) or told.get("status", "") or telling.statement(row.goal)
