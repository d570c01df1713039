"""Accounts as a whole, to be carried over where the rest of a database begins anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gbsmart.accounts.tables import (
    account,
    account_capacity,
    account_event,
    account_session,
    account_token,
)

_TABLES = (account, account_capacity, account_session, account_token, account_event)
Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each table, by its name."""


def everything(connection: Connection) -> Held:
    """All that is held of accounts: who may act, as what, and what was done with each."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in _TABLES
    }


def put_back(connection: Connection, held: Held) -> None:
    """Have just these accounts, whatever there were."""
    for table in reversed(_TABLES):
        connection.execute(delete(table))
    for table in _TABLES:
        if held[table.name]:
            connection.execute(insert(table), [dict(row) for row in held[table.name]])
