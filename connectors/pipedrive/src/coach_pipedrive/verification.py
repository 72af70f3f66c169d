"""Proof that a request comes from Pipedrive: a JWT on panels, HTTP Basic on webhooks, which are not signed."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

LONGEST = 4_096
LEEWAY_S = 30


def claims(token: str, secret: str, *, now_s: float) -> dict[str, Any] | None:
    """The token's claims when it is HS256, signed with ``secret`` and not expired; None otherwise.

    No other algorithm is ever looked at, whatever the token says of itself.
    """
    parts = token.split(".") if token.isascii() and len(token) <= LONGEST else []
    if len(parts) != 3 or not secret:
        return None
    header, payload, signature = (_decoded(part) for part in parts)
    if header is None or payload is None or signature is None:
        return None
    signed = hmac.new(secret.encode(), f"{parts[0]}.{parts[1]}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(signed, signature):
        return None
    told, found = _object(header), _object(payload)
    expires = found.get("exp")
    if told.get("alg") != "HS256" or isinstance(expires, bool) or not isinstance(expires, int | float):
        return None
    return found if now_s < expires + LEEWAY_S else None


def is_basic(header: str | None, user: str, password: str) -> bool:
    """Whether an Authorization header carries these, compared in constant time."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.casefold() != "basic" or not user or not password or len(encoded) > LONGEST:
        return False
    try:
        given = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, f"{user}:{password}".encode())


def _decoded(part: str) -> bytes | None:
    try:
        plain = base64.b64decode(part.encode() + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    same = base64.urlsafe_b64encode(plain).rstrip(b"=").decode() == part  # one spelling only
    return plain if same else None


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
