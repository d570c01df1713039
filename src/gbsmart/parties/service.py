"""The verbs of the register of Parties and Users, each in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from gbsmart.duis import UserRole
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.parties.model import Party, User
from gbsmart.parties.tables import party, sec_user, user_role
from gbsmart.store import Sql

# Read for every request and every answer, so not by SQLAlchemy's expressions.
_USER = Sql(
    "SELECT u.party, u.receive_addresses, u.schema_version, u.suspended, r.role"
    " FROM sec_user u JOIN user_role r ON r.user_id = u.user_id WHERE u.user_id = :user"
)
_ROLES = {role.value: role for role in UserRole}


def add_party(connection: Connection, new: Party) -> None:
    """Enter a Party."""
    connection.execute(insert(party).values(signifier=new.signifier, name=new.name))


def parties(connection: Connection) -> list[Party]:
    """Every Party, by signifier."""
    rows = connection.execute(select(party).order_by(party.c.signifier))
    return [Party(row.signifier, row.name) for row in rows]


def add_user(connection: Connection, new: User) -> None:
    """Enter a User ID of a Party already entered; raises :class:`InvalidValue` without a role."""
    if not new.roles:
        raise InvalidValue("a User has at least one User Role", field="roles")
    connection.execute(insert(sec_user).values(user_id=new.id, **_columns(new)))
    _write_roles(connection, new)


def change_user(connection: Connection, changed: User) -> None:
    """Replace what is held of a User; raises :class:`NotFound`."""
    if not changed.roles:
        raise InvalidValue("a User has at least one User Role", field="roles")
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
    return User(
        user_id,
        party_of,
        frozenset(_ROLES[row[4]] for row in rows),
        tuple(json.loads(addresses) if isinstance(addresses, str) else addresses),
        version,
        bool(suspended),
    )


def users_of(connection: Connection, signifier: str) -> list[User]:
    """The Users of a Party."""
    return _users(connection, select(sec_user).where(sec_user.c.party == signifier))


def users_with_role(connection: Connection, role: UserRole) -> list[User]:
    """The Users that hold ``role``."""
    holders = select(user_role.c.user_id).where(user_role.c.role == role.value)
    return _users(connection, select(sec_user).where(sec_user.c.user_id.in_(holders)))


def suspend(connection: Connection, user_id: Eui64) -> None:
    """Suspend a User's rights (SEC Section M8): its requests are then refused with E3."""
    change_user(connection, replace(user(connection, user_id), suspended=True))


def reinstate(connection: Connection, user_id: Eui64) -> None:
    """End a suspension."""
    change_user(connection, replace(user(connection, user_id), suspended=False))


def _columns(value: User) -> dict[str, object]:
    return {
        "party": value.party,
        "receive_addresses": list(value.receive_addresses),
        "schema_version": value.schema_version,
        "suspended": value.suspended,
    }


def _write_roles(connection: Connection, value: User) -> None:
    rows = [{"user_id": value.id, "role": role.value} for role in sorted(value.roles)]
    connection.execute(insert(user_role), rows)


def _users(connection: Connection, wanted: Select[Any]) -> list[User]:
    found = connection.execute(wanted.order_by(sec_user.c.user_id)).all()
    roles = _roles(connection, [row.user_id for row in found])
    return [
        User(
            id=row.user_id,
            party=row.party,
            roles=frozenset(roles.get(row.user_id, ())),
            receive_addresses=tuple(row.receive_addresses),
            schema_version=row.schema_version,
            suspended=row.suspended,
        )
        for row in found
    ]


def _roles(connection: Connection, user_ids: Iterable[Eui64]) -> dict[Eui64, list[UserRole]]:
    held: dict[Eui64, list[UserRole]] = {}
    wanted = select(user_role).where(user_role.c.user_id.in_(list(user_ids)))
    for row in connection.execute(wanted):
        held.setdefault(row.user_id, []).append(UserRole(row.role))
    return held


def _unknown(user_id: Eui64) -> NotFound:
    return NotFound(f"{user_id} is not a User", response_code="E1")
