"""What makes a password good enough, and how it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.accounts import CHEAP, Passwords, check_password
from gbsmart.ground import InvalidValue

PASSWORDS = Passwords(CHEAP)


def test_what_is_kept_is_an_argon2id_string_with_its_own_salt() -> None:
    one, other = PASSWORDS.kept("correct horse battery"), PASSWORDS.kept("correct horse battery")
    assert one.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert one != other
    assert "horse" not in one


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_only_the_password_matches(password: str, other: str) -> None:
    kept = PASSWORDS.kept(password)
    assert PASSWORDS.matches(password, kept)
    assert PASSWORDS.matches(other, kept) == PASSWORDS.matches(password, PASSWORDS.kept(other))


def test_letters_are_the_same_however_they_were_typed() -> None:
    assert PASSWORDS.matches("ångström-längdmått", PASSWORDS.kept("ångström-längdmått"))


def test_a_long_password_is_the_same_where_a_keyboard_writes_letters_in_two_parts() -> None:
    password = "a\u030ao\u0308xyz" * 35
    assert len(password) > 201, "more than are compared, before they are put together"
    check_password(password, "alice")
    assert PASSWORDS.matches(password, PASSWORDS.kept(password))
    assert not PASSWORDS.matches(password + "!", PASSWORDS.kept(password))


def test_nobody_is_behind_an_account_without_a_password() -> None:
    assert not PASSWORDS.matches("correct horse battery", None)
    assert not PASSWORDS.matches("", None)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "12 to 200"),
        ("x" * 201, "12 to 200"),
        ("abababababab", "different"),
        ("my-name-is-alice", "name of the account"),
        ("Password12345!", "first that are guessed"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_and_not_repeated(password: str, why: str) -> None:
    with pytest.raises(InvalidValue, match=why) as refused:
        check_password(password, "alice")
    assert refused.value.field == "password"
    assert password not in str(refused.value)


def test_a_long_sentence_is_good_enough() -> None:
    check_password("two meters and a hub in the hall", "alice")
