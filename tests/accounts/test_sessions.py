"""Signing in, sessions and tokens: how long they last, and what guessing costs."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from gbsmart import accounts
from gbsmart.accounts import CHEAP, Account, Passwords, attempts, sessions
from gbsmart.accounts.tables import account as account_table
from gbsmart.accounts.tables import account_browser, account_session, account_token
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "two meters and a hub"
KEPT = Passwords(CHEAP).kept(PASSWORD)
_numbers = itertools.count()


def random(size: int) -> bytes:
    return next(_numbers).to_bytes(size, "big")


@pytest.fixture(autouse=True)
def _added(store: Store) -> None:
    with store.transaction() as connection:
        accounts.add_account(connection, Account("alice", "Alice", frozenset()), KEPT, at=NOW, by="op")


def begin(store: Store, at: datetime = NOW) -> str:
    with store.transaction() as connection:
        return accounts.start_session(connection, "alice", at=at, random=random)


def attempt(store: Store, at: datetime, name: str = "alice", browser: str = "") -> bool:
    """Whether an attempt may succeed at all."""
    with store.transaction() as connection:
        return accounts.begin_attempt(connection, name, at=at, browser=browser).kept == KEPT


def known(store: Store, at: datetime = NOW, before: str = "", name: str = "alice") -> str:
    """Somebody signs in in a browser; its secret."""
    with store.transaction() as connection:
        accounts.start_session(connection, name, at=at, random=random, browser=before)
        return accounts.know_browser(connection, name, at=at, random=random, before=before)


def guess(store: Store, browser: str = "") -> None:
    """Fail until the account rests."""
    while attempt(store, NOW, browser=browser):
        pass


def test_a_session_is_its_accounts_and_only_its_digest_is_kept(store: Store) -> None:
    secret = begin(store)
    with store.reading() as connection:
        found = accounts.of_session(connection, secret, at=NOW)
        assert found is not None
        assert found[0].name == "alice"
        assert accounts.of_session(connection, secret + "x", at=NOW) is None
        assert accounts.of_session(connection, "", at=NOW) is None
        (kept,) = connection.scalars(select(account_session.c.digest))
    assert secret.encode() not in kept


def test_a_session_ends_when_nothing_is_asked_in_it(store: Store) -> None:
    secret, later = begin(store), NOW + sessions.IDLE - timedelta(minutes=1)
    with store.transaction() as connection:
        found = accounts.of_session(connection, secret, at=later)
        assert found is not None
        assert found[1], "its use is to be noted"
        sessions.note_use(connection, secret, at=later)
        assert accounts.of_session(connection, secret, at=NOW + sessions.IDLE) is not None
        assert accounts.of_session(connection, secret, at=later + sessions.IDLE) is None


def test_a_session_ends_however_much_is_asked_in_it(store: Store) -> None:
    secret, last = begin(store), NOW + sessions.SESSION
    with store.transaction() as connection:
        sessions.note_use(connection, secret, at=last - timedelta(minutes=1))
        assert accounts.of_session(connection, secret, at=last - timedelta(seconds=1)) is not None
        assert accounts.of_session(connection, secret, at=last) is None


@pytest.mark.parametrize("how", ["sign out", "new password", "close"])
def test_sessions_end_with_what_they_stand_on(store: Store, how: str) -> None:
    secret = begin(store)
    with store.transaction() as connection:
        if how == "sign out":
            accounts.end_session(connection, secret)
        elif how == "new password":
            accounts.set_password(connection, "alice", KEPT, at=NOW, by="alice")
        else:
            accounts.close(connection, "alice", at=NOW, by="op")
        assert accounts.of_session(connection, secret, at=NOW) is None


def test_an_account_rests_longer_after_each_failed_attempt(store: Store) -> None:
    assert all(attempt(store, NOW) for _ in range(attempts.FREE + 1)), (
        "the one that makes it rest is looked at"
    )
    assert not attempt(store, NOW)
    assert not attempt(store, NOW + attempts.FIRST_REST - timedelta(seconds=1))
    again = NOW + attempts.FIRST_REST
    assert attempt(store, again)
    assert not attempt(store, again + attempts.FIRST_REST), "twice as long now"
    assert attempt(store, again + 2 * attempts.FIRST_REST)
    rests = [attempts.rest_after(failed) for failed in range(200)]
    assert rests == sorted(rests)
    assert rests[-1] == attempts.LONGEST_REST


def test_an_attempt_that_succeeds_starts_the_count_again(store: Store) -> None:
    for _ in range(10):
        for _ in range(attempts.FREE):
            assert attempt(store, NOW)
        begin(store)


def test_whoever_guesses_does_not_keep_a_browser_out_that_is_known(store: Store) -> None:
    browser = known(store)
    guess(store)
    assert not attempt(store, NOW)
    assert attempt(store, NOW, browser=browser)
    browser = known(store, before=browser)
    assert not attempt(store, NOW), "strangers still wait"
    assert attempt(store, NOW, browser=browser)


def test_a_known_browser_rests_by_itself_and_holds_up_no_stranger(store: Store) -> None:
    browser, other = known(store), known(store)
    guess(store, browser)
    assert attempt(store, NOW)
    assert attempt(store, NOW, browser=other)
    assert attempt(store, NOW + attempts.FIRST_REST, browser=browser)
    with store.reading() as connection:
        details = [each.detail for each in accounts.history(connection, "alice") if each.event == "rests"]
    assert details[0] == f"after {attempts.FREE + 1} failed attempts in a browser that is known"


def test_a_browser_is_known_to_its_account_for_a_time_and_by_a_digest(store: Store) -> None:
    with store.transaction() as connection:
        accounts.add_account(connection, Account("bob", "Bob", frozenset()), KEPT, at=NOW, by="op")
    bobs, first = known(store, name="bob"), known(store)
    browser = known(store, before=first)
    guess(store)
    for stranger in (bobs, first, browser + "x", ""):
        assert not attempt(store, NOW, browser=stranger)
    assert attempt(store, NOW, browser=browser)
    with store.transaction() as connection:
        rests_until = NOW + 2 * sessions.KNOWN
        connection.execute(update(account_table).values(rests_until=rests_until))
        digests = connection.scalars(select(account_browser.c.digest)).all()
    assert len(digests) == 2, "bob's and alice's newest"
    assert not [kept for kept in digests if browser.encode() in kept]
    assert not attempt(store, NOW + sessions.KNOWN, browser=browser)


def test_a_new_password_ends_every_rest_and_closing_forgets_browsers(store: Store) -> None:
    browser = known(store)
    guess(store)
    guess(store, browser)
    with store.transaction() as connection:
        accounts.set_password(connection, "alice", KEPT, at=NOW, by="op")
    assert attempt(store, NOW)
    assert attempt(store, NOW, browser=browser)
    with store.transaction() as connection:
        accounts.close(connection, "alice", at=NOW, by="op")
        assert not connection.scalars(select(account_browser.c.digest)).all()


def test_tokens_outlive_a_new_password_and_all_access_can_be_ended(store: Store) -> None:
    browser, session = known(store), begin(store)
    with store.transaction() as connection:
        token = accounts.issue_token(connection, "alice", "reports", at=NOW, by="alice", random=random)
        accounts.set_password(connection, "alice", KEPT, at=NOW, by="alice")
        assert accounts.of_token(connection, token, at=NOW) is not None
    session = begin(store)
    with store.transaction() as connection:
        accounts.end_access(connection, "alice", at=NOW, by="op")
        assert accounts.of_session(connection, session, at=NOW) is None
        assert accounts.of_token(connection, token, at=NOW) is None
        last = accounts.history(connection, "alice")[-1]
    assert (last.event, last.by, last.detail) == ("access ended", "op", "sessions 1, tokens 1")
    guess(store)
    assert attempt(store, NOW, browser=browser), "who guesses does not use the occasion"


def test_nobody_is_behind_an_unknown_name_or_a_closed_account(store: Store) -> None:
    assert not attempt(store, NOW, "bob")
    with store.transaction() as connection:
        accounts.close(connection, "alice", at=NOW, by="op")
    assert not attempt(store, NOW)


def test_nobody_acts_who_signed_in_as_the_account_was_being_closed(store: Store) -> None:
    with store.transaction() as connection:
        session = accounts.start_session(connection, "alice", at=NOW, random=random)
        token = accounts.issue_token(connection, "alice", "late", at=NOW, by="alice", random=random)
        # as where another process closed the account and did not see these yet
        connection.execute(update(account_table).values(closed_at=NOW))
        assert accounts.of_session(connection, session, at=NOW) is None
        assert accounts.of_token(connection, token, at=NOW) is None


def test_a_token_acts_until_it_ends_and_is_kept_as_a_digest(store: Store) -> None:
    with store.transaction() as connection:
        secret = accounts.issue_token(
            connection, "alice", "reports", at=NOW, by="alice", random=random, lasts=timedelta(days=2)
        )
        found = accounts.of_token(connection, secret, at=NOW + timedelta(days=1))
        assert found is not None
        assert found[0].name == "alice"
        assert accounts.of_token(connection, secret, at=NOW + timedelta(days=2)) is None
        (kept,) = connection.scalars(select(account_token.c.digest))
        assert secret.encode() not in kept
        (token,) = accounts.tokens(connection, "alice")
        assert token.label == "reports"
        accounts.withdraw_token(connection, "alice", token.id, at=NOW, by="alice")
        assert accounts.of_token(connection, secret, at=NOW) is None
        with pytest.raises(NotFound):
            accounts.withdraw_token(connection, "alice", token.id, at=NOW, by="alice")
        told = [f"{each.event} {each.detail}" for each in accounts.history(connection, "alice")]
    assert not [line for line in told if secret in line]


@pytest.mark.parametrize(("label", "days"), [("", 1), ("reports", 0), ("reports", 400), ("x" * 101, 1)])
def test_a_token_says_what_it_is_for_and_does_not_last_for_ever(store: Store, label: str, days: int) -> None:
    with store.transaction() as connection, pytest.raises(InvalidValue):
        accounts.issue_token(
            connection, "alice", label, at=NOW, by="alice", random=random, lasts=timedelta(days=days)
        )
