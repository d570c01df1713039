"""registration, 1."""

import sqlalchemy as sa
from alembic import op

revision = "registration_1"
down_revision = None
branch_labels = ("registration",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "metering_point",
        sa.Column("mpxn", sa.String(length=13), nullable=False),
        sa.Column("fuel", sa.String(length=1), nullable=False),
        sa.Column("export", sa.Boolean(), nullable=False),
        sa.Column("uprn", sa.String(length=12), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("address_identifier", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("mpxn", name=op.f("pk_metering_point")),
    )
    op.create_index(
        "ix_metering_point_premises", "metering_point", ["postcode", "address_identifier"], unique=False
    )
    op.create_index(op.f("ix_metering_point_uprn"), "metering_point", ["uprn"], unique=False)
    op.create_table(
        "responsibility",
        sa.Column("mpxn", sa.String(length=13), nullable=False),
        sa.Column("role", sa.String(length=3), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=True),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mpxn"], ["metering_point.mpxn"], name=op.f("fk_responsibility_mpxn")),
        sa.PrimaryKeyConstraint("mpxn", "role", "starts", name=op.f("pk_responsibility")),
    )
    op.create_index(op.f("ix_responsibility_party"), "responsibility", ["party"], unique=False)
