"""dcc, 1."""

import sqlalchemy as sa
from alembic import op

from gbsmart.store.migration import partition_by_device

revision = "dcc_1"
down_revision = None
branch_labels = ("dcc",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    # A partitioned table's key contains the device; SQLite numbers rows only where the number is alone.
    event_key = ("device", "id") if op.get_bind().dialect.name == "postgresql" else ("id",)
    op.create_table(
        "bookmark",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", name=op.f("pk_bookmark")),
    )
    op.create_table(
        "command",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("requester", sa.LargeBinary(length=8), nullable=False),
        sa.Column("request_counter", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("transport_id", sa.String(length=64), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("succeeded", sa.Boolean(), nullable=True),
        sa.Column("content", sa.LargeBinary(length=32), nullable=True),
        sa.Column("after_device", sa.LargeBinary(length=8), nullable=True),
        sa.Column("after_originator", sa.LargeBinary(length=8), nullable=True),
        sa.Column("after_counter", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("device", "requester", "request_counter", name=op.f("pk_command")),
        sa.UniqueConstraint("device", "originator", "position", name="uq_command_position"),
        postgresql_partition_by="HASH (device)",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_command_after",
        "command",
        ["after_device", "after_originator", "after_counter"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_command_deadline",
        "command",
        ["deadline"],
        unique=False,
        sqlite_where=sa.text("state = 'sent'"),
        postgresql_where=sa.text("state = 'sent'"),
    )
    op.create_index(
        "ix_command_originator_counter", "command", ["device", "originator", "counter"], unique=False
    )
    op.create_index("ix_command_transport", "command", ["device", "transport_id"], unique=False)
    op.create_table(
        "consumption",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("event", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event", name=op.f("pk_consumption")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=False),
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("user_id", "once", name="uq_delivery_once"),
    )
    op.create_index(
        "ix_delivery_next",
        "delivery",
        ["user_id", "next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("message", sa.LargeBinary(length=32), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*event_key, name=op.f("pk_event")),
        postgresql_partition_by="HASH (device)",
    )
    op.create_index("ix_event_forward", "event", ["xact", "id"], unique=False)
    op.create_index("ix_event_request", "event", ["device", "originator", "counter", "id"], unique=False)
    op.create_table(
        "lane",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=False),
        sa.Column("tail", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("ready", sa.BigInteger(), nullable=True),
        sa.Column("claim", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("device", "originator", name=op.f("pk_lane")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_lane_claim",
        "lane",
        ["claim"],
        unique=False,
        sqlite_where=sa.text("claim IS NOT NULL"),
        postgresql_where=sa.text("claim IS NOT NULL"),
    )
    op.create_index(
        "ix_lane_ready",
        "lane",
        ["ready"],
        unique=False,
        sqlite_where=sa.text("ready IS NOT NULL"),
        postgresql_where=sa.text("ready IS NOT NULL"),
    )
    op.create_table(
        "message",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "digest", name=op.f("pk_message")),
        postgresql_partition_by="HASH (device)",
    )
    op.create_table(
        "originator_counter",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "originator", name=op.f("pk_originator_counter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "request",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("originator", sa.LargeBinary(length=8), nullable=False),
        sa.Column("counter", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("command_variant", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pre_command", sa.LargeBinary(length=32), nullable=True),
        sa.Column("signed_pre_command", sa.LargeBinary(length=32), nullable=True),
        sa.Column("signed_answer", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("device", "originator", "counter", name=op.f("pk_request")),
        postgresql_partition_by="HASH (device)",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_request_due",
        "request",
        ["state", "due"],
        unique=False,
        sqlite_where=sa.text("due IS NOT NULL"),
        postgresql_where=sa.text("due IS NOT NULL"),
    )
    for table in ("command", "event", "message", "request"):
        partition_by_device(table)
