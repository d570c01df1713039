"""The tables of the Code's library; those of the consultations and of loads are declared in their own rooms.

Instruments and events are the truth. Readings are derived from them when they are written: of each
provision the intervals in which one event's wording stood, so that what is written at a moment is found
without replaying what happened.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gbsmart.codebook.consultations import tables as consultations
from gbsmart.codebook.loads.tables import load
from gbsmart.codebook.seeded import seeded
from gbsmart.store import Identity, Moment, metadata

__all__ = [
    "FOREVER", "SEARCH", "TABLES", "alias", "consultations", "create", "erratum", "event", "instrument",
    "load", "loading", "provision", "reading", "seeded", "term", "text", "version",
]  # fmt: skip

FOREVER = 2**62
"""The end of a reading that nothing has ended, in the stored form of a moment."""

version = Table(
    "code_version",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("effective", Moment, nullable=False, index=True),
)

instrument = Table(
    "code_instrument",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("version", ForeignKey("code_version.number"), index=True),
    Column("place", Integer, nullable=False),
    Column("effective", Moment, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("decision_date", Date),
    Column("base_version", String(20), nullable=False),
    Column("modifications", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("notes", Text, nullable=False),
    UniqueConstraint("version", "place"),
)

provision = Table(
    "code_provision",
    metadata,
    Column("ref", String(80), primary_key=True),
    Column("document", String(80), nullable=False, index=True),
    Column("parent", String(80), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("place", String(300), nullable=False),
)

event = Table(
    "code_event",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("instrument", ForeignKey("code_instrument.id"), nullable=False, index=True),
    Column("effective", Moment, nullable=False, index=True),
    Column("until", Moment),
    Column("verb", String(20), nullable=False),
    Column("target", String(80), nullable=False),
    Column("printed", Text, nullable=False),
    Column("basis", String(20), nullable=False),
    Column("modification", String(40), nullable=False),
    Column("excepted", JSON, nullable=False),
    Index("ix_code_event_target", "target", "effective"),
    Index("ix_code_event_verb", "verb", "effective"),
)

text = Table(
    "code_text",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("provision", ForeignKey("code_provision.ref"), nullable=False, index=True),
    Column("heading", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("is_summary", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

reading = Table(
    "code_reading",
    metadata,
    Column("provision", ForeignKey("code_provision.ref"), primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("event", ForeignKey("code_event.id")),
    Column("text", ForeignKey("code_text.id"), index=True),
)

# Which texts of their own people loaded, so that a clause ends where a later text has it no more.
loading = Table(
    "code_loading",
    metadata,
    Column("document", String(80), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("source", Text, nullable=False),
)

alias = Table(
    "code_alias",
    metadata,
    Column("alias", String(80), primary_key=True),
    Column("ref", String(80), primary_key=True),
    Column("numbering", Text, nullable=False),
    Column("note", Text, nullable=False),
)

erratum = Table(
    "code_erratum",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("place", String(80), nullable=False, index=True),
    Column("printed", Text, nullable=False),
    Column("reading", Text, nullable=False),
    Column("since", Moment),
)

term = Table(
    "code_term",
    metadata,
    Column("term", String(120), primary_key=True),
    Column("since", Moment, primary_key=True),
    Column("until", Moment),
    Column("definition", Text, nullable=False),
    Column("source", String(80), nullable=False),
)

TABLES = (version, instrument, provision, event, text, reading, loading, load, alias, erratum, term, seeded)

# A full-text index is each database's own kind of table, so it is declared in its own words.
SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE code_search USING fts5(heading, body, tokenize='porter unicode61')",
    ),
    "postgresql": (
        "CREATE TABLE code_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_code_search_words ON code_search USING gin (words)",
    ),
}  # fmt: skip


def create(connection: Connection) -> None:
    """Make the tables in an empty database of the moment, for a reader who has none of his own."""
    metadata.create_all(connection, tables=TABLES)
    for statement in SEARCH[connection.dialect.name]:
        connection.exec_driver_sql(statement)
