"""Where a link leads: one goal, to check in once or to read, without signing in."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach.core import rendering as writing
from coach.errors import BadInput
from coach.service import boards, charts, goals, links
from coach.web import problems, rendering
from coach.web.pages.following import entry_of
from coach.web.views import follow
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False, prefix="/l")


@router.get("/{secret}")
async def show(visit: Visiting, secret: str) -> Response:
    """What the link leads to."""
    return await _page(visit, secret)


@router.post("/{secret}")
async def check_in(visit: Visiting, secret: str) -> Response:
    """The check-in it was made for."""
    form = await visit.form()
    try:
        await links.check_in(visit.coach, secret, entry_of(form), visit.language)
    except BadInput as wrong:
        return await _page(visit, secret, problem=problems.of(visit, wrong), typed=form.text("value"))
    return RedirectResponse(f"/l/{secret}", 303)


async def _page(
    visit: Visit, secret: str, *, problem: problems.Problem | None = None, typed: str | None = None
) -> Response:
    opened = await links.opened(visit.coach, secret, visit.language)
    goal, seen, today = opened.goal, opened.progress, visit.coach.today()
    status = boards.status_of(goal, seen)
    proposal = opened.proposal
    value = "" if proposal is None or proposal.value is None else follow.plain(proposal.value, visit.language)
    plan, tone = goals.plan_of(goal), follow.TONES[status]
    answer = rendering.page(
        visit, "link.html", opened=opened, told=seen.sentences, tone=tone, tone_icon=follow.ICONS[tone],
        label=visit.t(f"board.status.{status}"), problem=problem, status=problem.status if problem else 200,
        proposed=value if typed is None else typed,
        proposed_from=follow.source(proposal, visit.t, visit.language) if proposal else "",
        unit=follow.unit(goal, visit.t),
        picture=charts.burn_up(goal, plan, seen, today, visit.language, 720),
        narrow=charts.burn_up(goal, plan, seen, today, visit.language, 300),
        until=writing.day(opened.link.expires_at.date(), visit.language),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
