"""Lanes: the order of dispatch, without waiting for answers.

A lane holds the commands of one Business Originator to one device. Replay protection rises per
originator, so they go out in order; they do not wait for each other's answers, except where a request
is sequenced: such a command gets its place only when its predecessor has succeeded.

A worker's round is four short steps, each safe against dying after it::

    claim   one transaction: claim up to k lanes, and in a second statement read their heads
    build   one transaction: the octets, counters and deadlines of what was not built yet become durable
    (send)  no transaction: hand each command's octets to the WAN
    finish  one transaction: they are sent, and the lanes are free

A claim is a lease. When its worker dies the lanes fall due again at the end of the lease, and the next
worker sends the same octets under the same transport id; hub and device recognise the repeat. A worker
that outlived its lease finds its lanes gone from :func:`build` and :func:`finish`, and must not send.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart.dcc import commands, messages
from gbsmart.dcc.commands import COLUMNS, KEY, parameters
from gbsmart.dcc.model import COMMAND, Command, LaneKey, RequestKey, states_before
from gbsmart.ground import Eui64
from gbsmart.store import Sql, to_micros
from gbsmart.store.columns import to_signed


class Place(StrEnum):
    """Where :func:`enqueue` put a command."""

    QUEUED = "queued"
    WAITING = "waiting"
    PREDECESSOR_FAILED = "predecessor failed"
    KNOWN = "known"


class ClaimedLane(NamedTuple):
    """A lane under a claim: positions after ``head`` up to ``window`` are this round's work."""

    key: LaneKey
    head: int
    window: int


class Claim(NamedTuple):
    """Lanes leased to one worker until ``until``, with the commands at their heads in order.

    ``commands`` holds both new ones and, after a crash, built ones to be sent again as they are.
    """

    token: str
    until: datetime
    lanes: tuple[ClaimedLane, ...]
    commands: tuple[Command, ...]


class Built(NamedTuple):
    """The octets of a command, ready for the WAN.

    ``counter`` is the GBCS originator counter, ``deadline`` when the wait for an answer ends.
    """

    key: RequestKey
    counter: int
    deadline: datetime
    content: bytes


_MATCH = "c.device = v.device AND c.requester = v.requester AND c.request_counter = v.request_counter"

_PUSH = Sql(
    "INSERT INTO lane(device, originator, tail, head, ready) VALUES (:device, :originator, 1, 0, :now)"
    " ON CONFLICT (device, originator) DO UPDATE SET tail = lane.tail + 1,"
    " ready = COALESCE(lane.ready, excluded.ready) RETURNING tail"
)
_INSERT = Sql(
    "INSERT INTO command(device, requester, request_counter, originator, state, position, created_at,"
    " after_device, after_originator, after_counter) VALUES (:device, :requester, :request_counter,"
    " :originator, :state, :position, :now, :after_device, :after_originator, :after_counter)"
    " ON CONFLICT DO NOTHING"
)
_RELEASE = Sql(
    "UPDATE command SET state = 'queued', position = :position WHERE {key} AND state IN ({states})",
    key=KEY,
    states=states_before(COMMAND, "release"),
)
_CLAIM = Sql(
    "UPDATE lane SET ready = :until, claim = :token WHERE (device, originator) IN"
    " (SELECT device, originator FROM lane WHERE ready <= :now ORDER BY ready LIMIT :limit)"
    " RETURNING device, originator, head, tail",
    postgresql=(
        "WITH due AS MATERIALIZED (SELECT device, originator FROM lane WHERE ready <= :now"
        " ORDER BY ready LIMIT :limit FOR UPDATE SKIP LOCKED)"
        " UPDATE lane SET ready = :until, claim = :token FROM due"
        " WHERE lane.device = due.device AND lane.originator = due.originator"
        " RETURNING lane.device, lane.originator, lane.head, lane.tail"
    ),
)
_HEADS = Sql(
    "SELECT {columns}, m.content FROM lane l JOIN command c ON c.device = l.device"
    " AND c.originator = l.originator AND c.position > l.head AND c.position <= l.head + :depth"
    " LEFT JOIN message m ON m.device = c.device AND m.digest = c.content"
    " WHERE l.claim = :token AND c.state IN ('queued', 'built') ORDER BY c.device, c.originator, c.position",
    columns=COLUMNS,
)
_HELD = Sql(
    "SELECT device, originator FROM lane WHERE claim = :token ORDER BY device, originator", lock="FOR UPDATE"
)
_BUILD = Sql(
    "UPDATE command SET state = 'built', counter = :counter, deadline = :deadline, content = :content,"
    " sent_at = :now WHERE {key} AND state IN ({states})",
    batch="UPDATE command c SET state = 'built', counter = v.counter, deadline = v.deadline,"
    " content = v.content, sent_at = v.now FROM unnest(:device::bytea[], :requester::bytea[],"
    " :request_counter::bigint[], :counter::bigint[], :deadline::bigint[], :content::bytea[], :now::bigint[])"
    " AS v(device, requester, request_counter, counter, deadline, content, now)"
    " WHERE {match} AND c.state IN ({states})",
    key=KEY,
    match=_MATCH,
    states=states_before(COMMAND, "build"),
)
_BUILT = Sql(
    "SELECT c.device, c.requester, c.request_counter FROM lane l JOIN command c ON c.device = l.device"
    " AND c.originator = l.originator AND c.position > l.head"
    " WHERE l.claim = :token AND c.state IN ({states})",
    states=states_before(COMMAND, "send"),
)
_TRY_AGAIN, _NEVER_LEFT = (
    Sql(
        "UPDATE command SET sent_at = {moment} WHERE {key} AND state IN ({states})",
        key=KEY,
        moment=moment,
        states=states_before(COMMAND, "send"),
    )
    for moment in ("COALESCE(sent_at, :now)", "NULL")
)
_SEND = Sql(
    "UPDATE command SET state = 'sent', sent_at = :now, deadline = COALESCE(:deadline, deadline)"
    " WHERE {key} AND state IN ({states})",
    batch="UPDATE command c SET state = 'sent', sent_at = v.now, deadline = COALESCE(v.deadline, c.deadline)"
    " FROM unnest(:device::bytea[], :requester::bytea[], :request_counter::bigint[], :now::bigint[],"
    " :deadline::bigint[]) AS v(device, requester, request_counter, now, deadline)"
    " WHERE {match} AND c.state IN ({states})",
    key=KEY,
    match=_MATCH,
    states=states_before(COMMAND, "send"),
)
_FINISH = Sql(
    "UPDATE lane SET head = :head, claim = NULL,"
    " ready = CASE WHEN tail > :head THEN CAST(:again AS BIGINT) END"
    " WHERE device = :device AND originator = :originator AND claim = :token",
    batch="UPDATE lane SET head = v.head, claim = NULL, ready = CASE WHEN lane.tail > v.head THEN v.again END"
    " FROM unnest(:device::bytea[], :originator::bytea[], :head::bigint[], :again::bigint[], :token::text[])"
    " AS v(device, originator, head, again, token)"
    " WHERE lane.device = v.device AND lane.originator = v.originator AND lane.claim = v.token",
)
_GIVE_BACK = Sql("UPDATE lane SET ready = :at, claim = NULL WHERE claim = :token")
_FREE_ALL = Sql("UPDATE lane SET ready = :now, claim = NULL WHERE claim IS NOT NULL")


