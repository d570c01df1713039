"""A stage on which people act under the Code: accounts, a clock, and what they do, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gbsmart import procedures
from gbsmart.accounts import Account, Capacity, Role
from gbsmart.governance import procedures as declared
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import Case, Due, Entry, NewDocument, Notice
from gbsmart.store import Store


class Stage:
    """People acting in cases; ``by`` is the name of a person entered with :meth:`person`."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        self._people: dict[str, Account] = {}

    def person(self, name: str, *capacities: str) -> str:
        """Somebody who acts in ``capacities``, such as ``party:SUP1`` or ``authority``."""
        held = []
        for capacity in capacities:
            role, _, of = capacity.partition(":")
            held.append(Capacity(Role(role), of))
        self._people[name] = Account(name, name.title(), frozenset(held))
        return name

    def open(
        self,
        procedure: str,
        by: str,
        *,
        reason: str = "",
        documents: Sequence[NewDocument] = (),
        **given: Any,
    ) -> Case:
        """Open a case."""
        with self.store.transaction() as connection:
            return procedures.open_case(
                connection, declared(), procedure, self._people[by], given,
                at=self.clock.now(), reason=reason, documents=documents,
            )  # fmt: skip

    def act(
        self, reference: str, act: str, by: str, *, reason: str = "",
        documents: Sequence[NewDocument] = (), **given: Any,
    ) -> Case:  # fmt: skip
        """Act in a case."""
        with self.store.transaction() as connection:
            return procedures.perform(
                connection, declared(), reference, act, self._people[by], given,
                at=self.clock.now(), reason=reason, documents=documents,
            )  # fmt: skip

    def vote(self, reference: str, ballot: str, by: str, choice: str, reason: str = "") -> None:
        """Vote."""
        with self.store.transaction() as connection:
            procedures.cast(
                connection, declared(), reference, ballot, self._people[by], choice,
                at=self.clock.now(), reason=reason,
            )  # fmt: skip

    def wait(self, **units: float) -> None:
        """Let time pass (``days=5``), and what falls due in it happen."""
        self.clock.advance(**units)
        self._lapse()

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until ``moment``."""
        self.clock.set(moment)
        self._lapse()

    def case(self, reference: str) -> Case:
        """A case as it is."""
        with self.store.reading() as connection:
            return procedures.case(connection, reference)

    def cases(self, procedure: str) -> list[Case]:
        """The cases of a procedure."""
        with self.store.reading() as connection:
            return procedures.cases(connection, procedure=procedure)

    def ledger(self, reference: str) -> list[Entry]:
        """What happened in a case."""
        with self.store.reading() as connection:
            return procedures.entries(connection, reference)

    def dues(self, reference: str) -> list[Due]:
        """The deadlines of a case."""
        with self.store.reading() as connection:
            return procedures.deadlines(connection, reference=reference)

    def notices(self, reference: str) -> list[Notice]:
        """The notices of a case."""
        with self.store.reading() as connection:
            return procedures.notices(connection, reference=reference)

    def _lapse(self) -> None:
        passed: Due | None = None
        while True:
            with self.store.transaction() as connection:
                passed = procedures.lapse(connection, declared(), self.clock.now())
            if passed is None:
                return
