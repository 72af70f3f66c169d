"""Which processes do jobs, and when each last said that it lives.

Revision: 0004, after 0003. The table is the installation's, not a workspace's.
"""

import sqlalchemy as sa
from alembic import op

from coach.store.tables import UTC

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("seen_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )


def downgrade() -> None:
    op.drop_table("worker")
