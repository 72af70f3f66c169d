"""First tables: workspace, person, conversation and its events, goal and its life, idempotency keys, audit.

Revision: 0001, the first.

On PostgreSQL every table is also guarded by row-level security, forced upon its owner: a statement sees the rows of the
workspace that its transaction named, whatever the statement forgot. ``*`` names all of them, for migrations.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from coach.store.tables import UTC

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OWNED = ("person", "conversation", "event", "goal", "check_in", "adjustment", "idempotency_key", "audit")


def _json() -> Any:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def _workspace(table: str) -> tuple[Any, ...]:
    name = op.f(f"fk_{table}_workspace_id_workspace")
    return (
        _column("workspace_id", sa.String(36)),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=name, ondelete="CASCADE"),
    )


def _owned(table: str, *parts: Any) -> None:
    op.create_table(
        table,
        _column("id", sa.String(36)),
        *_workspace(table),
        *parts,
        _column("created_at", UTC()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f(f"uq_{table}_workspace_id_id")),
    )


def _within(table: str, local: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", local],
        [f"{other}.workspace_id", f"{other}.id"],
        name=op.f(f"fk_{table}_workspace_id_{local}_{other}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    _people()
    _conversations()
    _goals()
    _records()
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY workspace ON {table} "
                "USING (current_setting('coach.workspace', true) IN (workspace_id, '*'))"
            )


def _people() -> None:
    op.create_table(
        "workspace",
        _column("id", sa.String(36)),
        _column("name", sa.String(200)),
        _column("local", sa.Integer(), nullable=True),
        _column("profile", _json()),
        _column("version", sa.Integer()),
        _column("created_at", UTC()),
        _column("updated_at", UTC()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("local", name=op.f("uq_workspace_local")),
    )
    _owned(
        "person",
        _column("name", sa.String(200)),
        _column("role", sa.String(20)),
        _column("preferences", _json()),
        sa.CheckConstraint("role IN ('owner', 'manager', 'member')", name=op.f("ck_person_role")),
    )


def _conversations() -> None:
    _owned(
        "conversation",
        _column("person_id", sa.String(36)),
        _column("title", sa.String(200)),
        _column("search", sa.Text()),
        _column("language", sa.String(12)),
        _column("status", sa.String(20)),
        _column("version", sa.Integer()),
        _column("updated_at", UTC()),
        _column("deleted_at", UTC(), nullable=True),
        _within("conversation", "person_id", "person"),
    )
    _owned(
        "event",
        _column("conversation_id", sa.String(36)),
        _column("seq", sa.Integer()),
        _column("type", sa.String(40)),
        _column("body", _json()),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_event_conversation_id_seq")),
        _within("event", "conversation_id", "conversation"),
    )


def _goals() -> None:
    _owned(
        "goal",
        _column("conversation_id", sa.String(36), nullable=True),
        _column("owner_id", sa.String(36)),
        _column("statement", sa.Text()),
        _column("search", sa.Text()),
        _column("language", sa.String(12)),
        _column("status", sa.String(20)),
        _column("metric", sa.String(64), nullable=True),
        _column("unit", sa.String(12), nullable=True),
        _column("target", sa.Float(), nullable=True),
        _column("baseline", sa.Float(), nullable=True),
        _column("direction", sa.String(12), nullable=True),
        _column("cadence", sa.String(12), nullable=True),
        _column("start", sa.Date()),
        _column("due", sa.Date(), nullable=True),
        _column("draft", _json()),
        _column("version", sa.Integer()),
        _column("updated_at", UTC()),
        _column("deleted_at", UTC(), nullable=True),
        sa.CheckConstraint("status IN ('running', 'reached', 'missed', 'abandoned')", name=op.f("ck_goal_status")),
        sa.UniqueConstraint("workspace_id", "conversation_id", name=op.f("uq_goal_workspace_id_conversation_id")),
        _within("goal", "conversation_id", "conversation"),
        _within("goal", "owner_id", "person"),
    )
    _owned(
        "check_in",
        _column("goal_id", sa.String(36)),
        _column("person_id", sa.String(36)),
        _column("day", sa.Date()),
        _column("value", sa.Float()),
        _column("confidence", sa.String(10), nullable=True),
        _column("comment", sa.Text()),
        _within("check_in", "goal_id", "goal"),
        _within("check_in", "person_id", "person"),
    )
    op.create_index("ix_check_in_goal_id_day", "check_in", ["workspace_id", "goal_id", "day"])
    _owned(
        "adjustment",
        _column("goal_id", sa.String(36)),
        _column("person_id", sa.String(36)),
        _column("reason", sa.Text()),
        _column("changes", _json()),
        _within("adjustment", "goal_id", "goal"),
        _within("adjustment", "person_id", "person"),
    )
    op.create_index("ix_adjustment_goal_id", "adjustment", ["workspace_id", "goal_id"])


def _records() -> None:
    op.create_table(
        "idempotency_key",
        *_workspace("idempotency_key"),
        _column("key", sa.String(200)),
        _column("fingerprint", sa.String(64)),
        _column("answer", sa.Text()),
        _column("created_at", UTC()),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["workspace_id", "created_at"])
    op.create_table(
        "audit",
        *_workspace("audit"),
        _column("seq", sa.Integer()),
        _column("person_id", sa.String(36)),
        _column("action", sa.String(60)),
        _column("subject", sa.String(60)),
        _column("detail", _json()),
        _column("hash", sa.String(64)),
        _column("created_at", UTC()),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name=op.f("pk_audit")),
    )


def downgrade() -> None:
    for table in (*reversed(OWNED), "workspace"):
        op.drop_table(table)
