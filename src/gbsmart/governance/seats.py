"""Who sits on which body, from when until when: each verb in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from gbsmart.governance.tables import seat as table
from gbsmart.ground import InvalidValue, NotFound


class Seat(NamedTuple):
    """A term in a seat; ``until`` is None where it is not limited."""

    body: str
    seat: str
    constituency: str
    holder: str
    """A person, or the signifier of the Party for which the seat is held."""
    since: datetime
    until: datetime | None


def appoint(connection: Connection, new: Seat) -> None:
    """Enter a term. Raises :class:`InvalidValue` where somebody else's term in the seat overlaps it."""
    if new.until is not None and new.until <= new.since:
        raise InvalidValue("a term ends after it began", field="until")
    for held in terms(connection, new.body, new.seat):
        ends_before = held.until is not None and held.until <= new.since
        begins_after = new.until is not None and new.until <= held.since
        if not ends_before and not begins_after:
            until = f"until {held.until:%Y-%m-%d}" if held.until else "without an end"
            raise InvalidValue(
                f"{held.holder} has {new.seat} of {new.body} from {held.since:%Y-%m-%d} {until}",
                field="seat", remedy="Vacate it first.",
            )  # fmt: skip
    connection.execute(insert(table).values(**new._asdict()))


def vacate(connection: Connection, body: str, seat: str, at: datetime) -> Seat:
    """End the term that runs in a seat; the term as it was. Raises :class:`NotFound` where none does."""
    running = [each for each in seats(connection, body, at) if each.seat == seat]
    if not running:
        raise NotFound(f"nobody has {seat} of {body}")
    ended = (table.c.body == body, table.c.seat == seat, table.c.since == running[0].since)
    connection.execute(update(table).where(*ended).values(until=at))
    return running[0]


def give_up(connection: Connection, body: str, seat: str, since: datetime) -> None:
    """Take back a term that has not begun."""
    same = (table.c.body == body, table.c.seat == seat, table.c.since == since)
    connection.execute(delete(table).where(*same))


def seats(connection: Connection, body: str, at: datetime) -> list[Seat]:
    """Who sits on ``body`` at a moment, by seat."""
    running = (table.c.since <= at, or_(table.c.until.is_(None), table.c.until > at))
    wanted = select(table).where(table.c.body == body, *running).order_by(table.c.seat)
    return [Seat(*row[1:]) for row in connection.execute(wanted)]


def bodies(connection: Connection) -> list[str]:
    """The bodies that have or had members."""
    return list(connection.scalars(select(table.c.body).distinct().order_by(table.c.body)))


def terms(connection: Connection, body: str, seat: str = "") -> list[Seat]:
    """Every term there was in the seats of ``body``, or in one, in order."""
    wanted = select(table).where(table.c.body == body).order_by(table.c.since, table.c.seat)
    if seat:
        wanted = wanted.where(table.c.seat == seat)
    return [Seat(*row[1:]) for row in connection.execute(wanted)]
