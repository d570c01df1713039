"""The ledger: requests as they stand, and every event that brought them there.

A state is a column, changed by a guarded update (``WHERE state = what we saw``); its event is appended
in the same transaction, so the two never disagree. Octets are stored once (``messages``); how events are
appended, and read by their consumers, stands in ``events``.

Every function works in the caller's transaction: hand it to the group-committing writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart.dcc import messages
from gbsmart.dcc.events import (
    KEY,
    NEW_EVENT,
    XACT,
    Step,
    append,
    append_all,
    consume,
    history,
    key_of,
    move_bookmark,
    recent,
    unread,
)
from gbsmart.dcc.model import (
    OUTCOMES,
    REQUEST,
    NewRequest,
    Request,
    RequestKey,
    states_before,
    target_of,
)
from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.store.columns import from_signed

__all__ = [
    "BATCHED",
    "DOCUMENTS",
    "advance",
    "advance_all",
    "append",
    "attach",
    "awaiting",
    "consume",
    "due",
    "enter",
    "find",
    "held",
    "history",
    "move_bookmark",
    "proceed",
    "receive",
    "recent",
    "unread",
]

DOCUMENTS = ("answer", "pre_command", "signed_pre_command", "signed_answer")
"""The columns of a request that refer to a message that comes after the request itself."""

_REQUEST = (
    "device, originator, counter, variant, command_variant, state, outcome, code, received_at, due, content,"
    " answer, pre_command, signed_pre_command, signed_answer"
)
_RECEIVE = Sql(
    "INSERT INTO request(device, originator, counter, variant, command_variant, state, code, received_at,"
    " content) VALUES (:device, :originator, :counter, :variant, :command_variant, :state, '', :at, :content)"
    " ON CONFLICT DO NOTHING"
)
_ENTER = Sql(
    "INSERT INTO request(device, originator, counter, variant, command_variant, state, outcome, code,"
    " received_at, due, content, answer, pre_command) VALUES (:device, :originator, :counter, :variant,"
    " :command_variant, :state, :outcome, :code, :at, :due, :content, :answer, :pre_command)"
    " ON CONFLICT DO NOTHING"
)
_PROCEED = Sql(
    "UPDATE request SET state = :target, outcome = COALESCE(outcome, :outcome), code = :code, due = :due,"
    " signed_pre_command = :signed_pre_command, signed_answer = :signed_answer"
    " WHERE {key} AND state = :source",
    key=KEY,
)
_FIND = Sql("SELECT {columns} FROM request WHERE {key}", columns=_REQUEST, key=KEY)
_ADVANCE = Sql(
    "UPDATE request SET state = :target, outcome = COALESCE(outcome, :outcome), code = :code, due = :due"
    " WHERE {key} AND state = :source",
    key=KEY,
)
_REFER = {
    name: Sql("UPDATE request SET {name} = :digest WHERE {key}", name=name, key=KEY) for name in DOCUMENTS
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
BATCHED = ("dispatch", "deliver", "give up delivery")


def _batch(event: str) -> tuple[Sql, Sql]:
    """The statements that append ``event`` for a request, and then move it, where its state allows."""
    fragments = {
        "event": event,
        "target": target_of(REQUEST, event),
        "states": states_before(REQUEST, event),
        "key": KEY,
    }
    append_for = Sql(
        "{new} SELECT device, originator, counter, :at, '{event}', state, '{target}', '', NULL, '', {xact}"
        " FROM request WHERE {key} AND state IN ({states})",
        lock="FOR UPDATE",  # so that no other transaction moves the request between the two statements
        new=NEW_EVENT,
        xact=XACT,
        **fragments,
    )
    move = Sql(
        "UPDATE request SET state = '{target}', due = NULL WHERE {key} AND state IN ({states})", **fragments
    )
    return append_for, move


_BATCHES = {event: _batch(event) for event in BATCHED}


def receive(connection: Connection, new: NewRequest) -> bool:
    """Enter a request in state ``received``; False when its RequestID was used before.

    Then :func:`find` tells which: a byte-identical repeat has the same ``content`` digest and gets the
    stored ``answer`` again; other octets under the same RequestID are a duplicate error.
    """
    digest = messages.digest_of(new.content)
    entered = _RECEIVE.run(
        connection,
        {
            **key_of(new.key),
            "variant": new.variant,
            "command_variant": new.command_variant,
            "state": REQUEST.initial,
            "at": to_micros(new.received_at),
            "content": digest,
        },
    )
    if not entered:
        return False
    messages.keep_digested(connection, new.key.device, {digest: new.content}, at=new.received_at)
    append(connection, new.key, "receive", at=new.received_at, target=REQUEST.initial, message=digest)
    return True


def enter(
    connection: Connection,
    new: NewRequest,
    steps: Iterable[tuple[str, str]],
    answer: bytes,
    *,
    due: datetime | None = None,
    pre_command: bytes | None = None,
) -> str | None:
    """Enter a request together with its answer and the first steps that it takes, in one go.

    ``steps`` are events with the guards that choose between them. The state it is in then, or None
    where its RequestID was used before: see :func:`receive`, of which this is the quick way.
    """
    way = _walk(REQUEST.initial, steps)
    documents = [new.content, answer] if pre_command is None else [new.content, answer, pre_command]
    digests = [messages.digest_of(document) for document in documents]
    kept = digests[2] if pre_command is not None else None
    entered = _ENTER.run(
        connection,
        {
            **key_of(new.key),
            "variant": new.variant,
            "command_variant": new.command_variant,
            **way.end(),
            "at": to_micros(new.received_at),
            "due": None if due is None else to_micros(due),
            "content": digests[0],
            "answer": digests[1],
            "pre_command": kept,
        },
    )
    if not entered:
        return None
    octets = dict(zip(digests, documents, strict=True))
    messages.keep_digested(connection, new.key.device, octets, at=new.received_at)
    told = {"receive": digests[0], "issue pre-command": kept}
    received = Step("receive", "", REQUEST.initial, "")
    append_all(connection, new.key, [received, *way.steps], told, new.received_at)
    return way.state


def proceed(
    connection: Connection,
    key: RequestKey,
    steps: Iterable[tuple[str, str]],
    *,
    state: str,
    at: datetime,
    due: datetime,
    signed_pre_command: bytes,
    signed_answer: bytes,
) -> bool:
    """Take the steps of a request whose Signed Pre-Command has come, with its documents, in one go.

    False, and nothing written, where it is not in ``state``.
    """
    way = _walk(state, steps)
    documents = [signed_pre_command, signed_answer]
    digests = [messages.digest_of(document) for document in documents]
    moved = _PROCEED.run(
        connection,
        {
            **key_of(key),
            "source": state,
            "target": way.state,
            **way.end(),
            "due": to_micros(due),
            "signed_pre_command": digests[0],
            "signed_answer": digests[1],
        },
    )
    if moved:
        octets = dict(zip(digests, documents, strict=True))
        messages.keep_digested(connection, key.device, octets, at=at)
        append_all(connection, key, way.steps, {}, at)
    return moved == 1


class _Way(NamedTuple):
    """Steps along :data:`REQUEST`, one after the other."""

    steps: list[Step]
    outcome: str | None

    @property
    def state(self) -> str:
        return self.steps[-1].target

    def end(self) -> dict[str, object]:
        """The columns of a request at its end."""
        return {"state": self.state, "outcome": self.outcome, "code": self.steps[-1].code}


def _walk(state: str, steps: Iterable[tuple[str, str]]) -> _Way:
    taken: list[Step] = []
    outcome = None
    for event, guard in steps:
        step = REQUEST.step(state, event, guard) or _only_step(state, event)
        assert step is not None, (state, event)
        taken.append(Step(event, state, step.target, step.code))
        state = step.target
        outcome = outcome or (state if state in OUTCOMES else None)
    return _Way(taken, outcome)


def find(connection: Connection, key: RequestKey) -> Request | None:
    """The request of this RequestID, or None."""
    row = _FIND.row(connection, key_of(key))
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
            **key_of(key),
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
    rows = [{**key_of(key), "at": to_micros(at)} for key in keys]
    append_for.many(connection, rows)
    move.many(connection, rows)


def attach(connection: Connection, key: RequestKey, document: str, content: bytes, *, at: datetime) -> bytes:
    """Store octets and refer to them from the request's column ``document`` (:data:`DOCUMENTS`)."""
    digest = messages.keep(connection, key.device, content, at=at)
    _REFER[document].run(connection, {**key_of(key), "digest": digest})
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


def _only_step(state: str, event: str) -> Any:
    steps = [step for step in REQUEST.transitions if step.source == state and step.event == event]
    return steps[0] if len(steps) == 1 else None


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
