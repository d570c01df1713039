"""devices, 1."""

import sqlalchemy as sa
from alembic import op

revision = "devices_1"
down_revision = None
branch_labels = ("devices",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "device_certificate",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_device_certificate")),
    )
    op.create_table(
        "device_log",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("log", sa.String(length=10), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("device", "number", name=op.f("pk_device_log")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "device_state",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("slot", sa.String(length=200), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("device", "slot", name=op.f("pk_device_state")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_device_state_due",
        "device_state",
        ["slot"],
        unique=False,
        sqlite_where=sa.text("substr(slot, 1, 4) = 'due/'"),
        postgresql_where=sa.text("substr(slot, 1, 4) = 'due/'"),
    )
    op.create_table(
        "home_device",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("hub", sa.LargeBinary(length=8), nullable=False),
        sa.Column("seed", sa.LargeBinary(length=8), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_home_device")),
    )
    op.create_index("ix_home_device_hub", "home_device", ["hub"], unique=False)