def enqueue(
    connection: Connection,
    key: RequestKey,
    originator: Eui64,
    *,
    at: datetime,
    after: RequestKey | None = None,
) -> Place:
    """Put the command of a request at the end of its lane; ring the ``lanes`` bell after the commit.

    ``originator`` is the Business Originator: the User where the device knows it, else the ACB or the
    CoS Party. ``after`` is the PrecedingServiceRequestID of a sequenced request: the command then waits
    for its success. Returns ``KNOWN`` for a request that has a command already, and
    ``PREDECESSOR_FAILED``, with nothing stored, where waiting would be in vain.
    """
    place = Place.QUEUED if after is None else _place_after(connection, after)
    if place is Place.PREDECESSOR_FAILED:
        return place
    position = _push(connection, LaneKey(key.device, originator), at) if place is Place.QUEUED else None
    entered = _INSERT.run(
        connection,
        {
            **parameters(key),
            "originator": originator,
            "state": place.value,
            "position": position,
            "now": to_micros(at),
            "after_device": after and after.device,
            "after_originator": after and after.originator,
            "after_counter": after and to_signed(after.counter),
        },
    )
    return place if entered else Place.KNOWN


def claim(
    connection: Connection, token: str, *, now: datetime, until: datetime, limit: int = 200, depth: int = 8
) -> Claim:
    """Lease up to ``limit`` lanes that have work, and read up to ``depth`` commands of each.

    ``token`` names this one claim: unlike that of any other claim, past or present, of any worker.
    Lanes that another worker is claiming at this moment are passed over, not waited for.
    """
    rows = _CLAIM.rows(
        connection,
        {"now": to_micros(now), "until": to_micros(until), "token": token, "limit": limit},
    )
    lanes = tuple(
        ClaimedLane(LaneKey(Eui64(device), Eui64(originator)), head, min(tail, head + depth))
        for device, originator, head, tail in rows
    )
    # A second statement: one that claimed and selected at once would read the heads from its older
    # snapshot, and could run a command twice.
    heads = _HEADS.rows(connection, {"token": token, "depth": depth}) if lanes else []
    return Claim(token, until, lanes, tuple(commands.of_row(row) for row in heads))


