"""The tables of registration data."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from gbsmart.store import Moment, metadata

metering_point = Table(
    "metering_point",
    metadata,
    Column("mpxn", String(13), primary_key=True),
    Column("fuel", String(1), nullable=False),
    Column("export", Boolean, nullable=False),
    Column("uprn", String(12), nullable=False, index=True),
    Column("postcode", String(8), nullable=False),
    Column("address_identifier", String(40), nullable=False),
)
Index("ix_metering_point_premises", metering_point.c.postcode, metering_point.c.address_identifier)

responsibility = Table(
    "responsibility",
    metadata,
    Column("mpxn", ForeignKey("metering_point.mpxn"), primary_key=True),
    Column("role", String(3), primary_key=True),
    Column("starts", Moment, primary_key=True),
    Column("ends", Moment),
    Column("party", String(40), nullable=False),
    Column("received_at", Moment, nullable=False),
)
