"""Accounts stay while a system is reset or a snapshot is put back, as its keys do.

A reset must not lock out who asked for it, nor an older snapshot let in again whose account was closed since.
Capacities that cases gave, such as those of a seat, go and come back with the cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gbsmart.accounts import carrying
from gbsmart.assembly.data_folder import store_of
from gbsmart.assembly.settings import Settings
from gbsmart.ground import SystemClock


@contextmanager
def kept_accounts(settings: Settings) -> Iterator[None]:
    """Have the accounts after the block that there were before; nothing may use the database meanwhile."""
    with store_of(settings, "accounts") as store, store.reading() as connection:
        held = carrying.everything(connection)
    yield
    with store_of(settings, "accounts") as store, store.transaction() as connection:
        carrying.put_back(connection, held, at=SystemClock().now())
