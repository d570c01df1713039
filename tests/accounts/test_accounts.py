"""Accounts: who there is, in which capacities, and what was done with each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gbsmart import accounts
from gbsmart.accounts import Account, Capacity, Role
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALICE = Account("alice", "Alice Ampere", frozenset({Capacity(Role.PARTY, "SUP1"), Capacity(Role.AUTHORITY)}))


@pytest.fixture(autouse=True)
def _added(store: Store) -> None:
    with store.transaction() as connection:
        accounts.add_account(connection, ALICE, None, at=NOW, by="operator")


def test_an_account_is_found_with_its_capacities(store: Store) -> None:
    with store.reading() as connection:
        assert accounts.account(connection, "alice") == ALICE
        assert accounts.accounts(connection) == [ALICE]
        assert accounts.accounts_with_role(connection, Role.PARTY, "SUP1") == [ALICE]
        assert accounts.accounts_with_role(connection, Role.PARTY, "SUP2") == []
        with pytest.raises(NotFound, match="bob"):
            accounts.account(connection, "bob")
    assert ALICE.holds(Role.PARTY)
    assert not ALICE.holds(Role.PARTY, "SUP2")


def test_capacities_are_granted_and_revoked_and_the_history_says_by_whom(store: Store) -> None:
    chair = Capacity(Role.PANEL_CHAIR)
    with store.transaction() as connection:
        accounts.grant(connection, "alice", chair, at=NOW, by="operator")
        accounts.grant(connection, "alice", chair, at=NOW, by="operator")
        accounts.revoke(connection, "alice", Capacity(Role.AUTHORITY), at=NOW, by="operator")
        assert accounts.account(connection, "alice").roles() == {Role.PARTY, Role.PANEL_CHAIR}
        with pytest.raises(NotFound):
            accounts.revoke(connection, "alice", Capacity(Role.AUTHORITY), at=NOW, by="operator")
        told = [(each.by, each.event, each.detail) for each in accounts.history(connection, "alice")]
    assert told == [
        ("operator", "added", "Alice Ampere"),
        ("operator", "granted", "authority"),
        ("operator", "granted", "party:SUP1"),
        ("operator", "granted", "panel-chair"),
        ("operator", "revoked", "authority"),
    ]


def test_a_name_is_never_given_twice_not_even_after_it_was_closed(store: Store) -> None:
    with store.transaction() as connection:
        accounts.close(connection, "alice", at=NOW, by="operator")
        assert accounts.account(connection, "alice").closed
        assert accounts.accounts_with_role(connection, Role.PARTY) == []
        with pytest.raises(InvalidValue, match="already"):
            accounts.add_account(connection, ALICE, None, at=NOW, by="operator")
        with pytest.raises(InvalidValue, match="closed"):
            accounts.grant(connection, "alice", Capacity(Role.DCC), at=NOW, by="operator")


@pytest.mark.parametrize("name", ["", "Alice", "al ice", ".alice", "a" * 61, "alice\n"])
def test_a_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(InvalidValue, match=r"^name: "):
        Account(name, "Alice", frozenset()).check()


@pytest.mark.parametrize(
    "text", ["clock", "party", "authority:SUP1", "king", "party:\x07", f"party:{'x' * 61}"]
)
def test_a_capacity_that_nobody_can_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^capacity: "):
        Capacity.parse(text)


@pytest.mark.parametrize("text", ["authority", "party:SUP1", "panel-member:large-supplier-1"])
def test_a_capacity_is_read_as_it_is_written(text: str) -> None:
    assert str(Capacity.parse(text)) == text
