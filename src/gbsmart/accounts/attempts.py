"""Attempts to sign in: who has to wait after guessing, and who has not.

Attempts are counted before the password is looked at, so that many at once count too; after :data:`FREE` in a
row whoever made them rests, twice as long each time. If it were the account that rests, whoever knows a name
could keep its holder out. So each counts alone: a browser in which somebody signed in before, which is known
again by a secret (the device cookies of OWASP), and every address from which strangers try. Only where they
fail so often from everywhere (:data:`FREE_OF_ALL`) that somebody has many addresses, the account rests for
all strangers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, insert, select, update

from gbsmart.accounts.service import tell
from gbsmart.accounts.tables import account as table
from gbsmart.accounts.tables import account_address, account_browser

FREE = 4
"""Failed attempts in a row after which nobody rests yet."""
FREE_OF_ALL = 100
"""Failed attempts of all strangers, from each address up to the one that makes it rest, within
:data:`FORGOTTEN`, after which the account does not rest yet."""
FORGOTTEN = timedelta(days=1)
"""After how long without an attempt from an address it is forgotten."""
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(hours=1)
_NET = 64
"""Bits of an address of IPv6 by which somebody is told apart: he or she has all the others."""


class Attempt(NamedTuple):
    """An attempt to sign in that may go on: what the password is held against, None where nobody is."""

    kept: str | None


def begin_attempt(
    connection: Connection, name: str, *, at: datetime, known: bytes | None = None, address: str = ""
) -> Attempt:
    """Count an attempt to sign in, before its password is looked at.

    It may not succeed while whoever makes it rests: then nobody is behind the name, as if it were unknown.
    ``known`` is the digest of a browser that the account knows; else a stranger asks, from ``address``.
    """
    row = connection.execute(select(table).where(table.c.name == name).with_for_update()).first()
    if row is None or row.password is None or row.closed_at is not None:
        return Attempt(None)
    if known is not None:
        browser = account_browser, account_browser.c.digest == known
        may = _count(connection, name, *browser, at, " in a browser that is known")
    else:
        may = _may_guess(connection, row, origin(address), at)
    return Attempt(row.password if may else None)


def rest_after(failed: int) -> timedelta:
    """How long somebody rests after so many failed attempts in a row."""
    if failed <= FREE:
        return timedelta(0)
    return min(LONGEST_REST, FIRST_REST * (1 << min(failed - FREE - 1, 20)))


def forget_attempts(connection: Connection, name: str, address: str) -> None:
    """The password was right: what failed from this address before does not count any more."""
    row = account_address.c
    ours = (row.account == name, row.address == origin(address))
    connection.execute(delete(account_address).where(*ours))


def origin(address: str) -> str:
    """By what a stranger is told apart: the address, of IPv6 the network; anything else as it stands."""
    try:
        read = ip_address(address)
    except ValueError:
        return address[:60]
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or ip_network((int(read), _NET), strict=False))


def _may_guess(connection: Connection, account: Row[Any], address: str, at: datetime) -> bool:
    """Count an attempt of a stranger; False, and not counted, while the address or the account rests."""
    if account.rests_until is not None and account.rests_until > at:
        return False
    row = account_address.c
    gone = (row.account == account.name) & (row.seen_at <= at - FORGOTTEN)
    connection.execute(delete(account_address).where(gone))
    if not _from(connection, account.name, address, at):
        return False
    _count_with_all(connection, account, at)
    return True


def _count_with_all(connection: Connection, account: Row[Any], at: datetime) -> None:
    """Have the account rest for all strangers where they have tried too often from everywhere together."""
    name, values = account.name, dict[str, Any](failed=0, rests_until=None)
    tries = connection.scalars(select(account_address.c.failed).where(account_address.c.account == name))
    if sum(min(each, FREE + 1) for each in tries) > FREE_OF_ALL:
        failed = account.failed + 1
        values = {"failed": failed, "rests_until": at + rest_after(FREE + failed)}
        tell(connection, name, at, "", "rests", f"after {FREE_OF_ALL} failed attempts from many addresses")
    connection.execute(update(table).where(table.c.name == name).values(values))


def _from(connection: Connection, name: str, address: str, at: datetime) -> bool:
    row = account_address.c
    ours = (row.account == name) & (row.address == address)
    if connection.execute(select(row.failed).where(ours)).first() is None:
        values = {"account": name, "address": address, "seen_at": at, "failed": 0}
        connection.execute(insert(account_address).values(values))
    may = _count(connection, name, account_address, ours, at, "")
    if may:
        connection.execute(update(account_address).where(ours).values(seen_at=at))
    return may


def _count(
    connection: Connection, name: str, counts: Table, ours: ColumnElement[bool], at: datetime, where: str
) -> bool:
    """Count an attempt in the row ``ours``; False, and not counted, while that rests."""
    row = connection.execute(select(counts.c.failed, counts.c.rests_until).where(ours)).one()
    if row.rests_until is not None and row.rests_until > at:
        return False
    failed = row.failed + 1
    rests_until = at + rest_after(failed) if failed > FREE else None
    connection.execute(update(counts).where(ours).values(failed=failed, rests_until=rests_until))
    if rests_until is not None:
        tell(connection, name, at, "", "rests", f"after {failed} failed attempts{where}")
    return True
