"""One engine, SQLite or PostgreSQL, on which reads and writes are two kinds of transactions.

SQLite (measured; each line cures a silent fault):
- the driver's own transactions start too late: 60 concurrent read-modify-writes left a counter at 2. Ours start by
  themselves, IMMEDIATE for writes, so the 60 count; a deferred one would fail "locked" as soon as someone else commits;
- foreign keys are off by default; ``synchronous=FULL`` makes what was acknowledged survive a kill and a power cut;
- ``lower`` and ``like`` know ASCII only: searches run on a column that was case-folded here.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from coach.errors import BadInput

BUSY_TIMEOUT_MS = 10_000  # how long a write waits for another process's
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SUPPORTED = ("sqlite+aiosqlite", "postgresql+psycopg")
_PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": BUSY_TIMEOUT_MS}


def address(text: str) -> URL:
    """The database address with our driver; BadInput says which ones are served."""
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    scheme = _DRIVERS.get(url.drivername, url.drivername) if url else ""
    in_memory = url is not None and scheme == "sqlite+aiosqlite" and url.database in (None, "", ":memory:")
    if url is None or scheme not in _SUPPORTED or in_memory:
        raise BadInput(
            "The database address is not one coach can open.",
            remedy="Set COACH_DATABASE_URL to sqlite:///file or postgresql://user@host/name.",
            reason="database_url",
        )
    return url.set(drivername=scheme)


def connect(text: str, *, migrating: bool = False) -> AsyncEngine:
    """An engine on the address, nothing opened yet; ``migrating`` leaves SQLite's foreign keys off (see migrating)."""
    url = address(text)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, foreign_keys=not migrating)
    # A worker waits for a connection rather than failing; one that a restart of the server cut is replaced unseen.
    return create_async_engine(url, pool_size=5, max_overflow=10, pool_pre_ping=True)


def _sqlite(url: URL, *, foreign_keys: bool) -> AsyncEngine:
    Path(url.database or "").absolute().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_async_engine(url)
    pragmas = {**_PRAGMAS, "foreign_keys": "ON" if foreign_keys else "OFF"}

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver starts no transaction behind our back
        cursor = connection.cursor()
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    def on_begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("coach_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine
