"""The goals that were adopted."""

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach import wording
from coach.service import Goal, GoalChange, goals, profiles
from coach.web import exports, rendering
from coach.web.views.card import unworded
from coach.web.views.goals import GoalView, goal
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
PER_PAGE = 50
EXPORTED_AT_MOST = 5_000


@router.get("/goals")
async def show_all(visit: Visiting, q: str = "", cursor: str = "") -> Response:
    """The goals, latest adopted first; ``q`` keeps those whose sentence has those words."""
    words = q.strip()[:200]
    found = await goals.page(visit.coach, visit.actor, search=words, limit=PER_PAGE, cursor=cursor or None)
    following = f"/goals?{urlencode({'q': words, 'cursor': found.next})}" if found.next else None
    shown = [await _view(visit, each) for each in found.items]
    return rendering.page(visit, "goals.html", section="goals", goals=shown, q=words, next=following)


@router.get("/goals.csv")
async def as_csv(visit: Visiting) -> Response:
    """Every goal, for a spreadsheet."""
    found: list[Goal] = []
    cursor: str | None = None
    while len(found) < EXPORTED_AT_MOST:
        part = await goals.page(visit.coach, visit.actor, limit=200, cursor=cursor)
        found += part.items
        cursor = part.next
        if cursor is None:
            break
    name = visit.t("csv.file")
    return _file(exports.table(found, visit.t, visit.language).encode(), f"{name}.csv", "text/csv; charset=utf-8")


@router.get("/goals/{id}.ics")
async def as_calendar(visit: Visiting, id: str) -> Response:
    """The due date and the check-ins, for a calendar."""
    found = await goals.get(visit.coach, visit.actor, id)
    return _file(exports.calendar(found, visit.t, visit.coach.now()), "coach.ics", "text/calendar; charset=utf-8")


@router.get("/goals/{id}.md")
async def as_markdown(visit: Visiting, id: str) -> Response:
    """The goal and what goes with it, to paste anywhere."""
    shown = await _view(visit, await goals.get(visit.coach, visit.actor, id))
    return _file(shown.markdown.encode(), "coach.md", "text/markdown; charset=utf-8")


@router.get("/goals/{id}")
async def show(visit: Visiting, id: str, adopted: str = "") -> Response:
    """One goal; ``adopted`` when the person has just adopted it."""
    shown = await _view(visit, await goals.get(visit.coach, visit.actor, id))
    return rendering.page(visit, "goal.html", section="goals", goal=shown, just_adopted=adopted == "1")


@router.post("/goals/{id}/delete")
async def delete(visit: Visiting, id: str) -> Response:
    """Take the goal off the lists; its page offers to bring it back."""
    return await _mark(visit, id, deleted=True)


@router.post("/goals/{id}/restore")
async def restore(visit: Visiting, id: str) -> Response:
    """Bring a removed goal back."""
    return await _mark(visit, id, deleted=False)


async def _mark(visit: Visit, id: str, *, deleted: bool) -> Response:
    form = await visit.form()
    await goals.change(visit.coach, visit.actor, id, GoalChange(deleted=deleted), expected=form.number("version"))
    return RedirectResponse(f"/goals/{quote(id)}", 303)


async def _view(visit: Visit, found: Goal) -> GoalView:
    profile = await profiles.recent(visit.coach, visit.actor)
    assessment = wording.word(unworded(found.draft.assessment), visit.language)
    worded = found.model_copy(update={"draft": found.draft.model_copy(update={"assessment": assessment})})
    return goal(worded, visit.t, visit.language, visit.coach.today(), profile)


def _file(body: bytes, name: str, media_type: str) -> Response:
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
