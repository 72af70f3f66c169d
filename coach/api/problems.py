"""From an error to an RFC 9457 answer: what was wrong, and what to do, in the caller's language.

The words stand in the catalogues: ``error.<code>`` and ``error.<code>.remedy`` for each status, ``error.reason.<reason>``
and ``…_detail`` (what to do) for the reasons we know, ``error.field.<kind>`` for one field of what was sent.
"""

import json
import logging
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from coach.core.model.base import Value
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
from coach.service import connections
from coach.wording import Catalogue, catalogue

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
CODES = {
    400: "malformed", 403: "not_allowed", 404: "not_found", 405: "method", 409: "conflict", 412: "conflict",
    413: "too_large", 415: "media_type", 421: "host", 422: "bad_input", 429: "too_many", 500: "service_error",
    502: "crm_unavailable", 503: "store_unavailable",
}  # fmt: skip
_STATUS: dict[type[CoachError], int] = {
    NotFound: 404, Conflict: 409, NotAllowed: 403, BadInput: 422, CallerError: 400, StoreUnavailable: 503,
    CrmRefused: 422, CrmError: 502,
}  # fmt: skip
_STATUS_OF_REASON = {"cursor": 400, "key_reused": 422}
_VERSIONED = ("turn", "goal", "profile", "connection")  # conflicts that If-Match asked to be told of
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SHOWN_AT_MOST = 20  # fields of one problem


class FieldProblem(Value):
    """One thing wrong in what was sent."""

    place: str  # body, query, path or header
    pointer: str  # which field: a JSON pointer into the body, or the parameter's name
    code: str
    detail: str


class Problem(Value):
    """What went wrong (RFC 9457), and what to do about it."""

    type: str
    title: str
    status: int
    detail: str = ""
    remedy: str = ""
    reason: str | None = None
    errors: tuple[FieldProblem, ...] = ()


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route for the problems it may answer, those of any route included."""
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": CODES[status].replace("_", " ").capitalize(), "content": {MEDIA_TYPE: shape}}
        for status in sorted({400, 413, 421, 429, 503, *statuses})
    }


def handle(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem; what nobody foresaw reaches the guard."""
    app.add_exception_handler(HTTPException, _unserved)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CoachError, _refused)


async def _unserved(request: Request, error: Exception) -> Response:
    """No such address, or not by that method."""
    status = cast(HTTPException, error).status_code
    return answer(request, status, headers={"Allow": ", ".join(_served(request))} if status == 405 else None)


def _served(request: Request) -> list[str]:
    """The methods that this address answers to."""
    routes = request.app.router.routes
    calls = [(method, {**request.scope, "method": method}) for method in _METHODS]
    return [method for method, call in calls if any(route.matches(call)[0] is Match.FULL for route in routes)]


async def _refused(request: Request, error: Exception) -> Response:
    refused = cast(CoachError, error)
    return answer(request, _status(request, refused), refused)


def _status(request: Request, error: CoachError) -> int:
    reason = str(error.details.get("reason", ""))
    if isinstance(error, Conflict) and reason in _VERSIONED and "if-match" in request.headers:
        return 412
    if not isinstance(error, CallerError | StoreUnavailable | CrmError):
        _log.error("%s %s: %s", request.method, request.url.path, error)
    kinds = (status for kind, status in _STATUS.items() if isinstance(error, kind))
    return _STATUS_OF_REASON.get(reason) or next(kinds, 500)


def answer(
    request: Request,
    status: int,
    error: CoachError | None = None,
    *,
    headers: dict[str, str] | None = None,
    errors: tuple[FieldProblem, ...] = (),
    reason: str | None = None,
) -> Response:
    """The problem of this status in the request's language; an error's own words stand where no catalogue has them."""
    from coach.api.request import language_of

    words = catalogue(language_of(request))
    code = CODES.get(status, "caller_error" if status < 500 else "service_error")
    if error is not None:
        code = error.code if f"error.{error.code}" in words else code
        reason = str(error.details["reason"]) if "reason" in error.details else _of_crm(error)
    said = (error.message, error.remedy) if error is not None else ("", "")
    problem = Problem(
        type=f"/problems/{code}",
        title=words.find(f"error.{code}") or code,
        status=status,
        detail=(words.find(f"error.reason.{reason}", **_params(error)) if reason else None)
        or (words.find(f"sync.problem.{reason}") if isinstance(error, CrmError) else None)
        or said[0],
        remedy=(words.find(f"error.reason.{reason}_detail", **_params(error)) if reason else None)
        or said[1]
        or words.find(f"error.{code}.remedy")
        or "",
        reason=reason,
        errors=errors,
    )
    return Response(problem.model_dump_json(), status, headers=headers, media_type=MEDIA_TYPE)


def _of_crm(error: CoachError) -> str | None:
    """What kind of trouble a CRM is in, in one word; None for any other error."""
    return connections.problem(error).code if isinstance(error, CrmError) else None


def _params(error: CoachError | None) -> dict[str, Any]:
    return {} if error is None else {name: value for name, value in error.details.items() if name != "reason"}


async def _invalid(request: Request, error: Exception) -> Response:
    from coach.api.request import language_of

    found = list(cast(RequestValidationError, error).errors())
    if any(one["type"] == "json_invalid" for one in found):
        return (
            answer(request, 422, reason="not_text") if _is_half_a_pair(await request.body()) else answer(request, 400)
        )
    if any(one["loc"][0] == "path" for one in found):  # no id of ours: there can be nothing at that address
        return answer(request, 404)
    words = catalogue(language_of(request))
    return answer(request, 422, errors=tuple(_field(one, words) for one in found[:_SHOWN_AT_MOST]))


def _is_half_a_pair(body: bytes) -> bool:
    """Whether only the text is wrong: JSON, but with half of a surrogate pair in it, which is no character."""
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        pass
    return False


def _field(one: dict[str, Any], words: Catalogue) -> FieldProblem:
    place, *path = (str(part)[:80] for part in one["loc"])
    code, context = str(one["type"]), {name: str(value)[:200] for name, value in one.get("ctx", {}).items()}
    key = f"error.reason.{code[5:]}" if code.startswith("text_") else f"error.field.{code}"
    detail = words.find(key, **context) or words.find("error.field.other") or str(one["msg"])
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)
    return FieldProblem(place=place, pointer=pointer if place == "body" else pointer[1:], code=code, detail=detail)
