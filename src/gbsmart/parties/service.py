"""The verbs of the register of Parties and Users, each in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Select, delete, insert, select, update

from gbsmart.duis import UserRole, served_versions
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.parties.model import Party, User
from gbsmart.parties.rights import stopped_roles
from gbsmart.parties.tables import party, sec_user, signing_certificate, user_role
from gbsmart.store import Sql

# Read for every request and every answer, so not by SQLAlchemy's expressions. A suspended role has a minus
# sign before it: one value for each row is quicker to look up by than two.
_USER = Sql(
    "SELECT u.party, u.receive_addresses, u.schema_version, u.suspended,"
    " CASE WHEN r.suspended THEN '-' || r.role ELSE r.role END"
    " FROM sec_user u JOIN user_role r ON r.user_id = u.user_id WHERE u.user_id = :user"
)
MOST_ADDRESSES = 2
"""The primary, and the alternate for disaster recovery."""
_ROLES = {role.value: role for role in UserRole}


def add_party(connection: Connection, new: Party) -> None:
    """Enter a Party."""
    connection.execute(insert(party).values(signifier=new.signifier, name=new.name))


def parties(connection: Connection) -> list[Party]:
    """Every Party, by signifier."""
    rows = connection.execute(select(party).order_by(party.c.signifier))
    return [Party(row.signifier, row.name) for row in rows]


def add_user(connection: Connection, new: User) -> None:
    """Enter a User ID of a Party already entered; raises :class:`InvalidValue` for one that cannot be."""
    _check(new)
    connection.execute(insert(sec_user).values(user_id=new.id, **_columns(new)))
    _write_roles(connection, new)


def change_user(connection: Connection, changed: User) -> None:
    """Replace what is held of a User; raises :class:`NotFound`, and :class:`InvalidValue` as above."""
    _check(changed)
    statement = update(sec_user).where(sec_user.c.user_id == changed.id).values(**_columns(changed))
    if not connection.execute(statement).rowcount:
        raise _unknown(changed.id)
    connection.execute(delete(user_role).where(user_role.c.user_id == changed.id))
    _write_roles(connection, changed)


def user(connection: Connection, user_id: Eui64) -> User:
    """The User of this id; raises :class:`NotFound` with response code E1."""
    rows = _USER.rows(connection, {"user": user_id})
    if not rows:
        raise _unknown(user_id)
    party_of, addresses, version, suspended, _ = rows[0]
    if not isinstance(addresses, str):  # a list, from PostgreSQL
        addresses = tuple(addresses)
    roles = tuple([row[4] for row in rows])  # quicker than a generator
    return _read(user_id, party_of, addresses, version, bool(suspended), roles)


@lru_cache(maxsize=1024)
def _read(
    user_id: Eui64,
    party_of: str,
    addresses: str | tuple[str, ...],
    version: str,
    suspended: bool,
    roles: tuple[str, ...],
) -> User:
    """The User of its rows. Every request and every answer looks one up, and making one is dear."""
    held = frozenset(_ROLES[role.removeprefix("-")] for role in roles)
    stopped = frozenset(_ROLES[role[1:]] for role in roles if role.startswith("-"))
    if isinstance(addresses, str):
        addresses = tuple(json.loads(addresses))
    return User(user_id, party_of, held, addresses, version, suspended, stopped)


def lodge_certificate(connection: Connection, user_id: Eui64, der: bytes | None) -> None:
    """Put a User's XML-signing certificate (DER) in the place of an earlier one; None: it has none here."""
    connection.execute(delete(signing_certificate).where(signing_certificate.c.user_id == user_id))
    if der is not None:
        connection.execute(insert(signing_certificate).values(user_id=user_id, der=der))


def certificates(connection: Connection) -> dict[Eui64, bytes]:
    """The XML-signing certificates (DER) that Users lodged."""
    return {row.user_id: row.der for row in connection.execute(select(signing_certificate))}


def users(connection: Connection) -> list[User]:
    """Every User, by its id."""
    return _users(connection, select(sec_user))


def users_of(connection: Connection, signifier: str) -> list[User]:
    """The Users of a Party."""
    return _users(connection, select(sec_user).where(sec_user.c.party == signifier))


def users_with_role(connection: Connection, role: UserRole) -> list[User]:
    """The Users that hold ``role``."""
    holders = select(user_role.c.user_id).where(user_role.c.role == role.value)
    return _users(connection, select(sec_user).where(sec_user.c.user_id.in_(holders)))


def suspend(connection: Connection, user_id: Eui64) -> None:
    """Stop one User ID by itself: its requests are then refused with E3.

    A Party's right to be a User is suspended with :func:`gbsmart.parties.suspend_rights` (SEC M8).
    """
    change_user(connection, replace(user(connection, user_id), suspended=True))


def reinstate(connection: Connection, user_id: Eui64) -> None:
    """End a suspension."""
    change_user(connection, replace(user(connection, user_id), suspended=False))


def _check(value: User) -> None:
    if not value.roles:
        raise InvalidValue("a User has at least one User Role", field="roles")
    if len(value.receive_addresses) > MOST_ADDRESSES:
        raise InvalidValue("a User has a primary and one alternate address", field="receive_addresses")
    for address in value.receive_addresses:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidValue(f"{address!r} is no http or https address", field="receive_addresses")
    known = served_versions()
    if value.schema_version not in known:
        raise InvalidValue(
            f"{value.schema_version!r} is not one of {', '.join(known)}", field="schema_version"
        )


def _columns(value: User) -> dict[str, object]:
    return {
        "party": value.party,
        "receive_addresses": list(value.receive_addresses),
        "schema_version": value.schema_version,
        "suspended": value.suspended,
    }


def _write_roles(connection: Connection, value: User) -> None:
    stopped = stopped_roles(connection, value.party)
    rows = [
        {"user_id": value.id, "role": role.value, "suspended": role in stopped}
        for role in sorted(value.roles)
    ]
    connection.execute(insert(user_role), rows)


def _users(connection: Connection, wanted: Select[Any]) -> list[User]:
    found = connection.execute(wanted.order_by(sec_user.c.user_id)).all()
    roles = _roles(connection, [row.user_id for row in found])
    return [
        User(
            id=row.user_id,
            party=row.party,
            roles=frozenset(role for role, _ in roles.get(row.user_id, ())),
            receive_addresses=tuple(row.receive_addresses),
            schema_version=row.schema_version,
            suspended=row.suspended,
            suspended_roles=frozenset(role for role, stopped in roles.get(row.user_id, ()) if stopped),
        )
        for row in found
    ]


def _roles(connection: Connection, user_ids: Iterable[Eui64]) -> dict[Eui64, list[tuple[UserRole, bool]]]:
    held: dict[Eui64, list[tuple[UserRole, bool]]] = {}
    wanted = select(user_role).where(user_role.c.user_id.in_(list(user_ids)))
    for row in connection.execute(wanted):
        held.setdefault(row.user_id, []).append((UserRole(row.role), row.suspended))
    return held


def _unknown(user_id: Eui64) -> NotFound:
    return NotFound(f"{user_id} is not a User", response_code="E1")
