"""The tables of governance beside those of its cases."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from gbsmart.store import Identity, Moment, metadata

# Who sits where: one row for each term. A seat that is vacant has no row that covers the moment.
seat = Table(
    "governance_seat",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("body", String(60), nullable=False),
    Column("seat", String(60), nullable=False),
    Column("constituency", String(60), nullable=False),
    Column("holder", String(200), nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Index("ix_governance_seat_body_seat", "body", "seat"),
)
