"""A server of this machine that speaks OpenAI's API: whole and streamed answers, from a function, over real HTTP.

For whoever tries a model's wire without a model: every pause and every end it can have is an argument.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from coach.testing.models import Completion

KEY = "sk-right"
"""The one key it takes; any other gets a 401."""


class Speaking:
    """What the server does, and what it was asked: ``asked`` holds each request's messages."""

    def __init__(self, completion: Completion, *, piece_chars: int = 8, pause_s: float = 0.0) -> None:
        self.completion = completion
        self.piece_chars = piece_chars
        self.pause_s = pause_s  # before each piece
        self.asked: list[Sequence[Mapping[str, str]]] = []
        self.at_work = 0
        self.address = ""

    def busy(self) -> int:
        """How many answers are being made at this moment."""
        return self.at_work

    @property
    def environment(self) -> dict[str, str]:
        """What LiteLLM reads."""
        return {"OPENAI_API_BASE": f"{self.address}/v1", "OPENAI_API_KEY": KEY}


@contextmanager
def serving(speaking: Speaking) -> Iterator[Speaking]:
    """The server on a free port, for as long as the block lasts."""

    class Handler(_Handler):
        does = speaking

    with _Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        speaking.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield speaking
        finally:
            server.shutdown()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # fifty streams may knock at once


class _Handler(BaseHTTPRequestHandler):
    does: Speaking
    protocol_version = "HTTP/1.1"
    wbufsize = 0

    def do_POST(self) -> None:
        """Chat completions, whatever the path."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers["authorization"] != f"Bearer {KEY}":
            return self._whole(401, {"error": {"message": "bad key"}})
        self.does.asked.append(asked["messages"])
        self.does.at_work += 1
        try:
            text = self.does.completion(asked["messages"])
            if asked.get("stream"):
                return self._streamed(text)
            time.sleep(self.does.pause_s)
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11}
            self._whole(200, {**_BODY, "object": "chat.completion", "choices": [choice], "usage": usage})
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # they left: what one does when nobody listens
        finally:
            self.does.at_work -= 1

    def _whole(self, status: int, body: Mapping[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _streamed(self, text: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        size = self.does.piece_chars
        for at in range(0, len(text), size):
            time.sleep(self.does.pause_s)
            self._piece({"content": text[at : at + size]}, None)
        self._piece({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _piece(self, delta: Mapping[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        piece = {**_BODY, "object": "chat.completion.chunk", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


_BODY = {"id": "x", "created": 1, "model": "local"}
