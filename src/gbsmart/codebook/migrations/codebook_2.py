"""codebook, 2."""

import sqlalchemy as sa
from alembic import op

revision = "codebook_2"
down_revision = "codebook_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "code_alias",
        sa.Column("alias", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("numbering", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alias", "ref", name=op.f("pk_code_alias")),
    )
    op.create_table(
        "code_erratum",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_erratum")),
    )
    op.create_index(op.f("ix_code_erratum_place"), "code_erratum", ["place"], unique=False)
    op.create_table(
        "code_loading",
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document", "at", name=op.f("pk_code_loading")),
    )
    op.create_table(
        "code_provision",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("parent", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_code_provision")),
    )
    op.create_index(op.f("ix_code_provision_document"), "code_provision", ["document"], unique=False)
    op.create_index(op.f("ix_code_provision_parent"), "code_provision", ["parent"], unique=False)
    op.create_table(
        "code_term",
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("term", "since", name=op.f("pk_code_term")),
    )
    op.create_table(
        "code_version",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("effective", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_code_version")),
    )
    op.create_index(op.f("ix_code_version_effective"), "code_version", ["effective"], unique=False)
    op.create_table(
        "code_instrument",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("effective", sa.BigInteger(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("base_version", sa.String(length=20), nullable=False),
        sa.Column("modifications", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["code_version.number"], name=op.f("fk_code_instrument_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_instrument")),
        sa.UniqueConstraint("version", "place", name=op.f("uq_code_instrument_version_place")),
    )
    op.create_index(op.f("ix_code_instrument_version"), "code_instrument", ["version"], unique=False)
    op.create_table(
        "code_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provision", sa.String(length=80), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_summary", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["provision"], ["code_provision.ref"], name=op.f("fk_code_text_provision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_text")),
    )
    op.create_index(op.f("ix_code_text_provision"), "code_text", ["provision"], unique=False)
    op.create_table(
        "code_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instrument", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("modification", sa.String(length=40), nullable=False),
        sa.Column("excepted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument"], ["code_instrument.id"], name=op.f("fk_code_event_instrument")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_event")),
    )
    op.create_index(op.f("ix_code_event_effective"), "code_event", ["effective"], unique=False)
    op.create_index(op.f("ix_code_event_instrument"), "code_event", ["instrument"], unique=False)
    op.create_index("ix_code_event_target", "code_event", ["target", "effective"], unique=False)
    op.create_index("ix_code_event_verb", "code_event", ["verb", "effective"], unique=False)
    op.create_table(
        "code_reading",
        sa.Column("provision", sa.String(length=80), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["code_event.id"], name=op.f("fk_code_reading_event")),
        sa.ForeignKeyConstraint(
            ["provision"], ["code_provision.ref"], name=op.f("fk_code_reading_provision")
        ),
        sa.ForeignKeyConstraint(["text"], ["code_text.id"], name=op.f("fk_code_reading_text")),
        sa.PrimaryKeyConstraint("provision", "since", name=op.f("pk_code_reading")),
    )
    op.create_index(op.f("ix_code_reading_text"), "code_reading", ["text"], unique=False)
    # a full-text index: each database's own kind of table
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE code_search (id bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_code_search_words ON code_search USING gin (words)")
    else:
        op.execute("CREATE VIRTUAL TABLE code_search USING fts5(heading, body, tokenize='porter unicode61')")
