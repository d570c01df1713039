"""The desk at which people act in cases: store, declared procedures and clock, the same for every face."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from gbsmart.accounts import Account, Capacity
from gbsmart.ground import Clock
from gbsmart.procedures import reading, service
from gbsmart.procedures.consequences import lapse
from gbsmart.procedures.declaration import Procedures
from gbsmart.procedures.model import Case, NewDocument
from gbsmart.procedures.sight import Sight
from gbsmart.procedures.telling import Told
from gbsmart.procedures.voting import cast
from gbsmart.procedures.whole import whole_case
from gbsmart.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed in with an act: the values of its fields, why, documents, in which capacity, and the
    version of the case that was looked at."""

    given: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    documents: Sequence[NewDocument] = ()
    capacity: Capacity | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Acts and readings, each in a transaction of its own; ``changed`` is called after each act.

    Every act raises :class:`~gbsmart.store.StoreBusy` where others who act at once are in its way for long.
    """

    store: Store
    procedures: Procedures
    clock: Clock
    changed: Callable[[], None] = lambda: None

    def open(self, name: str, account: Account, handed: Handed) -> Case:
        """Open a case; raises as :func:`gbsmart.procedures.open_case`."""
        return self._acting(
            lambda connection, at: service.open_case(
                connection, self.procedures, name, account, handed.given, at=at, reason=handed.reason,
                documents=handed.documents, capacity=handed.capacity,
            )
        )  # fmt: skip

    def act(self, reference: str, act: str, account: Account, handed: Handed) -> Case:
        """Act in a case; raises as :func:`gbsmart.procedures.perform`."""
        return self._acting(
            lambda connection, at: service.perform(
                connection, self.procedures, reference, act, account, handed.given, at=at,
                reason=handed.reason, documents=handed.documents, capacity=handed.capacity, seen=handed.seen,
            )
        )  # fmt: skip

    def vote(self, reference: str, ballot: str, account: Account, choice: str, handed: Handed) -> None:
        """Vote; raises as :func:`gbsmart.procedures.cast`."""
        self._acting(
            lambda connection, at: cast(
                connection, self.procedures, reference, ballot, account, choice, at=at,
                reason=handed.reason, capacity=handed.capacity,
            )
        )  # fmt: skip

    def whole(self, reference: str, account: Account | None) -> Told:
        """A case with all that belongs to it, as ``account`` may see it."""
        with self.store.reading() as connection:
            return whole_case(self.sight(connection, account), reference)

    def sight(self, connection: Connection, account: Account | None) -> Sight:
        """What ``account`` sees of cases now."""
        return Sight(connection, self.procedures, account, self.clock.now())

    def let_pass(self) -> None:
        """Let happen what has fallen due by now: nobody acts in time who acts after it."""
        now = self.clock.now()
        with self.store.reading() as connection:
            first = reading.next_due(connection)
        while first is not None and first <= now:
            if self.store.perform(lambda connection: lapse(connection, self.procedures, now)) is None:
                return

    def _acting(self, work: Callable[[Connection, datetime], T]) -> T:
        """Do ``work`` now, and again where somebody who acts at the same time was in its way."""
        self.let_pass()
        done = self.store.perform(lambda connection: work(connection, self.clock.now()))
        self.changed()
        return done
