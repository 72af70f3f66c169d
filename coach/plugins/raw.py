"""Careful reading of what a CRM sends: anything that is not what it should be is unknown, never an exception."""

import datetime as dt
import math
from typing import Any


def text(value: Any) -> str | None:
    """A non-empty id or word; numbers count as ids."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | str):
        return str(value).strip()[:120] or None
    return None


def number(value: Any) -> float | None:
    """A finite figure, from a number or from text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(value: Any) -> dt.datetime | None:
    """An aware time from ISO text or from milliseconds since 1970; text without a zone is UTC."""
    try:
        if isinstance(value, str) and not value.lstrip("-").isdigit():
            found = dt.datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        milliseconds = number(value)
        return None if milliseconds is None else dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def day(value: Any) -> dt.date | None:
    """A day from ISO text."""
    try:
        return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def flag(value: Any) -> bool:
    """True, or "true"."""
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def child(value: Any, *path: str) -> Any:
    """What lies under ``path``; None where it ends."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
