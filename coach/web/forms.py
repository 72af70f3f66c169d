"""What a form sends, and the proof that one of our pages sent it."""

import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from starlette.datastructures import UploadFile

UPLOAD_AT_MOST = 12_000_000  # bytes of a file and the fields beside it
BODY_AT_MOST = 256 * 1024  # bytes: 10,000 characters of any script, percent-encoded, and the other fields
FIELDS_AT_MOST = 200
TOKEN_FOR_S = 12 * 3600
COOKIE = "coach_session"
_SAFE_SITES = ("same-origin", "none")


class ForeignRequest(Exception):
    """Another site, or no page of ours, sent this."""


class ExpiredForm(Exception):
    """The page was left open too long, or belongs to another session; ``form`` holds what the person wrote."""

    def __init__(self, form: "Form") -> None:
        super().__init__("expired form")
        self.form = form


class BodyTooLarge(Exception):
    """More than a form of ours can hold."""


@dataclass(frozen=True)
class Form:
    """The fields of a form; of a repeated one the last counts. ``files`` are those that were sent along."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as typed, line ends as ``\\n``; empty when absent."""
        return self.fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")

    def starting(self, prefix: str) -> list[tuple[str, str]]:
        """The fields whose name starts so, without that start, in the order they were sent."""
        return [(name.removeprefix(prefix), value) for name, value in self.fields.items() if name.startswith(prefix)]

    def number(self, name: str) -> int | None:
        """A whole number of at most 18 digits, or None."""
        value = self.fields.get(name, "").strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None


class Guard:
    """Makes and checks form tokens: signed, for one session, for ``TOKEN_FOR_S`` seconds."""

    def __init__(self, secret: str) -> None:
        self._tokens = URLSafeTimedSerializer(secret, salt="coach.form")

    def token(self, session: str) -> str:
        """A token for the forms of one page."""
        return self._tokens.dumps(session)

    def accepts(self, token: str, session: str) -> bool:
        """Whether ``token`` was made for ``session`` and is still fresh."""
        try:
            return secrets.compare_digest(str(self._tokens.loads(token, max_age=TOKEN_FOR_S)), session)
        except (BadSignature, SignatureExpired):
            return False

    async def read(self, request: Request, session: str) -> Form:
        """The form that ``request`` carries.

        Raises:
            ForeignRequest: A browser says that another site sent it.
            BodyTooLarge: It is longer than any form of ours.
            ExpiredForm: Its token is missing, stale or another session's.
        """
        if not same_site(request):
            raise ForeignRequest
        form = await _sent(request)
        if not self.accepts(form.fields.get("token", ""), session):
            raise ExpiredForm(form)
        return form


def same_site(request: Request) -> bool:
    """Whether the browser says that our own pages sent this; clients that say nothing still need a token."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _SAFE_SITES:
        return False
    origin = request.headers.get("origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc == request.headers.get("host"))


async def _sent(request: Request) -> Form:
    """The form, whichever way it is encoded."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return parse(await body(request))
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > UPLOAD_AT_MOST:
        raise BodyTooLarge
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    async with request.form(max_files=2, max_fields=FIELDS_AT_MOST) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, str):
                fields[name] = value
            else:
                files[name] = await _bytes(value)
    return Form(fields, files)


async def _bytes(file: UploadFile) -> bytes:
    return await file.read(UPLOAD_AT_MOST)


async def body(request: Request) -> bytes:
    """The request's body; BodyTooLarge as soon as it is longer than ``BODY_AT_MOST``."""
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > BODY_AT_MOST:
            raise BodyTooLarge
    return bytes(received)


def parse(raw: bytes) -> Form:
    """URL-encoded fields; bytes that are no UTF-8 become replacement characters, too many fields are refused."""
    try:
        pairs = parse_qsl(raw.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=FIELDS_AT_MOST)
    except ValueError:
        raise BodyTooLarge from None
    return Form(dict(pairs))


def new_session() -> str:
    """An identifier that nobody can guess."""
    return secrets.token_urlsafe(24)
