"""The team's goals together: the board to work with, and the page a director prints."""

from fastapi import APIRouter, Response

from coach.core import rendering as writing
from coach.service import boards, exports
from coach.web import rendering
from coach.web.pages.goals import saved
from coach.web.views import board as views
from coach.web.visit import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/team")
async def team(
    visit: Visiting,
    status: str = "",
    lead: str = "",
    team: str = "",
    q: str = "",
    sort: str = "urgency",
    closed: str = "",
) -> Response:
    """The board: every goal under way, what needs action first."""
    words = q.strip()[:200]
    found = await boards.board(
        visit.coach, visit.actor, status=status, lead=lead, team=team, search=words, closed=closed == "1"
    )
    query = {"lead": lead, "team": team, "q": words, "sort": sort if sort != "urgency" else "", "closed": closed}
    shown = views.rows(found, visit.t, visit.language, sort=sort)
    return rendering.page(
        visit, "team.html", section="team", rows=shown, tallies=views.tallies(found, visit.t, status, query),
        summary=views.summary(found, visit.t, visit.language), leads=found.leads, teams=found.teams, lead=lead, team=team,
        q=words, sort=sort if sort in views.SORTS else "urgency", sorts=views.SORTS, closed=closed == "1", status=200,
        asked_status=status, query=str(visit.request.url.query), empty=not found.counts,
    )  # fmt: skip


@router.get("/team.{format}")
async def as_file(
    visit: Visiting, format: str, status: str = "", lead: str = "", team: str = "", q: str = "", closed: str = ""
) -> Response:
    """The board as a file: CSV, XLSX, PDF, JSON."""
    found = await boards.board(
        visit.coach, visit.actor, status=status, lead=lead, team=team, search=q.strip()[:200], closed=closed == "1",
        causes=True,
    )  # fmt: skip
    return saved(await exports.of_board(visit.coach, visit.actor, found, format))


@router.get("/dashboard")
async def dashboard(visit: Visiting, team: str = "") -> Response:
    """One page for a meeting: the tally, what needs a decision, every goal with its picture."""
    found = await boards.board(visit.coach, visit.actor, team=team, closed=True, causes=True)
    shown = views.rows(found, visit.t, visit.language, pictures=True)
    open_now = [row for row in shown if row.status not in ("reached", "missed", "abandoned") or row.act]
    ended = [row for row in shown if row not in open_now]
    urgent = [row for row in open_now if row.tone in ("fail", "warn")]
    counts = [(name, found.counts[name]) for name in views.ORDER if found.counts.get(name)]
    return rendering.page(
        visit, "dashboard.html", section="team", rows=open_now, ended=ended, counts=counts, team=team,
        teams=found.teams, summary=views.summary(found, visit.t, visit.language), urgent=urgent,
        day=writing.day(found.today, visit.language), tones=views.TONES,
    )  # fmt: skip
