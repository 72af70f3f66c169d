"""Where reminders and digests go. Nothing leaves before a person has seen an example and switched the outlet on."""

import datetime as dt
import re
from typing import Annotated, Literal, cast

from pydantic import Field

from coach.core.model.base import Value
from coach.errors import BadInput, ServiceError
from coach.plugins.builtin import post
from coach.plugins.offers import Notification
from coach.service.coach import Coach
from coach.service.values import Actor, Language, Note
from coach.store.ids import new_id
from coach.store.rows import Row

Kind = Literal["email", "leads", "slack", "teams", "webhook"]
KINDS: tuple[Kind, ...] = ("email", "leads", "slack", "teams", "webhook")
"""``leads``: a mail to each goal's own lead. A plugin's notifier is a kind of its own."""

_MAIL = re.compile(r"[^\s@<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,189}")


class NewOutlet(Value):
    """Where to tell people, as given; it is off until its preview was seen and it is switched on."""

    kind: Annotated[str, Field(max_length=40, pattern="^[a-z_]+$")]
    address: Annotated[Note, Field(max_length=2_000)] = ""
    label: Annotated[Note, Field(max_length=200)] = ""
    language: Language = "en"
    reminders: bool = True
    digest: bool = True


class OutletChange(Value):
    """What a person changes of an outlet; only what is given."""

    label: Annotated[Note, Field(max_length=200)] | None = None
    language: Language | None = None
    reminders: bool | None = None
    digest: bool | None = None
    switched_on: bool | None = None


class Outlet(Value):
    """A way of telling people; ``address`` is shown without what is secret in it."""

    id: str
    kind: str
    label: str
    address: str
    language: Language
    reminders: bool
    digest: bool
    switched_on: bool
    problem: str | None  # why the last sending failed
    previewed_at: dt.datetime | None
    sent_at: dt.datetime | None
    version: int
    created_at: dt.datetime


async def create(coach: Coach, actor: Actor, given: NewOutlet) -> Outlet:
    """A new outlet, switched off.

    Raises:
        BadInput: No notifier is called that, or the address does not fit it (``reason="outlet_address"``).
    """
    address = _fit(coach, given.kind, given.address.strip())
    id, now = new_id(), coach.now()
    row = {
        "id": id, "kind": given.kind, "label": given.label.strip(), "language": given.language,
        "secrets": {"address": coach.vault.seal(address, _place(actor.workspace_id, id))} if address else {},
        "reminders": given.reminders, "digest": given.digest, "switched_on": False, "problem": None,
        "previewed_at": None, "sent_at": None, "created_at": now,
    }  # fmt: skip
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.outlets.add(row)
        await unit.audit.add(actor.person_id, "outlet.made", id, now, kind=given.kind)
        return shown(coach, await unit.outlets.get(id))


def _fit(coach: Coach, kind: str, address: str) -> str:
    wrong = BadInput("This address cannot be used.", remedy="Check it.", reason="outlet_address")
    if kind == "leads":
        return ""
    if kind not in coach.plugins.notifiers:
        raise BadInput("There is no such way to tell people.", remedy="See the list.", reason="outlet_kind")
    if kind == "email" and not _MAIL.fullmatch(address):
        raise wrong
    if kind in ("slack", "teams", "webhook"):
        post.allowed(address, coach.settings.webhook_hosts)
    return address


async def every(coach: Coach, actor: Actor) -> tuple[Outlet, ...]:
    """The outlets, oldest first."""
    async with coach.store.read(actor.workspace_id) as unit:
        return tuple(shown(coach, row) for row in await unit.outlets.every())


async def get(coach: Coach, actor: Actor, id: str) -> Outlet:
    """One outlet; NotFound when there is none."""
    async with coach.store.read(actor.workspace_id) as unit:
        return shown(coach, await unit.outlets.get(id))


async def change(coach: Coach, actor: Actor, id: str, change: OutletChange, *, expected: int | None = None) -> Outlet:
    """Change what is given.

    Raises:
        BadInput: It is switched on before its preview was seen (``reason="outlet_unseen"``).
        Conflict: It is no longer at version ``expected``.
    """
    given = change.model_dump(exclude_unset=True, exclude_none=True)
    async with coach.store.write(actor.workspace_id) as unit:
        row = await unit.outlets.get(id)
        if given.get("switched_on") and row["previewed_at"] is None:
            raise BadInput(
                "Nobody has seen what this outlet would send.",
                remedy="Look at the preview first.",
                reason="outlet_unseen",
            )
        if given:
            await unit.outlets.change(id, version=expected or row["version"], at=coach.now(), **given)
            await unit.audit.add(actor.person_id, "outlet.changed", id, coach.now(), fields=sorted(given))
        return shown(coach, await unit.outlets.get(id))


async def remove(coach: Coach, actor: Actor, id: str) -> None:
    """Forget the outlet and its address."""
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.outlets.get(id)
        await unit.outlets.remove(id)
        await unit.audit.add(actor.person_id, "outlet.removed", id, coach.now())


async def seen(coach: Coach, actor: Actor, id: str) -> None:
    """Note that a person was shown what it would send."""
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.outlets.get(id)
        await unit.outlets.note(id, previewed_at=coach.now())


async def deliver(coach: Coach, workspace_id: str, row: Row, notification: Notification) -> None:
    """Send it by the outlet's notifier, to its address unless it names another; what went wrong is noted and raised."""
    to = notification.to or address_of(coach, workspace_id, row)
    kind = "email" if row["kind"] == "leads" else row["kind"]
    try:
        notifier = coach.plugins.notifiers.get(kind)
        if notifier is None:
            raise ServiceError("Its plugin is not installed any more.", remedy="Install it.", reason="undelivered")
        ready = notifier.configured(coach.settings) if hasattr(notifier, "configured") else notifier  # pyright: ignore[reportAttributeAccessIssue]
        await ready(notification.model_copy(update={"to": to}))
    except (ServiceError, BadInput) as wrong:
        await _note(coach, workspace_id, row["id"], problem=str(wrong)[:500])
        raise
    await _note(coach, workspace_id, row["id"], problem=None, sent_at=coach.now())


async def _note(coach: Coach, workspace_id: str, id: str, **changes: object) -> None:
    async with coach.store.write(workspace_id) as unit:
        await unit.outlets.note(id, **changes)


def address_of(coach: Coach, workspace_id: str, row: Row) -> str:
    """The outlet's address: for sending, never for showing."""
    sealed = row["secrets"].get("address")
    return coach.vault.open(sealed, _place(workspace_id, row["id"])) if sealed else ""


def _place(workspace_id: str, id: str) -> str:
    return f"{workspace_id}|outlet|{id}|address"


def shown(coach: Coach, row: Row) -> Outlet:
    """The outlet as people see it: a webhook's address is its host alone, since the rest lets anyone write there."""
    values = {name: row[name] for name in Outlet.model_fields if name != "address"}
    return Outlet.model_validate(values | {"address": _masked(coach, row)})


def _masked(coach: Coach, row: Row) -> str:
    address = address_of(coach, cast(str, row["workspace_id"]), row)
    if "://" not in address:
        return address
    return f"{address.split('/')[2]}/…"
