"""The goals: their list, the page of each, and the files they leave as."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach import wording
from coach.errors import CallerError
from coach.service import (
    Goal,
    GoalChange,
    Progress,
    boards,
    exports,
    foresight,
    goals,
    incentives,
    links,
    profiles,
    reviews,
    voices,
)
from coach.web import problems, rendering
from coach.web.pages import written
from coach.web.texts import Translate
from coach.web.views import follow
from coach.web.views.brief import talking
from coach.web.views.card import unworded
from coach.web.views.goals import GoalView, goal
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
PER_PAGE = 50
EXPORTED_AT_MOST = 5_000
DONE = (
    "adopted", "looked", "corrected", "withdrawn", "undone", "adjusted", "saved", "said", "revoked", "closed", "reopened",
)  # fmt: skip


def formats(t: Translate) -> list[tuple[str, str]]:
    """The files a goal leaves as, and what they are called."""
    return [(name, t(f"export.{name}")) for name in exports.GOAL_FORMATS]


@router.get("/goals")
async def show_all(visit: Visiting, q: str = "", cursor: str = "", removed: str = "") -> Response:
    """The goals, latest adopted first; ``q`` keeps those whose sentence has those words; or those ``removed``."""
    words, gone = q.strip()[:200], removed == "1"
    found = await goals.page(
        visit.coach, visit.actor, search=words, removed=gone, limit=PER_PAGE, cursor=cursor or None
    )  # fmt: skip
    there = gone or bool((await goals.page(visit.coach, visit.actor, removed=True, limit=1)).items)
    stand = await boards.standings(visit.coach, visit.actor, found.items)
    shown = [standing_as(await _view(visit, each), stand[each.id], visit.t) for each in found.items]
    onward = {"q": words, "cursor": found.next, **({"removed": "1"} if gone else {})}
    return rendering.page(
        visit, "goals.html", section="goals", goals=shown, q=words,
        next=f"/goals?{urlencode(onward)}" if found.next else None, removed=gone, some_removed=there,
    )  # fmt: skip


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
    return saved(exports.of_goals(found, visit.language))


@router.get("/goals/{id}.{format}")
async def as_file(visit: Visiting, id: str, format: str) -> Response:
    """The goal as a file: PDF, CSV, XLSX, calendar, Markdown, JSON."""
    return saved(await exports.of_goal(visit.coach, visit.actor, id, format, address=address(visit)))


@router.get("/goals/{id}/brief")
async def brief(visit: Visiting, id: str) -> Response:
    """One page to hold a 1:1 or a team meeting on, and to print."""
    found = await goals.get(visit.coach, visit.actor, id)
    seen = await goals.progress(visit.coach, visit.actor, id)
    shown, f = await _view(visit, found), await _follow(visit, found, seen)
    profile = await profiles.recent(visit.coach, visit.actor)
    return rendering.page(
        visit, "brief.html", section="goals", goal=shown, f=f, talk=talking(found, seen, visit.t, visit.language),
        goal_lead=found.lead or "", goal_strategy=found.strategy or "",
        ideas=incentives.of(found, visit.language, profile),
    )  # fmt: skip


@router.get("/goals/{id}")
async def show(visit: Visiting, id: str, adopted: str = "", done: str = "", undo: str = "") -> Response:
    """One goal; ``adopted`` when the person has just adopted it, ``done`` what was just done to it."""
    return await _page(visit, id, adopted=adopted == "1", done=done if done in DONE else "", undo=undo)


@router.post("/goals/{id}/links")
async def link(visit: Visiting, id: str) -> Response:
    """Make a link; its address is on this page only."""
    form = await visit.form()
    purpose = "read" if form.text("purpose") == "read" else "check_in"
    days = form.number("days") or links.DAYS
    made = await links.create(visit.coach, visit.actor, id, purpose=purpose, name=form.text("name")[:200], days=days)
    return await _page(visit, id, new_link=f"{address(visit)}{made.path}")


async def refused(visit: Visit, id: str, wrong: CallerError) -> Response:
    """The goal's page saying why the form just sent was not taken, with what was typed still in it."""
    form = getattr(visit.request.state, "form", None)
    kept = form.fields if form else {}
    return await _page(
        visit, id, problem=problems.of(visit, wrong), kept=kept, sent=visit.request.url.path.split("/")[3]
    )


async def _page(
    visit: Visit,
    id: str,
    *,
    adopted: bool = False,
    done: str = "",
    undo: str = "",
    new_link: str = "",
    problem: problems.Problem | None = None,
    kept: Mapping[str, str] = MappingProxyType({}),
    sent: str = "",
) -> Response:
    found = await goals.get(visit.coach, visit.actor, id)
    seen = await goals.progress(visit.coach, visit.actor, id)
    shown, f = await _view(visit, found), await _follow(visit, found, seen)
    related = await goals.related(visit.coach, visit.actor, found)
    undoable = next((look.id for look in seen.check_ins if look.id == undo and look.counts), "")
    return rendering.page(
        visit, "goal.html", section="goals", goal=shown, f=f, just_adopted=adopted, done=done, undo=undoable,
        new_link=new_link, problem=problem, kept=kept, sent=sent,
        status=problem.status if problem else 200, formats=formats(visit.t), goal_lead=found.lead or "",
        goal_email=found.lead_email or "", goal_team=found.team or "", goal_strategy=found.strategy or "",
        goal_parent=found.parent_id or "", parent=related.parent, children=related.children,
        parents=[(each.id, each.statement[:90]) for each in related.candidates],
        crm_changed=await written.changed(visit, found.id),
    )  # fmt: skip


async def _follow(visit: Visit, found: Goal, seen: Progress) -> follow.Follow:
    """What the page shows of the goal's life."""
    coach, actor = visit.coach, visit.actor
    proposal = None
    if seen.standing is not None and found.status in ("adopted", "running"):
        proposal = await foresight.proposal(coach, actor, found, seen.check_ins, seen.standing)
    said = (await voices.page(coach, actor, found.id, limit=200)).items
    given = await links.every(coach, actor, found.id)
    review = await reviews.latest(coach, actor, found.id)
    return follow.follow(found, seen, proposal, said, given, review, visit.t, visit.language, coach.today())


def address(visit: Visit) -> str:
    """How this server is called from outside: as it is set, else as the person calls it."""
    return visit.coach.settings.public_url.rstrip("/") or f"{visit.request.url.scheme}://{visit.request.url.netloc}"


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


def standing_as(view: GoalView, status: str, t: Translate) -> GoalView:
    """The goal's line, saying where it stands."""
    return replace(view, state=t(f"board.status.{status}"), tone=follow.TONES[status])


async def _view(visit: Visit, found: Goal) -> GoalView:
    profile = await profiles.recent(visit.coach, visit.actor)
    assessment = wording.word(unworded(found.draft.assessment), visit.language)
    worded = found.model_copy(update={"draft": found.draft.model_copy(update={"assessment": assessment})})
    return goal(worded, visit.t, visit.language, visit.coach.today(), profile)


def saved(file: exports.File) -> Response:
    """A file that the browser saves."""
    named = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media_type, headers=named)
