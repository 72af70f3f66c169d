"""Connections to CRMs: checked before they are kept, their credentials sealed, their words mapped by the manager."""

import base64
import datetime as dt
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal

from coach.core.model.base import Value
from coach.errors import BadInput, CoachError, CrmError
from coach.plugins import Ability, Choice, Connector, Discovery, Health, Settings
from coach.plugins.records import Account
from coach.plugins.records import Mapping as Words
from coach.service.coach import Coach
from coach.service.values import Actor, Once
from coach.store import connections as stored
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import EVERYWHERE
from coach.store.vault import place, resealed

State = Literal["ok", "degraded", "needs_reconnect", "unavailable"]
_SECRET = re.compile(r"(?:^|_)(?:token|secret|password|key)$")
_LOCAL = ("sandbox", "base_url", "path")
"""Settings that reach into this very machine: taken from its owner at the command line, never over the network."""


class Problem(Value):
    """Why something of a CRM does not serve: ``code`` for programs, the rest for people."""

    code: str
    message: str = ""
    remedy: str = ""


class Connection(Value):
    """One account of one CRM, as it is shown: no secret is in it, only the names of those that are kept."""

    id: str
    connector: str
    label: str
    settings: dict[str, Any]
    secrets: tuple[str, ...]
    state: State
    problem: Problem | None
    mapping: Words
    choices: tuple[Choice, ...]
    account: Account | None
    abilities: tuple[Ability, ...]
    notes: tuple[str, ...]
    synthetic: bool
    version: int
    checked_at: dt.datetime | None
    synced_at: dt.datetime | None
    dirty_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


async def connect(
    coach: Coach,
    actor: Actor,
    connector: str,
    settings: Settings,
    *,
    label: str = "",
    trusted: bool = False,
    once: Once | None = None,
) -> Connection:
    """A new connection, once a cheap call went well: its scopes are reported KPI by KPI, its mapping suggested.

    Args:
        trusted: The settings come from this machine's owner, who may name a file or a sandbox of this machine.

    Raises:
        NotFound: No such connector.
        BadInput, CrmError: The settings cannot work, the CRM does not answer or refuses; nothing is kept.
    """
    given = _allowed(settings, trusted=trusted)
    health, discovery, spent = await _looked_at(coach, connector, given)
    id, now = new_id(), coach.now()
    plain, secret = _parted(given)
    row = {
        "id": id,
        "connector": connector,
        "label": label.strip()[:200] or health.account.name or f"{connector} {health.account.id}",
        "settings": plain,
        "secrets": {name: coach.vault.seal(text, _place(actor.workspace_id, connector, id, name)) for name, text in secret.items()},
        "mapping": discovery.mapping.model_dump(mode="json"),
        "created_at": now,
        **_seen(health, discovery, now),
        **spent,
    }  # fmt: skip

    async def work(unit: Any) -> Connection:
        await unit.connections.add(row)
        await unit.audit.add(actor.person_id, "connection.added", id, now, connector=connector)
        return shown(await unit.connections.get(id))

    return await coach.write(actor, once, Connection, work)


async def every(coach: Coach, actor: Actor) -> tuple[Connection, ...]:
    """The workspace's connections, oldest first."""
    async with coach.store.read(actor.workspace_id) as unit:
        return tuple(shown(row) for row in await unit.connections.every())


async def get(coach: Coach, actor: Actor, id: str) -> Connection:
    """The connection; NotFound when there is none by that id."""
    async with coach.store.read(actor.workspace_id) as unit:
        return shown(await unit.connections.get(id))


async def check(coach: Coach, actor: Actor, id: str) -> Connection:
    """The same cheap call again: state, scopes and choices as they are now. A CRM that fails is a state, no error."""
    try:
        await renew(coach, actor.workspace_id, id)
    except CrmError as wrong:
        await failed(coach, actor.workspace_id, id, wrong)
    return await get(coach, actor, id)


async def renew(coach: Coach, workspace_id: str, id: str) -> None:
    """Look at the CRM again and keep what was seen; CrmError when it cannot be."""
    async with opened(coach, workspace_id, id) as connector:
        health, discovery = await _look(connector)
    async with coach.store.write(workspace_id) as unit:
        await unit.connections.note(id, **_seen(health, discovery, coach.now()))


