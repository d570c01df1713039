"""Parties, their Users, and what suspending one does."""

from __future__ import annotations

import pytest

from gbsmart import parties
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.parties import Party, User, UserRole
from gbsmart.store import Store

SUPPLIER = User(
    id=Eui64.parse("90-B3-D5-1F-30-01-00-00"),
    party="SUPPLIER1",
    roles=frozenset({UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER}),
    receive_addresses=("https://one.example/receive", "https://two.example/receive"),
    schema_version="5.3",
)


@pytest.fixture(autouse=True)
def _registered(store: Store) -> None:
    with store.transaction() as connection:
        parties.add_party(connection, Party("SUPPLIER1", "First Supplier plc"))
        parties.add_user(connection, SUPPLIER)


def test_a_user_is_found_by_its_id(store: Store) -> None:
    with store.reading() as connection:
        assert parties.user(connection, SUPPLIER.id) == SUPPLIER
        assert parties.users_of(connection, "SUPPLIER1") == [SUPPLIER]
        assert parties.users_with_role(connection, UserRole.GAS_SUPPLIER) == [SUPPLIER]
        assert parties.users_with_role(connection, UserRole.OTHER_USER) == []
        assert parties.parties(connection) == [Party("SUPPLIER1", "First Supplier plc")]


def test_an_unknown_originator_is_e1(store: Store) -> None:
    with store.reading() as connection, pytest.raises(NotFound) as raised:
        parties.user(connection, Eui64(bytes(8)))
    assert raised.value.response_code == "E1"


def test_suspension_and_its_end(store: Store) -> None:
    with store.transaction() as connection:
        parties.suspend(connection, SUPPLIER.id)
        assert parties.user(connection, SUPPLIER.id).suspended
        parties.reinstate(connection, SUPPLIER.id)
        assert parties.user(connection, SUPPLIER.id) == SUPPLIER


def test_a_user_needs_a_role_and_a_party(store: Store) -> None:
    nobody = User(Eui64(bytes(8)), "SUPPLIER1", frozenset())
    with store.transaction() as connection, pytest.raises(InvalidValue, match="role"):
        parties.add_user(connection, nobody)
    stranger = User(Eui64(bytes(8)), "NOBODY", frozenset({UserRole.OTHER_USER}))

    def add() -> None:
        with store.transaction() as connection:
            parties.add_user(connection, stranger)

    with pytest.raises(store.broken):
        add()
