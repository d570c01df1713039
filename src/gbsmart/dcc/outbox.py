"""The outbox: signed messages on their way to Users, in the order in which they were put in.

A message is put in by the transaction that makes it due, so that neither exists without the other.
``once`` names what it is, and no repeat of a transaction puts it in twice. A worker claims the head of
one User's outbox for a while; a User whose first message waits for its next attempt has no other sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart.dcc.messages import keep
from gbsmart.dcc.model import DELIVERY, RequestKey, states_before
from gbsmart.ground import Eui64
from gbsmart.store import Sql, from_micros, to_micros
from gbsmart.store.columns import from_signed, to_signed

OUTCOME = "outcome"
"""The kind of message that ends a request; others tell of it or of a device."""


class Waiting(NamedTuple):
    """One message of a User's outbox. ``request`` is set where it is the outcome of a request."""

    id: int
    user: Eui64
    device: Eui64
    request: RequestKey | None
    attempts: int
    created_at: datetime
    content: bytes


_PUT = Sql(
    "INSERT INTO delivery(user_id, once, device, originator, counter, message, state, attempts, next_at,"
    " created_at) VALUES (:user, :once, :device, :originator, :counter, :message, 'pending', 0, :at, :at)"
    " ON CONFLICT (user_id, once) DO NOTHING"
)
_USERS = Sql(
    "SELECT u.user_id FROM sec_user u WHERE EXISTS (SELECT 1 FROM delivery d WHERE d.user_id = u.user_id"
    " AND d.state = 'pending' AND d.next_at <= :now)"
)
_HEAD = Sql(
    "SELECT d.id, d.device, d.originator, d.counter, d.attempts, d.created_at, d.next_at, d.leased_until,"
    " d.once, m.content"
    " FROM delivery d JOIN message m ON m.device = d.device AND m.digest = d.message"
    " WHERE d.user_id = :user AND d.state = 'pending' ORDER BY d.id LIMIT :limit",
    # Waited for, not passed over: what follows another worker's messages must not overtake them.
    lock="FOR UPDATE OF d",
)
_LEASE = Sql(
    "UPDATE delivery SET leased_until = :until WHERE user_id = :user AND id = :id AND state = 'pending'"
)
_GIVE_BACK = Sql(
    "UPDATE delivery SET next_at = :next, leased_until = NULL"
    " WHERE user_id = :user AND id = :id AND state = 'pending'"
)
_FREE_ALL = Sql(
    "UPDATE delivery SET leased_until = NULL WHERE state = 'pending' AND leased_until IS NOT NULL"
)
# When the first message of each User's outbox may be sent: nothing behind it goes before.
_HEADS = (
    "SELECT (SELECT d.next_at FROM delivery d WHERE d.user_id = u.user_id AND d.state = 'pending'"
    " ORDER BY d.id LIMIT 1) AS next_at FROM sec_user u"
)
_NEXT = Sql("SELECT min(next_at) FROM ({heads}) AS head WHERE next_at > :now", heads=_HEADS)
_IS_MOVING = Sql("SELECT 1 FROM ({heads}) AS head WHERE next_at <= :now LIMIT 1", heads=_HEADS)
_SETTLE = Sql(
    "UPDATE delivery SET state = :state, attempts = attempts + 1, next_at = NULL, settled_at = :now"
    " WHERE id = :id AND state IN ({states})",
    states=states_before(DELIVERY, "taken"),
)
_RETRY = Sql(
    "UPDATE delivery SET attempts = attempts + 1, next_at = :next, leased_until = NULL"
    " WHERE id = :id AND state = 'pending'"
)


def put(
    connection: Connection,
    user: Eui64,
    kind: str,
    name: str,
    content: bytes,
    *,
    device: Eui64,
    at: datetime,
    request: RequestKey | None = None,
) -> bool:
    """Put a signed message into a User's outbox; False where ``kind`` and ``name`` are there already.

    ``request`` is the one it tells of. Ring the bell of deliveries after the commit.
    """
    kept = keep(connection, device, content, at=at)
    return put_kept(connection, user, kind, name, kept, device=device, at=at, request=request)


