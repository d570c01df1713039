"""wan, 1."""

import sqlalchemy as sa
from alembic import op

revision = "wan_1"
down_revision = None
branch_labels = ("wan",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "wan_parcel",
        sa.Column("transport_id", sa.String(length=64), nullable=False),
        sa.Column("hub", sa.LargeBinary(length=8), nullable=False),
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("transport_id", name=op.f("pk_wan_parcel")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_wan_parcel_open",
        "wan_parcel",
        ["state", "place"],
        unique=False,
        sqlite_where=sa.text("state < 2"),
        postgresql_where=sa.text("state < 2"),
    )
