"""The register of Parties for programs, under ``/governance/v1/parties``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Connection
from starlette.requests import Request

from gbsmart.accounts import Account, Role, require, signed_in
from gbsmart.ground import Clock, NotAllowed
from gbsmart.ground.working_days import civil_day
from gbsmart.parties import telling
from gbsmart.parties.consumer_bodies import consumer_bodies
from gbsmart.parties.details import change_details, check_dcc_licence, details_of
from gbsmart.parties.register import is_outside, member, voting_groups
from gbsmart.store import Store
from gbsmart.web.rest import Interface, Operation, Takes

BASE = "/governance/v1/parties"
_AT = "a day (as it ended) or a moment in ISO 8601; now, if it is left out"


class Which(Takes):
    """Which Parties, and when."""

    category: str = Field("", description="only of this Party Category")
    q: str = Field("", description="words of the name or the signifier")
    at: str = Field("", description=_AT)


class One(Takes):
    """One Party, and when."""

    signifier: str
    at: str = Field("", description=_AT)


class OfCategory(Takes):
    """One category, and when."""

    category: str
    at: str = Field("", description=_AT)


class OnDay(Takes):
    """When."""

    at: str = Field("", description=_AT)


class NewDetails(Takes):
    """Party Details (SEC M6); what is left out stays as it is."""

    signifier: str
    registered_name: str | None = None
    company_number: str | None = None
    address: str | None = None
    vat_number: str | None = None
    licences: list[str] | None = None
    group: str | None = None
    domestic_premises: int | None = None
    notices_to: str | None = None
    notices_channel: str | None = None
    notices_address: str | None = None
    contacts: list[str] | None = Field(None, description="each MATTER: NAME, ADDRESS")


def may_change(account: Account, signifier: str) -> bool:
    """Whether an account keeps a Party's details: the Party itself, the Code Administrator, an operator."""
    return (
        account.holds(Role.PARTY, signifier)
        or account.holds(Role.CODE_ADMINISTRATOR)
        or account.holds(Role.OPERATOR)
    )


def sees_whole(connection: Connection, account: Account | None, now: datetime) -> Callable[[str], bool]:
    """Of which Parties somebody sees whom to write to.

    Parties, the DCC, and who administers or decides see it of all; who is a Party no longer of itself alone.
    """
    if account is None:
        return lambda _signifier: False
    inside = {Role.DCC, Role.AUTHORITY, Role.CODE_ADMINISTRATOR, Role.PANEL_CHAIR, Role.OPERATOR}
    is_inside = bool(account.roles() & inside) or any(
        each.role is Role.PARTY and not is_outside(connection, each.of, now) for each in account.capacities
    )
    return lambda signifier: is_inside or account.holds(Role.PARTY, signifier)


def sees_reasons(account: Account | None, signifier: str) -> bool:
    """Whether somebody sees why a Party's rights are suspended: itself, and who decides or administers."""
    if account is None:
        return False
    decides = {Role.AUTHORITY, Role.CODE_ADMINISTRATOR, Role.PANEL_CHAIR}
    return account.holds(Role.PARTY, signifier) or bool(account.roles() & decides)


def seen(
    connection: Connection, account: Account | None, signifier: str, moment: datetime, now: datetime
) -> dict[str, Any]:
    """A Party with its history, as somebody sees it now; raises :class:`~gbsmart.ground.NotFound`."""
    whole, reasons = sees_whole(connection, account, now)(signifier), sees_reasons(account, signifier)
    told = telling.told(member(connection, signifier, moment), moment, whole=whole, reasons=reasons)
    return {**told, **telling.told_history(connection, signifier, reasons=reasons)}


def change(
    connection: Connection, account: Account, signifier: str, given: dict[str, Any], clock: Clock
) -> None:
    """Change a Party's details as somebody wants; raises :class:`~gbsmart.ground.NotAllowed`."""
    member(connection, signifier, clock.now())
    if not may_change(account, signifier):
        raise NotAllowed(f"{account.name} does not act for {signifier}")
    held = details_of(connection, signifier, clock.now())
    details = telling.changed(held, given)
    if not account.holds(Role.OPERATOR):
        check_dcc_licence(held, details.licences)
    change_details(connection, signifier, details, at=clock.now(), by=account.name)


def interface(store: Callable[[], Store], clock: Clock) -> Interface:
    """The operations on the register; ``clock`` is the system's."""

    def index(asked: Which, request: Request) -> Any:
        moment, category = telling.moment_of(asked.at, clock.now()), telling.category_of(asked.category)
        with store().reading() as connection:
            found = telling.select(connection, moment, category=category, words=asked.q)
            account = signed_in(request)
            whole = sees_whole(connection, account, clock.now())
        told = [
            telling.told(
                each, moment, whole=whole(each.signifier), reasons=sees_reasons(account, each.signifier)
            )
            for each in found
        ]
        return {"at": moment, "parties": told}

    def one(asked: One, request: Request) -> Any:
        moment = telling.moment_of(asked.at, clock.now())
        with store().reading() as connection:
            return seen(connection, signed_in(request), asked.signifier, moment, clock.now())

    def keep(asked: NewDetails, request: Request) -> Any:
        account = require(request)
        with store().transaction() as connection:
            change(connection, account, asked.signifier, asked.model_dump(exclude={"signifier"}), clock)
            now = clock.now()
            told = member(connection, asked.signifier, now)
            return telling.told(told, now, reasons=sees_reasons(account, asked.signifier))

    def groups(asked: OfCategory, _request: Request) -> Any:
        moment, category = telling.moment_of(asked.at, clock.now()), telling.category_of(asked.category)
        assert category is not None
        with store().reading() as connection:
            found = voting_groups(connection, category, moment)
        return {"at": moment, "category": category, "voting_groups": found}

    def bodies(asked: OnDay, _request: Request) -> Any:
        day = civil_day(telling.moment_of(asked.at, clock.now()))
        return {"day": day, "consumer_bodies": [telling.told_body(each, day) for each in consumer_bodies()]}

    named = dict[str, Any]
    return Interface(
        BASE,
        "SEC Parties",
        "The register of Parties to the Smart Energy Code. Reading needs no account.",
        (
            Operation("list_parties", "GET", "", "Every Party, now or at a moment", Which, named, index),
            Operation("list_voting_groups", "GET", "/voting-groups/{category}",
                      "The Voting Groups of a category", OfCategory, named, groups),
            Operation("list_consumer_bodies", "GET", "/consumer-bodies",
                      "Who speaks for consumers under the Code on a day", OnDay, named, bodies),
            Operation("show_party", "GET", "/{signifier}", "One Party, with its history", One, named, one),
            Operation("change_party", "PATCH", "/{signifier}", "Keep a Party's details true", NewDetails,
                      named, keep),
        ),
        {},
    )  # fmt: skip
