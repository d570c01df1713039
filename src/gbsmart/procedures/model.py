"""Cases and what belongs to them, as values; and the errors with which an act is turned down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from gbsmart.accounts import Account, Capacity, Role
from gbsmart.ground import GbsmartError


class Refused(GbsmartError):
    """The rules of a procedure do not let this act be done now; the message says which and why."""


class NotEntitled(Refused):
    """Who asks holds no capacity in which the act may be done."""


class Overtaken(Refused):
    """Somebody else acted in the case since it was looked at."""


class Actor(NamedTuple):
    """Who acts: an account, and the capacity that entitles it."""

    account: str
    capacity: Capacity

    def __str__(self) -> str:
        return f"{self.account} as {self.capacity}" if self.account else str(self.capacity)


CLOCK = Actor("", Capacity(Role.CLOCK))
"""Who acts when a deadline has passed."""


@dataclass(frozen=True, slots=True)
class Case:
    """A procedure being run.

    ``subject`` is what it is about, ``opener`` what the one who opened it acted for, ``data`` every value
    given so far, as JSON has it. ``version`` rises by one whenever its state changes.
    """

    reference: str
    procedure: str
    title: str
    subject: str
    opener: str
    state: str
    version: int
    opened_at: datetime
    entered_at: datetime
    data: Mapping[str, Any]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a case's ledger: who did what, when and why, and where the case went."""

    number: int
    at: datetime
    act: str
    actor: Actor
    source: str
    target: str
    outcome: str
    reason: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document of a case; its octets are read apart (:func:`gbsmart.procedures.octets_of`)."""

    number: int
    kind: str
    title: str
    media_type: str
    size: int
    sha256: str
    entry: int
    confidential: bool = False
    file_name: str = ""
    """What the file was called, "" where there was none."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as it is handed in."""

    kind: str
    title: str
    octets: bytes
    media_type: str = "text/plain"
    confidential: bool = False
    file_name: str = ""


RUNNING = ("open", "failed")
"""The statuses of deadlines that may still have a consequence."""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of a case.

    ``status`` is ``open``, ``met``, ``missed``, ``passed`` where what should happen then has happened, or
    ``failed`` where that was refused or broke (``note`` says why) and is tried again at ``again_at``.
    """

    case: str
    name: str
    title: str
    whom: str
    due_at: datetime
    status: str
    then: str = ""
    note: str = ""
    entry: int = 0
    """The entry of the ledger with which it began to run."""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that was served (SEC M10); ``received_at`` is when it counts as received."""

    case: str
    to: str
    subject: str
    text: str
    channel: str
    sent_at: datetime
    received_at: datetime
    number: int = 0
    entry: int = 0
    """The entry of the ledger with which it was served."""


@dataclass(frozen=True, slots=True)
class Possible:
    """An act that an account can do in a case now, and in which capacity."""

    act: str
    capacity: Capacity


def reached(capacities: Iterable[Capacity]) -> list[str]:
    """As what deadlines and notices name who holds these: each of them, and everybody of its role."""
    return sorted({name for each in capacities for name in (str(each), each.role.value)})


def entitled(account: Account) -> str:
    """The capacities of an account, in words."""
    return ", ".join(map(str, sorted(account.capacities))) or "none"
