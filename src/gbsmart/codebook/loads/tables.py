"""The table of loads; it belongs to the codebook's migrations."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from gbsmart.store import Identity, Moment, metadata

load = Table(
    "code_load",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("version", String(20), nullable=False),
    Column("documents", JSON, nullable=False),
    Column("refs", JSON, nullable=False),
    Column("left_out", JSON, nullable=False),
    Column("slips", JSON, nullable=False),
    Column("terms", Integer, nullable=False),
)
