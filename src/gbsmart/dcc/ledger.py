"""The ledger: requests as they stand, and every event that brought them there.

A state is a column, changed by a guarded update (``WHERE state = what we saw``); its event is appended
in the same transaction, so the two never disagree. Octets are stored once (``messages``). A consumer of
events applies each at most once, by its mark (consumer, event), and reads forward in commit order.

Every function works in the caller's transaction: hand it to the group-committing writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from gbsmart.dcc import messages
from gbsmart.dcc.model import (
    OUTCOMES,
    REQUEST,
    Event,
    NewRequest,
    Request,
    RequestKey,
    states_before,
    target_of,
)
from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.store.columns import from_signed, to_signed

DOCUMENTS = ("answer", "pre_command", "signed_pre_command", "signed_answer")
"""The columns of a request that refer to a message that comes after the request itself."""

_KEY = "device = :device AND originator = :originator AND counter = :counter"
_REQUEST = (
    "device, originator, counter, variant, command_variant, state, outcome, code, received_at, due, content,"
    " answer, pre_command, signed_pre_command, signed_answer"
)
_EVENT = "id, device, originator, counter, at, name, source, target, code, message, detail"

_RECEIVE = Sql(
    "INSERT INTO request(device, originator, counter, variant, command_variant, state, code, received_at,"
    " content) VALUES (:device, :originator, :counter, :variant, :command_variant, :state, '', :at, :content)"
    " ON CONFLICT DO NOTHING"
)
_ENTER = Sql(
    "INSERT INTO request(device, originator, counter, variant, command_variant, state, outcome, code,"
    " received_at, due, content, answer) VALUES (:device, :originator, :counter, :variant, :command_variant,"
    " :state, :outcome, :code, :at, :due, :content, :answer) ON CONFLICT DO NOTHING"
)
_FIND = Sql("SELECT {columns} FROM request WHERE {key}", columns=_REQUEST, key=_KEY)
_ADVANCE = Sql(
    "UPDATE request SET state = :target, outcome = COALESCE(outcome, :outcome), code = :code, due = :due"
    " WHERE {key} AND state = :source",
    key=_KEY,
)
_REFER = {
    name: Sql("UPDATE request SET {name} = :digest WHERE {key}", name=name, key=_KEY) for name in DOCUMENTS
}
_HELD = Sql(
    "SELECT {columns} FROM request WHERE device = :device AND originator = :originator"
    " AND variant = :variant AND state = :state ORDER BY due",
    columns=_REQUEST,
)
_DUE = Sql(
    "SELECT {columns} FROM request WHERE state = :state AND due <= :now ORDER BY due LIMIT :limit",
    columns=_REQUEST,
    lock="FOR UPDATE SKIP LOCKED",
)
_NEW_EVENT = (
    "INSERT INTO event(device, originator, counter, at, name, source, target, code, message, detail, xact)"
)
_XACT = {"sqlite": "0", "postgresql": "pg_current_xact_id()::text::bigint"}
_APPEND = Sql(
    "{new} VALUES"
    " (:device, :originator, :counter, :at, :name, :source, :target, :code, :message, :detail, {xact})",
    new=_NEW_EVENT,
    xact=_XACT,
)
BATCHED = ("dispatch", "deliver", "give up delivery")


def _batch(event: str) -> tuple[Sql, Sql]:
    """The statements that append ``event`` for a request, and then move it, where its state allows."""
    fragments = {
        "event": event,
        "target": target_of(REQUEST, event),
        "states": states_before(REQUEST, event),
        "key": _KEY,
    }
    append_for = Sql(
        "{new} SELECT device, originator, counter, :at, '{event}', state, '{target}', '', NULL, '', {xact}"
        " FROM request WHERE {key} AND state IN ({states})",
        lock="FOR UPDATE",  # so that no other transaction moves the request between the two statements
        new=_NEW_EVENT,
        xact=_XACT,
        **fragments,
    )
    move = Sql(
        "UPDATE request SET state = '{target}', due = NULL WHERE {key} AND state IN ({states})", **fragments
    )
    return append_for, move


_BATCHES = {event: _batch(event) for event in BATCHED}
_OF_REQUEST = Sql("SELECT {columns} FROM event WHERE {key} ORDER BY id", columns=_EVENT, key=_KEY)
_OF_DEVICE = Sql(
    "SELECT {columns} FROM event WHERE device = :device ORDER BY id DESC LIMIT :limit", columns=_EVENT
)
_FORWARD = Sql(
    "SELECT {columns} FROM event WHERE (xact, id) > (:xact, :id) ORDER BY xact, id LIMIT :limit",
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


def receive(connection: Connection, new: NewRequest) -> bool:
    """Enter a request in state ``received``; False when its RequestID was used before.

    Then :func:`find` tells which: a byte-identical repeat has the same ``content`` digest and gets the
    stored ``answer`` again; other octets under the same RequestID are a duplicate error.
    """
    digest = sha256(new.content).digest()
    entered = _RECEIVE.run(
        connection,
        {
            **_key(new.key),
            "variant": new.variant,
            "command_variant": new.command_variant,
            "state": REQUEST.initial,
            "at": to_micros(new.received_at),
            "content": digest,
        },
    )
    if not entered:
        return False
    messages.keep(connection, new.key.device, new.content, at=new.received_at)
    append(connection, new.key, "receive", at=new.received_at, target=REQUEST.initial, message=digest)
    return True


def enter(
    connection: Connection,
    new: NewRequest,
    steps: Iterable[tuple[str, str]],
    answer: bytes,
    *,
    due: datetime | None = None,
) -> str | None:
    """Enter a request together with its answer and the first steps that it takes, in one go.

    ``steps`` are events with the guards that choose between them. The state it is in then, or None
    where its RequestID was used before: see :func:`receive`, of which this is the quick way.
    """
    events, state, code = [("receive", "", REQUEST.initial, "")], REQUEST.initial, ""
    outcome = None
    for event, guard in steps:
        step = REQUEST.step(state, event, guard)
        assert step is not None, (state, event)
        events.append((event, state, step.target, step.code))
        state, code = step.target, step.code
        outcome = outcome or (state if state in OUTCOMES else None)
    key, at = _key(new.key), to_micros(new.received_at)
    digests = sha256(new.content).digest(), sha256(answer).digest()
    entered = _ENTER.run(
        connection,
        {
            **key,
            "variant": new.variant,
            "command_variant": new.command_variant,
            "state": state,
            "outcome": outcome,
            "code": code,
            "at": at,
            "due": None if due is None else to_micros(due),
            "content": digests[0],
            "answer": digests[1],
        },
    )
    if not entered:
        return None
    device = new.key.device
    messages.keep_all(connection, ((device, new.content), (device, answer)), at=new.received_at)
    common = {**key, "at": at, "detail": ""}
    _APPEND.many(
        connection,
        [
            {
                **common,
                "name": name,
                "source": source,
                "target": target,
                "code": its,
                "message": digests[0] if name == "receive" else None,
            }
            for name, source, target, its in events
        ],
    )
    return state


def find(connection: Connection, key: RequestKey) -> Request | None:
    """The request of this RequestID, or None."""
    row = _FIND.row(connection, _key(key))
    return None if row is None else _request(row)


def advance(
    connection: Connection,
    key: RequestKey,
    event: str,
    *,
    at: datetime,
    state: str | None = None,
    guard: str = "",
    code: str = "",
    due: datetime | None = None,
    message: bytes | None = None,
    detail: str = "",
) -> str | None:
    """Move a request along :data:`REQUEST` and append the event; the new state, or None.

    None: the event means nothing in the request's state, or another transaction changed it first.
    ``state`` is the state last seen (read here when not given). ``guard`` chooses between steps that
    share an event; where only one step leaves the state on ``event`` it may be left out. ``code``
    replaces the step's own; ``due`` is the moment the new state waits for.
    """
    if state is None:
        seen = find(connection, key)
        if seen is None:
            return None
        state = seen.state
    step = REQUEST.step(state, event, guard) or _only_step(state, event)
    if step is None:
        return None
    target, code = step.target, code or step.code
    changed = _ADVANCE.run(
        connection,
        {
            **_key(key),
            "source": state,
            "target": target,
            "outcome": target if target in OUTCOMES else None,
            "code": code,
            "due": None if due is None else to_micros(due),
        },
    )
    if not changed:
        return None
    append(
        connection,
        key,
        event,
        at=at,
        source=state,
        target=target,
        code=code,
        message=message,
        detail=detail,
    )
    return target


def advance_all(connection: Connection, keys: Iterable[RequestKey], event: str, *, at: datetime) -> None:
    """Move many requests along one event, as one batch: those that are in a state it leads out of.

    For events that lead to one target from wherever they happen (:data:`BATCHED`). The request's code
    stays what it is.
    """
    append_for, move = _BATCHES[event]
    rows = [{**_key(key), "at": to_micros(at)} for key in keys]
    append_for.many(connection, rows)
    move.many(connection, rows)


def attach(connection: Connection, key: RequestKey, document: str, content: bytes, *, at: datetime) -> bytes:
    """Store octets and refer to them from the request's column ``document`` (:data:`DOCUMENTS`)."""
    digest = messages.keep(connection, key.device, content, at=at)
    _REFER[document].run(connection, {**_key(key), "digest": digest})
    return digest


