"""procedures, 1: cases, their ledger, documents, deadlines, votes and notices."""

import sqlalchemy as sa
from alembic import op

revision = "procedures_1"
down_revision = None
branch_labels = ("procedures",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "case_number",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_case_number")),
    )
    op.create_table(
        "sec_case",
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("opener", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("parent", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_sec_case")),
    )
    op.create_index(op.f("ix_sec_case_parent"), "sec_case", ["parent"], unique=False)
    op.create_index(op.f("ix_sec_case_procedure"), "sec_case", ["procedure"], unique=False)
    op.create_index(op.f("ix_sec_case_subject"), "sec_case", ["subject"], unique=False)
    op.create_table(
        "case_deadline",
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("whom", sa.String(length=100), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["sec_case.reference"], name=op.f("fk_case_deadline_reference")
        ),
        sa.PrimaryKeyConstraint("reference", "entry", "name", name=op.f("pk_case_deadline")),
    )
    op.create_index("ix_case_deadline_status_due_at", "case_deadline", ["status", "due_at"], unique=False)
    op.create_table(
        "case_document",
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["sec_case.reference"], name=op.f("fk_case_document_reference")
        ),
        sa.PrimaryKeyConstraint("reference", "number", name=op.f("pk_case_document")),
    )
    op.create_table(
        "case_entry",
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("acting_for", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["sec_case.reference"], name=op.f("fk_case_entry_reference")),
        sa.PrimaryKeyConstraint("reference", "number", name=op.f("pk_case_entry")),
    )
    op.create_index(op.f("ix_case_entry_at"), "case_entry", ["at"], unique=False)
    op.create_table(
        "case_notice",
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(length=140), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["sec_case.reference"], name=op.f("fk_case_notice_reference")),
        sa.PrimaryKeyConstraint("reference", "number", name=op.f("pk_case_notice")),
    )
    op.create_index(op.f("ix_case_notice_to"), "case_notice", ["to"], unique=False)
    op.create_table(
        "case_vote",
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("ballot", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.String(length=100), nullable=False),
        sa.Column("constituency", sa.String(length=60), nullable=False),
        sa.Column("choice", sa.String(length=200), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["sec_case.reference"], name=op.f("fk_case_vote_reference")),
        sa.PrimaryKeyConstraint("reference", "ballot", "round", "voter", name=op.f("pk_case_vote")),
    )
