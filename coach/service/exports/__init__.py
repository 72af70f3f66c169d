"""Goals as files: CSV, XLSX, PDF, calendar, Markdown, JSON; one goal or the team's board."""

import json
from dataclasses import dataclass
from typing import Literal

from coach.core import rendering
from coach.errors import NotFound
from coach.service import boards, charts, goals, incentives, profiles, reviews, telling
from coach.service.coach import Coach
from coach.service.exports import calendars, papers, sheets, tables
from coach.service.values import Actor, Goal, Progress, Review
from coach.wording import Catalogue

GoalFormat = Literal["csv", "xlsx", "pdf", "ics", "md", "json"]
BoardFormat = Literal["csv", "xlsx", "pdf", "json"]
GOAL_FORMATS: tuple[GoalFormat, ...] = ("pdf", "csv", "xlsx", "ics", "md", "json")
BOARD_FORMATS: tuple[BoardFormat, ...] = ("csv", "xlsx", "pdf", "json")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True)
class File:
    """A file to save: ``name`` has its ending."""

    name: str
    media_type: str
    body: bytes


async def of_goal(coach: Coach, actor: Actor, id: str, format: str, *, address: str = "") -> File:
    """One goal as a file, in the actor's language; NotFound for a format there is none of.

    Raises:
        BadInput: PDF without reportlab (``reason="pdf_absent"``).
    """
    if format not in GOAL_FORMATS:
        raise NotFound("There is no such file.", remedy=f"Ask for one of: {', '.join(GOAL_FORMATS)}.", reason="format")
    language = actor.language
    goal, progress = await goals.get(coach, actor, id), await goals.progress(coach, actor, id)
    review = await reviews.latest(coach, actor, id)
    if format == "csv":
        return _file("goal", format, language, sheets.comma(tables.of_check_ins(goal, progress, language), language))
    if format == "xlsx":
        return _file("goal", format, language, _workbook(goal, progress, language))
    if format == "ics":
        return _file("goal", format, language, calendars.calendar(goal, language, coach.now(), address))
    if format == "md":
        return _file("goal", format, language, markdown(goal, progress, review, language).encode())
    if format == "json":
        return _file("goal", format, language, _json(goal, progress, review))
    ideas = incentives.of(goal, language, await profiles.recent(coach, actor))
    today = coach.today()
    picture = charts.burn_up(goal, goals.plan_of(goal), progress, today, language, 720)
    day = rendering.day(today, language)
    return _file("goal", format, language, papers.goal_page(goal, progress, review, ideas, language, picture, day))


async def of_board(coach: Coach, actor: Actor, board: boards.Board, format: str) -> File:
    """The board as a file, in the actor's language; NotFound for a format there is none of."""
    if format not in BOARD_FORMATS:
        raise NotFound("There is no such file.", remedy=f"Ask for one of: {', '.join(BOARD_FORMATS)}.", reason="format")
    language = actor.language
    rows = tables.of_board(board, language)
    if format == "csv":
        return _file("team", format, language, sheets.comma(rows, language))
    if format == "xlsx":
        return _file("team", format, language, sheets.workbook({Catalogue(language).gettext("board.title"): rows}))
    if format == "json":
        return _file("team", format, language, board.model_dump_json(indent=1).encode())
    return _file("team", format, language, papers.team_page(board, language, rendering.day(board.today, language)))


def of_goals(every: list[Goal], language: str) -> File:
    """Every goal, a line each, for a spreadsheet."""
    body = sheets.comma(tables.of_goals(every, language), language)
    return File(f"{Catalogue(language).gettext('csv.file')}.csv", MEDIA_TYPES["csv"], body)


def _file(what: str, format: str, language: str, body: bytes) -> File:
    return File(f"{Catalogue(language).gettext(f'export.file.{what}')}.{format}", MEDIA_TYPES[format], body)


def _workbook(goal: Goal, progress: Progress, language: str) -> bytes:
    words = Catalogue(language)
    return sheets.workbook({
        words.gettext("goal.heading"): tables.of_goals([goal], language),
        words.gettext("follow.history"): tables.of_check_ins(goal, progress, language),
        words.gettext("follow.adjustments"): tables.of_adjustments(goal, progress, language),
    })  # fmt: skip


def _json(goal: Goal, progress: Progress, review: Review | None) -> bytes:
    whole = {
        "goal": goal.model_dump(mode="json"),
        "progress": progress.model_dump(mode="json"),
        "review": review.model_dump(mode="json") if review else None,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def markdown(goal: Goal, progress: Progress, review: Review | None, language: str) -> str:
    """The goal, where it stands, its check-ins and what was decided, to paste anywhere."""
    words, told = Catalogue(language), progress.sentences
    lines = [f"**{goal.statement}**", ""]
    lines += [
        f"- {told[name]}" for name in ("status", "actual", "gap", "projection", "chance", "correction") if name in told
    ]
    reasons = [goal.strategy or "", goal.draft.rationale, goal.draft.guardrail]
    lines += ["", f"## {words.gettext('goal.why')}", "", *(reason for reason in reasons if reason)]
    looks = [look for look in progress.check_ins if look.counts]
    if looks:
        lines += ["", f"## {words.gettext('follow.history')}", ""]
        for look in looks:
            shown = telling.figure(look.value, goal, language, decimals=1)
            lines.append(
                f"- {rendering.day(look.day, language)} : {shown}" + (f" — {look.comment}" if look.comment else "")
            )
    if progress.adjustments:
        lines += ["", f"## {words.gettext('follow.adjustments')}", ""]
        for change in progress.adjustments:
            what = "; ".join(
                " → ".join(telling.changed(name, side, goal, language) for side in sides)
                for name, sides in change.changes.items()
                if name != "statement"
            )
            lines.append(f"- {rendering.day(change.created_at.date(), language)} : {what} — {change.reason}")
    if review is not None:
        lines += [
            "",
            f"## {words.gettext('follow.closing')}",
            "",
            words.gettext(f"goal.status.{review.outcome}"),
            review.learnt,
        ]
    return "\n".join(lines).rstrip() + "\n"
