"""The door of the server: hosts that are served, bodies of a bearable size, writes from our own pages or programs only.

A page of another site can make a browser call this machine: by a form or script (its ``Origin`` or ``Sec-Fetch-Site``
tells), or by a name of its own that it points at 127.0.0.1 (``Host`` tells). Both are refused before anything is read.
"""

import ipaddress
import logging
import math
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.api import problems
from coach.api.counts import Counts

_log = logging.getLogger(__name__)

API = "/api/"
BODY_AT_MOST = 256 * 1024  # bytes: a text of 10,000 characters, escaped, with room for what stands beside it
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{0,5})?")
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let in."""

    status: int
    reason: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Guard:
    """Refuses what no honest client sends, before it costs anything; sets the headers of what no page answers."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], limit: "Limit | None", counts: Counts) -> None:
        self.app, self.hosts, self.limit, self.counts = app, hosts, limit, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an honest call on, and answer 500 for what nobody foresaw."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answering = _Answering(scope, send, self.counts)
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and _is_api_write(scope):
            body = await _whole(receive, headers)
            if isinstance(body, Refusal):
                refusal = body
            else:
                receive = _again(body, receive)
        if refusal is not None:
            await answering.refuse(refusal.status, refusal.reason, refusal.headers, receive)
            return
        try:
            await self.app(scope, receive, answering)
        except Exception:
            if answering.started:  # a page told of it already, or the answer is half sent: the connection must break
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await answering.refuse(500, None, {}, receive)

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        if not self._is_served(headers.get("host", "")):
            return Refusal(421)
        if scope["method"] in WRITES and _is_foreign(headers):
            return Refusal(403, "foreign")
        if not _is_api_write(scope):
            return None
        wait = self.limit.wait(scope) if self.limit else 0
        return Refusal(429, headers={"Retry-After": str(wait)}) if wait else None

    def _is_served(self, host: str) -> bool:
        """A name we were given, this machine's, or an address in figures: those nobody can point elsewhere."""
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found["name"].lower().strip("[]")
        if "*" in self.hosts or name in self.hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


class _Answering:
    """Sends an answer on with our headers, and counts it."""

    def __init__(self, scope: Scope, send: Send, counts: Counts) -> None:
        self.scope, self.send, self.counts = scope, send, counts
        self.ours = scope["path"].startswith(API) or scope["path"] in ("/healthz", "/readyz", "/metrics")
        self.started = False
        self._since = time.perf_counter()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.counts.add(self.scope["method"], message["status"], time.perf_counter() - self._since)
            if self.ours:
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
        await self.send(message)

    async def refuse(self, status: int, reason: str | None, headers: dict[str, str], receive: Receive) -> None:
        """Answer with a problem, whatever the address."""
        self.ours = True
        response: Response = problems.answer(Request(self.scope), status, headers=headers, reason=reason)
        await response(self.scope, receive, self)


def _is_api_write(scope: Scope) -> bool:
    return scope["method"] in WRITES and scope["path"].startswith(API)


def _is_foreign(headers: Headers) -> bool:
    """Whether a browser says that another site's page makes this call."""
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


async def _whole(receive: Receive, headers: Headers) -> bytes | Refusal:
    """The body, when it is JSON and no larger than one may send."""
    declared = headers.get("content-length", "0")
    if declared.isdigit() and int(declared[:20]) > BODY_AT_MOST:
        return Refusal(413)
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size, more = size + len(part), message.get("more_body", False)
        if size > BODY_AT_MOST:
            return Refusal(413)
        parts.append(part)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if size and kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return Refusal(415)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body once, then whatever follows it."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


class Limit:
    """A moving window per client address: over it, the client is told how long to wait."""

    def __init__(self, rate: str) -> None:
        from limits import parse
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._rate = parse(rate)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, scope: Scope) -> int:
        """Whole seconds to wait before this client's call would be served; 0 when it is served now."""
        client = scope["client"][0] if scope.get("client") else "unknown"
        if self._window.hit(self._rate, client):
            return 0
        return max(1, math.ceil(self._window.get_window_stats(self._rate, client).reset_time - time.time()))
