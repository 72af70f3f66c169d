"""The door of the server: hosts that are served, bodies of a bearable size, writes from our own pages or programs only."""

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.api import problems

API = "/api/"
BODY_AT_MOST = 256 * 1024  # bytes: a text of 10,000 characters, escaped, with room for what stands beside it
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "testserver"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Refusal = Callable[[Request], Awaitable[int | None]]


class Guard:
    """Refuses what no honest client sends, before it costs anything; sets the API's headers; counts the answers."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], limit: "Limit | None", counts: "Counts") -> None:
        self.app, self.hosts, self.limit, self.counts = app, hosts, limit, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an honest call on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        answering = self._answering(scope, send)
        if refused is not None:
            status, extra = refused
            response = problems.answer(Request(scope), status, headers=extra)
            await response(scope, receive, answering)
            return
        if scope["path"].startswith(API) and scope["method"] in WRITES:
            body, ended = await _whole(receive)
            if body is None:
                await problems.answer(Request(scope), 413)(scope, receive, answering)
                return
            receive = _again(body, receive if ended else receive)
        await self.app(scope, receive, answering)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, dict[str, str]] | None:
        if not self._is_served(headers.get("host", "")):
            return 421, {}
        if scope["method"] not in WRITES:
            return None
        if _is_foreign(headers):
            return 403, {}
        if not scope["path"].startswith(API):
            return None
        declared = headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > BODY_AT_MOST:
            return 413, {}
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind and kind != "application/json" and not kind.endswith("+json"):
            return 415, {}
        wait = self.limit.wait(scope) if self.limit else 0
        return (429, {"Retry-After": str(wait)}) if wait else None

    def _is_served(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname if host else None
        return name is not None and ("*" in self.hosts or name.lower() in self.hosts or name.lower() in LOCAL_HOSTS)

    def _answering(self, scope: Scope, send: Send) -> Send:
        ours = scope["path"].startswith(API) or scope["path"] in ("/healthz", "/readyz", "/metrics")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.counts.add(message["status"])
                if ours:
                    headers = MutableHeaders(scope=message)
                    for name, value in HEADERS.items():
                        headers.setdefault(name, value)
            await send(message)

        return with_headers


def _is_foreign(headers: Headers) -> bool:
    """Whether a browser says that another site's page makes this call."""
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


async def _whole(receive: Receive) -> tuple[bytes | None, bool]:
    """The body, or None when it is larger than one may send."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts), True
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_AT_MOST:
            return None, False
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts), False


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


class Limit:
    """A moving window per client; the first call over the rate waits until one of the window's calls is old enough."""

    def __init__(self, rate: str) -> None:
        from limits import parse
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._rate = parse(rate)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, scope: Scope) -> int:
        """Seconds to wait before this client's call would be served; 0 when it is served now."""
        client = scope["client"][0] if scope.get("client") else "unknown"
        if self._window.hit(self._rate, client):
            return 0
        return max(1, round(self._window.get_window_stats(self._rate, client).reset_time - time.time()))


class Counts:
    """Answers by class of status since the process started, for ``/metrics``."""

    def __init__(self) -> None:
        self.by_class = dict.fromkeys(("1xx", "2xx", "3xx", "4xx", "5xx"), 0)

    def add(self, status: int) -> None:
        """Count one answer."""
        self.by_class[f"{status // 100}xx"] += 1