def held(connection: Connection, device: Eui64, originator: Eui64, variant: str) -> list[Request]:
    """A User's requests of one variant that the DCC holds for a device until their execution time."""
    return _of_variant(connection, device, originator, variant, "held")


def awaiting(connection: Connection, device: Eui64, originator: Eui64, variant: str) -> list[Request]:
    """A User's requests of one variant that a device holds until their execution time."""
    return _of_variant(connection, device, originator, variant, "awaiting execution")


def _of_variant(
    connection: Connection, device: Eui64, originator: Eui64, variant: str, state: str
) -> list[Request]:
    parameters = {"device": device, "originator": originator, "variant": variant, "state": state}
    return [_request(row) for row in _HELD.rows(connection, parameters)]


def due(connection: Connection, state: str, *, now: datetime, limit: int = 200) -> list[Request]:
    """Requests in ``state`` whose ``due`` moment has come, earliest first.

    On PostgreSQL they are locked for this transaction, and those another worker has locked are left out.
    """
    parameters = {"state": state, "now": to_micros(now), "limit": limit}
    return [_request(row) for row in _DUE.rows(connection, parameters)]


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
        _key(about)
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


def history(connection: Connection, key: RequestKey) -> list[Event]:
    """Every event of a request, oldest first."""
    return [_event(row) for row in _OF_REQUEST.rows(connection, _key(key))]


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


def _only_step(state: str, event: str) -> Any:
    steps = [step for step in REQUEST.transitions if step.source == state and step.event == event]
    return steps[0] if len(steps) == 1 else None


def _key(key: RequestKey) -> dict[str, object]:
    return {"device": key.device, "originator": key.originator, "counter": to_signed(key.counter)}


def _request(row: Sequence[Any]) -> Request:
    device, originator, counter, variant, command_variant, state, outcome, code, received, due_at = row[:10]
    content, *documents = row[10:]
    return Request(
        RequestKey(Eui64(device), Eui64(originator), from_signed(counter)),
        variant,
        command_variant,
        state,
        outcome,
        code,
        from_micros(received),
        None if due_at is None else from_micros(due_at),
        bytes(content),
        *(None if digest is None else bytes(digest) for digest in documents),
    )


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
