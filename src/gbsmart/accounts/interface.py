"""Accounts for programs, under ``/governance/v1/accounts``; but for one's own they are the operators'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field
from starlette.requests import Request

from gbsmart.accounts import service
from gbsmart.accounts.model import Account, Capacity, Role
from gbsmart.accounts.passwords import Passwords, check_password
from gbsmart.accounts.telling import told
from gbsmart.accounts.web import require
from gbsmart.ground import Clock
from gbsmart.store import Store
from gbsmart.web.rest import Interface, Operation, Takes

BASE = "/governance/v1/accounts"


class Nothing(Takes):
    """Nothing need be said."""


class Named(Takes):
    """One account."""

    name: str


class New(Takes):
    """An account to add."""

    name: str
    person: str = Field(description="what to call the person")
    capacities: list[str] = Field([], description="such as authority or party:SUP1")
    password: str


class OfCapacity(Takes):
    """A capacity of an account."""

    name: str
    capacity: str = Field(description="such as authority or party:SUP1")


def interface(store: Store, clock: Clock, passwords: Passwords) -> Interface:
    """The operations on accounts."""

    def own(_asked: Nothing, request: Request) -> Any:
        return told(require(request))

    def index(_asked: Nothing, request: Request) -> Any:
        require(request, Role.OPERATOR)
        with store.reading() as connection:
            return {"accounts": [told(each) for each in service.accounts(connection)]}

    def one(asked: Named, request: Request) -> Any:
        require(request, Role.OPERATOR)
        with store.reading() as connection:
            events = service.history(connection, asked.name)
            return {**told(service.account(connection, asked.name)), "history": events}

    def add(asked: New, request: Request) -> Any:
        operator = require(request, Role.OPERATOR)
        new = Account(asked.name, asked.person, frozenset(map(Capacity.parse, asked.capacities)))
        new.check()
        check_password(asked.password, new.name)
        kept = passwords.kept(asked.password)
        with store.transaction() as connection:
            service.add_account(connection, new, kept, at=clock.now(), by=operator.name)
        return told(new)

    def change(
        verb: Callable[..., None],
    ) -> Callable[[OfCapacity, Request], Any]:
        def changed(asked: OfCapacity, request: Request) -> Any:
            operator, capacity = require(request, Role.OPERATOR), Capacity.parse(asked.capacity)
            with store.transaction() as connection:
                verb(connection, asked.name, capacity, at=clock.now(), by=operator.name)
                return told(service.account(connection, asked.name))

        return changed

    def end(verb: Callable[..., None]) -> Callable[[Named, Request], Any]:
        def ended(asked: Named, request: Request) -> Any:
            operator = require(request, Role.OPERATOR)
            with store.transaction() as connection:
                verb(connection, asked.name, at=clock.now(), by=operator.name)
                return told(service.account(connection, asked.name))

        return ended

    given = dict[str, Any]
    return Interface(
        BASE,
        "Accounts",
        "Who may act on this system. Send the token of an account: Authorization: Bearer TOKEN.",
        (
            Operation("list_accounts", "GET", "", "Every account", Nothing, given, index),
            Operation("add_account", "POST", "", "Add an account", New, given, add, 201),
            Operation("show_own_account", "GET", "/me", "Whose token this is", Nothing, given, own),
            Operation("show_account", "GET", "/{name}", "One account, with its history", Named, given, one),
            Operation("close_account", "DELETE", "/{name}", "Close an account for good", Named, given,
                      end(service.close)),
            Operation("end_access", "DELETE", "/{name}/access", "End every session and token of an account",
                      Named, given, end(service.end_access)),
            Operation("grant_capacity", "PUT", "/{name}/capacities/{capacity}",
                      "Let an account act in one more capacity", OfCapacity, given, change(service.grant)),
            Operation("revoke_capacity", "DELETE", "/{name}/capacities/{capacity}",
                      "Take a capacity away", OfCapacity, given, change(service.revoke)),
        ),
        {},
    )  # fmt: skip
