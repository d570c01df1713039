"""What a decision under the Code does to its text: the next consolidated version, and what changed in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from gbsmart.governance.legal_text import TextChange
from gbsmart.ground import NotFound


class Decider(StrEnum):
    """Who decided."""

    PANEL = "SEC Panel"
    CHANGE_BOARD = "Change Board"
    AUTHORITY = "Authority"


@dataclass(frozen=True, slots=True)
class Enactment:
    """A decision that is to be made: by whom, on what case, from when it has effect."""

    decider: Decider
    reference: str
    title: str
    decided_on: date
    effective: datetime
    reason: str


class Enacted(NamedTuple):
    """The version that a decision is written in, the one before it, and the difference (HTML)."""

    version: str
    before: str
    marked: str


class Library(Protocol):
    """What keeps the text of the Code."""

    def enact(self, connection: Connection, enactment: Enactment, changes: Sequence[TextChange]) -> Enacted:
        """Write a decision into the Code."""


library: Library | None = None
"""The library in which decisions are written; the wing that keeps the Code's text puts itself here."""


def enact(connection: Connection, enactment: Enactment, changes: Sequence[TextChange]) -> Enacted:
    """Write a decision into the Code, in the caller's transaction.

    Raises :class:`~gbsmart.ground.NotFound` for a provision that there is not, and where no library is
    there to write into.
    """
    if library is None:
        raise NotFound(f"{enactment.reference} cannot be made: no library of the Code is there")
    return library.enact(connection, enactment, changes)