def put_kept(
    connection: Connection,
    user: Eui64,
    kind: str,
    name: str,
    digest: bytes,
    *,
    device: Eui64,
    at: datetime,
    request: RequestKey | None = None,
) -> bool:
    """:func:`put` for a message whose octets are kept already."""
    entered = _PUT.run(
        connection,
        {
            "user": user,
            "once": f"{kind} {name}",
            "device": device,
            "originator": request and request.originator,
            "counter": request and to_signed(request.counter),
            "message": digest,
            "at": to_micros(at),
        },
    )
    return entered == 1


def put_outcome(
    connection: Connection, key: RequestKey, content: bytes, *, at: datetime, user: Eui64 | None = None
) -> bool:
    """Put the message that ends a request into the outbox of ``user`` (default: who sent it)."""
    whose = user or key.originator
    return put(connection, whose, OUTCOME, str(key), content, device=key.device, at=at, request=key)


def users_due(connection: Connection, *, now: datetime) -> list[Eui64]:
    """The Users for whom something may be due."""
    return [Eui64(user) for (user,) in _USERS.rows(connection, {"now": to_micros(now)})]


def claim(
    connection: Connection, user: Eui64, *, now: datetime, wall: datetime, until: datetime, limit: int
) -> list[Waiting]:
    """Lease the first messages of a User's outbox; [] while its first is not due, or somebody else's.

    ``now`` is of the DCC's clock. The lease, from ``wall`` to ``until``, is of the machine's: a User's
    service takes its time whatever the DCC's clock does meanwhile.
    """
    rows = _HEAD.rows(connection, {"user": user, "limit": limit})
    if not rows or rows[0][6] > to_micros(now) or (rows[0][7] or 0) > to_micros(wall):
        return []
    lease = to_micros(until)
    _LEASE.many(connection, [{"user": user, "id": row[0], "until": lease} for row in rows])
    return [_waiting(user, row) for row in rows]


def free_all(connection: Connection) -> int:
    """End every lease, where no other process can hold one."""
    return _FREE_ALL.run(connection, {})


def next_due(connection: Connection, *, now: datetime) -> datetime | None:
    """When a User's outbox next falls due, after ``now``."""
    (micros,) = _NEXT.rows(connection, {"now": to_micros(now)})[0]
    return None if micros is None else from_micros(micros)


def is_moving(connection: Connection, *, now: datetime) -> bool:
    """Whether anything is due to go to a User, or on its way there."""
    return _IS_MOVING.row(connection, {"now": to_micros(now)}) is not None


def settle(connection: Connection, messages: Iterable[Waiting], state: str, *, at: datetime) -> None:
    """The messages are ``taken`` by the User's service, or ``retained`` after the last attempt."""
    now = to_micros(at)
    _SETTLE.many(connection, [{"id": message.id, "state": state, "now": now} for message in messages])


def retry(connection: Connection, failed: Waiting, *, at: datetime) -> None:
    """The message was not taken: it is due again at ``at``."""
    _RETRY.run(connection, {"id": failed.id, "next": to_micros(at)})


def give_back(connection: Connection, messages: Iterable[Waiting], *, at: datetime) -> None:
    """Messages that were claimed and not tried are due at ``at``."""
    due = to_micros(at)
    _GIVE_BACK.many(connection, [{"user": one.user, "id": one.id, "next": due} for one in messages])


def _waiting(user: Eui64, row: Sequence[object]) -> Waiting:
    number, device, originator, counter, attempts, created, _, _, once, content = row
    assert isinstance(number, int)
    assert isinstance(device, bytes)
    assert isinstance(attempts, int)
    assert isinstance(created, int)
    assert isinstance(once, str)
    assert isinstance(content, bytes)
    request = None
    if isinstance(originator, bytes) and isinstance(counter, int) and once.startswith(f"{OUTCOME} "):
        request = RequestKey(Eui64(device), Eui64(originator), from_signed(counter))
    return Waiting(number, user, Eui64(device), request, attempts, from_micros(created), content)
