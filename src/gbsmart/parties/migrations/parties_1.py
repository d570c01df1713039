"""parties, 1."""

import sqlalchemy as sa
from alembic import op

revision = "parties_1"
down_revision = None
branch_labels = ("parties",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "party",
        sa.Column("signifier", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("signifier", name=op.f("pk_party")),
    )
    op.create_table(
        "sec_user",
        sa.Column("user_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("receive_addresses", sa.JSON(), nullable=False),
        sa.Column("schema_version", sa.String(length=10), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.signifier"], name=op.f("fk_sec_user_party")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_sec_user")),
    )
    op.create_index(op.f("ix_sec_user_party"), "sec_user", ["party"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("role", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["sec_user.user_id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_index(op.f("ix_user_role_role"), "user_role", ["role"], unique=False)
