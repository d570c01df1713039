"""The tables of the register of consultations; they belong to the codebook's migrations."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from gbsmart.store import Identity, Moment, metadata

consultation = Table(
    "consultation",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("parent", String(160), nullable=False),
    Column("title", String(500), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("state", String(40), nullable=False),
    Column("opened", String(10), nullable=False),
    Column("opened_basis", String(10), nullable=False),
    Column("closes_at", Moment),
    Column("organisation", String(500), nullable=False),
    Column("url", String(1000), nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("source", String(20), nullable=False),
    Column("content_id", String(40), unique=True),
    Column("note", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

consultation_topic = Table(
    "consultation_topic",
    metadata,
    Column("consultation", ForeignKey("consultation.id"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("state", String(40), nullable=False),
)

consultation_outcome = Table(
    "consultation_outcome",
    metadata,
    Column("consultation", ForeignKey("consultation.id"), primary_key=True),
    Column("topic", String(200), primary_key=True),
    Column("target_kind", String(20), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("effect", String(10), nullable=False),
    Column("basis", String(10), nullable=False),
    Column("note", Text, nullable=False),
)
Index("ix_consultation_outcome_target", consultation_outcome.c.target_kind, consultation_outcome.c.target)

consultation_event = Table(
    "consultation_event",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("consultation", ForeignKey("consultation.id"), nullable=False, index=True),
    Column("topic", String(200), nullable=False),
    Column("event", String(40), nullable=False),
    Column("source", String(40), nullable=False),
    Column("target", String(40), nullable=False),
    Column("dated", String(10), nullable=False),
    Column("basis", String(10), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_at", Moment, nullable=False),
)

consultation_document = Table(
    "consultation_document",
    metadata,
    Column("id", String(400), primary_key=True),
    Column("consultation", ForeignKey("consultation.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("title", String(500), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("kind_guessed", Boolean, nullable=False),
    Column("annex", String(40), nullable=False),
    Column("form", String(20), nullable=False),
    Column("text", String(40), nullable=False),
    Column("dated", String(10), nullable=False),
    Column("basis", String(10), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("respondents", String(200), nullable=False),
    Column("url", String(1000), nullable=False),
    Column("listed", String(20), nullable=False),
    Column("note", Text, nullable=False),
)

consultation_link = Table(
    "consultation_link",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("source_kind", String(20), nullable=False),
    Column("source", String(400), nullable=False),
    Column("relation", String(20), nullable=False),
    Column("target_kind", String(20), nullable=False),
    Column("target", String(400), nullable=False),
    UniqueConstraint(
        "source_kind", "source", "relation", "target_kind", "target", name="uq_consultation_link_whole"
    ),
)
Index("ix_consultation_link_target", consultation_link.c.target_kind, consultation_link.c.target)

consultation_correction = Table(
    "consultation_correction",
    metadata,
    Column("erratum", ForeignKey("consultation_document.id"), primary_key=True),
    Column("corrects", ForeignKey("consultation_document.id"), primary_key=True),
    Column("term", String(200), primary_key=True),
    Column("provision", String(40), nullable=False),
    Column("status", String(60), nullable=False),
    Column("note", Text, nullable=False),
)

consultation_move = Table(
    "consultation_move",
    metadata,
    Column("first", String(40), primary_key=True),
    Column("last", String(40), primary_key=True),
    Column("destination", String(60), primary_key=True),
    Column("consultation", ForeignKey("consultation.id"), nullable=False),
    Column("document", String(400), nullable=False),
    Column("version", String(10), nullable=False),
    Column("basis", String(10), nullable=False),
    Column("note", Text, nullable=False),
)

consultation_question = Table(
    "consultation_question",
    metadata,
    Column("consultation", ForeignKey("consultation.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)

consultation_response = Table(
    "consultation_response",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("consultation", ForeignKey("consultation.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("organisation", String(200), nullable=False),
    Column("contact", String(300), nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("published_at", Moment),
)

consultation_answer = Table(
    "consultation_answer",
    metadata,
    Column("response", ForeignKey("consultation_response.id"), primary_key=True),
    Column("question", Integer, primary_key=True, autoincrement=False),
    Column("stance", String(10), nullable=False),
    Column("evidence", Text, nullable=False),
)

TABLES = (
    consultation, consultation_topic, consultation_outcome, consultation_event, consultation_document,
    consultation_link, consultation_correction, consultation_move, consultation_question,
    consultation_response, consultation_answer,
)  # fmt: skip
