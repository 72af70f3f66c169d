"""Proof that a request comes from HubSpot: signature v3. Source: developers.hubspot.com, validating requests."""

import base64
import hashlib
import hmac

TOLERANCE_MS = 300_000
DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")", "%2A": "*",
    "%2C": ",", "%3B": ";",
}  # fmt: skip
"""HubSpot signs the address with exactly these decoded, and nothing else."""


def expected(secret: str, method: str, uri: str, body: bytes, timestamp: str) -> str:
    """The signature of a request; ``uri`` is the public address, from configuration and not from a Host header."""
    for escaped, plain in DECODED.items():
        uri = uri.replace(escaped, plain).replace(escaped.lower(), plain)
    source = method.upper().encode() + uri.encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def is_genuine(
    secret: str, method: str, uri: str, body: bytes, *, timestamp: str | None, signature: str | None, now_ms: int
) -> bool:
    """Whether the headers ``X-HubSpot-Request-Timestamp`` and ``X-HubSpot-Signature-v3`` prove the request.

    Five minutes either way. Says nothing of replays within them: keep the signatures seen.
    """
    if not secret or not timestamp or not signature or not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if len(timestamp) > 15 or abs(now_ms - int(timestamp)) > TOLERANCE_MS:
        return False
    return hmac.compare_digest(
        expected(secret, method, uri, body, timestamp).encode(), signature.encode("utf-8", "replace")
    )
