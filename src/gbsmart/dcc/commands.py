"""Commands: what is known of each one that goes, or went, to a device, and how it ended.

A command is its request's: it has the request's key, and its name on the WAN is made of that. Its way
through a lane is in ``lanes``; here it is found again, and settled. From which states to which comes from
the machine :data:`~gbsmart.dcc.model.COMMAND`.

Every function works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gbsmart.dcc.model import COMMAND, Command, LaneKey, RequestKey, states_before, target_of
from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.store.columns import from_signed, to_signed

COLUMNS = (
    "c.device, c.requester, c.request_counter, c.originator, c.state, c.position, c.counter,"
    " c.deadline, c.sent_at, c.succeeded"
)
KEY = "device = :device AND requester = :requester AND request_counter = :request_counter"
THIS = "c.device = :device AND c.requester = :requester AND c.request_counter = :request_counter"

_FIND = Sql("SELECT {columns} FROM command c WHERE {this}", columns=COLUMNS, this=THIS)
_FIND_WHOLE = Sql(
    "SELECT {columns}, m.content FROM command c LEFT JOIN message m ON m.device = c.device"
    " AND m.digest = c.content WHERE {this}",
    columns=COLUMNS,
    this=THIS,
)
_UNDER_COUNTER = Sql(
    "SELECT {columns} FROM command c {index} WHERE c.device = :device AND c.originator = :originator"
    " AND c.counter = :counter AND c.originator <> c.requester",
    columns=COLUMNS,
    index={"sqlite": "INDEXED BY ix_command_counter", "postgresql": ""},  # it would take the primary key
)
_WAITING = Sql(
    "SELECT {columns} FROM command c WHERE c.after_device = :device AND c.after_originator = :requester"
    " AND c.after_counter = :request_counter AND c.state = 'waiting'"
    " ORDER BY c.created_at, c.request_counter",
    columns=COLUMNS,
    lock="FOR UPDATE",
)
_OVERDUE = Sql(
    "SELECT {columns} FROM command c WHERE c.state = 'sent' AND c.deadline <= :now"
    " ORDER BY c.deadline LIMIT :limit",
    columns=COLUMNS,
    lock="FOR UPDATE SKIP LOCKED",
)
_SETTLE = {
    event: Sql(
        "UPDATE command SET state = '{target}', succeeded = :succeeded, settled_at = :now"
        " WHERE {key} AND state IN ({states}) {guard}",
        key=KEY,
        target=target_of(COMMAND, event),
        guard=guard,
        states=states_before(COMMAND, event),
    )
    for event, guard in (
        ("answer", ""),
        ("time out", ""),
        # what the WAN may have taken, a device may have executed: that is for the time-out to end
        ("undeliverable", "AND sent_at IS NULL"),
        ("cancel", ""),
    )
}
_SUCCESS = Sql(
    "UPDATE command SET succeeded = :succeeded WHERE {key} AND state = 'answered' AND succeeded IS NULL",
    key=KEY,
)
# Locked, so that its settling and the arrival of a successor come one after the other.
_LOCK = Sql("SELECT state, succeeded FROM command WHERE {key}", key=KEY, lock="FOR UPDATE")


def find(connection: Connection, key: RequestKey, *, whole: bool = True) -> Command | None:
    """The command of a request, or None; ``whole``: with its octets."""
    row = (_FIND_WHOLE if whole else _FIND).row(connection, parameters(key))
    return None if row is None else of_row(row)


def under_counter(connection: Connection, device: Eui64, originator: Eui64, counter: int) -> Command | None:
    """The command that the DCC sent to a device in its own name under this originator counter, or None."""
    named = {"device": device, "originator": originator, "counter": to_signed(counter)}
    row = _UNDER_COUNTER.row(connection, named)
    return None if row is None else of_row(row)


def answer(connection: Connection, key: RequestKey, *, at: datetime, succeeded: bool | None) -> bool:
    """Settle a command by its response; False when it was settled before (a late or repeated answer).

    ``succeeded`` None: nobody has looked yet whether the device did it (:func:`note_success`).
    Afterwards ``lanes.release`` or :func:`waiting_for` deals with the commands sequenced after it.
    """
    return _settle(connection, "answer", key, at, succeeded)


def time_out(connection: Connection, key: RequestKey, *, at: datetime) -> bool:
    """Settle a command whose answer did not come in time; False when it was settled before."""
    return _settle(connection, "time out", key, at, succeeded=False)


def undeliverable(connection: Connection, key: RequestKey, *, at: datetime) -> bool:
    """Settle a command that the WAN has never taken; False where it may have, or it was settled before."""
    return _settle(connection, "undeliverable", key, at, succeeded=False)


def cancel(connection: Connection, key: RequestKey, *, at: datetime) -> bool:
    """Take back a command that was not built yet; False when it is too late."""
    return _settle(connection, "cancel", key, at, succeeded=False)


def note_success(connection: Connection, key: RequestKey, *, succeeded: bool) -> None:
    """Note what the response to a command says, where nobody had looked yet."""
    _SUCCESS.run(connection, {**parameters(key), "succeeded": succeeded})


def standing(connection: Connection, key: RequestKey) -> tuple[str, bool | None] | None:
    """The state of a command and whether it succeeded, locked for this transaction; None: no command."""
    row = _LOCK.row(connection, parameters(key))
    return None if row is None else (row[0], None if row[1] is None else bool(row[1]))


def lock(connection: Connection, key: RequestKey) -> None:
    """Keep others from this command until the transaction ends. (SQLite's one writer is lock enough.)"""
    if connection.dialect.name == "postgresql":
        standing(connection, key)


def waiting_for(connection: Connection, key: RequestKey) -> list[Command]:
    """The commands that wait for this one to succeed, locked for this transaction."""
    return [of_row(row) for row in _WAITING.rows(connection, parameters(key))]


def overdue(connection: Connection, *, now: datetime, limit: int = 200) -> list[Command]:
    """Commands whose deadline has passed without an answer, earliest first, locked on PostgreSQL."""
    return [of_row(row) for row in _OVERDUE.rows(connection, {"now": to_micros(now), "limit": limit})]


def parameters(key: RequestKey) -> dict[str, object]:
    """The key of a command as the parameters of :data:`KEY` and :data:`THIS`."""
    return {
        "device": key.device,
        "requester": key.originator,
        "request_counter": to_signed(key.counter),
    }


def key_of(device: bytes, requester: bytes, request_counter: int) -> RequestKey:
    """The key of a row that begins with these columns."""
    return RequestKey(Eui64(device), Eui64(requester), from_signed(request_counter))


def of_row(row: Sequence[Any]) -> Command:
    """The command of a row of :data:`COLUMNS`, after which its octets may stand."""
    device, requester, request_counter, originator, state, position, counter = row[:7]
    deadline, sent_at, succeeded = row[7:10]
    key = key_of(device, requester, request_counter)
    return Command(
        key,
        LaneKey(key.device, Eui64(originator)),
        state,
        position,
        None if counter is None else from_signed(counter),
        None if deadline is None else from_micros(deadline),
        None if sent_at is None else from_micros(sent_at),
        None if succeeded is None else bool(succeeded),
        bytes(row[10]) if len(row) > 10 and row[10] is not None else None,
    )


def _settle(
    connection: Connection, event: str, key: RequestKey, at: datetime, succeeded: bool | None
) -> bool:
    row = {**parameters(key), "succeeded": succeeded, "now": to_micros(at)}
    return _SETTLE[event].run(connection, row) == 1
