"""``coach serve`` with a coach that speaks slowly: what can be killed in the midst of an answer."""

import asyncio
import socket
import sys

import uvicorn

from coach.api.app import create_app
from tests.web.conftest import site_of

SAID = "Ces mots-là viennent lentement.\n\nEt ceux-ci ne seront jamais dits jusqu’au bout, puisque le serveur meurt."
A_WORD_S = 0.1


def speak(conversation, message):
    async def words():
        for word in SAID.split(" "):
            yield f"{word} "
            await asyncio.sleep(A_WORD_S if "\n\n" not in word else 60)

    return words


def main() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    app = create_app()
    site_of(app).speak = speak
    print(f"http://localhost:{door.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[door])


if __name__ == "__main__":
    sys.exit(main())
