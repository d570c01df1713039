"""parties, 3: accession, details, standing and suspended rights of Parties, and their identifiers."""

import sqlalchemy as sa
from alembic import op

revision = "parties_3"
down_revision = "parties_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "party_accession",
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_party_accession_party")),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_party_accession")),
    )
    op.create_table(
        "party_details",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_party_details_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_details")),
    )
    op.create_index(op.f("ix_party_details_party"), "party_details", ["party"], unique=False)
    op.create_table(
        "party_identifier",
        sa.Column("first", sa.LargeBinary(length=8), nullable=False),
        sa.Column("last", sa.LargeBinary(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_party_identifier_party")),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_party_identifier")),
    )
    op.create_index(op.f("ix_party_identifier_party"), "party_identifier", ["party"], unique=False)
    op.create_table(
        "party_standing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("case", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_party_standing_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_standing")),
    )
    op.create_index(op.f("ix_party_standing_party"), "party_standing", ["party"], unique=False)
    op.create_table(
        "party_suspension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("right", sa.String(length=30), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("case", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_party_suspension_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_suspension")),
    )
    op.create_index(op.f("ix_party_suspension_party"), "party_suspension", ["party"], unique=False)
    op.create_table(
        "rdp_signifier",
        sa.Column("signifier", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_rdp_signifier_party")),
        sa.PrimaryKeyConstraint("signifier", name=op.f("pk_rdp_signifier")),
    )
    op.create_index(op.f("ix_rdp_signifier_party"), "rdp_signifier", ["party"], unique=False)
    op.add_column(
        "user_role", sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
