"""The tables of Parties and Users."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Table

from gbsmart.store import Eui, metadata

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
