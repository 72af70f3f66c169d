"""Bring a database to the schema of this release, at start and from tests.

On SQLite, altering a table copies it and drops the old one: with foreign keys on, that drop silently deletes the rows
that point at it. Migrations therefore run on a connection without them, and every reference is checked before commit.
Everything runs in one transaction: of two processes that start at once, the second finds the work done.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from coach.errors import StoreUnavailable
from coach.store.engine import connect

SCRIPTS = Path(__file__).parent / "migrations"
# After a failed open, aiosqlite's thread still has a word for the event loop; a loop that is gone gets a traceback instead.
_FAREWELL_S = 0.05
_LOCK = 0x636F616368  # any number, the same for every process


async def upgrade(database: str, revision: str = "head") -> None:
    """Bring the database to the revision; StoreUnavailable when it cannot be reached or is a newer release's."""
    await _run(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: str, revision: str) -> None:
    """Bring the database back to the revision; ``base`` removes every table."""
    await _run(database, lambda config: command.downgrade(config, revision))


async def check(database: str) -> None:
    """Raise CommandError when the tables differ from what the migrations make."""
    await _run(database, command.check)


async def _run(database: str, work: Callable[[Config], None]) -> None:
    engine = None
    try:
        engine = connect(database, migrating=True).execution_options(coach_write=True)
        async with engine.begin() as connection:
            await connection.run_sync(_within, work)
    except CommandError as wrong:
        if "Can't locate revision" not in str(wrong):
            raise
        raise StoreUnavailable(
            "The database was made by a newer release of coach.",
            remedy="Upgrade coach, or set COACH_HOME to another folder.",
            reason="newer",
        ) from None
    except (DBAPIError, OSError) as wrong:
        await asyncio.sleep(_FAREWELL_S)
        raise unreachable(wrong) from wrong
    finally:
        if engine is not None:
            await engine.dispose()


def unreachable(wrong: BaseException) -> StoreUnavailable:
    """The error for a database that does not answer; the driver's words may hold an address, so they stay out."""
    cause = getattr(wrong, "orig", None) or wrong
    return StoreUnavailable(
        f"The database cannot be opened ({type(cause).__name__}).",
        remedy="Check COACH_HOME, COACH_DATABASE_URL, and that the folder can be written or the server runs.",
        reason="unreachable",
    )


def _within(connection: Connection, work: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("SELECT set_config('coach.workspace', '*', true)"))  # see the row-level policies
    work(config)
    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            raise StoreUnavailable(f"A migration would orphan rows of {orphans[0][0]}.", remedy="Report this.")
