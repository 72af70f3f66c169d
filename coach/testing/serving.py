"""Real sockets for the fakes: a small request and reply over ASGI, a rolling counter, and a server on a free port."""

import asyncio
import bisect
import contextlib
import json
import time
import urllib.parse
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. Header names in lower case; the last of a repeated parameter counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The JSON of the body, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def form(self) -> Mapping[str, str]:
        """The body as a form."""
        return dict(urllib.parse.parse_qsl(self.body.decode("utf-8", "replace")))


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out; ``text`` instead of JSON for the pages of a firewall."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None


Handler = Callable[[Request], Awaitable[Reply]]


def asgi(handle: Handler) -> Callable[..., Awaitable[None]]:
    """An ASGI application of a handler."""

    async def app(scope: Mapping[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = dict(urllib.parse.parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        reply = await handle(Request(scope["method"], scope["path"], query, headers, body))
        kind = "text/html" if reply.text is not None else "application/json"
        payload = (json.dumps(reply.data) if reply.text is None else reply.text).encode()
        sent = {"content-type": kind, "content-length": str(len(payload)), **reply.headers}
        pairs = [(name.encode(), value.encode()) for name, value in sent.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
        await send({"type": "http.response.body", "body": payload})

    return app


class Ordered:
    """Ids of tables in ascending order, sorted anew only when a table changed: a page of a large one must cost a page."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[int, Any], list[Any]]] = {}

    def after(self, table: Mapping[Any, Any], last: int) -> Iterator[Any]:
        """The table's ids above ``last``, ascending."""
        sign = (len(table), next(reversed(table), None))  # type: ignore[call-overload]
        known = self._known.get(id(table))
        if known is None or known[0] != sign:
            known = self._known[id(table)] = (sign, sorted(table, key=int))
        ids = known[1]
        return (ids[place] for place in range(bisect.bisect_right(ids, last, key=int), len(ids)) if ids[place] in table)


class Rolling:
    """Counts passages over the last ``period_s`` seconds; more than ``limit`` are refused, and remembered."""

    def __init__(self, limit: int, period_s: float) -> None:
        self.limit, self.period_s = limit, period_s
        self.refused = 0
        self._passed: deque[float] = deque()

    def passes(self) -> bool:
        """Whether one more may pass now."""
        moment = time.monotonic()
        while self._passed and moment - self._passed[0] >= self.period_s:
            self._passed.popleft()
        if len(self._passed) >= self.limit:
            self.refused += 1
            return False
        self._passed.append(moment)
        return True

    @property
    def remaining(self) -> int:
        """How many more may pass now."""
        return max(0, self.limit - len(self._passed))


@contextlib.asynccontextmanager
async def serving(app: Callable[..., Awaitable[None]], port: int = 0, *, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """The application's address on this machine, for as long as the block lasts."""
    import uvicorn

    config = uvicorn.Config(app, host=host, port=port, log_level="error", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    setattr(server, "capture_signals", contextlib.nullcontext)  # noqa: B010  (the process's signals are its owner's)
    running = asyncio.create_task(server.serve(), name="fake CRM")
    try:
        while not server.started:
            if running.done():
                await running
            await asyncio.sleep(0.005)
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{bound}"
    finally:
        server.should_exit = True
        await running
