"""From an error to an RFC 9457 answer: what was wrong, and what to do, in the caller's language."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from coach.errors import BadInput, CallerError, CoachError, Conflict, NotAllowed, NotFound, StoreUnavailable
from coach.service.values import Value
from coach.wording import catalogue

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[CoachError], int] = {
    BadInput: 422, NotFound: 404, Conflict: 409, NotAllowed: 403, CallerError: 400, StoreUnavailable: 503,
}  # fmt: skip
_TITLES = {
    400: "malformed", 403: "not_allowed", 404: "not_found", 405: "method", 409: "conflict", 412: "conflict",
    413: "too_large", 415: "media_type", 421: "host", 422: "bad_input", 429: "too_many", 500: "service_error",
    503: "store_unavailable",
}  # fmt: skip


class Problem(Value):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    remedy: str = ""
    reason: str | None = None
    errors: tuple[dict[str, Any], ...] = ()


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route for the problems it may answer."""
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": _TITLES[status].replace("_", " ").capitalize(), "content": {MEDIA_TYPE: shape}}
        for status in sorted({400, 413, 421, 422, 429, 503, *statuses})
    }


def handle(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem."""
    for kind in (HTTPException, RequestValidationError, CoachError, Exception):
        app.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return answer(request, error.status_code, headers=dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        return _invalid(request, error)
    if isinstance(error, CoachError):
        status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
        return answer(request, status, error)
    _log.exception("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(request, 500)


def answer(
    request: Request,
    status: int,
    error: CoachError | None = None,
    *,
    headers: dict[str, str] | None = None,
    errors: tuple[dict[str, Any], ...] = (),
) -> Response:
    """The problem of this status, worded in the request's language; an error's own words stand when no catalogue has them."""
    from coach.api.request import language_of

    words = catalogue(language_of(request))
    code = _TITLES.get(status, "caller_error" if status < 500 else "service_error")
    reason = str(error.details["reason"]) if error is not None and "reason" in error.details else None
    said = f"error.{code}.{reason}" if reason else f"error.{code}"
    problem = Problem(
        type=f"/problems/{code}",
        title=words.find(f"error.{code}") or code.replace("_", " ").capitalize(),
        status=status,
        detail=words.find(f"{said}.detail") or (error.message if error is not None else ""),
        remedy=words.find(f"{said}.remedy") or (error.remedy if error is not None else "") or words.find(f"error.{code}.remedy") or "",
        reason=reason,
        errors=errors,
    )
    return Response(problem.model_dump_json(), status, headers=headers, media_type=MEDIA_TYPE)


def _invalid(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return answer(request, 400)
    shown = tuple(
        {"loc": [str(part)[:80] for part in one["loc"]], "msg": str(one["msg"])[:300], "type": one["type"]} for one in found[:20]
    )
    return answer(request, 422, errors=shown)
