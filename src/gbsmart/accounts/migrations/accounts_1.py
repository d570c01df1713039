"""accounts, 1: accounts, capacities, sessions, tokens, and what was done with each."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_1"
down_revision = None
branch_labels = ("accounts",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "account",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
    )
    op.create_table(
        "account_capacity",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("of", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_account_capacity_account")),
        sa.PrimaryKeyConstraint("account", "role", "of", name=op.f("pk_account_capacity")),
    )
    op.create_index(op.f("ix_account_capacity_role"), "account_capacity", ["role"], unique=False)
    op.create_table(
        "account_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_account_event_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )
    op.create_index(op.f("ix_account_event_account"), "account_event", ["account"], unique=False)
    op.create_table(
        "account_session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_account_session_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_account_session")),
    )
    op.create_index(op.f("ix_account_session_account"), "account_session", ["account"], unique=False)
    op.create_table(
        "account_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_account_token_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_token_digest")),
    )
    op.create_index(op.f("ix_account_token_account"), "account_token", ["account"], unique=False)