async def change(
    coach: Coach,
    actor: Actor,
    id: str,
    *,
    label: str | None = None,
    settings: Settings | None = None,
    trusted: bool = False,
    expected: int | None = None,
) -> Connection:
    """A new label, or settings over the old ones (a new token reconnects): checked before they are kept.

    Raises:
        Conflict: It is no longer at version ``expected``.
        BadInput, CrmError: The new settings cannot work; the old ones stay.
    """
    row, known = await _row(coach, actor.workspace_id, id)
    changes: dict[str, Any] = {}
    if label is not None:
        changes["label"] = label.strip()[:200] or row["connector"]
    if settings is not None:
        merged = {**known, **_allowed(settings, trusted=trusted)}
        asked = _unspent(coach, row, merged)
        health, discovery, spent = await _looked_at(coach, row["connector"], asked)
        merged |= {name: asked[name] for name in ("refresh_token",) if name in asked}
        if row["account_id"] and health.account.id != row["account_id"]:
            raise BadInput(
                "These credentials are another account's.",
                remedy="Add it as a new connection: figures of two accounts must not mix.",
                reason="other_account",
            )
        plain, secret = _parted(merged)
        bound = {name: _place(actor.workspace_id, row["connector"], id, name) for name in secret}
        sealed = {name: coach.vault.seal(text, bound[name]) for name, text in secret.items()}
        changes |= {"settings": plain, "secrets": sealed, **_seen(health, discovery, coach.now()), **spent}
    async with coach.store.write(actor.workspace_id) as unit:
        if changes:
            now = coach.now()
            await unit.connections.change(id, at=now, expected=expected, **changes)
            fields = sorted(name for name in changes if name in ("label", "settings", "secrets"))
            await unit.audit.add(actor.person_id, "connection.changed", id, now, fields=fields)
        return shown(await unit.connections.get(id))


async def set_mapping(
    coach: Coach, actor: Actor, id: str, mapping: Words, *, expected: int | None = None
) -> Connection:
    """What the account's own words mean, as the manager says; the series are counted again, apart.

    Raises:
        Conflict: The connection is no longer at version ``expected``.
    """
    async with coach.store.write(actor.workspace_id) as unit:
        now = coach.now()
        await unit.connections.change(id, at=now, expected=expected, mapping=mapping.model_dump(mode="json"))
        await unit.audit.add(actor.person_id, "connection.mapped", id, now)
        connection = shown(await unit.connections.get(id))
    await coach.jobs.enqueue("count", {"workspace_id": actor.workspace_id, "connection_id": id}, key=f"count:{id}")
    return connection


async def remove(coach: Coach, actor: Actor, id: str) -> None:
    """Forget the connection, its credentials, its records and the series counted from them."""
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.connections.remove(id)
        await unit.audit.add(actor.person_id, "connection.removed", id, coach.now())


@asynccontextmanager
async def opened(coach: Coach, workspace_id: str, id: str) -> AsyncIterator[Connector]:
    """The live connector, closed at the end of the block. What it spent of a daily budget is kept."""
    row, settings = await _row(coach, workspace_id, id)
    connector = coach.plugins.connect(row["connector"], _unspent(coach, row, settings))
    try:
        yield connector
    finally:
        await connector.close()
        if spent := budget(coach, connector):
            async with coach.store.write(workspace_id) as unit:
                await unit.connections.note(id, **spent)
        if fresh := _replaced(connector, settings):
            await keep_secrets(coach, workspace_id, id, **fresh)


def spent_by(connector: Connector) -> int | None:
    """What a connector with a daily budget has spent of it today; None for those without."""
    spent = getattr(connector, "tokens_spent", None)
    return spent if isinstance(spent, int) else None


async def settings_of(coach: Coach, workspace_id: str, id: str) -> Settings:
    """Every setting of the connection, secrets opened: for calls and signature checks, never to be shown or logged."""
    return (await _row(coach, workspace_id, id))[1]


async def keep_secrets(coach: Coach, workspace_id: str, id: str, **secrets: str) -> None:
    """Replace secrets of the connection: a refresh token that rotated, a webhook's password."""
    async with coach.store.write(workspace_id) as unit:
        row = await unit.connections.get(id, for_change=True)
        sealed = {
            name: coach.vault.seal(text, _place(workspace_id, row["connector"], id, name))
            for name, text in secrets.items()
        }
        await unit.connections.note(id, secrets={**row["secrets"], **sealed})


async def of_account(coach: Coach, connector: str, account_id: str) -> tuple[tuple[str, str], ...]:
    """(workspace, connection) of every connection to that account of the CRM: whose a signed request is."""
    async with coach.store.read(EVERYWHERE) as unit:
        rows = await stored.of_account(unit.connection, connector, account_id)
    return tuple((row["workspace_id"], row["id"]) for row in rows)


async def failed(coach: Coach, workspace_id: str, id: str, wrong: CoachError) -> None:
    """Note why the CRM does not serve; figures already counted stay, with their date."""
    found = problem(wrong)
    state = "needs_reconnect" if found.code == "needs_reconnect" else "unavailable"
    async with coach.store.write(workspace_id) as unit:
        await unit.connections.note(id, state=state, problem=found.model_dump(mode="json"), checked_at=coach.now())


async def reseal(coach: Coach) -> int:
    """Seal anew, under the first key, what an older one sealed, in every workspace; how many connections had some."""
    async with coach.store.read(EVERYWHERE) as unit:
        rows = await stored.all_sealed(unit.connection)
    turned = 0
    for row in rows:
        async with coach.store.write(row["workspace_id"]) as unit:
            now = await unit.connections.get(row["id"], for_change=True)
            bound = {name: _place(row["workspace_id"], now["connector"], now["id"], name) for name in now["secrets"]}
            sealed = resealed(coach.vault, now["secrets"], bound)
            if sealed != now["secrets"]:
                await unit.connections.note(now["id"], secrets=sealed)
                turned += 1
    return turned


