"""The tables of Parties and Users."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, false

from gbsmart.store import Eui, Identity, Moment, metadata

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
    # what follows from the Party's standing, here since every request reads this row
    Column("suspended", Boolean, nullable=False, server_default=false()),
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

party_accession = Table(
    "party_accession",
    metadata,
    Column("party", ForeignKey("party.signifier"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("original", Boolean, nullable=False),
    Column("share", Boolean, nullable=False),
)

# Party Details (SEC M6): the newest row that is not later than a moment tells how they were then.
party_details = Table(
    "party_details",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("party", ForeignKey("party.signifier"), nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("by", String(60), nullable=False),
    Column("details", JSON, nullable=False),
)

# What became of a Party (SEC M8); without a row it is active.
party_standing = Table(
    "party_standing",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("party", ForeignKey("party.signifier"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("event", String(40), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("case", String(60), nullable=False),
)

party_suspension = Table(
    "party_suspension",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("party", ForeignKey("party.signifier"), nullable=False, index=True),
    Column("right", String(30), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("reason", String(500), nullable=False),
    Column("case", String(60), nullable=False),
)

party_identifier = Table(
    "party_identifier",
    metadata,
    Column("first", Eui, primary_key=True),
    Column("last", Eui, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("party", ForeignKey("party.signifier"), nullable=False, index=True),
    Column("since", Moment, nullable=False),
)

rdp_signifier = Table(
    "rdp_signifier",
    metadata,
    Column("signifier", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("party", ForeignKey("party.signifier"), nullable=False, index=True),
)
