"""HubSpot's calls to coach: webhooks, and the app card's signed requests. Source: developers.hubspot.com."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from coach.plugins import Call, Caller, Settings, ShownGoal, Touched, Viewed, raw
from coach.plugins.records import Entity
from coach_hubspot import signature

V3, STAMP, V1 = "x-hubspot-signature-v3", "x-hubspot-request-timestamp", "x-hubspot-signature"
KINDS: Mapping[str, Entity] = {"deal": "deals", "company": "companies", "quote": "quotes", "lead": "leads"}
OBJECTS = {"0-1": "contact", "0-2": "company", "0-3": "deal"}
EVENTS = 100  # HubSpot sends no more at once


class HubSpotDoor:
    """Needs ``client_secret``, the app's own, among the connection's settings."""

    def accounts(self, call: Call) -> Sequence[str]:
        """``portalId``: of the address, which HubSpot adds and signs, or of each event."""
        named = [call.query.get("portalId")] if "portalId" in call.query else [e.get("portalId") for e in _events(call)]
        return tuple(dict.fromkeys(filter(None, map(raw.text, named))))

    def caller(self, call: Call, settings: Settings) -> Caller | None:
        """Signature v3; on webhooks of private apps, which have no other, v1 as well."""
        secret = str(settings.get("client_secret") or "")
        given = call.headers.get(V3)
        if given is None and _events(call) and "portalId" not in call.query:
            return _first_version(call, secret)
        genuine = signature.is_genuine(
            secret,
            call.method,
            call.url,
            call.body,
            timestamp=call.headers.get(STAMP),
            signature=given,
            now_ms=round(call.at.timestamp() * 1000),
        )
        if not genuine or given is None:
            return None
        return Caller(proof=given, user=call.query.get("userId"), email=call.query.get("userEmail"))

    def touched(self, call: Call, account: str) -> Sequence[Touched]:
        """Each event's object once; a merge names two."""
        found: dict[tuple[str, str], Touched] = {}
        for event in _events(call):
            kind = str(event.get("subscriptionType") or event.get("eventType") or "").partition(".")[0]
            if raw.text(event.get("portalId")) != account:
                continue
            for name in ("objectId", "primaryObjectId", "mergedObjectIds"):
                values = event.get(name)
                for id in map(raw.text, values if isinstance(values, list) else [values]):
                    if id:
                        found[kind, id] = Touched(entity=KINDS.get(kind), id=id)
        return tuple(found.values())

    def viewed(self, call: Call) -> Viewed | None:
        """What the card says of itself in its address: HubSpot adds who looks, not at what."""
        kind, id = call.query.get("objectTypeId", ""), call.query.get("objectId", "")
        if not id.isdigit() or len(id) > 20:
            return None
        return Viewed(kind=OBJECTS.get(kind, "record"), id=id, language=call.query.get("locale", "")[:5] or None)

    def panel(self, goals: Sequence[ShownGoal], words: Mapping[str, str], home: str) -> Any:
        """What ``card/src/app/cards/GoalCard.tsx`` reads."""
        return {"goals": [goal.model_dump(mode="json") for goal in goals], "words": dict(words), "home": home}

    def refusal(self, title: str, detail: str) -> Any:
        """As the card shows it."""
        return {"error": {"title": title, "detail": detail}}


def _first_version(call: Call, secret: str) -> Caller | None:
    """SHA-256 of secret and body. No time is signed: a delivery that comes again only marks the same records again."""
    expected = hashlib.sha256(secret.encode() + call.body).hexdigest()
    given = call.headers.get(V1, "")
    genuine = bool(secret) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
    return Caller(proof=given) if genuine else None


def _events(call: Call) -> list[dict[str, Any]]:
    try:
        return raw.items(json.loads(call.body))[:EVENTS] if call.body else []
    except (ValueError, RecursionError):
        return []