def problem(wrong: CoachError) -> Problem:
    """The error as something to keep and show; no secret is ever in an error of ours."""
    details = wrong.details
    code = (
        "needs_reconnect" if details.get("reconnect")
        else "blocked" if details.get("blocked")
        else "scope" if details.get("scope") or details.get("status") == 403
        else {"CrmQuotaSpent": "quota", "CrmMisanswered": "misanswered"}.get(type(wrong).__name__, wrong.code)
    )  # fmt: skip
    return Problem(code=code, message=wrong.message[:500], remedy=wrong.remedy[:500])


def shown(row: Row) -> Connection:
    """A row as people and programs see it."""
    health = Health.model_validate(row["health"]) if row["health"] else None
    settings = {name: value for name, value in row["settings"].items() if not isinstance(value, dict)}
    return Connection(
        id=row["id"],
        connector=row["connector"],
        label=row["label"],
        settings=settings,
        secrets=tuple(sorted(row["secrets"])),
        state=row["state"],
        problem=Problem.model_validate(row["problem"]) if row["problem"] else None,
        mapping=Words.model_validate(row["mapping"]),
        choices=tuple(Choice.model_validate(choice) for choice in row["discovery"]),
        account=health.account if health else None,
        abilities=health.abilities if health else (),
        notes=health.notes if health else (),
        synthetic=bool(settings.get("sandbox")) or (health.synthetic if health else False),
        version=row["version"],
        checked_at=row["checked_at"],
        synced_at=row["synced_at"],
        dirty_at=row["dirty_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def _row(coach: Coach, workspace_id: str, id: str) -> tuple[Row, Settings]:
    async with coach.store.read(workspace_id) as unit:
        row = await unit.connections.get(id)
    secrets = {
        name: coach.vault.open(text, _place(workspace_id, row["connector"], id, name))
        for name, text in row["secrets"].items()
    }
    return row, {**{name: _live(value) for name, value in row["settings"].items()}, **secrets}


async def _looked_at(coach: Coach, name: str, settings: Settings) -> tuple[Health, Discovery, dict[str, Any]]:
    """What a connector with these settings sees, and what that cost of a daily budget."""
    connector = coach.plugins.connect(name, settings)
    try:
        health, discovery = await _look(connector)
        return health, discovery, budget(coach, connector)
    finally:
        settings.update(_replaced(connector, settings))  # a refresh token that rotated: the old one is spent
        await connector.close()


def _replaced(connector: Connector, settings: Settings) -> dict[str, str]:
    """Secrets that the CRM replaced while the connector was open."""
    fresh = getattr(connector, "fresh_secrets", {})
    return {name: value for name, value in fresh.items() if settings.get(name) != value}


async def _look(connector: Connector) -> tuple[Health, Discovery]:
    health = await connector.check()
    try:
        return health, await connector.discover()
    except CrmError as wrong:
        if problem(wrong).code != "scope":
            raise
        return health, Discovery()  # a scope that is missing costs the suggestions, and the KPIs that need them


def budget(coach: Coach, connector: Connector) -> dict[str, Any]:
    """Columns that keep what was spent today; none for a connector without a daily budget."""
    spent = spent_by(connector)
    return {} if spent is None else {"spent": {"day": coach.now().date().isoformat(), "tokens": spent}}


def _unspent(coach: Coach, row: Row, settings: Settings) -> Settings:
    """The settings with what was spent today already."""
    if row["spent"].get("day") != coach.now().date().isoformat():
        return settings
    return {**settings, "tokens_spent_today": row["spent"]["tokens"]}


def state_of(row: Row) -> State:
    """What the last look at the scopes said."""
    health = Health.model_validate(row["health"])
    return "degraded" if any(ability.missing for ability in health.abilities) else "ok"


def _seen(health: Health, discovery: Discovery, now: dt.datetime) -> dict[str, Any]:
    seen = health.model_dump(mode="json")
    return {
        "account_id": health.account.id,
        "health": seen,
        "discovery": [choice.model_dump(mode="json") for choice in discovery.choices],
        "state": state_of({"health": seen}),
        "problem": None,
        "checked_at": now,
    }


def _allowed(settings: Settings, *, trusted: bool) -> Settings:
    reaching = [name for name in _LOCAL if settings.get(name)]
    if reaching and not trusted:
        raise BadInput(
            f"{', '.join(reaching)} can only be set at the command line of the server's own machine.",
            remedy="Use `coach connect` there.",
            reason="local_setting",
        )
    return {name: value for name, value in settings.items() if value is not None}


def _parted(settings: Settings) -> tuple[dict[str, Any], dict[str, str]]:
    """What may be read by anyone who may read the row, and what is sealed."""
    secret = {name: str(value) for name, value in settings.items() if _SECRET.search(name)}
    plain = {name: _kept(value) for name, value in settings.items() if name not in secret}
    return plain, secret


def _kept(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


def _live(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) == {"base64"}:
        return base64.b64decode(value["base64"])
    return value


def _place(workspace_id: str, connector: str, id: str, field: str) -> str:
    return place(workspace_id, f"{connector}/{id}", field)
