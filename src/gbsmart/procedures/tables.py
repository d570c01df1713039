"""The tables of cases: what they are now, and all that happened in them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from gbsmart.store import Moment, metadata

LONGEST_SUBJECT = 100
"""Characters of what a case is about."""

case_number = Table(
    "case_number",
    metadata,
    Column("prefix", String(12), primary_key=True),
    Column("last", Integer, nullable=False),
)

sec_case = Table(
    "sec_case",
    metadata,
    Column("reference", String(24), primary_key=True),
    Column("procedure", String(40), nullable=False, index=True),
    Column("title", String(300), nullable=False),
    Column("subject", String(LONGEST_SUBJECT), nullable=False, index=True),
    Column("opener", String(100), nullable=False),
    Column("state", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("entered_at", Moment, nullable=False),
    Column("data", JSON, nullable=False),
    Column("parent", String(24), nullable=False, index=True),
)

# Every act, in order: nothing in it is ever changed.
case_entry = Table(
    "case_entry",
    metadata,
    Column("reference", ForeignKey("sec_case.reference"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column("act", String(60), nullable=False),
    Column("account", String(100), nullable=False),
    Column("role", String(40), nullable=False),
    Column("acting_for", String(100), nullable=False),
    Column("source", String(40), nullable=False),
    Column("target", String(40), nullable=False),
    Column("outcome", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("given", JSON, nullable=False),
)

case_document = Table(
    "case_document",
    metadata,
    Column("reference", ForeignKey("sec_case.reference"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(100), nullable=False),
    Column("title", String(300), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("entry", Integer, nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("file_name", String(300), nullable=False, server_default=""),
    Column("octets", LargeBinary, nullable=False),
)

case_deadline = Table(
    "case_deadline",
    metadata,
    Column("reference", ForeignKey("sec_case.reference"), primary_key=True),
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("name", String(60), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("whom", String(100), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("status", String(10), nullable=False),
    Column("act", String(60), nullable=False),
    Column("note", Text, nullable=False),
    Column("again_at", Moment),
    Index("ix_case_deadline_status_due_at", "status", "due_at"),
)

case_vote = Table(
    "case_vote",
    metadata,
    Column("reference", ForeignKey("sec_case.reference"), primary_key=True),
    Column("ballot", String(60), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("voter", String(100), primary_key=True),
    Column("constituency", String(60), nullable=False),
    Column("choice", String(200), nullable=False),
    Column("weight", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

case_notice = Table(
    "case_notice",
    metadata,
    Column("reference", ForeignKey("sec_case.reference"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry", Integer, nullable=False),
    Column("to", String(140), nullable=False, index=True),
    Column("subject", String(300), nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("sent_at", Moment, nullable=False, index=True),
    Column("received_at", Moment, nullable=False),
)
