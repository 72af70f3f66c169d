"""Who calls, in which language, under which key: what routes need to know of a request."""

import hashlib
from typing import Annotated, cast

from fastapi import Depends, Header, Request

from coach.errors import BadInput
from coach.service import Actor, Coach, Once, people
from coach.service.values import Language


def language_of(request: Request) -> Language:
    """The language of the answer: the first of ours that ``Accept-Language`` names, else the settings'."""
    wanted = [part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    ours = next((code for code in wanted if code in ("fr", "en")), None)
    coach = getattr(request.app.state, "coach", None)
    return cast(Language, ours or (coach.settings.language if coach else "en"))


def _coach(request: Request) -> Coach:
    return request.app.state.coach


CoachDep = Annotated[Coach, Depends(_coach)]


async def _actor(request: Request, coach: CoachDep) -> Actor:
    return await people.owner(coach, language_of(request))


ActorDep = Annotated[Actor, Depends(_actor)]


async def _once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Repeat a write with the same key and body: it takes effect once, and answers the same.",
        ),
    ] = None,
) -> Once | None:
    if idempotency_key is None:
        return None
    asked = f"{request.method} {request.url.path}\0".encode() + await request.body()
    return Once(key=idempotency_key, fingerprint=hashlib.sha256(asked).hexdigest())


OnceDep = Annotated[Once | None, Depends(_once)]


def _expected(
    if_match: Annotated[
        str | None, Header(max_length=40, description="The version (ETag) that was read; another one means a conflict.")
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise BadInput("If-Match is not a version.", remedy="Give the ETag of the answer that was read.", reason="etag")
    return int(digits)


ExpectedDep = Annotated[int | None, Depends(_expected)]


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}
