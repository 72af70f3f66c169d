"""What people thought of wordings.

Revision: 0006, after 0005.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from coach.store.tables import UTC

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "rating"


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


def upgrade() -> None:
    op.create_table(
        TABLE,
        *_workspace(TABLE),
        _column("id", sa.String(36)),
        _column("conversation_id", sa.String(36)),
        _column("person_id", sa.String(36)),
        _column("digest", sa.String(64)),
        _column("mark", sa.String(4)),
        _column("note", sa.Text()),
        _column("shared", sa.Boolean()),
        _column("ambition", sa.Text()),
        _column("statement", sa.Text()),
        _column("language", sa.String(12)),
        _column("author", sa.String(200)),
        _column("variant", sa.String(20)),
        _column("framing", sa.String(20)),
        _column("created_at", UTC()),
        sa.CheckConstraint("mark IN ('up', 'down')", name=op.f("ck_rating_mark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_rating_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "conversation_id", "person_id", "digest", name="uq_rating_statement"),
        _within(TABLE, "conversation_id", "conversation"),
        _within(TABLE, "person_id", "person"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY workspace ON {TABLE} "
            "USING (current_setting('coach.workspace', true) IN (workspace_id, '*'))"
        )


def downgrade() -> None:
    op.drop_table(TABLE)
