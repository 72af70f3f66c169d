"""Connections made over the network: to the vendors' own addresses, or to a fake that the server's owner named."""

from collections.abc import Iterator
from contextlib import contextmanager

from coach.errors import BadInput
from coach.plugins import Settings
from coach.service import connections
from coach.service.coach import Coach
from coach.service.connections import Connection
from coach.service.values import Actor, Once


async def connect(
    coach: Coach, actor: Actor, connector: str, settings: Settings, *, label: str = "", once: Once | None = None
) -> Connection:
    """See :func:`connections.connect`; a fake of this machine only where ``COACH_SANDBOX`` says so."""
    reached = reaching(coach, connector)
    given = {**refused_nowhere(settings), **reached} if reached else settings
    with _said():
        return await connections.connect(coach, actor, connector, given, label=label, trusted=bool(reached), once=once)


async def change(
    coach: Coach,
    actor: Actor,
    id: str,
    *,
    label: str | None = None,
    settings: Settings | None = None,
    expected: int | None = None,
) -> Connection:
    """See :func:`connections.change`."""
    with _said():
        return await connections.change(coach, actor, id, label=label, settings=settings, expected=expected)


@contextmanager
def _said() -> Iterator[None]:
    """What a connector says of its settings, under a reason of ours."""
    try:
        yield
    except BadInput as wrong:
        wrong.details.setdefault("reason", "connector_settings")
        wrong.details.setdefault("said", wrong.message)
        raise


def reaching(coach: Coach, connector: str) -> Settings:
    """What leads to the fake that stands for this connector's CRM; nothing where none does."""
    address = coach.settings.sandboxes.get(connector)
    return {"base_url": address, "sandbox": True} if address else {}


def refused_nowhere(settings: Settings) -> Settings:
    """The settings without those that only the server's owner may choose: they are not the caller's to give."""
    return {name: value for name, value in settings.items() if name not in ("base_url", "sandbox", "path")}
