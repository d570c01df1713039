"""A stage on which people act under the Code, over HTTP: accounts, a clock, and what they do in turn.

Everybody acts with the token of an account, as a program would. What is refused is raised as the error that
the refusal names, so that a test reads as if it had called the procedure itself.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from gbsmart import accounts, ground, procedures
from gbsmart.accounts import CHEAP, Account, Capacity, Passwords, Reception, Role, WhoActs
from gbsmart.governance import procedures as declared
from gbsmart.governance.registers import REGISTERS
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import Actor, Case, Desk, Due, Entry, NewDocument, Notice, Procedures
from gbsmart.procedures.web import BASE, interface
from gbsmart.store import Store
from gbsmart.web import as_json

ERRORS: dict[str, type[ground.GbsmartError]] = {
    each.__name__: each
    for each in (
        procedures.Refused, procedures.NotEntitled, procedures.Overtaken, ground.InvalidValue,
        ground.NotFound, ground.NotSignedIn, ground.NotAllowed,
    )
}  # fmt: skip
MACHINE = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
"""By which tokens end: not the clock by which the Code's deadlines pass."""


class Stage:
    """People acting in cases; ``by`` is the name of a person entered with :meth:`person`.

    ``http`` is for requests of a test's own, ``headers(by)`` for those of a person.
    """

    def __init__(self, store: Store, clock: ManualClock, run: Procedures | None = None) -> None:
        self.store = store
        self.clock = clock
        self.procedures = declared() if run is None else run
        desk = Desk(store, self.procedures, clock)
        reception = Reception(store, MACHINE, Passwords(CHEAP))
        middleware = [Middleware(WhoActs, find=reception.find)]
        self.http = TestClient(Starlette(routes=interface(desk, REGISTERS).routes(), middleware=middleware))
        self._tokens: dict[str, str] = {}
        self._secrets = count(1)

    def person(self, name: str, *capacities: str) -> str:
        """Somebody who acts in ``capacities``, such as ``party:SUP1`` or ``authority``."""
        held = []
        for capacity in capacities:
            role, _, of = capacity.partition(":")
            held.append(Capacity(Role(role), of))
        with self.store.transaction() as connection:
            if name in self._tokens:
                self._hold(connection, name, held)
            else:
                account = Account(name, name.title(), frozenset(held))
                accounts.add_account(connection, account, None, at=MACHINE.now(), by="test")
                self._tokens[name] = accounts.issue_token(
                    connection, name, "test", at=MACHINE.now(), by=name, random=self._secret
                )
        return name

    def headers(self, by: str) -> dict[str, str]:
        """What a request of this person carries."""
        return {"authorization": f"Bearer {self._tokens[by]}"}

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
        return self._case(self._post(f"/procedures/{procedure}/cases", by, reason, documents, given))

    def act(
        self, reference: str, act: str, by: str, *, reason: str = "",
        documents: Sequence[NewDocument] = (), seen: int | None = None, **given: Any,
    ) -> Case:  # fmt: skip
        """Act in a case."""
        more = {} if seen is None else {"seen": seen}
        path = f"/cases/{reference}/acts/{act}"
        return self._case(self._post(path, by, reason, documents, given, **more))

    def vote(self, reference: str, ballot: str, by: str, choice: str, reason: str = "") -> None:
        """Vote."""
        body = {"choice": choice, "reason": reason}
        path = f"{BASE}/cases/{reference}/ballots/{ballot}"
        self._told(self.http.post(path, json=body, headers=self.headers(by)))

    def wait(self, **units: float) -> None:
        """Let time pass (``days=5``), and what falls due in it happen."""
        self.clock.advance(**units)
        self._lapse()

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until ``moment``."""
        self.clock.set(moment)
        self._lapse()

    def read(self, path: str, by: str = "", **query: str) -> Any:
        """What the interface says at a path such as ``/due``, to a person or to anybody."""
        headers = self.headers(by) if by else {}
        return self._told(self.http.get(f"{BASE}{path}", params=query, headers=headers))

    def case(self, reference: str) -> Case:
        """A case as it is."""
        return self._case(self.read(f"/cases/{reference}"))

    def cases(self, procedure: str) -> list[Case]:
        """The cases of a procedure."""
        return list(map(self._case, self.read("/cases", procedure=procedure)))

    def possible(self, reference: str, by: str) -> list[str]:
        """The acts that a person can do in a case now."""
        return [each["name"] for each in self.read(f"/cases/{reference}", by)["possible"]]

    def ledger(self, reference: str) -> list[Entry]:
        """What happened in a case."""
        return [self._entry(each) for each in self.read(f"/cases/{reference}")["ledger"]]

    def dues(self, reference: str) -> list[Due]:
        """The deadlines of a case."""
        told = self.read(f"/cases/{reference}")["deadlines"]
        return [Due(**{**each, "due_at": _moment(each["due_at"])}) for each in told]

    def notices(self, reference: str) -> list[Notice]:
        """The notices of a case."""
        told = self.read(f"/cases/{reference}")["notices"]
        moments = ("sent_at", "received_at")
        return [Notice(**{**each, **{name: _moment(each[name]) for name in moments}}) for each in told]

    # --- how it is sent and read ---

    def _post(
        self, path: str, by: str, reason: str, documents: Sequence[NewDocument], given: Any, **more: Any
    ) -> Any:
        body = {"given": as_json(given), "reason": reason, "documents": list(map(_sent, documents)), **more}
        return self._told(self.http.post(f"{BASE}{path}", json=body, headers=self.headers(by)))

    @staticmethod
    def _told(answer: Any) -> Any:
        told = answer.json()
        if answer.status_code < 400:
            return told
        kind = ERRORS.get(told["kind"])
        assert kind is not None, told
        if kind is ground.InvalidValue:
            reason = told["message"].removeprefix(f"{told['field']}: ")
            raise ground.InvalidValue(reason, field=told["field"], remedy=told["remedy"])
        raise kind(told["message"], remedy=told["remedy"])

    @staticmethod
    def _case(told: Any) -> Case:
        moments = {name: _moment(told[name]) for name in ("opened_at", "entered_at")}
        return Case(**{name: told[name] for name in Case.__dataclass_fields__} | moments)

    @staticmethod
    def _entry(told: Any) -> Entry:
        role, _, of = told["actor"]["capacity"].partition(":")
        actor = Actor(told["actor"]["account"], Capacity(Role(role), of))
        return Entry(**{**told, "at": _moment(told["at"]), "actor": actor})

    def _lapse(self) -> None:
        passed: Due | None = None
        while True:
            with self.store.transaction() as connection:
                passed = procedures.lapse(connection, self.procedures, self.clock.now())
            if passed is None:
                return

    @staticmethod
    def _hold(connection: Any, name: str, held: list[Capacity]) -> None:
        """Whoever is entered again acts in other capacities from now on."""
        for each in accounts.account(connection, name).capacities - set(held):
            accounts.revoke(connection, name, each, at=MACHINE.now(), by="test")
        for each in held:
            accounts.grant(connection, name, each, at=MACHINE.now(), by="test")

    def _secret(self, length: int) -> bytes:
        return next(self._secrets).to_bytes(length, "big")


def _sent(document: NewDocument) -> dict[str, Any]:
    return {
        "kind": document.kind, "title": document.title, "media_type": document.media_type,
        "file_name": document.file_name,
        "content": base64.b64encode(document.octets).decode(), "confidential": document.confidential,
    }  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
