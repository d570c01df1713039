"""The verbs of accounts and their capacities, each in the caller's transaction.

Who did it (``by``: the name of an account, or :data:`HERE`) stands in each account's history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, delete, insert, select, update

from gbsmart.accounts.model import Account, Capacity, Role
from gbsmart.accounts.tables import account as table
from gbsmart.accounts.tables import (
    account_address,
    account_browser,
    account_capacity,
    account_event,
    account_session,
    account_token,
)
from gbsmart.ground import InvalidValue, NotFound

HERE = "(command line)"
"""Who acts from the command line of the data folder's owner."""


class Event(NamedTuple):
    """Something that was done with an account."""

    at: datetime
    by: str
    event: str
    detail: str


def add_account(connection: Connection, new: Account, kept: str | None, *, at: datetime, by: str) -> None:
    """Enter an account; ``kept`` is what :class:`~gbsmart.accounts.Passwords` keeps of its password.

    Without it nobody signs in, and only tokens act. Raises :class:`InvalidValue` for an account that
    cannot be, or is there already: a name is never given to somebody else.
    """
    new.check()
    if connection.execute(select(table.c.name).where(table.c.name == new.name)).first():
        raise InvalidValue(f"{new.name!r} is an account already", field="name", remedy="Choose another name.")
    connection.execute(
        insert(table).values(name=new.name, person=new.person, password=kept, failed=0, added_at=at)
    )
    tell(connection, new.name, at, by, "added", new.person)
    for capacity in sorted(new.capacities):
        _grant(connection, new.name, capacity, at, by)


def accounts(connection: Connection) -> list[Account]:
    """Every account, closed ones too, by name."""
    return _read(connection, select(table))


def account(connection: Connection, name: str) -> Account:
    """The account of a name; raises :class:`NotFound`."""
    found = _read(connection, select(table).where(table.c.name == name))
    if not found:
        raise NotFound(f"there is no account {name!r}")
    return found[0]


def accounts_with_role(connection: Connection, role: Role, of: str = "") -> list[Account]:
    """The open accounts that act in ``role``, for ``of`` where that is named."""
    holders = select(account_capacity.c.account).where(account_capacity.c.role == role.value)
    found = _read(connection, select(table).where(table.c.name.in_(holders), table.c.closed_at.is_(None)))
    return [each for each in found if each.holds(role, of)]


def change_person(connection: Connection, name: str, person: str, *, at: datetime, by: str) -> None:
    """Call the person behind an account otherwise; raises :class:`NotFound`, :class:`InvalidValue`."""
    held = _open(connection, name)
    Account(name, person, held.capacities).check()
    connection.execute(update(table).where(table.c.name == name).values(person=person))
    tell(connection, name, at, by, "renamed", person)


def grant(connection: Connection, name: str, capacity: Capacity, *, at: datetime, by: str) -> None:
    """Let an account act in one more capacity; nothing happens where it does. Raises as above."""
    capacity.check()
    if capacity not in _open(connection, name).capacities:
        _grant(connection, name, capacity, at, by)


def revoke(connection: Connection, name: str, capacity: Capacity, *, at: datetime, by: str) -> None:
    """Take a capacity away; raises :class:`NotFound` where the account does not hold it."""
    account(connection, name)
    row = account_capacity.c
    where = (row.account == name, row.role == capacity.role.value, row.of == capacity.of)
    if not connection.execute(delete(account_capacity).where(*where)).rowcount:
        raise NotFound(f"{name} does not act as {capacity}")
    tell(connection, name, at, by, "revoked", str(capacity))


def set_password(connection: Connection, name: str, kept: str, *, at: datetime, by: str) -> None:
    """Put a password in the place of the earlier one: sessions end, and the account no longer rests.

    Tokens act as before, until they end or :func:`end_access` ends them.
    """
    _open(connection, name)
    rested: dict[str, Any] = {"failed": 0, "rests_until": None}
    connection.execute(update(table).where(table.c.name == name).values(password=kept, **rested))
    connection.execute(update(account_browser).where(account_browser.c.account == name).values(rested))
    for each in (account_address, account_session):
        _delete_of(connection, name, each)
    tell(connection, name, at, by, "password set")


def end_access(connection: Connection, name: str, *, at: datetime, by: str) -> None:
    """End every session and every token of an account: who acts as it from now on has its password."""
    _open(connection, name)
    ended = [_delete_of(connection, name, each) for each in (account_session, account_token)]
    tell(connection, name, at, by, "access ended", "sessions {}, tokens {}".format(*ended))


def close(connection: Connection, name: str, *, at: datetime, by: str) -> None:
    """Close an account for good: nobody signs in, its sessions and tokens end. Its history stays."""
    _open(connection, name)
    connection.execute(update(table).where(table.c.name == name).values(password=None, closed_at=at))
    for each in (account_session, account_browser, account_address, account_token):
        _delete_of(connection, name, each)
    tell(connection, name, at, by, "closed")


def history(connection: Connection, name: str) -> list[Event]:
    """What was done with an account, the oldest first."""
    row = account_event.c
    wanted = select(row.at, row.by, row.event, row.detail).where(row.account == name).order_by(row.id)
    return [Event(*each) for each in connection.execute(wanted)]


def tell(connection: Connection, name: str, at: datetime, by: str, event: str, detail: str = "") -> None:
    """Enter something in an account's history."""
    values = {"account": name, "at": at, "by": by, "event": event, "detail": detail[:200]}
    connection.execute(insert(account_event).values(values))


def _delete_of(connection: Connection, name: str, of: Table) -> int:
    """Delete what an account has in a table; how many rows."""
    return connection.execute(delete(of).where(of.c.account == name)).rowcount


def _grant(connection: Connection, name: str, capacity: Capacity, at: datetime, by: str) -> None:
    values = {"account": name, "role": capacity.role.value, "of": capacity.of}
    connection.execute(insert(account_capacity).values(values))
    tell(connection, name, at, by, "granted", str(capacity))


def _open(connection: Connection, name: str) -> Account:
    found = account(connection, name)
    if found.closed:
        raise InvalidValue(f"{name!r} is closed", field="name", remedy="Add another account.")
    return found


def _read(connection: Connection, wanted: Select[Any]) -> list[Account]:
    rows = connection.execute(wanted.order_by(table.c.name)).all()
    held: dict[str, set[Capacity]] = {row.name: set() for row in rows}
    names = account_capacity.c.account.in_(list(held))
    for each in connection.execute(select(account_capacity).where(names)):
        held[each.account].add(Capacity(Role(each.role), each.of))
    return [
        Account(row.name, row.person, frozenset(held[row.name]), row.closed_at is not None) for row in rows
    ]
