"""People who sign in with a CRM, and goals written into one.

Revision: 0005, after 0004.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from coach.store.tables import UTC

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OWNED = ("crm_sign_in", "crm_written")


def _json(**options: Any) -> Any:
    return sa.JSON(**options).with_variant(postgresql.JSONB(**options), "postgresql")


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
        "crm_sign_in",
        *_workspace("crm_sign_in"),
        _column("id", sa.String(64)),
        _column("connector", sa.String(60)),
        _column("session", sa.String(64)),
        _column("sealed", sa.Text()),
        _column("redirect_uri", sa.Text()),
        _column("created_at", UTC()),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_crm_sign_in")),
    )
    op.create_table(
        "crm_written",
        *_workspace("crm_written"),
        _column("goal_id", sa.String(36)),
        _column("connection_id", sa.String(36)),
        _column("kind", sa.String(20)),
        _column("external_id", sa.String(120)),
        _column("url", sa.Text(), nullable=True),
        _column("fields", _json()),
        _column("seen", _json(none_as_null=True), nullable=True),
        _column("written_at", UTC()),
        _column("seen_at", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "goal_id", "connection_id", name=op.f("pk_crm_written")),
        _within("crm_written", "goal_id", "goal"),
        _within("crm_written", "connection_id", "crm_connection"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY workspace ON {table} "
                "USING (current_setting('coach.workspace', true) IN (workspace_id, '*'))"
            )


def downgrade() -> None:
    for table in reversed(OWNED):
        op.drop_table(table)
