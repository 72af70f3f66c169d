"""The team's goals in rows and figures, ready to show or print."""

from dataclasses import dataclass
from urllib.parse import urlencode

from coach.core import rendering
from coach.service import boards, charts, telling
from coach.web.texts import Translate
from coach.web.views.follow import ICONS, TONES

ORDER = (
    "at_risk",
    "behind",
    "stale",
    "missed",
    "waiting",
    "on_track",
    "reached",
    "adopted",
    "draft",
    "no_figure",
    "abandoned",
)
SORTS = ("urgency", "lead", "due", "chance", "goal")


@dataclass(frozen=True)
class RowView:
    """One goal on the board."""

    id: str
    statement: str
    language: str
    parent: str
    lead: str
    team: str
    status: str
    label: str
    tone: str
    icon: str
    actual: str
    expected: str
    target: str
    gap: str
    bullet: charts.Bullet | None
    spark: charts.Line | None
    checked: str
    due: str
    chance: str
    confidence: str
    cause: str
    todo: str
    act: str
    contested: bool
    picture: charts.Picture | None


@dataclass(frozen=True)
class Tally:
    """How many goals stand somewhere, and where to see them."""

    status: str
    label: str
    count: int
    tone: str
    href: str
    current: bool


def rows(
    board: boards.Board, t: Translate, language: str, *, sort: str = "urgency", pictures: bool = False
) -> list[RowView]:
    """The board's rows, sorted; what needs someone first unless another order is asked."""
    keys = {
        "lead": lambda row: (row.goal.lead or "\uffff").casefold(),
        "due": lambda row: row.goal.due.isoformat() if row.goal.due else "9",
        "chance": lambda row: row.progress.outlook.chance if row.progress.outlook else 2.0,
        "goal": lambda row: row.goal.statement.casefold(),
    }
    ordered = sorted(board.rows, key=keys[sort]) if sort in keys else list(board.rows)
    return [_row(row, board, t, language, pictures) for row in ordered]


def _row(row: boards.Row, board: boards.Board, t: Translate, language: str, pictures: bool) -> RowView:
    goal, standing, told = row.goal, row.progress.standing, row.progress.sentences
    tone = TONES[row.status]

    def shown(value: float | None) -> str:
        return "" if value is None else charts.short(value, goal, language)

    return RowView(
        id=goal.id,
        statement=goal.statement,
        language=goal.language,
        parent=row.parent or "",
        lead=goal.lead or "",
        team=goal.team or "",
        status=row.status,
        label=t(f"board.status.{row.status}"),
        tone=tone,
        icon=ICONS[tone],
        actual=shown(standing.actual) if standing else "",
        expected=shown(standing.expected) if standing else "",
        target=shown(goal.target),
        gap=telling.signed(standing.gap, goal, language) if standing and standing.gap is not None else "",
        bullet=charts.bullet(row.progress),
        spark=charts.sparkline(row.trend),
        checked=_checked(row, t),
        due=rendering.day(goal.due, language) if goal.due else t("goal.no_due"),
        chance=told.get("chance", ""),
        confidence=t(f"confidence.{row.confidence}") if row.confidence else "",
        cause=told.get("cause", ""),
        todo=told.get("correction", ""),
        act=_act(row),
        contested=row.progress.contested,
        picture=_picture(row, board, language) if pictures else None,
    )


def _picture(row: boards.Row, board: boards.Board, language: str) -> charts.Picture | None:
    from coach.service import goals

    return charts.burn_up(row.goal, goals.plan_of(row.goal), row.progress, board.today, language, 480)


def _checked(row: boards.Row, t: Translate) -> str:
    if row.since_check_in is None:
        return t("board.never")
    if row.since_check_in == 0:
        return t("board.today")
    return t("board.days_ago.one" if row.since_check_in == 1 else "board.days_ago.other", days=row.since_check_in)


def _act(row: boards.Row) -> str:
    """What a row leads to: every one that is not green leads to something."""
    if row.progress.correction is None:
        return ""
    action = row.progress.correction.action
    if row.urgency > 5 and action in ("keep", "check_in"):
        return "look" if row.status == "on_track" else ""
    return {"close": "close", "lower_target": "adjust", "later": "adjust"}.get(
        action, "look" if action == "check_in" else "adjust"
    )


def tallies(board: boards.Board, t: Translate, status: str, query: dict[str, str]) -> list[Tally]:
    """How many goals stand where, each leading to them."""
    found = [Tally("", t("board.all"), sum(board.counts.values()), "", _to(query, ""), not status)]
    for name in ORDER:
        if board.counts.get(name):
            found.append(
                Tally(
                    name, t(f"board.status.{name}"), board.counts[name], TONES[name], _to(query, name), status == name
                )
            )
    return found


def _to(query: dict[str, str], status: str) -> str:
    kept = {name: value for name, value in {**query, "status": status}.items() if value}
    return f"/team?{urlencode(kept)}" if kept else "/team"


def summary(board: boards.Board, t: Translate, language: str) -> str:
    """The board in one sentence: "7 goals: 4 on track, 2 behind, 1 at risk"."""
    parts = [f"{board.counts[name]} {t(f'board.status.{name}').lower()}" for name in ORDER if board.counts.get(name)]
    total = sum(board.counts.values())
    counted = t("board.count.one" if total == 1 else "board.count.other", count=total)
    return f"{counted}{t('colon')}{rendering.listing(parts, language)}" if parts else t("board.empty")
