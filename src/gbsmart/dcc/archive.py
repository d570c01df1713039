"""Everything that the DCC has received and sent, one line for each message, to look through.

A message stands where the pipeline put it: with its request, its command, the event that it caused, or
the outbox. Here these places are read as one list. For people and tests: it reads no index of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    LargeBinary,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.tables import command, delivery, event, message, request
from gbsmart.ground import Eui64
from gbsmart.store import Moment, from_micros, to_micros


class Kind(StrEnum):
    """What a message is. The last four are parcels of the WAN."""

    REQUEST = "request"
    ACKNOWLEDGEMENT = "acknowledgement"
    PRE_COMMAND = "pre-command"
    SIGNED_PRE_COMMAND = "signed pre-command"
    TO_USER = "to user"
    COMMAND = "command"
    RESPONSE = "device response"
    ALERT = "device alert"
    DISCARDED = "discarded"


FROM_USER = frozenset({Kind.REQUEST, Kind.SIGNED_PRE_COMMAND})
ON_THE_WAN = frozenset({Kind.COMMAND, Kind.RESPONSE, Kind.ALERT, Kind.DISCARDED})


class Line(NamedTuple):
    """One message. ``user`` and ``request`` are whom and what it is about, where it is about one.

    ``code`` is the response or alert code noted with it, ``state`` that of a delivery to a User.
    """

    kind: Kind
    at: datetime
    device: Eui64
    user: Eui64 | None
    request: RequestKey | None
    variant: str
    code: str
    state: str
    digest: bytes
    content: bytes


class Wanted(NamedTuple):
    """Which messages: all that every condition lets through; "" and None let everything through.

    ``text`` is looked for in the octets of DUIS documents. ``code`` is noted with the message, or stands
    in its document.
    """

    kinds: frozenset[Kind] = frozenset()
    user: Eui64 | None = None
    device: Eui64 | None = None
    variant: str = ""
    code: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    digest: bytes = b""


class Place(NamedTuple):
    """A place in the list, to go on from."""

    at: datetime
    kind: Kind
    digest: bytes

    def __str__(self) -> str:
        return f"{to_micros(self.at):x}.{list(Kind).index(self.kind)}.{self.digest.hex()}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """What ``str`` wrote; raises :class:`ValueError`."""
        at, kind, digest = text.split(".")
        return cls(from_micros(int(at, 16)), list(Kind)[int(kind)], bytes.fromhex(digest))


def find(connection: Connection, wanted: Wanted, limit: int, after: Place | None = None) -> list[Line]:
    """At most ``limit`` messages, newest first, going on after a place."""
    every = union_all(*_sources()).subquery()
    own = every.c
    at = func.coalesce(own.at, message.c.stored_at, type_=Moment)
    query = (
        select(own.kind, at.label("at"), own.device, own.user, own.originator, own.counter, own.variant)
        .add_columns(own.code, own.state, own.digest, message.c.content)
        .join(message, and_(message.c.device == own.device, message.c.digest == own.digest))
        .where(*_conditions(wanted, own, at, connection.dialect.name))
        .order_by(at.desc(), own.kind.desc(), own.digest.desc())
        .limit(limit)
    )
    if after is not None:
        here = (literal(after.at, Moment), literal(after.kind.value), literal(after.digest, LargeBinary))
        query = query.where(tuple_(at, own.kind, own.digest) < tuple_(*here))
    return [_line(row) for row in connection.execute(query)]


def _line(row: Row[Any]) -> Line:
    about = None if row.counter is None else RequestKey(row.device, row.originator, row.counter)
    return Line(
        Kind(row.kind), row.at, row.device, row.user, about, row.variant or "", row.code or "", row.state,
        bytes(row.digest), bytes(row.content),
    )  # fmt: skip


def _sources() -> Iterator[Select[Any]]:
    """Where messages stand, each place as rows of the same columns."""
    r, c, e, d = request.c, command.c, event.c, delivery.c
    own = (r.device, r.originator, r.counter)
    answered = case((r.pre_command.is_not(None), Kind.PRE_COMMAND.value), else_=Kind.ACKNOWLEDGEMENT.value)
    for kind, digest, at in (
        (_named(Kind.REQUEST), r.content, r.received_at),
        (answered, r.answer, r.received_at),
        (_named(Kind.SIGNED_PRE_COMMAND), r.signed_pre_command, _WHEN_STORED),
        (_named(Kind.ACKNOWLEDGEMENT), r.signed_answer, _WHEN_STORED),
    ):
        code = r.code if kind is answered else _named("")
        yield _rows(kind, at, own, r.variant, code, _named(""), digest, request)
    own = (c.device, c.requester, c.request_counter)
    yield _rows(_named(Kind.COMMAND), c.sent_at, own, r.variant, _named(""), c.state, c.content, _with(own))
    own = (e.device, e.originator, e.counter)
    for said, names in (
        (Kind.RESPONSE, ("respond", "accept")),
        (Kind.ALERT, ("alert",)),
        (Kind.DISCARDED, ("discard response", "discard alert")),
    ):
        rows = _rows(_named(said), e.at, own, r.variant, e.code, _named(""), e.message, _with(own))
        yield rows.where(e.name.in_(names))
    own = (d.device, d.originator, d.counter)
    to = _named(Kind.TO_USER)
    yield _rows(to, d.created_at, own, r.variant, _named(""), d.state, d.message, _with(own), user=d.user_id)


_WHEN_STORED = cast(null(), Moment)


def _named(text: str) -> ColumnElement[str]:
    return literal(str(text), String)


def _with(key: tuple[Any, ...]) -> FromClause:
    """A table with the request that its rows are about."""
    r = request.c
    on = zip((r.device, r.originator, r.counter), key, strict=True)
    return key[0].table.outerjoin(request, and_(*(mine == its for mine, its in on)))  # type: ignore[no-any-return]


def _rows(
    kind: Any,
    at: Any,
    key: tuple[Any, ...],
    variant: Any,
    code: Any,
    state: Any,
    digest: Any,
    of: FromClause,
    user: Any = None,
) -> Select[Any]:
    device, originator, counter = key
    columns = {
        "kind": kind, "at": at, "device": device, "user": originator if user is None else user,
        "originator": originator, "counter": counter, "variant": variant, "code": code, "state": state,
        "digest": digest,
    }  # fmt: skip
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(of)
        .where(digest.is_not(None))
    )


def _conditions(wanted: Wanted, own: Any, at: Any, dialect: str) -> Iterator[ColumnElement[bool]]:
    if wanted.kinds:
        yield own.kind.in_([kind.value for kind in wanted.kinds])
    if wanted.user is not None:
        yield own.user == wanted.user
    if wanted.device is not None:
        yield own.device == wanted.device
    if wanted.digest:
        yield own.digest == wanted.digest
    if wanted.variant:
        yield own.variant == wanted.variant
    if wanted.since is not None:
        yield at >= wanted.since
    if wanted.until is not None:
        yield at < wanted.until
    if wanted.code:
        yield or_(own.code == wanted.code, _holds(f">{wanted.code}<", dialect))
    if wanted.text:
        yield _holds(wanted.text, dialect)


def _holds(text: str, dialect: str) -> ColumnElement[bool]:
    """The message's octets hold a text."""
    part = literal(text.encode(), LargeBinary)
    if dialect == "sqlite":
        return func.instr(message.c.content, part) > 0
    return message.c.content.op("~~")(literal(b"%" + _escaped(text.encode()) + b"%", LargeBinary))


def _escaped(octets: bytes) -> bytes:
    """For PostgreSQL's LIKE."""
    return octets.replace(b"\\", b"\\\\").replace(b"%", b"\\%").replace(b"_", b"\\_")
