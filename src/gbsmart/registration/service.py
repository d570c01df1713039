"""The verbs of registration data, each in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from gbsmart.ground import InvalidValue, NotFound
from gbsmart.parties import User, UserRole
from gbsmart.registration.model import Fuel, MeteringPoint, Responsibility
from gbsmart.registration.tables import metering_point, responsibility
from gbsmart.store import Sql, to_micros

_ROLES_BY_POINT: dict[tuple[Fuel, bool], frozenset[UserRole]] = {
    (Fuel.ELECTRICITY, False): frozenset(
        {
            UserRole.IMPORT_SUPPLIER,
            UserRole.ELECTRICITY_DISTRIBUTOR,
            UserRole.REGISTERED_SUPPLIER_AGENT,
        }
    ),
    (Fuel.ELECTRICITY, True): frozenset(
        {
            UserRole.EXPORT_SUPPLIER,
            UserRole.ELECTRICITY_DISTRIBUTOR,
            UserRole.REGISTERED_SUPPLIER_AGENT,
        }
    ),
    (Fuel.GAS, False): frozenset(
        {
            UserRole.GAS_SUPPLIER,
            UserRole.GAS_TRANSPORTER,
            UserRole.REGISTERED_SUPPLIER_AGENT,
        }
    ),
}
"""Who can be responsible for which kind of metering point."""

# Read for every request, so not by SQLAlchemy's expressions.
_QUALIFYING, _QUALIFYING_OR_LATER = (
    Sql(
        "SELECT role FROM responsibility WHERE mpxn = :mpxn AND party = :party AND {when}"
        " (ends IS NULL OR ends > :at)",
        when=when,
    )
    for when in ("starts <= :at AND", "")
)


def add_point(connection: Connection, new: MeteringPoint) -> None:
    """Enter a metering point."""
    connection.execute(insert(metering_point).values(mpxn=new.mpxn, **_columns(new)))


def enter(
    connection: Connection,
    new: Iterable[tuple[MeteringPoint, Iterable[Responsibility]]],
    *,
    received_at: datetime,
) -> None:
    """Enter many metering points at once, each with who is responsible from its beginning.

    Raises :class:`InvalidValue` as :func:`register` does, and then nothing is entered.
    """
    points: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    for where, responsibilities in new:
        points.append({"mpxn": where.mpxn, **_columns(where)})
        for each in responsibilities:
            _check(each, where)
            rows.append(_row(each, received_at))
    if points:
        connection.execute(insert(metering_point), points)
    if rows:
        connection.execute(insert(responsibility), rows)


def point(connection: Connection, mpxn: str) -> MeteringPoint:
    """The metering point of this number; raises :class:`NotFound`."""
    row = connection.execute(select(metering_point).where(metering_point.c.mpxn == mpxn)).one_or_none()
    if row is None:
        raise NotFound(f"{mpxn} is not a registered metering point")
    return _point(row)


def points_at(
    connection: Connection, *, uprn: str = "", postcode: str = "", address_identifier: str = ""
) -> list[MeteringPoint]:
    """The metering points of premises, by UPRN or by postcode and address identifier (DUIS 8.2)."""
    if uprn:
        here: ColumnElement[bool] = metering_point.c.uprn == uprn
    elif postcode:
        written = _one_space(postcode)
        if not written:
            return []  # blanks: no premises, and not those whose postcode nobody entered
        here = and_(
            metering_point.c.postcode == written,
            metering_point.c.address_identifier == address_identifier,
        )
    else:
        raise InvalidValue("name premises by UPRN, or by postcode and address identifier")
    rows = connection.execute(select(metering_point).where(here).order_by(metering_point.c.mpxn))
    return [_point(row) for row in rows]


def register(connection: Connection, new: Responsibility, *, received_at: datetime) -> None:
    """Enter who is responsible in a role from ``new.starts``; whoever was before ends there.

    What was registered to start at or after ``new.starts`` in that role is superseded. Raises
    :class:`InvalidValue` where the role has no place at this kind of metering point or the dates are
    reversed, :class:`NotFound` for an unknown metering point.
    """
    _check(new, point(connection, new.mpxn))
    in_role = and_(responsibility.c.mpxn == new.mpxn, responsibility.c.role == new.role.value)
    connection.execute(delete(responsibility).where(in_role, responsibility.c.starts >= new.starts))
    running = or_(responsibility.c.ends.is_(None), responsibility.c.ends > new.starts)
    connection.execute(update(responsibility).where(in_role, running).values(ends=new.starts))
    connection.execute(insert(responsibility).values(**_row(new, received_at)))


def _check(new: Responsibility, where: MeteringPoint) -> None:
    if new.role not in _ROLES_BY_POINT[where.fuel, where.export]:
        raise InvalidValue(f"{new.role} is not responsible for such a metering point", field="role")
    if new.ends is not None and new.ends <= new.starts:
        raise InvalidValue("a responsibility ends after it starts", field="ends")


def _row(new: Responsibility, received_at: datetime) -> dict[str, object]:
    return {
        "mpxn": new.mpxn, "role": new.role.value, "party": new.party,
        "starts": new.starts, "ends": new.ends, "received_at": received_at,
    }  # fmt: skip


def withdraw(connection: Connection, mpxn: str, role: UserRole, *, at: datetime) -> None:
    """End the responsibility in ``role`` at ``at`` and drop what was to start later (a cancelled switch)."""
    in_role = and_(responsibility.c.mpxn == mpxn, responsibility.c.role == role.value)
    connection.execute(delete(responsibility).where(in_role, responsibility.c.starts >= at))
    running = or_(responsibility.c.ends.is_(None), responsibility.c.ends > at)
    connection.execute(update(responsibility).where(in_role, running).values(ends=at))


def responsibilities(connection: Connection, mpxn: str) -> list[Responsibility]:
    """The whole history and future of a metering point, by role and start."""
    rows = connection.execute(
        select(responsibility)
        .where(responsibility.c.mpxn == mpxn)
        .order_by(responsibility.c.role, responsibility.c.starts)
    )
    return [Responsibility(row.mpxn, UserRole(row.role), row.party, row.starts, row.ends) for row in rows]


def responsible_party(connection: Connection, mpxn: str, role: UserRole, *, at: datetime) -> str | None:
    """The Party responsible in ``role`` for a metering point at ``at``, or None."""
    return connection.execute(
        select(responsibility.c.party).where(
            responsibility.c.mpxn == mpxn, responsibility.c.role == role.value, _covers(at)
        )
    ).scalar_one_or_none()


def qualifying_roles(
    connection: Connection, user: User, mpxns: Iterable[str], *, at: datetime, or_later: bool = False
) -> frozenset[UserRole]:
    """The roles of ``user`` in which its Party is responsible for any of ``mpxns`` at ``at``.

    ``or_later`` also counts a responsibility that starts after ``at``: Read Inventory (8.2) serves
    future suppliers too.
    """
    statement = _QUALIFYING_OR_LATER if or_later else _QUALIFYING
    asked = {"party": user.party, "at": to_micros(at)}
    held = {role for mpxn in mpxns for (role,) in statement.rows(connection, {**asked, "mpxn": mpxn})}
    return frozenset(UserRole(role) for role in held) & user.roles


def _covers(at: datetime) -> ColumnElement[bool]:
    ends = or_(responsibility.c.ends.is_(None), responsibility.c.ends > at)
    return and_(responsibility.c.starts <= at, ends)


def _columns(value: MeteringPoint) -> dict[str, object]:
    return {
        "fuel": value.fuel.value,
        "export": value.export,
        "uprn": value.uprn,
        "postcode": _one_space(value.postcode),
        "address_identifier": value.address_identifier,
    }


def _point(row: Row[Any]) -> MeteringPoint:
    return MeteringPoint(
        mpxn=row.mpxn,
        fuel=Fuel(row.fuel),
        export=row.export,
        uprn=row.uprn,
        postcode=row.postcode,
        address_identifier=row.address_identifier,
    )


def _one_space(postcode: str) -> str:
    """``sw1a1aa`` and ``SW1A  1AA`` are one postcode: upper case, one space before the last three."""
    letters = "".join(postcode.split()).upper()
    return f"{letters[:-3]} {letters[-3:]}" if letters else ""
