"""The life of goals: who leads and shares them, what is said of them, how they end, ways in, and who is told.

Revision: 0003, after 0002.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from coach.store.tables import UTC

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OWNED = ("remark", "review", "link", "outlet")
CLOSED = "'reached', 'missed', 'abandoned'"


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


def _within(table: str, local: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", local],
        [f"{other}.workspace_id", f"{other}.id"],
        name=op.f(f"fk_{table}_workspace_id_{local}_{other}"),
        ondelete="CASCADE",
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


def _of_goal(table: str, *parts: Any) -> None:
    _owned(
        table,
        _column("goal_id", sa.String(36)),
        _column("person_id", sa.String(36)),
        *parts,
        _within(table, "goal_id", "goal"),
        _within(table, "person_id", "person"),
    )


def upgrade() -> None:
    _alter()
    _said()
    _told()
    if op.get_bind().dialect.name == "postgresql":
        for table in (*OWNED, "notice"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY workspace ON {table} "
                "USING (current_setting('coach.workspace', true) IN (workspace_id, '*'))"
            )


def _alter() -> None:
    with op.batch_alter_table("goal") as batch:
        for name, kind in (
            ("lead", sa.String(200)),
            ("lead_email", sa.String(320)),
            ("team", sa.String(200)),
            ("parent_id", sa.String(36)),
            ("strategy", sa.Text()),
            ("split", _json()),
            ("season", _json()),
            ("closed_at", UTC()),
        ):
            batch.add_column(_column(name, kind, nullable=True))
        batch.drop_constraint(op.f("ck_goal_status"), type_="check")
        batch.create_check_constraint(op.f("ck_goal_status"), f"status IN ('draft', 'adopted', 'running', {CLOSED})")
    with op.batch_alter_table("check_in") as batch:
        batch.add_column(sa.Column("source", sa.String(60), server_default="manual", nullable=False))
        batch.add_column(_column("corrects_id", sa.String(36), nullable=True))
        batch.add_column(sa.Column("withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(_column("drivers", _json(), nullable=True))


def _said() -> None:
    _of_goal(
        "remark",
        _column("author", sa.String(200)),
        _column("kind", sa.String(12)),
        _column("text", sa.Text()),
        _column("answers_id", sa.String(36), nullable=True),
        sa.CheckConstraint("kind IN ('comment', 'commit', 'contest', 'answer')", name=op.f("ck_remark_kind")),
    )
    op.create_index("ix_remark_goal_id", "remark", ["workspace_id", "goal_id"])
    _of_goal(
        "review",
        _column("outcome", sa.String(20)),
        _column("learnt", sa.Text()),
        _column("scores", _json()),
        _column("next", _json(), nullable=True),
    )
    op.create_index("ix_review_goal_id", "review", ["workspace_id", "goal_id"])


def _told() -> None:
    _of_goal(
        "link",
        _column("purpose", sa.String(20)),
        _column("name", sa.String(200)),
        _column("digest", sa.String(64)),
        _column("expires_at", UTC()),
        _column("used_at", UTC(), nullable=True),
        _column("revoked_at", UTC(), nullable=True),
        sa.UniqueConstraint("digest", name=op.f("uq_link_digest")),
        sa.CheckConstraint("purpose IN ('check_in', 'read')", name=op.f("ck_link_purpose")),
    )
    _owned(
        "outlet",
        _column("kind", sa.String(40)),
        _column("label", sa.String(200)),
        _column("language", sa.String(12)),
        _column("secrets", _json()),
        _column("reminders", sa.Boolean()),
        _column("digest", sa.Boolean()),
        _column("switched_on", sa.Boolean()),
        _column("problem", sa.Text(), nullable=True),
        _column("version", sa.Integer()),
        _column("previewed_at", UTC(), nullable=True),
        _column("sent_at", UTC(), nullable=True),
        _column("updated_at", UTC()),
    )
    op.create_table(
        "notice",
        *_workspace("notice"),
        _column("key", sa.String(200)),
        _column("created_at", UTC()),
        _column("sent_at", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_notice")),
    )


def downgrade() -> None:
    for table in ("notice", *reversed(OWNED)):
        op.drop_table(table)
    with op.batch_alter_table("check_in") as batch:
        for name in ("drivers", "withdrawn", "corrects_id", "source"):
            batch.drop_column(name)
    op.execute("UPDATE goal SET status = 'running' WHERE status IN ('draft', 'adopted')")
    with op.batch_alter_table("goal") as batch:
        batch.drop_constraint(op.f("ck_goal_status"), type_="check")
        batch.create_check_constraint(op.f("ck_goal_status"), f"status IN ('running', {CLOSED})")
        for name in ("closed_at", "season", "split", "strategy", "parent_id", "team", "lead_email", "lead"):
            batch.drop_column(name)
