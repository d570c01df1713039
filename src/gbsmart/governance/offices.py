"""What who sits on a body may do: capacities of accounts, granted when a term begins and taken when it ends.

A person may sit on several bodies, or in a seat as member and in another as alternate; what one term ends is
kept where another that runs gives it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gbsmart import accounts
from gbsmart.accounts import Capacity
from gbsmart.governance.bodies import BODIES
from gbsmart.ground import InvalidValue
from gbsmart.procedures import Case, Guard, Situation, cases

APPOINTMENT, IN_POST = "appointment", "in_post"
"""The procedure by which terms run, and its state while one does."""


def in_post(connection: Connection, body: str, seat: str = "") -> list[Case]:
    """The terms that run in the seats of a body, or in one, as cases."""
    return [
        each
        for each in cases(connection, procedure=APPOINTMENT, state=IN_POST, subject=seat)
        if each.data["body"] == body
    ]


def can_act(*fields: str) -> Guard:
    """A guard: an account that one of these fields names can act."""

    def guard(situation: Situation) -> None:
        """An account that is named can act."""
        for field in fields:
            if name := situation.given.get(field):
                check_account(situation.connection, name, field)

    return guard


def check_account(connection: Connection, name: str, field: str) -> None:
    """Raise :class:`~gbsmart.ground.NotFound` or :class:`InvalidValue` for an account that cannot act."""
    if accounts.account(connection, name).closed:
        raise InvalidValue(f"{name!r} is closed", field=field)


def take_up(connection: Connection, account: str, term: Case, at: datetime) -> None:
    """Let an account act by the seat of a term; one that was closed meanwhile acts no more."""
    if accounts.account(connection, account).closed:
        return
    for capacity in sorted(_of(term)):
        accounts.grant(connection, account, capacity, at=at, by=term.reference)


def lay_down(connection: Connection, account: str, term: Case, at: datetime) -> None:
    """Take what a term gave an account that has no part in it any more, but for what another one gives."""
    kept = _by_terms_that_run(connection, account)
    held = accounts.account(connection, account).capacities
    for capacity in sorted((_of(term) & held) - kept):
        accounts.revoke(connection, account, capacity, at=at, by=term.reference)


def _of(term: Case) -> frozenset[Capacity]:
    return BODIES[term.data["body"]].capacities(term.subject)


def _by_terms_that_run(connection: Connection, account: str) -> set[Capacity]:
    found: set[Capacity] = set()
    for term in cases(connection, procedure=APPOINTMENT, state=IN_POST):
        if account in (term.data.get("account"), term.data.get("alternate_account")):
            found |= _of(term)
    return found
