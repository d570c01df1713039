"""The bounded cache of shared secrets: key material, so it forgets with its certificates."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from gbsmart.keys.certificate import Certificate
from gbsmart.keys.keyring import SharedSecret

_Pair = tuple[bytes, bytes]


class SecretCache:
    """Least-recently-used cache of the secret between two certificates.

    Static key agreement gives both ends the same secret, so a pair has one entry whichever end asks.
    Safe to share between threads.
    """

    def __init__(self, limit: int = 100_000) -> None:
        if limit < 1:
            raise ValueError("a cache holds at least one secret")
        self._limit = limit
        self._secrets: OrderedDict[_Pair, SharedSecret] = OrderedDict()
        self._pairs_of: dict[bytes, set[_Pair]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._secrets)

    def get(self, one: Certificate, other: Certificate) -> SharedSecret | None:
        """The secret between the two, if it is remembered."""
        pair = _pair(one, other)
        with self._lock:
            secret = self._secrets.get(pair)
            if secret is not None:
                self._secrets.move_to_end(pair)
            return secret

    def put(self, one: Certificate, other: Certificate, secret: SharedSecret) -> None:
        """Remember the secret between the two; the least recently used one makes room."""
        pair = _pair(one, other)
        with self._lock:
            self._secrets[pair] = secret
            self._secrets.move_to_end(pair)
            for der in pair:
                self._pairs_of.setdefault(der, set()).add(pair)
            if len(self._secrets) > self._limit:
                oldest, _ = self._secrets.popitem(last=False)
                self._unlink(oldest)

    def evict(self, certificate: Certificate) -> None:
        """Forget every secret that the certificate is part of."""
        with self._lock:
            for pair in tuple(self._pairs_of.get(certificate.der, ())):
                del self._secrets[pair]
                self._unlink(pair)

    def _unlink(self, pair: _Pair) -> None:
        for der in set(pair):
            pairs = self._pairs_of[der]
            pairs.discard(pair)
            if not pairs:
                del self._pairs_of[der]


def _pair(one: Certificate, other: Certificate) -> _Pair:
    return (one.der, other.der) if one.der <= other.der else (other.der, one.der)
