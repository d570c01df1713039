"""The durable side of the hubs: what they hold, whatever happens to the process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.wan.link import Parcel
from gbsmart.wan.tables import State

_HOLD = Sql(
    "INSERT INTO wan_parcel (transport_id, hub, device, place, due, state, command, response) "
    "VALUES (:transport_id, :hub, :device, :place, :due, :state, :command, :response) "
    "ON CONFLICT (transport_id) DO NOTHING"
)
_FIND = Sql("SELECT place, hub, device, response FROM wan_parcel WHERE transport_id = :transport_id")
_ANSWER = Sql(
    "UPDATE wan_parcel SET state = :state, response = :response, command = :nothing, due = :now "
    "WHERE transport_id = :transport_id AND state = 0"
)
_TAKEN = Sql("UPDATE wan_parcel SET state = 2, due = :now WHERE transport_id = :transport_id AND state = 1")
_OPEN = Sql(
    "SELECT transport_id, hub, device, place, due, state, command, response FROM wan_parcel "
    "WHERE state < 2 ORDER BY place"
)
_LAST_PLACE = Sql("SELECT COALESCE(MAX(place), 0) FROM wan_parcel")
_FORGET = Sql(
    "DELETE FROM wan_parcel WHERE state >= 2 AND due < :before "
    "AND place < (SELECT MAX(place) FROM wan_parcel)"
)


class Waiting(NamedTuple):
    """A command that waits at its hub until ``due``."""

    due: datetime
    place: int
    parcel: Parcel


class Held(NamedTuple):
    """A transport id that a hub knows, and its place; ``parcel`` is the response, where there is one."""

    place: int
    parcel: Parcel | None


def find(connection: Connection, transport_id: str) -> Held | None:
    """What is held under a transport id, or None."""
    row = _FIND.row(connection, {"transport_id": transport_id})
    if row is None:
        return None
    place, hub, device, response = row
    where = (Eui64(hub), Eui64(device), transport_id)
    return Held(place, None if response is None else Parcel(*where, bytes(response)))


def hold(connection: Connection, waiting: Iterable[Waiting]) -> int:
    """Hold commands for their devices; how many there were whose transport id is new."""
    return _HOLD.many(
        connection, (_row(w.parcel, w.place, w.due, State.WAITING, command=w.parcel.octets) for w in waiting)
    )


def known_before(connection: Connection, fresh: dict[str, Waiting]) -> list[Parcel]:
    """Take out of ``fresh`` what hubs knew before; the responses there are to it."""
    again: list[Parcel] = []
    for waiting in list(fresh.values()):
        named = waiting.parcel.transport_id
        held = find(connection, named)
        if held is not None and held.place != waiting.place:
            del fresh[named]
            if held.parcel is not None:
                again.append(held.parcel)
    return again


def hold_alerts(connection: Connection, alerts: Iterable[Parcel], place: int, now: datetime) -> None:
    """Hold alerts for the DCC."""
    _HOLD.many(
        connection,
        (_row(alert, place, now, State.ANSWERED, response=alert.octets) for alert in alerts),
    )


def answer(connection: Connection, answers: Iterable[tuple[str, bytes | None]], now: datetime) -> None:
    """Note what devices answered (None: silence), by transport id."""
    _ANSWER.many(
        connection,
        (
            {
                "transport_id": transport_id,
                "response": response,
                "nothing": b"",
                "now": to_micros(now),
                "state": int(State.SILENT if response is None else State.ANSWERED),
            }
            for transport_id, response in answers
        ),
    )


def taken(connection: Connection, transport_ids: Iterable[str], now: datetime) -> None:
    """Note that the DCC has taken responses and alerts."""
    moment = to_micros(now)
    _TAKEN.many(connection, ({"transport_id": each, "now": moment} for each in transport_ids))


def forget(connection: Connection, before: datetime) -> int:
    """Forget parcels that were taken, or met with silence, before a moment; says how many.

    The last one of all stays, so that places, and the alerts' transport ids made from them, go on rising.
    """
    return _FORGET.run(connection, {"before": to_micros(before)})


def reopen(connection: Connection) -> tuple[list[Waiting], list[Parcel], int]:
    """What was open when the process ended: commands waiting, parcels not taken, the last place."""
    waiting: list[Waiting] = []
    upward: list[Parcel] = []
    for transport_id, hub, device, place, due, state, command, response in _OPEN.rows(connection, {}):
        where = (Eui64(hub), Eui64(device), transport_id)
        if state == State.WAITING:
            waiting.append(Waiting(from_micros(due), place, Parcel(*where, bytes(command))))
        else:
            upward.append(Parcel(*where, bytes(response), alert=command is None))
    last = _LAST_PLACE.row(connection, {})
    return waiting, upward, last[0] if last else 0


def _row(
    parcel: Parcel,
    place: int,
    due: datetime,
    state: State,
    *,
    command: bytes | None = None,
    response: bytes | None = None,
) -> dict[str, object]:
    return {
        "transport_id": parcel.transport_id,
        "hub": parcel.hub,
        "device": parcel.device,
        "place": place,
        "due": to_micros(due),
        "state": int(state),
        "command": command,
        "response": response,
    }
