"""The Party Details (SEC M6): each change is a row of its own, so that they can be told as at any moment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from gbsmart.ground import InvalidValue, NotAllowed
from gbsmart.parties.membership import Contact, Details, Licence
from gbsmart.parties.tables import party as party_table
from gbsmart.parties.tables import party_details


class Change(NamedTuple):
    """Details that a Party had from a moment on, and who entered them."""

    since: datetime
    by: str
    details: Details


def change_details(connection: Connection, party: str, details: Details, *, at: datetime, by: str) -> None:
    """Let a Party's details be these from ``at`` on; raises :class:`~gbsmart.ground.InvalidValue`."""
    details.check()
    named = select(party_table.c.signifier).where(party_table.c.signifier == details.group)
    if details.group not in ("", party) and connection.scalar(named):
        raise InvalidValue("is the signifier of another Party, which votes by itself", field="group")
    values = {"party": party, "since": at, "by": by, "details": _written(details)}
    connection.execute(insert(party_details).values(values))


def check_dcc_licence(held: Details, licences: frozenset[Licence]) -> None:
    """Raise :class:`~gbsmart.ground.NotAllowed` where a Party would become the DCC, or cease to be it.

    Its licence passes as the Authority or the Secretary of State directs (SEC M9).
    """
    dcc = Licence.SMART_METER_COMMUNICATION
    if (dcc in held.licences) != (dcc in licences):
        raise NotAllowed(f"the licence {dcc} passes by direction only (SEC M9)")


def details_of(connection: Connection, party: str, at: datetime | None = None) -> Details:
    """A Party's details, now or as at a moment; empty ones where none were entered by then."""
    found = [each for each in details_history(connection, party) if at is None or each.since <= at]
    return found[-1].details if found else Details()


def details_history(connection: Connection, party: str) -> list[Change]:
    """Every change of a Party's details, in the order in which they came to be so."""
    table = party_details
    wanted = select(table).where(table.c.party == party).order_by(table.c.since, table.c.id)
    return [Change(row.since, row.by, _read(row.details)) for row in connection.execute(wanted)]


def all_details(connection: Connection, at: datetime) -> dict[str, Details]:
    """The details of every Party that had entered any by a moment."""
    table = party_details
    wanted = select(table.c.party, table.c.details).where(table.c.since <= at)
    rows = connection.execute(wanted.order_by(table.c.since, table.c.id))
    newest: dict[str, dict[str, Any]] = {row.party: row.details for row in rows}
    return {party: _read(details) for party, details in newest.items()}


def _written(details: Details) -> dict[str, Any]:
    return {**asdict(details), "licences": sorted(each.value for each in details.licences)}


def _read(held: dict[str, Any]) -> Details:
    contacts = tuple(Contact(**each) for each in held["contacts"])
    licences = frozenset(map(Licence, held["licences"]))
    return Details(**{**held, "contacts": contacts, "licences": licences})
