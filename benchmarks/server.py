"""``POST /assessments`` beside an empty JSON endpoint of the same server, under the same load."""

import asyncio
import json
import multiprocessing
import os
import pathlib
import socket
import tempfile
import time
from collections.abc import Iterator

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

    def __init__(self, request: bytes, until: float) -> None:
        self.request, self.until = request, until
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.answers, self.buffer = 0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

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
            self.transport.write(self.request)  # type: ignore[attr-defined]
        else:
            self.transport.close()
            self.done.set_result(self.answers)


async def _load(port: int, request: bytes, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients = [
        (await loop.create_connection(lambda: _Client(request, until), "127.0.0.1", port))[1]
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


def rows() -> Iterator[tuple[str, str, str]]:
    """Table rows: what, measured, to hold."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    body = json.dumps(
        {"text": "Signer 12 contrats avec des cliniques d'ici fin juin", "reference_date": "2026-01-15"}
    ).encode()
    with tempfile.TemporaryDirectory() as home:
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, str(pathlib.Path(home))))
        server.start()
        try:
            _wait(port)
            pairs = []
            for _ in range(3):  # one after the other, so that both meet the same noise
                empty = asyncio.run(_load(port, _request("GET", "/empty", port), SECONDS / 2))
                full = asyncio.run(_load(port, _request("POST", "/api/v1/assessments", port, body), SECONDS / 2))
                pairs.append((full / empty, full, empty))
        finally:
            server.terminate()
            server.join()
    ratio, full, empty = sorted(pairs)[1]
    yield (
        "`POST /assessments` beside an empty endpoint",
        f"{ratio:.2f} ({full:,.0f} against {empty:,.0f} a second)",
        "at least 0.5",
    )
