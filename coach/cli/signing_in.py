"""``coach connect CRM --sign-in``: the CRM's own sign-in (OAuth), which comes back to this machine."""

import asyncio
import secrets
import sys
import urllib.parse
import webbrowser
from typing import Any

from coach import service
from coach.cli import connecting
from coach.errors import BadInput
from coach.service import people, signing_in, syncs
from coach.service.coach import Coach
from coach.settings import Settings
from coach.wording import Catalogue, catalogue

PORT = 8377
PATH = "/callback"
WAIT_S = 300.0
LONGEST = 16_384

PAGE = "<!doctype html><meta charset=utf-8><title>coach</title><p>{said}</p>"


def run(
    connector: str, *, url: str | None, label: str, pairs: list[str], port: int, language: str | None, as_json: bool
) -> None:
    """Send the person to the CRM, wait for them here, connect.

    Raises:
        BadInput: Nobody came back in five minutes, or the port is taken.
    """
    settings = Settings.from_environment()
    words = catalogue(language or settings.language)
    asyncio.run(_act(settings, words, connector, url, label, pairs, port, as_json))


async def _act(
    settings: Settings,
    words: Catalogue,
    connector: str,
    url: str | None,
    label: str,
    pairs: list[str],
    port: int,
    as_json: bool,
) -> None:
    given = connecting.given(pairs)
    async with service.opened(settings) as coach:
        actor = await people.owner(coach)
        session, came = secrets.token_urlsafe(32), asyncio.get_running_loop().create_future()
        server = await _listening(port, came, words)
        back = f"http://localhost:{server.sockets[0].getsockname()[1]}{PATH}"
        reaching = {"base_url": url, "sandbox": True} if url else None
        address = await signing_in.begin(
            coach, actor, connector, given, session=session, redirect_uri=back, reaching=reaching
        )
        _point(address, back, words)
        try:
            async with server, asyncio.timeout(WAIT_S):
                told = await came
        except TimeoutError:
            raise BadInput("Nobody came back from the CRM.", remedy="Begin again.", reason="sign_in_state") from None
        await _connected(coach, words, told, session, back, label, as_json)


async def _connected(
    coach: Coach, words: Catalogue, told: dict[str, str], session: str, back: str, label: str, as_json: bool
) -> None:
    actor = await people.owner(coach)
    found = await signing_in.finish(
        coach, actor, state=told.get("state", ""), code=told.get("code", ""), error=told.get("error", ""),
        session=session, redirect_uri=back, label=label,
    )  # fmt: skip
    await syncs.queue(coach, actor.workspace_id, found.id, "manual")
    if as_json:
        print(found.model_dump_json(indent=2))
    else:
        connecting.report(found, words)


def _point(address: str, back: str, words: Catalogue) -> None:
    """The address on stderr, so that a pipe gets the result alone; the browser where there is one."""
    print(words.gettext("cli.sign_in.open", address=address, back=back), file=sys.stderr, flush=True)
    if sys.stdin.isatty():
        webbrowser.open(address)


async def _listening(port: int, came: "asyncio.Future[dict[str, str]]", words: Catalogue) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = _asked(await reader.readuntil(b"\r\n"))
        while (await reader.readline()).strip():
            pass
        said = words.gettext("cli.sign_in.done" if told is not None else "cli.sign_in.elsewhere")
        body = PAGE.format(said=said).encode()
        head = f"HTTP/1.1 {200 if told is not None else 404} -\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()
        if told is not None and not came.done():
            came.set_result(told)

    try:
        return await asyncio.start_server(answer, "127.0.0.1", port, limit=LONGEST)
    except OSError:
        raise BadInput(
            f"Port {port} of this machine is taken.", remedy="Choose another with --port, and register it with the app."
        ) from None


def _asked(line: bytes) -> dict[str, str] | None:
    """The query of a callback; None for any other address, such as an icon's."""
    method, _, rest = line.decode("latin-1").partition(" ")
    address = urllib.parse.urlsplit(rest.split(" ")[0])
    if method != "GET" or address.path != PATH:
        return None
    asked: dict[str, Any] = dict(urllib.parse.parse_qsl(address.query, max_num_fields=20))
    return asked if "state" in asked else None
