"""Reminders: where they go, what they would say, and whether they leave."""

from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach.core import rendering as writing
from coach.errors import BadInput, CoachError
from coach.service import outlets, reminders
from coach.service.outlets import NewOutlet, OutletChange
from coach.web import given, problems, rendering
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False, prefix="/outlets")
DONE = ("made", "on", "off", "saved", "removed", "tested")


@router.get("")
async def show(visit: Visiting, done: str = "") -> Response:
    """Every outlet, and a form for another."""
    return await _page(visit, done=done if done in DONE else "")


@router.post("")
async def create(visit: Visiting) -> Response:
    """A new outlet: off, its preview first."""
    form = await visit.form()
    try:
        asked = given.checked(
            NewOutlet,
            kind=form.text("kind"),
            address=form.text("address").strip(),
            label=form.text("label").strip(),
            language=visit.language,
            reminders=form.text("reminders") == "1",
            digest=form.text("digest") == "1",
        )
        made = await outlets.create(visit.coach, visit.actor, asked)
    except BadInput as wrong:
        return await _page(
            visit, problem=problems.of(visit, wrong), kind=form.text("kind"), address=form.text("address")
        )
    return RedirectResponse(f"/outlets/{made.id}", 303)


@router.get("/{id}")
async def preview(visit: Visiting, id: str) -> Response:
    """What the outlet would send today; seen, it can be switched on."""
    shown = await reminders.preview(visit.coach, visit.actor, id)
    outlet = await outlets.get(visit.coach, visit.actor, id)
    return rendering.page(visit, "outlet.html", section="team", outlet=outlet, preview=shown)


@router.post("/{id}/switch")
async def switch(visit: Visiting, id: str) -> Response:
    """On or off."""
    form = await visit.form()
    on = form.text("on") == "1"
    change = OutletChange(switched_on=on)
    await outlets.change(visit.coach, visit.actor, id, change, expected=form.number("version"))
    return _back("on" if on else "off")


@router.post("/{id}/test")
async def test(visit: Visiting, id: str) -> Response:
    """Send a word now."""
    await visit.form()
    try:
        await reminders.test(visit.coach, visit.actor, id)
    except CoachError as wrong:
        return await _page(visit, problem=problems.of(visit, wrong))
    return _back("tested")


@router.post("/{id}/remove")
async def remove(visit: Visiting, id: str) -> Response:
    """Forget it and its address."""
    await visit.form()
    await outlets.remove(visit.coach, visit.actor, id)
    return _back("removed")


def _back(done: str) -> Response:
    return RedirectResponse(f"/outlets?{urlencode({'done': done})}", 303)


async def _page(
    visit: Visit, *, done: str = "", problem: problems.Problem | None = None, kind: str = "email", address: str = ""
) -> Response:
    found = await outlets.every(visit.coach, visit.actor)
    strangers = [name for name in visit.coach.plugins.notifiers if name not in outlets.KINDS]
    sent = {
        each.id: writing.day(each.sent_at.date(), visit.language) if each.sent_at else "" for each in found
    }  # fmt: skip
    return rendering.page(
        visit, "outlets.html", section="team", outlets=found, done=done, problem=problem, kinds=outlets.KINDS,
        strangers=strangers, kind=kind, address=address, sent=sent, status=problem.status if problem else 200,
        mail=bool(visit.coach.settings.smtp_host and visit.coach.settings.smtp_sender),
        public=bool(visit.coach.settings.public_url),
    )  # fmt: skip
