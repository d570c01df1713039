"""The tables of emulated homes: a street's own store, never shared with the DCC's.

A device's memory is rows of ``device_state``; its log only grows. All carry the device, by which they
can be spread over databases.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, text

from gbsmart.store import Eui, Moment, metadata

# The hub is the device that the others of its home are behind.
home_device = Table(
    "home_device",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("hub", Eui, nullable=False),
    Column("seed", LargeBinary(8), nullable=False),
)
Index("ix_home_device_hub", home_device.c.hub)

device_state = Table(
    "device_state",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("slot", String(200), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
# Pending instructions are named by their moment, so this index finds them.
_PENDING = text("substr(slot, 1, 4) = 'due/'")
Index("ix_device_state_due", device_state.c.slot, sqlite_where=_PENDING, postgresql_where=_PENDING)

device_certificate = Table(
    "device_certificate",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("der", LargeBinary, nullable=False),
)

device_log = Table(
    "device_log",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("moment", Moment, nullable=False),
    Column("log", String(10), nullable=False),
    Column("code", Integer, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("note", String(200), nullable=False),
    sqlite_with_rowid=False,
)