def build(connection: Connection, held: Claim, built: Iterable[Built], *, at: datetime) -> set[RequestKey]:
    """Make the octets of new commands durable; returns the commands that may be sent, after the commit.

    Those are of lanes that this claim still holds, and nothing has ended them meanwhile. What is built
    already is left as it is, but for this: from now on the WAN may have taken it (``sent_at``), whatever
    becomes of this process; :func:`finish` says of which that is not so.
    """
    lanes = still_held(connection, held)
    ours = {command.key: command.lane for command in held.commands}
    mine = [one for one in built if ours.get(one.key) in lanes]
    digests = messages.keep_all(connection, ((one.key.device, one.content) for one in mine), at=at)
    rows = [
        {
            **parameters(one.key),
            "counter": to_signed(one.counter),
            "deadline": to_micros(one.deadline),
            "content": digest,
            "now": to_micros(at),
        }
        for one, digest in zip(mine, digests, strict=True)
    ]
    _BUILD.many(connection, rows)
    again = [command for command in held.commands if command.is_built and command.sent_at is None]
    for command in again:
        if command.lane in lanes:
            _TRY_AGAIN.run(connection, {**parameters(command.key), "now": to_micros(at)})
    return {commands.key_of(*row) for row in _BUILT.rows(connection, {"token": held.token})}


def finish(
    connection: Connection,
    held: Claim,
    sent: Iterable[RequestKey],
    *,
    at: datetime,
    missed: Collection[RequestKey] = (),
    dropped: Iterable[RequestKey] = (),
    retry_at: datetime | None = None,
    deadlines: Mapping[RequestKey, datetime] = MappingProxyType({}),
) -> set[LaneKey]:
    """Record what was sent and free the lanes; returns the lanes that this claim still held.

    ``deadlines`` are new ones, for what was built long before it could be sent. ``dropped`` commands are
    undeliverable and leave their lane. What is in neither stays at the head of its lane, with all that
    follows it, until ``retry_at`` (default: at once). Of those, ``missed`` are certain not to have left:
    where no earlier sending may have reached the WAN either, they can still end as undeliverable.
    """
    lanes = still_held(connection, held)
    lane_of = {command.key: command.lane for command in held.commands}
    sent_here = [key for key in sent if lane_of.get(key) in lanes]
    dropped_here = [key for key in dropped if lane_of.get(key) in lanes]
    now, later = to_micros(at), {key: to_micros(moment) for key, moment in deadlines.items()}
    rows = [{**parameters(key), "now": now, "deadline": later.get(key)} for key in sent_here]
    _SEND.many(connection, rows)
    for key in dropped_here:
        commands.undeliverable(connection, key, at=at)
    for command in held.commands:
        if command.key in missed and command.lane in lanes and command.sent_at is None:
            _NEVER_LEFT.run(connection, parameters(command.key))
    left = _first_left(held.commands, {*sent_here, *dropped_here})
    rows = []
    for lane in held.lanes:
        if lane.key not in lanes:
            continue
        stays = left.get(lane.key)
        again = at if stays is None or retry_at is None else retry_at
        rows.append(
            {
                **lane.key._asdict(),
                "head": lane.window if stays is None else stays - 1,
                "again": to_micros(again),
                "token": held.token,
            }
        )
    _FINISH.many(connection, rows)
    return lanes


def still_held(connection: Connection, held: Claim) -> set[LaneKey]:
    """The lanes of a claim whose lease nobody else has taken, locked for this transaction."""
    rows = _HELD.rows(connection, {"token": held.token})
    return {LaneKey(Eui64(device), Eui64(originator)) for device, originator in rows}


def give_back(connection: Connection, held: Claim, *, at: datetime) -> int:
    """End a claim whose round failed: its lanes fall due again at ``at``."""
    return _GIVE_BACK.run(connection, {"token": held.token, "at": to_micros(at)})


def free_all(connection: Connection, *, now: datetime) -> int:
    """End every lease, where no other process can hold one: a start goes on at once after a crash."""
    return _FREE_ALL.run(connection, {"now": to_micros(now)})


def release(connection: Connection, key: RequestKey, *, at: datetime) -> list[Command]:
    """Give the commands sequenced after a successful one their places; returns them."""
    waiting = commands.waiting_for(connection, key)
    for command in waiting:
        _RELEASE.run(connection, {**parameters(command.key), "position": _push(connection, command.lane, at)})
    return waiting


def _place_after(connection: Connection, after: RequestKey) -> Place:
    _, succeeded = commands.standing(connection, after) or ("", None)
    if succeeded is None:
        return Place.WAITING
    return Place.QUEUED if succeeded else Place.PREDECESSOR_FAILED


def _push(connection: Connection, lane: LaneKey, at: datetime) -> int:
    """The next position in a lane. A position that no command takes is passed over by the next claim."""
    row = _PUSH.row(connection, {**lane._asdict(), "now": to_micros(at)})
    assert row is not None
    return int(row[0])


def _first_left(commands: Sequence[Command], handled: set[RequestKey]) -> dict[LaneKey, int]:
    """Per lane, the lowest position that was neither sent nor dropped."""
    left: defaultdict[LaneKey, list[int]] = defaultdict(list)
    for command in commands:
        if command.key not in handled and command.position is not None:
            left[command.lane].append(command.position)
    return {lane: min(positions) for lane, positions in left.items()}
