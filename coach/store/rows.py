"""What the repositories share: rows out, folded text, inserts that may find the row there."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


async def first(connection: AsyncConnection, query: Executable) -> Row | None:
    """The first row of the query, by column name; None without one."""
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


async def every(connection: AsyncConnection, query: Executable) -> list[Row]:
    """The rows of the query, by column name."""
    found = (await connection.execute(query)).mappings()
    return [{str(name): value for name, value in row.items()} for row in found]


def folded(text: str) -> str:
    """The text without case or accents, for searching: SQLite's ``lower`` leaves É as it is."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


async def insert_unless_there(connection: AsyncConnection, table: Table, row: Row) -> bool:
    """Insert the row unless one with the same key stands there; true when it was inserted.

    A concurrent transaction that holds the key is waited for, on both databases.
    """
    insert = _INSERTS[connection.dialect.name](table).values(row).on_conflict_do_nothing()
    # The row itself is asked back: through psycopg, SQLAlchemy counts -1 rows for such an insert.
    return (await connection.execute(insert.returning(*table.primary_key.columns))).first() is not None
