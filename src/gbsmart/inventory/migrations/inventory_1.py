"""inventory, 1."""

import sqlalchemy as sa
from alembic import op

revision = "inventory_1"
down_revision = None
branch_labels = ("inventory",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "smi_device",
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("type", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=True),
        sa.Column("hub", sa.LargeBinary(length=8), nullable=True),
        sa.Column("manufacturer", sa.String(length=30), nullable=False),
        sa.Column("model", sa.String(length=30), nullable=False),
        sa.Column("firmware_version", sa.String(length=8), nullable=False),
        sa.Column("firmware_version_status", sa.String(length=9), nullable=True),
        sa.Column("cpl_status", sa.String(length=9), nullable=True),
        sa.Column("smets_chts_version", sa.String(length=20), nullable=False),
        sa.Column("gbcs_version", sa.String(length=10), nullable=False),
        sa.Column("esme_variant", sa.String(length=4), nullable=False),
        sa.Column("import_mpxn", sa.String(length=13), nullable=False),
        sa.Column("secondary_import_mpan", sa.String(length=13), nullable=False),
        sa.Column("export_mpan", sa.String(length=13), nullable=False),
        sa.Column("date_commissioned", sa.BigInteger(), nullable=True),
        sa.Column("csp_region", sa.String(length=10), nullable=False),
        sa.Column("han_variant", sa.String(length=20), nullable=False),
        sa.Column("s1sp", sa.String(length=40), nullable=False),
        sa.Column("connectivity", sa.String(length=8), nullable=False),
        sa.Column("held_status", sa.String(length=24), nullable=True),
        sa.Column("owner", sa.LargeBinary(length=8), nullable=True),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_smi_device")),
    )
    op.create_index(op.f("ix_smi_device_export_mpan"), "smi_device", ["export_mpan"], unique=False)
    op.create_index(op.f("ix_smi_device_hub"), "smi_device", ["hub"], unique=False)
    op.create_index(op.f("ix_smi_device_import_mpxn"), "smi_device", ["import_mpxn"], unique=False)
    op.create_index(
        "ix_smi_device_model", "smi_device", ["manufacturer", "model", "firmware_version"], unique=False
    )
    op.create_index(
        op.f("ix_smi_device_secondary_import_mpan"), "smi_device", ["secondary_import_mpan"], unique=False
    )
    op.create_table(
        "device_status_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.LargeBinary(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_status_event")),
    )
    op.create_index("ix_device_status_event_device", "device_status_event", ["device", "id"], unique=False)
    op.create_table(
        "han_association",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.LargeBinary(length=8), nullable=False),
        sa.Column("hub", sa.LargeBinary(length=8), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_han_association")),
    )
    op.create_index(op.f("ix_han_association_device"), "han_association", ["device"], unique=False)
    op.create_index(op.f("ix_han_association_hub"), "han_association", ["hub"], unique=False)
