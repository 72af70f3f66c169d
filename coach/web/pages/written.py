"""A goal written into a CRM: preview, write, and what was changed of it over there."""

from dataclasses import dataclass

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach.core import rendering as figures
from coach.errors import CoachError, CrmError
from coach.service import goals, teams, writing_back
from coach.service.writing_back import Preview, Standing
from coach.web import problems, rendering
from coach.web.texts import known
from coach.web.views.connections import ago
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
TOLD = (
    "title",
    "subject",
    "target",
    "counts",
    "start",
    "end",
    "due",
    "due_date",
    "interval",
    "owner",
    "owner_id",
    "assignee",
)


@dataclass(frozen=True)
class LineView:
    """One field as it is over there, and as it would be."""

    name: str
    before: str
    after: str
    moved: bool


@dataclass(frozen=True)
class StandingView:
    """A goal that was written, in words."""

    connection_id: str
    label: str
    kind: str
    when: str
    url: str
    gone: bool
    change: str


@router.get("/goals/{id}/crm")
async def show(visit: Visiting, id: str, to: str = "", owner: str = "", done: str = "") -> Response:
    """Where the goal can be written; with ``to``, what writing it there would do."""
    return await _page(visit, id, to=to, owner=owner, done=done)


@router.post("/goals/{id}/crm")
async def write(visit: Visiting, id: str) -> Response:
    """Write what was previewed."""
    form = await visit.form()
    to, owner = form.text("to"), form.text("owner")
    try:
        await writing_back.write(visit.coach, visit.actor, id, to, agreed=form.text("agreed"), owner=owner or None)
    except (CoachError, CrmError) as wrong:
        problem = problems.of(visit, wrong)
        return await _page(visit, id, to=to, owner=owner, problem=problem, status=problem.status)
    return RedirectResponse(f"/goals/{id}/crm?done=written", 303)


@router.post("/goals/{id}/crm/look")
async def look(visit: Visiting, id: str) -> Response:
    """Look at what stands over there now."""
    form = await visit.form()
    try:
        await writing_back.look(visit.coach, visit.actor.workspace_id, id, form.text("to"))
    except CrmError as wrong:
        problem = problems.of(visit, wrong)
        return await _page(visit, id, problem=problem, status=problem.status)
    return RedirectResponse(f"/goals/{id}/crm?done=looked", 303)


@router.post("/goals/{id}/crm/take-over")
async def take_over(visit: Visiting, id: str) -> Response:
    """Make the goal what it was changed to over there."""
    form = await visit.form()
    reason = form.text("reason").strip() or visit.t("written.reason")
    await writing_back.take_over(visit.coach, visit.actor, id, form.text("to"), reason=reason)
    return RedirectResponse(f"/goals/{id}/crm?done=taken", 303)


async def _page(
    visit: Visit,
    id: str,
    *,
    to: str = "",
    owner: str = "",
    done: str = "",
    problem: problems.Problem | None = None,
    status: int = 200,
) -> Response:
    goal = await goals.get(visit.coach, visit.actor, id)
    able = await writing_back.able(visit.coach, visit.actor)
    planned: Preview | None = None
    if to and not problem:
        try:
            planned = await writing_back.preview(visit.coach, visit.actor, id, to, owner=owner or None)
        except (CoachError, CrmError) as wrong:
            problem = problems.of(visit, wrong)
            status = problem.status
    people = [one for one in await teams.members(visit.coach, visit.actor, active=True) if one.connection_id == to]
    standing = await writing_back.written_of(visit.coach, visit.actor, id)
    return rendering.page(
        visit,
        "written.html",
        section="goals",
        status=status,
        goal=goal,
        able=able,
        to=to,
        owner=owner,
        people=people,
        plan=planned,
        label=next((one.label for one, _ in able if one.id == to), ""),
        lines=_lines(planned, visit, {one.id: one.label for one in people}) if planned else [],
        standing=[_standing(one, goal.unit, visit) for one in standing],
        done=done if done in ("written", "looked", "taken") else "",
        problem=problem,
    )


def _lines(plan: Preview, visit: Visit, people: dict[str, str]) -> list[LineView]:
    found = []
    for line in plan.lines:
        if line.name in TOLD and (line.before or line.after):
            name = known(visit.language, f"web.written.field.{line.name}") or line.name
            before, after = (_said(line.name, value, visit, people) for value in (line.before, line.after))
            found.append(LineView(name, before, after, plan.action == "change" and before != after))
    return found


def _said(name: str, value: str | None, visit: Visit, people: dict[str, str]) -> str:
    if value is None:
        return "–"
    if name in ("owner", "owner_id"):
        return people.get(value, value)
    if name == "target":
        return figures.number(float(value), visit.language)
    return known(visit.language, f"web.written.value.{value}") or value


def _standing(one: Standing, unit: str | None, visit: Visit) -> StandingView:
    target = figures.amount(one.target, unit, visit.language) if one.target is not None else ""
    due = figures.day(one.due, visit.language) if one.due is not None else ""
    told = [visit.t("written.changed_target", target=target)] if target else []
    told += [visit.t("written.changed_due", day=due)] if due else []
    return StandingView(
        connection_id=one.connection_id,
        label=one.label,
        kind=visit.t(f"written.kind.{one.kind}"),
        when=ago(one.written_at, visit.coach.now(), visit.language),
        url=one.url or "",
        gone=one.gone,
        change=" ".join(told),
    )


async def changed(visit: Visit, id: str) -> list[StandingView]:
    """What was changed of the goal in a CRM, for its own page."""
    goal = await goals.get(visit.coach, visit.actor, id)
    found = await writing_back.written_of(visit.coach, visit.actor, id)
    return [_standing(one, goal.unit, visit) for one in found if one.changed]
