"""Connections to CRMs, their runs, states and records, and the KPI series counted from them or typed by hand.

Revision: 0002, after 0001.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from coach.store.tables import UTC

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWNED = ("crm_connection", "sync_run", "sync_state", "crm_record", "kpi_series")


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


def _of_connection(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "connection_id"],
        ["crm_connection.workspace_id", "crm_connection.id"],
        name=op.f(f"fk_{table}_workspace_id_connection_id_crm_connection"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    _connections()
    _runs()
    _records()
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY workspace ON {table} "
                "USING (current_setting('coach.workspace', true) IN (workspace_id, '*'))"
            )


def _connections() -> None:
    _owned(
        "crm_connection",
        _column("connector", sa.String(60)),
        _column("label", sa.String(200)),
        _column("settings", _json()),
        _column("secrets", _json()),
        _column("mapping", _json()),
        _column("discovery", _json()),
        _column("account_id", sa.String(120), nullable=True),
        _column("health", _json()),
        _column("state", sa.String(20)),
        _column("problem", _json(), nullable=True),
        _column("spent", _json()),
        _column("lease", sa.String(80), nullable=True),
        _column("lease_until", UTC(), nullable=True),
        _column("version", sa.Integer()),
        _column("checked_at", UTC(), nullable=True),
        _column("synced_at", UTC(), nullable=True),
        _column("dirty_at", UTC(), nullable=True),
        _column("updated_at", UTC()),
        sa.CheckConstraint(
            "state IN ('ok', 'degraded', 'needs_reconnect', 'unavailable')", name=op.f("ck_crm_connection_state")
        ),
    )
    op.create_index("ix_crm_connection_account", "crm_connection", ["connector", "account_id"])


def _runs() -> None:
    _owned(
        "sync_run",
        _column("connection_id", sa.String(36)),
        _column("cause", sa.String(20)),
        _column("status", sa.String(20)),
        _column("entity", sa.String(20), nullable=True),
        _column("counts", _json()),
        _column("skipped", _json()),
        _column("doubts", _json()),
        _column("pages", sa.Integer()),
        _column("problem", _json(), nullable=True),
        _column("started_at", UTC(), nullable=True),
        _column("finished_at", UTC(), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'partial', 'failed')", name=op.f("ck_sync_run_status")
        ),
        _of_connection("sync_run"),
    )
    op.create_index("ix_sync_run_connection_id", "sync_run", ["workspace_id", "connection_id", "id"])
    op.create_table(
        "sync_state",
        *_workspace("sync_state"),
        _column("connection_id", sa.String(36)),
        _column("entity", sa.String(20)),
        _column("state", _json()),
        _column("generation", sa.Integer()),
        _column("whole_at", UTC(), nullable=True),
        _column("problem", _json(), nullable=True),
        _column("updated_at", UTC()),
        sa.PrimaryKeyConstraint("workspace_id", "connection_id", "entity", name=op.f("pk_sync_state")),
        _of_connection("sync_state"),
    )


def _records() -> None:
    op.create_table(
        "crm_record",
        *_workspace("crm_record"),
        _column("connection_id", sa.String(36)),
        _column("entity", sa.String(20)),
        _column("id", sa.String(120)),
        _column("body", sa.Text()),
        _column("deleted", sa.Boolean()),
        _column("generation", sa.Integer()),
        _column("modified", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "connection_id", "entity", "id", name=op.f("pk_crm_record")),
        _of_connection("crm_record"),
    )
    _owned(
        "kpi_series",
        _column("connection_id", sa.String(36), nullable=True),
        _column("origin", sa.String(36)),
        _column("metric", sa.String(64)),
        _column("grain", sa.String(12)),
        _column("subject_kind", sa.String(20)),
        _column("subject_ref", sa.String(200)),
        _column("subject_label", sa.String(200)),
        _column("method", sa.String(12)),
        _column("body", sa.Text()),
        _column("data_date", sa.Date(), nullable=True),
        _column("updated_at", UTC()),
        sa.UniqueConstraint(
            "workspace_id", "origin", "metric", "grain", "subject_kind", "subject_ref",
            name=op.f("uq_kpi_series_subject"),
        ),
        _of_connection("kpi_series"),
    )  # fmt: skip
    op.create_index("ix_kpi_series_metric", "kpi_series", ["workspace_id", "metric", "grain"])


def downgrade() -> None:
    for table in reversed(OWNED):
        op.drop_table(table)
