"""A library with what we ship."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from gbsmart import codebook
from gbsmart.codebook.tables import create
from gbsmart.store import Store, open_store


@pytest.fixture
def library() -> Iterator[Connection]:
    """The shipped library in memory, in a transaction that is thrown away."""
    store = open_store("sqlite://")
    with store.transaction() as connection:
        create(connection)
        codebook.seed(connection)
        yield connection
    store.close()


@pytest.fixture
def either_library(store: Store) -> Iterator[Connection]:
    """The same on SQLite and on PostgreSQL, as the migrations made it."""
    with store.transaction() as connection:
        codebook.seed(connection)
        yield connection
