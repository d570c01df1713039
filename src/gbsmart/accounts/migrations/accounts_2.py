"""accounts, 2: the browsers that an account knows."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_2"
down_revision = "accounts_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "account_browser",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_account_browser_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_account_browser")),
    )
    op.create_index(op.f("ix_account_browser_account"), "account_browser", ["account"], unique=False)
