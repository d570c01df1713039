"""accounts, 3: from where strangers have tried an account's password in vain."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_3"
down_revision = "accounts_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "account_address",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_account_address_account")),
        sa.PrimaryKeyConstraint("account", "address", name=op.f("pk_account_address")),
    )
