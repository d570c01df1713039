"""Events: what happened to every request and device, in the order in which it was made durable.

A consumer of events applies each at most once, by its mark (consumer, event), and reads forward in
commit order. Every function works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart.dcc.model import Event, RequestKey
from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.store.columns import from_signed, to_signed

KEY = "device = :device AND originator = :originator AND counter = :counter"
"""Which request, in a statement: its parameters are :func:`key_of`."""
_EVENT = "id, device, originator, counter, at, name, source, target, code, message, detail"

NEW_EVENT = (
    "INSERT INTO event(device, originator, counter, at, name, source, target, code, message, detail, xact)"
)
XACT = {"sqlite": "0", "postgresql": "pg_current_xact_id()::text::bigint"}
_APPEND = Sql(
    "{new} VALUES"
    " (:device, :originator, :counter, :at, :name, :source, :target, :code, :message, :detail, {xact})",
    new=NEW_EVENT,
    xact=XACT,
)
_OF_REQUEST = Sql("SELECT {columns} FROM event WHERE {key} ORDER BY id", columns=_EVENT, key=KEY)
_OF_DEVICE = Sql(
    "SELECT {columns} FROM event WHERE device = :device ORDER BY id DESC LIMIT :limit", columns=_EVENT
)
_LAST_OF_DEVICE = Sql(
    "SELECT {columns} FROM event WHERE device = :device AND originator IS NULL AND name = :name"
    " AND code = :code ORDER BY id DESC LIMIT 1",
    columns=_EVENT,
)
_FORWARD = Sql(
    "SELECT {columns} FROM event WHERE id > :id ORDER BY id LIMIT :limit",
    # Only transactions older than every one still running: no event can appear before these any more.
    postgresql="SELECT {columns} FROM event WHERE (xact, id) > (:xact, :id)"
    " AND xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY xact, id LIMIT :limit",
    columns=_EVENT,
)
_MARK = Sql("INSERT INTO consumption(consumer, event) VALUES (:consumer, :event) ON CONFLICT DO NOTHING")
_BOOKMARK = Sql("SELECT xact, event FROM bookmark WHERE consumer = :consumer")
_MOVE = Sql(
    "INSERT INTO bookmark(consumer, xact, event)"
    " SELECT :consumer, xact, id FROM event WHERE id = :event"
    " ON CONFLICT (consumer) DO UPDATE SET xact = excluded.xact, event = excluded.event"
    " WHERE (bookmark.xact, bookmark.event) < (excluded.xact, excluded.event)",
)


class Step(NamedTuple):
    """A step that a request took: its event, from which state to which, with which code."""

    event: str
    source: str
    target: str
    code: str


def append(
    connection: Connection,
    about: RequestKey | Eui64,
    name: str,
    *,
    at: datetime,
    source: str = "",
    target: str = "",
    code: str = "",
    message: bytes | None = None,
    detail: str = "",
) -> None:
    """Append an event about a request, or about a device (an alert that answers nothing)."""
    subject = (
        key_of(about)
        if isinstance(about, RequestKey)
        else {"device": about, "originator": None, "counter": None}
    )
    _APPEND.run(
        connection,
        {
            **subject,
            "at": to_micros(at),
            "name": name,
            "source": source,
            "target": target,
            "code": code,
            "message": message,
            "detail": detail,
        },
    )


def append_all(
    connection: Connection,
    key: RequestKey,
    steps: Iterable[Step],
    told: Mapping[str, bytes | None],
    at: datetime,
) -> None:
    """Append the event of every step; ``told`` are the messages that some of them tell of."""
    common = {**key_of(key), "at": to_micros(at), "detail": ""}
    _APPEND.many(
        connection,
        [
            {
                **common, "name": event, "source": source, "target": target, "code": code,
                "message": told.get(event),
            }
            for event, source, target, code in steps
        ],
    )  # fmt: skip


def history(connection: Connection, key: RequestKey) -> list[Event]:
    """Every event of a request, oldest first."""
    return [_event(row) for row in _OF_REQUEST.rows(connection, key_of(key))]


def last_of_device(connection: Connection, device: Eui64, name: str, code: str) -> Event | None:
    """The newest event of this name and code that is about a device itself, not about a request."""
    row = _LAST_OF_DEVICE.row(connection, {"device": device, "name": name, "code": code})
    return None if row is None else _event(row)


def recent(connection: Connection, device: Eui64, *, limit: int = 100) -> list[Event]:
    """The newest events about a device, newest first."""
    return [_event(row) for row in _OF_DEVICE.rows(connection, {"device": device, "limit": limit})]


def unread(connection: Connection, consumer: str, *, limit: int = 500) -> list[Event]:
    """The next events past the consumer's bookmark, in commit order; none can appear before them later.

    On PostgreSQL an event becomes readable once every transaction older than its own has ended.
    """
    place = _BOOKMARK.row(connection, {"consumer": consumer}) or (-1, -1)
    rows = _FORWARD.rows(connection, {"xact": place[0], "id": place[1], "limit": limit})
    return [_event(row) for row in rows]


def consume(connection: Connection, consumer: str, event: Event) -> bool:
    """Mark an event as applied by ``consumer``; False when it has been already: then do not apply it.

    Mark, and apply, in one transaction.
    """
    return _MARK.run(connection, {"consumer": consumer, "event": event.id}) == 1


def move_bookmark(connection: Connection, consumer: str, event: Event) -> None:
    """Read on after ``event`` from now on; a bookmark never moves back."""
    _MOVE.run(connection, {"consumer": consumer, "event": event.id})


def key_of(key: RequestKey) -> dict[str, object]:
    """The parameters of :data:`KEY`."""
    return {"device": key.device, "originator": key.originator, "counter": to_signed(key.counter)}


def _event(row: Sequence[Any]) -> Event:
    number, device, originator, counter, at, name, source, target, code, message, detail = row[:11]
    return Event(
        number,
        Eui64(device),
        None if originator is None else Eui64(originator),
        None if counter is None else from_signed(counter),
        from_micros(at),
        name,
        source,
        target,
        code,
        None if message is None else bytes(message),
        detail,
    )
