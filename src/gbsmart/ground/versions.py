"""Versions of a language that are in force side by side, each known by how it differs from the others.

Most of that is in no source. Whatever is remembered or inferred is shown as assumed: a correction is one row.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_ASSUMED = frozenset({"M", "I"})


class Version(NamedTuple):
    """A version of a language; ``since`` is the day from which it could be met, where it is known.

    ``basis`` is that of a :class:`Change`.
    """

    number: str
    since: date | None
    basis: str

    @property
    def assumed(self) -> bool:
        """Whether no source says so."""
        return self.basis in _ASSUMED


@dataclass(frozen=True, kw_only=True)
class Change(ABC):
    """One difference between a version and those before it; ``since`` is the first that is so.

    ``basis``: ``S`` a source says so, ``V`` verified on test data, ``X`` fixed by the XML schema, ``M``
    remembered, ``I`` inferred.
    """

    since: str
    basis: str
    note: str = ""

    @property
    def assumed(self) -> bool:
        """Whether no source says so."""
        return self.basis in _ASSUMED

    @property
    @abstractmethod
    def says(self) -> str:
        """What the version brought, changed or ended, in words."""
