"""Accounts as a whole, to be carried over where the rest of a database begins anew.

What people gave and took by hand stays. What cases gave and took follows the cases: a term in a seat that the
database does not know any more gives nobody its capacities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gbsmart.accounts.model import Account, Capacity
from gbsmart.accounts.service import HERE, grant, revoke
from gbsmart.accounts.service import account as account_of
from gbsmart.accounts.tables import (
    account,
    account_address,
    account_browser,
    account_capacity,
    account_event,
    account_session,
    account_token,
)

_TABLES = (
    account, account_capacity, account_session, account_browser, account_address, account_token,
    account_event,
)  # fmt: skip
Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each table, by its name."""
PUT_BACK = "(reset)"
"""Who gives and takes what follows from cases that are there again, or not any more."""


def everything(connection: Connection) -> Held:
    """All that is held of accounts: who may act, as what, and what was done with each."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in _TABLES
    }


def put_back(connection: Connection, held: Held, *, at: datetime) -> None:
    """Have just these accounts, whatever there were, with what the cases of the database have given them."""
    there = {tuple(row) for row in connection.execute(select(account_event))}
    for table in reversed(_TABLES):
        connection.execute(delete(table))
    for table in _TABLES:
        if held[table.name]:
            connection.execute(insert(table), [dict(row) for row in held[table.name]])
    lasting = [
        row for row in sorted(held[account_event.name], key=lambda row: row["id"])
        if _is_by_hand(row["by"]) or tuple(row.values()) in there
    ]  # fmt: skip
    for row in held[account.name]:
        if row["closed_at"] is None:
            _follow(connection, row["name"], [each for each in lasting if each["account"] == row["name"]], at)


def _is_by_hand(by: str) -> bool:
    """Whether somebody did it, by an account or the command line; a case has a reference in capitals."""
    return by == HERE or not by[:1].isupper()


def _follow(connection: Connection, name: str, events: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Have an account act in the capacities that these events leave it."""
    lasting = set[Capacity]()
    for event in events:
        if event["by"] == PUT_BACK:
            continue
        if event["event"] == "granted":
            lasting.add(Capacity.parse(event["detail"]))
        elif event["event"] == "revoked":
            lasting.discard(Capacity.parse(event["detail"]))
    present: Account = account_of(connection, name)
    for each in sorted(lasting - present.capacities):
        grant(connection, name, each, at=at, by=PUT_BACK)
    for each in sorted(present.capacities - lasting):
        revoke(connection, name, each, at=at, by=PUT_BACK)
