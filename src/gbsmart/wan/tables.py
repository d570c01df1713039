"""The hubs' buffer: every parcel by its transport id, with the response that it got.

A parcel is ``waiting`` for its device, ``answered`` (or ``silent``) and not yet taken by the DCC, or
``taken``. Answered, it keeps no octets of its command: that is empty. An alert begins as answered, and has no
command at all.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, String, Table, text

from gbsmart.store import Eui, Moment, metadata


class State(IntEnum):
    """Where a parcel is."""

    WAITING = 0
    ANSWERED = 1
    TAKEN = 2
    SILENT = 3


# ``place`` keeps the order of arrival among parcels for one device. ``due`` is when a waiting parcel is to
# be given to its device; of any other, when it came to the state that it is in.
wan_parcel = Table(
    "wan_parcel",
    metadata,
    Column("transport_id", String(64), primary_key=True),
    Column("hub", Eui, nullable=False),
    Column("device", Eui, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("command", LargeBinary),
    Column("response", LargeBinary),
)
_OPEN = text("state < 2")
Index(
    "ix_wan_parcel_open", wan_parcel.c.state, wan_parcel.c.place, sqlite_where=_OPEN, postgresql_where=_OPEN
)
