"""``coach connect``: a CRM or a file, checked and mapped, in a terminal."""

import asyncio
import getpass
import json
import sys
from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from coach import service
from coach.cli import show
from coach.errors import BadInput
from coach.plugins import Ability
from coach.service import connections, people
from coach.service.coach import Coach
from coach.service.connections import Connection
from coach.service.values import Actor
from coach.settings import Settings
from coach.wording import Catalogue, catalogue

_TOKENLESS = ("csv", "demo")
SIGNS = {"exact": ("✓", "green"), "convention": ("✓", "green"), "proxy": ("≈", "yellow"), "none": ("·", "dim")}
STATES = {"ok": "green", "degraded": "yellow", "needs_reconnect": "red", "unavailable": "yellow"}


def run(
    connector: str | None,
    *,
    token: str | None,
    file: Path | None,
    url: str | None,
    label: str,
    pairs: list[str],
    check: str | None,
    reconnect: str | None,
    remove: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Connect, look again, reconnect, remove or list.

    Raises:
        BadInput: Two of these at once, or a setting that cannot be read.
        CrmError: The CRM does not answer or refuses: nothing is kept.
    """
    if sum(each is not None for each in (connector, check, reconnect, remove)) > 1:
        raise BadInput("One thing at a time.", remedy="Give a connector, --check, --reconnect or --remove.")
    settings = Settings.from_environment()
    words = catalogue(language or settings.language)
    asyncio.run(_act(settings, words, connector, token, file, url, label, pairs, check, reconnect, remove, as_json))


async def _act(
    settings: Settings,
    words: Catalogue,
    connector: str | None,
    token: str | None,
    file: Path | None,
    url: str | None,
    label: str,
    pairs: list[str],
    check: str | None,
    reconnect: str | None,
    remove: str | None,
    as_json: bool,
) -> None:
    async with service.opened(settings) as coach:
        actor = await people.owner(coach)
        if remove is not None:
            id = (await named(coach, actor, remove)).id
            await connections.remove(coach, actor, id)
            show.say(words.gettext("cli.crm.removed", id=id))
            return
        if connector is None and check is None and reconnect is None:
            _list(await connections.every(coach, actor), coach, words, as_json=as_json)
            return
        if check is not None:
            found = await connections.check(coach, actor, (await named(coach, actor, check)).id)
        elif reconnect is not None:
            known = await named(coach, actor, reconnect)
            given = _given(known.connector, token, file, url, pairs)
            found = await connections.change(coach, actor, known.id, settings=given, label=label or None, trusted=True)
        else:
            given = _given(connector or "", token, file, url, pairs)
            found = await connections.connect(coach, actor, connector or "", given, label=label, trusted=True)
        if as_json:
            print(found.model_dump_json(indent=2))
        else:
            report(found, words)


async def named(coach: Coach, actor: Actor, name: str) -> Connection:
    """The connection of that id, or the only one of that connector or label."""
    known = await connections.every(coach, actor)
    exact = [one for one in known if one.id == name]
    alike = exact or [one for one in known if name.casefold() in (one.connector, one.label.casefold())]
    if len(alike) != 1:
        ids = ", ".join(f"{one.id} ({one.label})" for one in alike or known) or "none yet"
        problem = "is the name of several connections" if alike else "is no connection"
        raise BadInput(f"{name!r} {problem}.", remedy=f"Give its id: {ids}.")
    return alike[0]


def given(pairs: list[str]) -> dict[str, Any]:
    """The settings given as NAME=VALUE."""
    return dict(_pair(pair) for pair in pairs)


def _given(connector: str, token: str | None, file: Path | None, url: str | None, pairs: list[str]) -> dict[str, Any]:
    settings = given(pairs)
    if file is not None:
        settings["path"] = str(file.absolute())
    if url is not None:
        settings |= {"base_url": url, "sandbox": True}
    if token == "-":  # noqa: S105  (the pipe's mark, no secret)
        token = sys.stdin.readline().strip()
    if token is None and connector not in _TOKENLESS and "refresh_token" not in settings and sys.stdin.isatty():
        token = getpass.getpass("Token: ").strip()
    return settings | ({"token": token} if token else {})


def _pair(text: str) -> tuple[str, Any]:
    name, mark, value = text.partition("=")
    if not mark or not name.strip():
        raise BadInput(f"--set {name!r} is not NAME=VALUE.", remedy="Write it as --set calls_per_10_s=190.")
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value


def report(found: Connection, words: Catalogue) -> None:
    """Account and state, then what each KPI can be counted from, then what the stages and types were taken for."""
    account = found.account
    where = f"{account.name or account.id} · {account.time_zone} · {account.currency}" if account else ""
    show.console.print()
    show.console.print(Padding(Rich.assemble((found.label, "bold"), f"  {where}"), (0, 2)))
    state = words.gettext(f"connection.state.{found.state}")
    show.console.print(Padding(Rich(f"{state}  ({found.id})", style=STATES[found.state]), (0, 2)))
    for note in (*([found.problem.message] if found.problem else []), *found.notes):
        show.console.print(Padding(Rich(words.find(f"connection.note.{note}") or note, style="yellow"), (0, 2)))
    if found.synthetic:
        show.console.print(Padding(Rich(words.gettext("connection.synthetic"), style="yellow"), (0, 2)))
    show.console.print(Padding(_abilities(found.abilities, words), (1, 2, 0, 2)))
    if found.choices:
        show.console.print(Padding(Rich(words.gettext("cli.crm.mapping"), style="bold"), (1, 2, 0, 2)))
        show.console.print(Padding(_mapping(found, words), (0, 2)))
    show.say(words.gettext("cli.crm.next"))


def _abilities(abilities: tuple[Ability, ...], words: Catalogue) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for one in sorted(abilities, key=lambda one: list(SIGNS).index(one.level)):
        sign, colour = SIGNS[one.level]
        missing = words.gettext("connection.missing_scope", scope=", ".join(one.missing)) if one.missing else ""
        table.add_row(
            Rich(sign, style=colour),
            Rich(words.gettext(f"metric.{one.metric}", n=2)),
            Rich(words.gettext(f"connection.level.{one.level}"), style="dim"),
            Rich(missing, style="yellow"),
        )
    return table


def _mapping(found: Connection, words: Catalogue) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    labels: dict[str, str] = {choice.id: choice.label for choice in found.choices}
    for field, ids in found.mapping.model_dump(exclude={"qualified_by"}).items():
        if ids:
            shown = ", ".join(labels.get(id) or id for id in ids)
            table.add_row(Rich(words.gettext(f"mapping.{field}")), Rich(shown, style="bold"))
    return table


def _list(found: tuple[Connection, ...], coach: Coach, words: Catalogue, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        show.say(words.gettext("cli.crm.none", names=", ".join(sorted(coach.plugins.connectors))))
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name in ("label", "connector", "state", "read", "id"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    for one in found:
        read = words.gettext("cli.crm.read_at", at=one.synced_at.date()) if one.synced_at else ""
        state = Rich(words.gettext(f"connection.state.{one.state}"), style=STATES[one.state])
        table.add_row(Rich(one.label, style="bold"), Rich(one.connector), state, Rich(read), Rich(one.id, style="dim"))
    show.console.print(Padding(table, (1, 2)))
