"""Signing in with a CRM: the person is sent to its own page, and what they come back with becomes a connection.

The state is random, bound to the browser's session, good for a quarter of an hour, and serves once; the PKCE verifier and
the app's secret wait sealed in the database, never in an address or a cookie.
"""

import base64
import hashlib
import json
import secrets
from typing import Any

from coach.errors import BadInput, CrmRefused, NotFound
from coach.plugins import Settings, SignIn, part
from coach.service import connecting, connections
from coach.service.coach import Coach
from coach.service.connections import Connection
from coach.service.values import Actor
from coach.store.vault import place


async def begin(
    coach: Coach,
    actor: Actor,
    connector: str,
    settings: Settings,
    *,
    session: str,
    redirect_uri: str,
    reaching: Settings | None = None,
) -> str:
    """The address to send the person to.

    Args:
        session: What only this person's browser (or this command) knows: whoever else comes back is refused.
        redirect_uri: Where the CRM sends them back to; registered with the app over there.
        reaching: What leads to a fake CRM; the server's own by default.

    Raises:
        NotFound: No such connector, or it has no sign-in.
    """
    sign_in = _sign_in(coach, connector)
    given = {**connecting.refused_nowhere(settings), **(reaching or connecting.reaching(coach, connector))}
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    id = _digest(state)
    kept = json.dumps({"settings": given, "verifier": verifier})
    row = {
        "id": id,
        "connector": connector,
        "session": _digest(session),
        "sealed": coach.vault.seal(kept, place(actor.workspace_id, connector, f"sign_in/{id}")),
        "redirect_uri": redirect_uri,
        "created_at": coach.now(),
    }
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.edges.sent(row)
    return sign_in.address(given, redirect_uri=redirect_uri, state=state, challenge=challenge(verifier))


async def finish(
    coach: Coach,
    actor: Actor,
    *,
    state: str,
    code: str,
    session: str,
    redirect_uri: str,
    error: str = "",
    label: str = "",
) -> Connection:
    """The connection, new or renewed, of the account the person signed in to.

    Raises:
        BadInput: The state is not one we sent this person with (``reason="sign_in_state"``).
        CrmRefused: They declined, or the CRM does not take the code.
    """
    async with coach.store.write(actor.workspace_id) as unit:
        row = await unit.edges.came_back(_digest(state), coach.now()) if state else None
    known = row is not None and secrets.compare_digest(row["session"], _digest(session))
    if row is None or not known or row["redirect_uri"] != redirect_uri:
        raise BadInput(
            "This sign-in was not begun here, or it took too long.",
            remedy="Begin again from the Connections page.",
            reason="sign_in_state",
        )
    if error or not code:
        raise CrmRefused("The CRM was not asked to give access.", remedy="Begin again.", reason="declined")
    connector = row["connector"]
    kept = json.loads(coach.vault.open(row["sealed"], place(actor.workspace_id, connector, f"sign_in/{row['id']}")))
    tokens = await _sign_in(coach, connector).tokens(
        kept["settings"], code=code, redirect_uri=redirect_uri, verifier=kept["verifier"]
    )
    return await _kept(coach, actor, connector, tokens, label)


async def _kept(coach: Coach, actor: Actor, connector: str, settings: dict[str, Any], label: str) -> Connection:
    """A connection to that account that is there gets the new tokens; otherwise a new one is made.

    The settings are ours and the connector's by now: an address in them is one that the connector let pass.
    """
    opened = coach.plugins.connect(connector, settings)
    try:
        account = (await opened.check()).account.id
    finally:
        settings = {**settings, **getattr(opened, "fresh_secrets", {})}
        await opened.close()
    for one in await connections.every(coach, actor):
        if one.connector == connector and one.account is not None and one.account.id == account:
            return await connections.change(coach, actor, one.id, settings=settings, trusted=True)
    return await connections.connect(coach, actor, connector, settings, label=label, trusted=True)


def challenge(verifier: str) -> str:
    """PKCE's S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _sign_in(coach: Coach, connector: str) -> SignIn:
    found = part(coach.plugins.connectors.get(connector), "sign_in")
    if found is None:
        raise NotFound("One does not sign in with this connector.", remedy="Give it a key.", reason="no_door")
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
