"""The tables of Parties and Users."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from gbsmart.store import Eui, Moment, metadata

party = Table(
    "party",
    metadata,
    Column("signifier", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
)

sec_user = Table(
    "sec_user",
    metadata,
    Column("user_id", Eui, primary_key=True),
    Column("party", ForeignKey("party.signifier"), nullable=False, index=True),
    Column("receive_addresses", JSON, nullable=False),
    Column("schema_version", String(10), nullable=False),
    Column("suspended", Boolean, nullable=False),
)

user_role = Table(
    "user_role",
    metadata,
    Column("user_id", ForeignKey("sec_user.user_id"), primary_key=True),
    Column("role", String(3), primary_key=True, index=True),
)

# The XML-signing certificate (DER) that a User lodged; apart from what is read for every request.
signing_certificate = Table(
    "signing_certificate",
    metadata,
    Column("user_id", ForeignKey("sec_user.user_id"), primary_key=True),
    Column("der", LargeBinary, nullable=False),
)

anomaly_threshold = Table(
    "anomaly_threshold",
    metadata,
    Column("user_id", ForeignKey("sec_user.user_id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("variant", String(10), nullable=False),
    Column("counted", String(20), nullable=False),
    Column("period_seconds", Integer, nullable=False),
    Column("warning", Integer, nullable=False),
    Column("quarantine", Integer, nullable=False),
    Column("since", Moment),
    Column("until", Moment),
)
