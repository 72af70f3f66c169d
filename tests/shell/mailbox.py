"""A mail server and a webhook's far end, for real, on this machine: what arrives is kept."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Box:
    """What arrived, and how the next ones are answered."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    posts: list[tuple[str, dict]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    refuses: bool = False


@asynccontextmanager
async def smtp() -> AsyncIterator[Box]:
    """A server that speaks RFC 5321 far enough for smtplib, with AUTH PLAIN (RFC 4954)."""
    box = Box()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 box.test ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                await say("250-box.test\r\n250-AUTH PLAIN\r\n250 8BITMIME")
            elif verb == "AUTH":
                box.signed_in.append(base64.b64decode(line.rsplit(" ", 1)[1]).decode())
                await say("235 fine")
            elif verb == "RCPT":
                box.recipients.append(line.partition("<")[2].partition(">")[0])
                await say("550 no such user" if box.refuses else "250 fine")
            elif verb == "DATA":
                await say("354 go on")
                raw = b""
                while not raw.endswith(b"\r\n.\r\n"):
                    raw += await reader.readline()
                box.mails.append(message_from_bytes(raw[:-3], policy=policy.default))
                await say("250 kept")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 fine")
        writer.close()

    async with _listening(serve, box):
        yield box


@asynccontextmanager
async def webhook() -> AsyncIterator[Box]:
    """A far end that takes JSON by POST."""
    box = Box()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")
        )
        box.posts.append((head.split(" ")[1], json.loads(await reader.readexactly(length))))
        status = "500 Broken" if box.refuses else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with _listening(serve, box):
        yield box


@asynccontextmanager
async def _listening(serve, box: Box) -> AsyncIterator[None]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
