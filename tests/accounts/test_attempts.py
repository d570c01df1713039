"""Guessing: who guesses waits; who holds the account, wherever he or she is, does not wait for that."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from gbsmart import accounts
from gbsmart.accounts import Account, attempts, sessions
from gbsmart.accounts.attempts import FIRST_REST, FORGOTTEN, FREE, FREE_OF_ALL, LONGEST_REST
from gbsmart.accounts.tables import account_address
from gbsmart.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEPT = "what is kept of a password"
HERS, A_STRANGERS = "192.0.2.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def _added(store: Store) -> None:
    with store.transaction() as connection:
        accounts.add_account(connection, Account("alice", "Alice", frozenset()), KEPT, at=NOW, by="op")


def attempt(store: Store, address: str, at: datetime = NOW) -> bool:
    """Whether an attempt from an address may succeed at all."""
    with store.transaction() as connection:
        return accounts.begin_attempt(connection, "alice", at=at, address=address).kept == KEPT


def guess(store: Store, address: str, at: datetime = NOW) -> int:
    """Fail until one has to wait; how often that was."""
    tries = 0
    while attempt(store, address, at):
        tries += 1
    return tries


def guess_from_everywhere(store: Store, at: datetime = NOW) -> int:
    return sum(guess(store, f"203.0.113.{n}", at) for n in range(200))


def signs_in(store: Store, address: str) -> None:
    with store.transaction() as connection:
        sessions.start_session(connection, "alice", at=NOW, random=secrets.token_bytes, address=address)


def rows(store: Store) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(account_address)) or 0


def test_who_guesses_waits_and_who_holds_the_account_does_not(store: Store) -> None:
    assert guess(store, A_STRANGERS) == FREE + 1
    assert attempt(store, HERS), "on a machine where she never signed in"
    signs_in(store, HERS)
    assert not attempt(store, A_STRANGERS), "that she signed in is no occasion for others"


def test_one_who_goes_on_for_days_never_makes_her_wait(store: Store) -> None:
    at = NOW
    for _ in range(60):
        guess(store, A_STRANGERS, at)
        assert attempt(store, HERS, at)
        signs_in(store, HERS)
        at += LONGEST_REST


def test_she_waits_where_she_fails_herself_and_begins_anew_when_she_signs_in(store: Store) -> None:
    for _ in range(FREE):
        assert attempt(store, HERS)
    signs_in(store, HERS)
    assert guess(store, HERS) == FREE + 1
    assert not attempt(store, HERS, NOW + FIRST_REST - timedelta(seconds=1))
    assert attempt(store, HERS, NOW + FIRST_REST)


def test_from_many_addresses_together_nobody_guesses_much(store: Store) -> None:
    assert guess_from_everywhere(store) == FREE_OF_ALL + 1
    assert not attempt(store, HERS), "who she is, nobody can tell any more"
    with store.reading() as connection:
        told = accounts.history(connection, "alice")[-1]
    assert (told.event, told.detail) == ("rests", "after 100 failed attempts from many addresses")
    assert attempt(store, HERS, NOW + FIRST_REST)
    every = [NOW + timedelta(minutes=10 * n) for n in range(1, 23 * 6)]
    tries = [attempt(store, f"198.51.100.{n}", at) for n, at in enumerate(every)]
    assert sum(tries) < 32, "one in an hour in the end"


def test_a_day_later_it_is_forgotten(store: Store) -> None:
    guess_from_everywhere(store)
    assert guess(store, HERS, NOW + FORGOTTEN) == FREE + 1
    assert guess(store, A_STRANGERS, NOW + FORGOTTEN) == FREE + 1
    assert rows(store) == 2


def test_strangers_fill_no_table(store: Store) -> None:
    for hour in range(30):
        for n in range(20):
            attempt(store, f"2001:db8:{hour:x}:{n:x}::1", NOW + timedelta(hours=hour))
    assert rows(store) <= FREE_OF_ALL + 24


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        (HERS, HERS),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", HERS),
        ("testclient", "testclient"),
        ("", ""),
        ("x" * 100, "x" * 60),
    ],
)
def test_who_has_a_network_is_one_stranger(address: str, origin: str) -> None:
    assert attempts.origin(address) == origin
