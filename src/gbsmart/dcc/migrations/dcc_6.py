"""dcc, 6: DCC schedules and their executions."""

import sqlalchemy as sa
from alembic import op

from gbsmart.store import Identity

revision = "dcc_6"
down_revision = "dcc_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "dsp_schedule",
        sa.Column("id", Identity, nullable=False),
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("user_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("target", sa.LargeBinary(length=8), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dsp_schedule")),
    )
    op.create_index(
        op.f("ix_dsp_schedule_next_at"),
        "dsp_schedule",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(op.f("ix_dsp_schedule_device"), "dsp_schedule", ["device", "user_id"], unique=False)
    op.create_table(
        "schedule_run",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("schedule", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "originator", "counter", name=op.f("pk_schedule_run")),
    )
