"""Validity policy: what a key set does about time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Expired(StrEnum):
    """What happens to a certificate outside its validity period."""

    REFUSE = "refuse"  # it is not found
    WARN = "warn"  # it is used, and said so once


@dataclass(frozen=True, slots=True)
class ValidityPolicy:
    """Rules of one key set.

    Whether a path leads to a root is asked where a certificate comes from elsewhere; what is held is
    trusted because it is held.
    """

    name: str
    expired: Expired


STRICT = ValidityPolicy("strict", Expired.REFUSE)
"""An SMKI of one's own: certificates count within their period."""

TEST_SET = ValidityPolicy("test set", Expired.WARN)
"""A published test set: most of its certificates expired."""
