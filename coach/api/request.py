"""Who calls, in which language, under which key: what routes need to know of a request."""

import hashlib
from typing import Annotated, Any, cast

from fastapi import Depends, Header, Path, Query, Request
from pydantic import StringConstraints, WithJsonSchema

from coach.errors import BadInput
from coach.service import Actor, Coach, Once, people
from coach.service.values import Language

LANGUAGES = ("fr", "en")


def language_of(request: Request) -> Language:
    """The language of the answer: of ours, the one ``Accept-Language`` weighs most, else the settings'."""
    best, weight = None, 0.0
    for part in request.headers.get("accept-language", "")[:1000].split(","):
        name, _, parameter = part.partition(";")
        code = name.strip().lower().partition("-")[0]
        wanted = _weight(parameter)
        if code in LANGUAGES and wanted > weight:
            best, weight = code, wanted
    coach = getattr(request.app.state, "coach", None)
    return cast(Language, best or (coach.settings.language if coach else "en"))


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value) if 0 <= float(value) <= 1 else 0.0
    except ValueError:
        return 0.0


def _coach(request: Request) -> Coach:
    return request.app.state.coach


CoachDep = Annotated[Coach, Depends(_coach)]


async def _actor(request: Request, coach: CoachDep) -> Actor:
    return await people.owner(coach, language_of(request))


ActorDep = Annotated[Actor, Depends(_actor)]


def optional(**schema: Any) -> WithJsonSchema:
    """How to describe what may be left out: without the null that no header or query can carry."""
    return WithJsonSchema({"type": "string", **schema})


_A_KEY, _A_TAG = r"^[\x21-\x7e]{1,200}$", r'^(\*|(W/)?"[0-9]{1,18}")$'
Key = Annotated[str, StringConstraints(pattern=_A_KEY)]
Tag = Annotated[str, StringConstraints(pattern=_A_TAG)]
_KEY = Header(
    alias="Idempotency-Key",
    description="Repeat a write with the same key and body within a day: it takes effect once, and answers the same.",
)
_MATCH = Header(
    alias="If-Match",
    description="The ETag that was read: if the resource has moved on since, nothing is changed (412).",
)


async def _once(
    request: Request,
    idempotency_key: Annotated[Key | None, _KEY, optional(pattern=_A_KEY)] = None,
) -> Once | None:
    if idempotency_key is None:
        return None
    asked = f"{request.method} {request.url.path}\0".encode() + await request.body()
    return Once(key=idempotency_key, fingerprint=hashlib.sha256(asked).hexdigest())


OnceDep = Annotated[Once | None, Depends(_once)]


def _expected(if_match: Annotated[Tag | None, _MATCH, optional(pattern=_A_TAG)] = None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    return int(if_match.removeprefix("W/").strip('"'))


ExpectedDep = Annotated[int | None, Depends(_expected)]

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="A UUID, as we gave it.")]
Words = Annotated[
    str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Words to find, in any case and order.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=60, description="The `next` of the part before."), optional(maxLength=60)
]


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


def located(path: str, version: int | None = None) -> dict[str, str]:
    """The headers of what was created at ``path`` below the API's root."""
    return {"Location": f"/api/v1{path}", **({} if version is None else etag(version))}


def unfit(words: str) -> bool:
    """Whether the text holds what no database of ours takes."""
    return "\0" in words or any("\ud800" <= letter <= "\udfff" for letter in words)


def searchable(words: str) -> str:
    """The words untouched; BadInput when they are no text."""
    if unfit(words):
        raise BadInput("These are no words to search for.", remedy="Type them as plain text.", reason="not_text")
    return words
