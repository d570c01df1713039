"""The store: one relational database under every wing, on SQLite or PostgreSQL.

It knows no rule of the Smart Energy Code. It gives the wings one :data:`metadata` to declare tables in,
column types for the Code's values (EUI-64, moments, 64-bit counters), short transactions, hot
statements as named SQL, a group-committing writer, a bell that wakes workers, and migrations.
"""

from gbsmart.store.bell import Bell
from gbsmart.store.columns import Counter, Eui, Identity, Moment, from_micros, metadata, to_micros
from gbsmart.store.contention import StoreBusy
from gbsmart.store.database import Durability, Store, StoreUnreachable, open_store
from gbsmart.store.group_commit import GroupCommit
from gbsmart.store.sql import Sql

__all__ = [
    "Bell",
    "Counter",
    "Durability",
    "Eui",
    "GroupCommit",
    "Identity",
    "Moment",
    "Sql",
    "Store",
    "StoreBusy",
    "StoreUnreachable",
    "from_micros",
    "metadata",
    "open_store",
    "to_micros",
]
