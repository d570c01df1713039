"""Filters of the ledger as SQL: every term a condition on indexed columns, a page at a time.

Requests come newest first, by the index of their arrival; ``before`` is the RequestID to go on from, so a
page costs the same however far back it is. Nothing is filtered in Python.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, and_, not_, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnClause

from gbsmart.console.filtering import Filter, Octets, Spelling, Term
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.tables import IS_SAID, IS_TURNED_AWAY, UNUSUAL
from gbsmart.dcc.tables import event as events
from gbsmart.dcc.tables import request as requests
from gbsmart.duis import service_requests
from gbsmart.ground import Eui64, InvalidValue

Values: TypeAlias = tuple[Any, ...]
USUAL = ("I0", "I99")
"""The codes that an index of unusual ones leaves out."""

_r = requests.c
_KEY = (_r.device, _r.originator, _r.counter)


def find(
    connection: Connection, filter_: Filter, limit: int, before: RequestKey | None = None
) -> list[Row[Any]]:
    """At most ``limit`` requests that a filter lets through, newest first, after ``before``."""
    wanted = select(requests).where(*(_condition(term) for term in filter_))
    if before is not None:
        at = select(_r.received_at).where(*_is(before)).scalar_subquery()
        # two conditions: the first is a range of the index on both databases
        wanted = wanted.where(
            _r.received_at <= at,
            or_(_r.received_at < at, tuple_(*_KEY) < tuple_(*_stored(before))),
        )
    wanted = wanted.order_by(_r.received_at.desc(), *(column.desc() for column in _KEY))
    return list(connection.execute(wanted.limit(limit)))


def turned_away(connection: Connection, limit: int) -> list[Row[Any]]:
    """Events of the latest documents that never became requests, or not again, newest first."""
    wanted = select(events).where(IS_TURNED_AWAY)  # as the index says it, so that it is used
    return list(connection.execute(wanted.order_by(events.c.id.desc()).limit(limit)))


def _is(key: RequestKey) -> tuple[ColumnElement[bool], ...]:
    return (_r.device == key.device, _r.originator == key.originator, _r.counter == key.counter)


def _stored(key: RequestKey) -> tuple[Any, ...]:
    return (key.device, key.originator, key.counter)


def _condition(term: Term) -> ColumnElement[bool]:
    found = CONDITIONS[term.field](term.values)
    return not_(found) if term.negated else found


def _any(of_one: Callable[[Any], ColumnElement[bool]]) -> Callable[[Values], ColumnElement[bool]]:
    """Any of a term's values."""
    return lambda values: or_(*map(of_one, values))


def _between(column: ColumnClause[Any], octets: Octets) -> ColumnElement[bool]:
    if octets.low == octets.high:
        return column == Eui64(octets.low)
    return column.between(Eui64(octets.low), Eui64(octets.high))


def _said(text: str) -> ColumnElement[bool]:
    """An event of the request says ``text``."""
    e = events.c
    told = select(e.device, e.originator, e.counter).where(
        IS_SAID, e.originator.is_not(None), e.detail.icontains(text, autoescape=True)
    )
    return tuple_(*_KEY).in_(told)


def _anywhere(text: str) -> ColumnElement[bool]:
    """A bare word: in the name of the variant, the beginning of a party's id, the counter, or the code."""
    low = text.lower()
    named = [
        variant
        for variant, each in service_requests().items()
        if low in each.name.lower() or low == variant or low in each.body_element.lower()
    ]
    found: list[ColumnElement[bool]] = [_r.variant.in_(named), _r.code == text.upper()]
    digits = low.replace("-", "")
    if 4 <= len(digits) <= 16 and all(each in "0123456789abcdef" for each in digits):
        octets = Octets(bytes.fromhex(digits.ljust(16, "0")), bytes.fromhex(digits.ljust(16, "f")))
        found += [_between(_r.device, octets), _between(_r.originator, octets)]
    if low.isdecimal() and int(low) < 1 << 64:
        found.append(_r.counter == int(low))
    with contextlib.suppress(InvalidValue):
        found.append(and_(*_is(RequestKey.parse(text))))
    return or_(*found)


def _coded(codes: Values) -> ColumnElement[bool]:
    found = or_(*map(_code, codes))
    if any(
        usual == code.text or (code.open and usual.startswith(code.text)) for code in codes for usual in USUAL
    ):
        return found
    return and_(UNUSUAL, found)  # says what the index of unusual codes holds, so that it is used


def _code(code: Spelling) -> ColumnElement[bool]:
    if not code.open:
        return _r.code == code.text
    return and_(_r.code >= code.text, _r.code < f"{code.text}\x7f")


CONDITIONS: Mapping[str, Callable[[Values], ColumnElement[bool]]] = {
    "": _any(_anywhere),
    "user": _any(lambda octets: _between(_r.originator, octets)),
    "device": _any(lambda octets: _between(_r.device, octets)),
    "variant": _any(_r.variant.in_),
    "kind": _any(_r.variant.in_),
    "state": _any(lambda state: or_(_r.state == state, _r.outcome == state)),
    "code": _coded,
    "since": _any(lambda moment: _r.received_at >= moment),
    "until": _any(lambda moment: _r.received_at < moment),
    "id": _any(lambda key: and_(*_is(key))),
    "detail": _any(_said),
}
"""What each field of the language asks of a request."""
