"""Validity policy: what a key set does about time and about certificates that no path vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gbsmart.keys.certificate import Certificate
from gbsmart.keys.roles import XML_SIGNING_ROLES


class Expired(StrEnum):
    """What happens to a certificate outside its validity period."""

    REFUSE = "refuse"  # it is not found
    WARN = "warn"  # it is used, and said so once


@dataclass(frozen=True, slots=True)
class ValidityPolicy:
    """Rules of one key set.

    ``pinned_roles`` are the roles whose certificates are trusted because they are held, not because a
    path leads to a root.
    """

    name: str
    expired: Expired
    pinned_roles: frozenset[int] = frozenset()

    def pinned(self, certificate: Certificate) -> bool:
        """Whether ``certificate`` is trusted as held, without path validation."""
        return certificate.role in self.pinned_roles


STRICT = ValidityPolicy("strict", Expired.REFUSE)
"""An SMKI of one's own: certificates count within their period and under their root."""

TEST_SET = ValidityPolicy("test set", Expired.WARN, frozenset(map(int, XML_SIGNING_ROLES)))
"""A published test set: most of its certificates expired; its XML-signing ones have no path."""
