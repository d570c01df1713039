"""wan, 2: on SQLite parcels stand in the order in which they came, and those answered keep no command.

Their transport ids begin with the device: in the order of those, each parcel of a batch changed a page of its
own, three times.
"""

import sqlalchemy as sa
from alembic import op

revision = "wan_2"
down_revision = "wan_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    empty = sa.text("UPDATE wan_parcel SET command = :nothing WHERE state > 0 AND command IS NOT NULL")
    op.execute(empty.bindparams(nothing=b""))
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("ix_wan_parcel_open", "wan_parcel")
    op.rename_table("wan_parcel", "wan_parcel_before")
    after = op.create_table(
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
    )
    names = [column.name for column in after.columns]
    before = sa.table("wan_parcel_before", *map(sa.column, names))
    op.execute(after.insert().from_select(names, sa.select(before).order_by(before.c.place)))
    op.drop_table("wan_parcel_before")
    op.create_index(
        "ix_wan_parcel_open",
        "wan_parcel",
        ["state", "place"],
        unique=False,
        sqlite_where=sa.text("state < 2"),
    )
