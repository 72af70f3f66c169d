"""Identifiers that sort by the time they were made: UUID version 7 (RFC 9562, 5.7)."""

import secrets
import threading
import time
import uuid

_COUNTER_BITS = 12
_lock = threading.Lock()
_last = 0  # milliseconds and counter of the latest identifier, as one number


def new_id() -> str:
    """An identifier greater than every one this process made before, however fast they are made."""
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << _COUNTER_BITS)
        tick = _last
    milliseconds, counter = tick >> _COUNTER_BITS, tick & (1 << _COUNTER_BITS) - 1
    number = milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=number))
