"""From an error to a page that says what happened, what to do, and gives the person's words back."""

import logging
import re
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from coach.errors import (
    BadInput,
    CallerError,
    CoachError,
    Conflict,
    CrmError,
    CrmRefused,
    NotAllowed,
    NotFound,
    StoreUnavailable,
)
from coach.service.values import TEXT_AT_MOST
from coach.web import rendering
from coach.web.forms import BodyTooLarge, ExpiredForm, ForeignRequest, Form
from coach.web.texts import Translate, known
from coach.web.visit import Visit, visit

_log = logging.getLogger(__name__)
_WRITTEN = ("text", "statement", "strategy")  # fields that hold what a person wrote
_STATUS = {
    NotFound: 404, NotAllowed: 403, Conflict: 409, BadInput: 422, CallerError: 400, StoreUnavailable: 503, CrmRefused: 422,
    CrmError: 503,
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """What an error page shows. ``text`` is what the person wrote, in ``field`` of a form sent to ``action``."""

    status: int
    title: str
    detail: str
    text: str = ""
    field: str = "text"
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    retry: bool = False
    back: str = ""


def handle(site: FastAPI) -> None:
    """Answer every error with one of our pages."""
    kinds = (HTTPException, RequestValidationError, CoachError, BodyTooLarge, ExpiredForm, ForeignRequest, Exception)
    for kind in kinds:
        site.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    try:
        visitor = await visit(request)
    except CoachError:  # the store is out of reach: even the person's language is unknown
        _log.exception("no page can be shown")
        return Response("coach: the database cannot be reached. Try again in a moment.\n", 503, media_type="text/plain")
    return shown(visitor, of(visitor, error), renewed=isinstance(error, ExpiredForm))


def shown(visitor: Visit, problem: Problem, *, renewed: bool = False) -> Response:
    """The problem as a page, or as a part of one for our script; ``renewed`` hands it a fresh form token."""
    if not visitor.wants_fragment:
        return rendering.page(visitor, "error.html", status=problem.status, problem=problem)
    response = rendering.fragment(visitor, "_problem.html", status=problem.status, problem=problem)
    if renewed:
        response.headers["Coach-Token"] = visitor.token
        visitor.remember(response, "coach_session", visitor.session)
    return response


def of(visitor: Visit, error: Exception) -> Problem:
    """What to show of an error, in the visitor's language."""
    status = status_of(error)
    title, detail = words(error, status, visitor.t, visitor.language)
    form: Form | None = getattr(visitor.request.state, "form", None)
    if isinstance(error, ExpiredForm):
        form = error.form
    name = next((each for each in _WRITTEN if form and form.text(each).strip()), "")
    others = tuple((key, value) for key, value in form.fields.items() if key not in (name, "token")) if form else ()
    return Problem(
        status=status,
        title=title,
        detail=detail,
        text=form.text(name) if form and name else "",
        field=name or "text",
        action=visitor.request.url.path,
        fields=others,
        retry=isinstance(error, ExpiredForm | StoreUnavailable) or status in (413, 422, 500),
        back=_back(visitor.request.url.path),
    )


def status_of(error: Exception) -> int:
    """The HTTP status an error stands for; 500 for what we did not foresee."""
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, ExpiredForm | ForeignRequest):
        return 403
    if isinstance(error, BodyTooLarge) or (isinstance(error, BadInput) and error.details.get("reason") == "too_long"):
        return 413
    if isinstance(error, RequestValidationError):
        return 404
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


def words(error: Exception, status: int, t: Translate, language: str) -> tuple[str, str]:
    """A title and what to do, from the error's reason where the catalogue knows it, else from its status."""
    if isinstance(error, ExpiredForm):
        return t("error.expired"), t("error.expired_detail")
    reason = str(error.details.get("reason", "")) if isinstance(error, CoachError) else ""
    if isinstance(error, CrmError) and not known(language, f"web.error.reason.{reason}"):
        return known(language, f"error.{error.code}"), known(language, f"error.{error.code}.remedy")
    told = status != 404 or reason == "link_absent"  # a link that leads nowhere is said for what it is
    tried = (f"error.reason.{reason}", f"error.{status}") if told else ("error.404",)
    key = next((key for key in tried if _words(language, key)), "error.500")
    details = error.details if isinstance(error, CoachError) else {}
    filled = {"limit": f"{TEXT_AT_MOST:n}", **{name: str(value)[:200] for name, value in details.items()}}
    return _filled(_words(language, key), filled), _filled(_words(language, f"{key}_detail"), filled)


def _filled(text: str, values: dict[str, str]) -> str:
    """The text with what it names put in; what a person typed is never read as a template."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def _words(language: str, key: str) -> str:
    """The pages' own words, else those that every shell says."""
    return known(language, f"web.{key}") or known(language, key)


def _back(path: str) -> str:
    """The page that a form's address belongs to."""
    parts = path.strip("/").split("/")
    if parts[:2] == ["goals", "new"] and len(parts) > 3:
        return "/" + "/".join(parts[:3])
    return "/" + "/".join(parts[:2]) if parts[0] == "goals" and len(parts) > 2 else ""
