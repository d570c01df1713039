"""Passwords: what makes one good enough, and how it is kept (Argon2id, RFC 9106).

A password is held as a PHC string, which names its own cost: a dearer one applies to passwords that are
set from then on. Deriving takes a tenth of a second and much memory, so never within a transaction.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from gbsmart.ground import InvalidValue

SHORTEST, LONGEST = 12, 200
_MOST_TYPED = 20 * LONGEST
"""Characters that are looked at: a keyboard may write one with several."""
_DIFFERENT = 5
_COMMON = ("password", "passwort", "qwerty", "letmein", "123456", "welcome", "gbsmart")
_SALT, _LENGTH = 16, 32
Random = Callable[[int], bytes]
"""Octets that nobody can guess, as many as are asked for."""


class Cost(NamedTuple):
    """What one derivation costs: KiB of memory, passes over it, lanes side by side."""

    memory: int
    passes: int
    lanes: int


COST = Cost(64 * 1024, 3, 4)
"""The second recommended option of RFC 9106, section 4."""
CHEAP = Cost(64, 1, 1)
"""For tests: nothing is kept safe by it."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Who guesses passwords must not use up the memory: so many derivations at once."""


def check_password(password: str, account: str) -> None:
    """Raise :class:`InvalidValue` for a password that is too easy to guess; never repeats it."""
    password = _written(password[:_MOST_TYPED])
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidValue(f"needs {SHORTEST} to {LONGEST} characters", field="password")
    if len(set(password)) < _DIFFERENT:
        raise InvalidValue(f"needs {_DIFFERENT} different characters at least", field="password")
    plain = password.casefold()
    if account and account in plain:
        raise InvalidValue("must not hold the name of the account", field="password")
    for word in _COMMON:
        if word in plain and len(plain.replace(word, "")) < SHORTEST - _DIFFERENT:
            raise InvalidValue("is one of the first that are guessed", field="password")


class Passwords:
    """Makes what is kept of passwords, and compares with it."""

    def __init__(self, cost: Cost = COST, random: Random = secrets.token_bytes) -> None:
        self._cost = cost
        self._random = random

    def kept(self, password: str) -> str:
        """What is kept of a password: a PHC string with a salt of its own."""
        memory, passes, lanes = self._cost
        salt = self._random(_SALT)
        with _AT_ONCE:
            deriving = Argon2id(salt=salt, length=_LENGTH, iterations=passes, lanes=lanes, memory_cost=memory)
            return deriving.derive_phc_encoded(_written(password[:_MOST_TYPED]).encode())

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether ``kept`` was made from this password.

        With None (no such account, or none that signs in) it is not, and takes as long to say so.
        """
        written = _written(password[:_MOST_TYPED])[: LONGEST + 1].encode("utf-8", "replace")
        nobodys = self._nobodys  # made before it is needed: the first to ask must not wait longer
        with _AT_ONCE:
            try:
                Argon2id.verify_phc_encoded(written, kept or nobodys)
            except InvalidKey:
                return False
        return kept is not None

    @cached_property
    def _nobodys(self) -> str:
        return self.kept(self._random(_SALT).hex())


def _written(password: str) -> str:
    """One form for what looks the same, whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)
