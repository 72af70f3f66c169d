"""``POST /assessments`` beside an empty JSON endpoint of the same server, under the same load."""

import asyncio
import itertools
import json
import multiprocessing
import os
import socket
import tempfile
import time
from collections.abc import Iterator

from benchmarks.check import sentences

CONNECTIONS = 16
SECONDS = 4.0


def _serve(port: int, home: str) -> None:
    os.environ["COACH_HOME"] = home
    import uvicorn

    from coach.api.app import create_app

    app = create_app()

    @app.get("/empty")
    async def empty() -> dict[str, bool]:
        return {"ok": True}

    app.router.routes.insert(0, app.router.routes.pop())  # before the pages, which answer every address left
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


class _Client(asyncio.Protocol):
    """Sends one request after the other and counts whole answers; light enough not to be the bottleneck."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.requests, self.until = requests, until
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.answers, self.buffer = 0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(next(self.requests))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(head.decode("latin-1")[:200]))
            return
        self.buffer, self.answers = b"", self.answers + 1
        if time.perf_counter() < self.until:
            self.transport.write(next(self.requests))  # type: ignore[attr-defined]
        else:
            self.transport.close()
            self.done.set_result(self.answers)


async def _load(port: int, requests: Iterator[bytes], seconds: float) -> float:
    """Answers a second."""
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients = [
        (await loop.create_connection(lambda: _Client(requests, until), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    return sum(await asyncio.gather(*(client.done for client in clients))) / seconds


def _request(method: str, path: str, port: int, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
    return head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _asked(port: int, text: str) -> bytes:
    body = json.dumps({"text": text, "reference_date": "2026-01-15"}).encode()
    return _request("POST", "/api/v1/assessments", port, body)


def _loads(port: int) -> dict[str, Iterator[bytes]]:
    """Three kinds of calls: an empty endpoint, one text asked again and again, and texts never asked before."""
    texts = itertools.cycle(text for _, text in sentences())
    return {
        "empty": itertools.repeat(_request("GET", "/empty", port)),
        "again": itertools.repeat(_asked(port, "Signer 12 contrats avec des cliniques d'ici fin juin")),
        "new": (_asked(port, f"{text} ({number})") for number, text in enumerate(texts)),
    }


def _measure(port: int) -> dict[str, float]:
    """Answers a second of each kind, the median of three rounds taken in turn, so that all meet the same noise."""
    loads = _loads(port)
    seen: dict[str, list[float]] = {kind: [] for kind in loads}
    for _ in range(3):
        for kind, requests in loads.items():
            seen[kind].append(asyncio.run(_load(port, requests, SECONDS / 2)))
    return {kind: sorted(rates)[1] for kind, rates in seen.items()}


def rows() -> Iterator[tuple[str, str, str]]:
    """Table rows: what, measured, to hold."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, home))
        server.start()
        try:
            _wait(port)
            rate = _measure(port)
        finally:
            server.terminate()
            server.join()
    for kind, said in (("again", "a text asked before"), ("new", "a text never asked before")):
        share = f"{rate[kind] / rate['empty']:.2f} ({rate[kind]:,.0f} against {rate['empty']:,.0f} a second)"
        yield f"`POST /assessments` beside an empty endpoint, {said}", share, "at least 0.5" if kind == "again" else "—"
