"""codebook, 1."""

import sqlalchemy as sa
from alembic import op

revision = "codebook_1"
down_revision = None
branch_labels = ("codebook",)
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "consultation",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("parent", sa.String(length=160), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened", sa.String(length=10), nullable=False),
        sa.Column("opened_basis", sa.String(length=10), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("content_id", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("content_id", name=op.f("uq_consultation_content_id")),
    )
    op.create_table(
        "consultation_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("target_kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_link")),
        sa.UniqueConstraint(
            "source_kind", "source", "relation", "target_kind", "target", name="uq_consultation_link_whole"
        ),
    )
    op.create_index(
        "ix_consultation_link_target", "consultation_link", ["target_kind", "target"], unique=False
    )
    op.create_table(
        "consultation_document",
        sa.Column("id", sa.String(length=400), nullable=False),
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("kind_guessed", sa.Boolean(), nullable=False),
        sa.Column("annex", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=40), nullable=False),
        sa.Column("dated", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("respondents", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("listed", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_document_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_document")),
    )
    op.create_index(
        op.f("ix_consultation_document_consultation"), "consultation_document", ["consultation"], unique=False
    )
    op.create_table(
        "consultation_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("dated", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_event_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_event")),
    )
    op.create_index(
        op.f("ix_consultation_event_consultation"), "consultation_event", ["consultation"], unique=False
    )
    op.create_table(
        "consultation_move",
        sa.Column("first", sa.String(length=40), nullable=False),
        sa.Column("last", sa.String(length=40), nullable=False),
        sa.Column("destination", sa.String(length=60), nullable=False),
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("document", sa.String(length=400), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_move_consultation")
        ),
        sa.PrimaryKeyConstraint("first", "last", "destination", name=op.f("pk_consultation_move")),
    )
    op.create_table(
        "consultation_outcome",
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("target_kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("effect", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_outcome_consultation")
        ),
        sa.PrimaryKeyConstraint(
            "consultation", "topic", "target_kind", "target", name=op.f("pk_consultation_outcome")
        ),
    )
    op.create_index(
        "ix_consultation_outcome_target", "consultation_outcome", ["target_kind", "target"], unique=False
    )
    op.create_table(
        "consultation_question",
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_question_consultation")
        ),
        sa.PrimaryKeyConstraint("consultation", "number", name=op.f("pk_consultation_question")),
    )
    op.create_table(
        "consultation_response",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_response_consultation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_response")),
    )
    op.create_index(
        op.f("ix_consultation_response_consultation"), "consultation_response", ["consultation"], unique=False
    )
    op.create_table(
        "consultation_topic",
        sa.Column("consultation", sa.String(length=160), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation"], ["consultation.id"], name=op.f("fk_consultation_topic_consultation")
        ),
        sa.PrimaryKeyConstraint("consultation", "name", name=op.f("pk_consultation_topic")),
    )
    op.create_table(
        "consultation_answer",
        sa.Column("response", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response"], ["consultation_response.id"], name=op.f("fk_consultation_answer_response")
        ),
        sa.PrimaryKeyConstraint("response", "question", name=op.f("pk_consultation_answer")),
    )
    op.create_table(
        "consultation_correction",
        sa.Column("erratum", sa.String(length=400), nullable=False),
        sa.Column("corrects", sa.String(length=400), nullable=False),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("provision", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects"], ["consultation_document.id"], name=op.f("fk_consultation_correction_corrects")
        ),
        sa.ForeignKeyConstraint(
            ["erratum"], ["consultation_document.id"], name=op.f("fk_consultation_correction_erratum")
        ),
        sa.PrimaryKeyConstraint("erratum", "corrects", "term", name=op.f("pk_consultation_correction")),
    )
