"""What a person does with an adopted goal: look, correct, adjust, share, say, close. Each act leads back to its page."""

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach.core.calibration import history
from coach.errors import BadInput, Conflict
from coach.service import CheckIn, GoalChange, NewCheckIn, goals, links, reviews, voices
from coach.service.values import GivenDrivers, GivenPart, NewRemark, NewReview
from coach.web import given
from coach.web.pages import goals as goal_page
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False, prefix="/goals/{id}")
Act = Callable[..., Awaitable[Response]]


def told(act: Act) -> Act:
    """The act, whose refusal is said on the goal's own page, with what was typed still there."""

    @wraps(act)
    async def tried(visit: Visit, id: str, **more: str) -> Response:
        try:
            return await act(visit, id, **more)
        except (BadInput, Conflict) as wrong:
            return await goal_page.refused(visit, id, wrong)

    return tried


@router.post("/adopt")
@told
async def adopt(visit: Visiting, id: str) -> Response:
    """Adopt a goal that was prepared."""
    form = await visit.form()
    await goals.change(visit.coach, visit.actor, id, GoalChange(status="adopted"), expected=form.number("version"))
    return back(id, "adopted")


@router.post("/check-ins")
@told
async def look(visit: Visiting, id: str) -> Response:
    """One more look, or the correction of one."""
    made = await looked(visit, id, await visit.form())
    return back(id, "corrected" if made.corrects_id else "looked", undo=made.id)


async def looked(visit: Visit, id: str, form: given.Form) -> CheckIn:
    """The check-in that a form holds."""
    entry = entry_of(form)
    return await goals.check_in(visit.coach, visit.actor, id, entry)


def entry_of(form: given.Form) -> NewCheckIn:
    """The check-in as typed; BadInput where a figure is none."""
    told = {"volume": form.text("volume"), "value": form.text("worth"), "cycle_days": form.text("cycle_days")}
    drivers: dict[str, float] = {name: figure(text) for name, text in told.items() if text.strip()}
    if form.text("rate").strip():
        rate, _ = history.figure(form.text("rate"))
        drivers["rate"] = rate / 100 if rate > 1 or "%" in form.text("rate") else rate
    return given.checked(
        NewCheckIn,
        value=figure(form.text("value")),
        day=form.text("day") or None,
        confidence=form.text("confidence") or None,
        comment=form.text("comment").strip(),
        corrects=form.text("corrects") or None,
        drivers=given.checked(GivenDrivers, **drivers) if drivers else None,
    )


def figure(text: str) -> float:
    """A figure as a person types it: "12,5", "150 k€", "24 %"."""
    return history.figure(text.strip())[0]


@router.post("/check-ins/{check_in_id}/withdraw")
@told
async def withdraw(visit: Visiting, id: str, check_in_id: str) -> Response:
    """Take a look back."""
    await visit.form()
    await goals.withdraw(visit.coach, visit.actor, id, check_in_id)
    return back(id, "withdrawn")


@router.post("/check-ins/{check_in_id}/undo")
@told
async def undo(visit: Visiting, id: str, check_in_id: str) -> Response:
    """Undo the look just made."""
    await visit.form()
    await goals.undo_look(visit.coach, visit.actor, id, check_in_id)
    return back(id, "undone")


@router.post("/adjust")
@told
async def adjust(visit: Visiting, id: str) -> Response:
    """Another target or due date, with its reason."""
    form = await visit.form()
    change: dict[str, object] = {"reason": form.text("reason").strip()}
    if form.text("target").strip():
        change["target"] = figure(form.text("target"))
    if form.text("due"):
        change["due"] = form.text("due")
    await _change(visit, id, form, **change)
    return back(id, "adjusted", at="adjust")


@router.post("/about")
@told
async def about(visit: Visiting, id: str) -> Response:
    """Whose goal it is, and what it serves."""
    form = await visit.form()
    names = ("lead", "lead_email", "team", "strategy", "parent_id")
    await _change(visit, id, form, **{name: form.text(name).strip() for name in names})
    return back(id, "saved")


@router.post("/split")
@told
async def split(visit: Visiting, id: str) -> Response:
    """The people's parts, one a line: "Karim = 7"."""
    form = await visit.form()
    await _change(visit, id, form, split=parts(form.text("split")))
    return back(id, "saved")


def parts(text: str) -> tuple[GivenPart, ...]:
    """The parts that lines hold; BadInput for a line that holds none."""
    found = []
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        name, mark, part = line.replace("\t", "=").rpartition("=")
        if not mark:
            name, mark, part = line.rpartition(":")
        if not mark or not name.strip():
            raise BadInput("A line holds no part.", remedy="Write one a line: Karim = 7.", reason="split_line")
        found.append(given.checked(GivenPart, name=name.strip(), target=figure(part)))
    return tuple(found)


@router.post("/remarks")
@told
async def say(visit: Visiting, id: str) -> Response:
    """A comment, a commitment, an objection or its answer."""
    form = await visit.form()
    said = given.checked(
        NewRemark,
        kind=form.text("kind") or "comment",
        text=form.text("text"),
        author=form.text("author").strip(),
        answers=form.text("answers") or None,
    )
    await voices.say(visit.coach, visit.actor, id, said)
    return back(id, "said")


@router.post("/links/{link_id}/revoke")
@told
async def revoke(visit: Visiting, id: str, link_id: str) -> Response:
    """Take a link back."""
    await visit.form()
    await links.revoke(visit.coach, visit.actor, id, link_id)
    return back(id, "revoked", at="share")


@router.post("/close")
@told
async def close(visit: Visiting, id: str) -> Response:
    """Close the goal with its review."""
    form = await visit.form()
    review = given.checked(
        NewReview, outcome=form.text("outcome"), learnt=form.text("learnt"), reason=form.text("reason").strip() or None
    )
    await reviews.close(visit.coach, visit.actor, id, review, expected=form.number("version"))
    return back(id, "closed", at="closing")


@router.post("/reopen")
@told
async def reopen(visit: Visiting, id: str) -> Response:
    """Follow a closed goal again."""
    form = await visit.form()
    await _change(visit, id, form, status="running", reason=form.text("reason").strip())
    return back(id, "reopened")


async def _change(visit: Visit, id: str, form: given.Form, **changes: object) -> None:
    change = given.checked(GoalChange, **changes)
    await goals.change(visit.coach, visit.actor, id, change, expected=form.number("version"))


def back(id: str, done: str, *, undo: str = "", at: str = "") -> Response:
    """The goal's page, saying what was done."""
    told = {"done": done, **({"undo": undo} if undo else {})}
    return RedirectResponse(f"/goals/{quote(id)}?{urlencode(told)}{'#' + at if at else ''}", 303)
