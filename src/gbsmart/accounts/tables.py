"""The tables of accounts. Passwords, sessions, browsers and tokens are held as hashes only."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from gbsmart.store import Identity, Moment, metadata

account = Table(
    "account",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("password", String(200)),
    Column("failed", Integer, nullable=False),
    Column("rests_until", Moment),
    Column("added_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

account_capacity = Table(
    "account_capacity",
    metadata,
    Column("account", ForeignKey("account.name"), primary_key=True),
    Column("role", String(30), primary_key=True, index=True),
    Column("of", String(60), primary_key=True),
)

account_session = Table(
    "account_session",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False, index=True),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# The browsers in which somebody has signed in before, each with failed attempts of its own.
account_browser = Table(
    "account_browser",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("rests_until", Moment),
)

# From where strangers have tried an account's password in vain, each with failed attempts of its own.
account_address = Table(
    "account_address",
    metadata,
    Column("account", ForeignKey("account.name"), primary_key=True),
    Column("address", String(60), primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("rests_until", Moment),
)

account_token = Table(
    "account_token",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False, index=True),
    Column("label", String(100), nullable=False),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("issued_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
)

# What was done with each account, when, and by whom; never what is secret.
account_event = Table(
    "account_event",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String(60), nullable=False),
    Column("event", String(30), nullable=False),
    Column("detail", String(200), nullable=False),
)
