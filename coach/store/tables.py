"""The tables. Every row belongs to a workspace; times are UTC; what is searched is case-folded beside what is shown."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class UTC(TypeDecorator[dt.datetime]):
    """A moment. A naive one is refused: SQLite would keep it and lose whose clock it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """The moment in UTC; ValueError when it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """The stored moment, always with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
Id = String(36)


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _workspace() -> Column[str]:
    return Column("workspace_id", Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False)


def _owned(name: str, *columns: Any) -> Table:
    """A table of one workspace's rows. (workspace, id) is unique, so that others can point at both at once."""
    return Table(
        name, metadata, _id(), _workspace(), *columns, UniqueConstraint("workspace_id", "id"), _at("created_at")
    )


def _within(local: str, other: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the workspace."""
    return ForeignKeyConstraint(["workspace_id", local], [f"{other}.workspace_id", f"{other}.id"], ondelete="CASCADE")


def _at(name: str, *, nullable: bool = False) -> Column[dt.datetime]:
    return Column(name, UTC, nullable=nullable)


workspace = Table(
    "workspace",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("local", Integer, unique=True),  # 1 for the one made at first start, so that two starts make one
    Column("profile", Json, nullable=False),
    Column("version", Integer, nullable=False),
    _at("created_at"),
    _at("updated_at"),
)

person = _owned(
    "person",
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("preferences", Json, nullable=False),
    CheckConstraint("role IN ('owner', 'manager', 'member')", name="role"),
)

conversation = _owned(
    "conversation",
    Column("person_id", Id, nullable=False),
    Column("title", String(200), nullable=False),
    Column("search", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False),  # number of events: the next one's seq is this plus one
    _at("updated_at"),
    _at("deleted_at", nullable=True),
    _within("person_id", "person"),
)

event = _owned(  # append-only: no statement of ours updates or deletes one
    "event",
    Column("conversation_id", Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", Json, nullable=False),
    UniqueConstraint("conversation_id", "seq"),  # of two turns at once, one wins
    _within("conversation_id", "conversation"),
)

goal = _owned(
    "goal",
    Column("conversation_id", Id),
    Column("owner_id", Id, nullable=False),
    Column("statement", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("language", String(12), nullable=False),
    Column("status", String(20), nullable=False),
    Column("metric", String(64)),
    Column("unit", String(12)),
    Column("target", Float),
    Column("baseline", Float),
    Column("direction", String(12)),
    Column("cadence", String(12)),
    Column("start", Date, nullable=False),
    Column("due", Date),
    Column("draft", Json, nullable=False),
    Column("version", Integer, nullable=False),
    _at("updated_at"),
    _at("deleted_at", nullable=True),
    CheckConstraint("status IN ('running', 'reached', 'missed', 'abandoned')", name="status"),
    UniqueConstraint("workspace_id", "conversation_id"),  # a conversation is adopted once
    _within("conversation_id", "conversation"),
    _within("owner_id", "person"),
)

check_in = _owned(
    "check_in",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("day", Date, nullable=False),
    Column("value", Float, nullable=False),
    Column("confidence", String(10)),
    Column("comment", Text, nullable=False),
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

adjustment = _owned(
    "adjustment",
    Column("goal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", Json, nullable=False),
    _within("goal_id", "goal"),
    _within("person_id", "person"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    _workspace(),
    Column("key", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text, nullable=False),  # JSON of the value the use case answered
    _at("created_at"),
    PrimaryKeyConstraint("workspace_id", "key"),
)

audit = Table(  # append-only, each row holding the hash of the one before
    "audit",
    metadata,
    _workspace(),
    Column("seq", Integer, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("detail", Json, nullable=False),
    Column("hash", String(64), nullable=False),
    _at("created_at"),
    PrimaryKeyConstraint("workspace_id", "seq"),
)

Index("ix_check_in_goal_id_day", check_in.c.workspace_id, check_in.c.goal_id, check_in.c.day)
Index("ix_adjustment_goal_id", adjustment.c.workspace_id, adjustment.c.goal_id)
Index("ix_idempotency_key_created_at", idempotency_key.c.workspace_id, idempotency_key.c.created_at)
