"""Cursors: where in a list the next part starts, opaque to the caller.

The check digits also cover the list and its filters: a cursor that was altered, cut, or taken elsewhere is refused.
They guard against mistakes, not malice: a forged cursor only reaches rows that its forger may read anyway.
"""

import base64
import binascii
import hashlib
import uuid

from coach.errors import BadInput

_CHECK_BYTES = 6


def after(id: str, *, of: str) -> str:
    """The cursor for what follows the row ``id`` in the list described by ``of``."""
    return base64.urlsafe_b64encode(uuid.UUID(id).bytes + _check(id, of)).decode().rstrip("=")


def read(cursor: str, *, of: str) -> str:
    """The row id a cursor stands on; BadInput (``reason="cursor"``) when it is not one of ours for this list."""
    try:
        # strict: the stock decoder skips foreign characters, and ignores stray bits at the end
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        id = str(uuid.UUID(bytes=raw[:-_CHECK_BYTES]))
    except (binascii.Error, ValueError):
        raise _refused() from None
    if after(id, of=of) != cursor:
        raise _refused()
    return id


def _check(id: str, of: str) -> bytes:
    return hashlib.blake2s(f"{of}\0{id}".encode("utf-8", "surrogatepass"), digest_size=_CHECK_BYTES).digest()


def _refused() -> BadInput:
    return BadInput(
        "This cursor is not one that this list gave.",
        remedy="Start again without a cursor, and follow the `next` of each answer.",
        reason="cursor",
    )
