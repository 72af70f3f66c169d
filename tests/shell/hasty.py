"""The negative control of the kill test: the same coach behind a door that says yes before the work is done."""

import asyncio
import json
import socket
import sys

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.api.app import create_app

LATER_S = 0.2  # how long an acknowledged turn stays in memory only


class Hasty:
    """Answers 200 to each message of a conversation, then hands it to the application in its own time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.waiting = app, asyncio.Lock()
        self.tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/messages"):
            await self.app(scope, receive, send)
            return
        body = (await receive())["body"]
        task = asyncio.create_task(self._later(scope, body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps({"version": 0}).encode()})

    async def _later(self, scope: Scope, body: bytes) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            """Nobody listens any more."""

        async with self.waiting:
            await asyncio.sleep(LATER_S)
            await self.app(scope, receive, send)


def main() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    print(f"http://localhost:{door.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(Hasty(create_app()), log_level="error")).run(sockets=[door])


if __name__ == "__main__":
    sys.exit(main())
