"""Correlate: a Pre-Command held against the Service Request it should come from (SEC H4, H11).

The User must be sure, before it signs, that the octets say what it asked for. Because writing is a
function of the request and of facts, correlating is writing again and comparing; where octets differ,
both sides are explained and the differing values told by name, place and meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from gbsmart.duis import Request
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.explain import explain
from gbsmart.gbcs.explain.model import Explanation, Fault, Row, RowKind
from gbsmart.ground import GbsmartError, MalformedMessage
from gbsmart.translation.binding import Facts
from gbsmart.translation.transform import transform


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what the request asks for.

    ``field`` is the path of its name, ``offset`` is in the Pre-Command. A side that does not hold the value
    at all is empty.
    """

    field: str
    offset: int
    request: str
    precommand: str


@dataclass(frozen=True, slots=True)
class Correlation:
    """Whether a Pre-Command matches, and what differs."""

    differences: tuple[Difference, ...]

    @property
    def match(self) -> bool:
        """True where nothing differs."""
        return not self.differences


def correlate(request: Request, precommand: bytes, facts: Facts) -> Correlation:
    """Compare; a trailing null octet does not count.

    The one thing that a Pre-Command may choose is its time of creation (issuer event id), which is
    taken from it and so cannot be compared [assumed]. Octets that break a rule of GBCS differ where they
    break it. Raises :class:`MalformedMessage` for a message that is protected already, and what
    :func:`~gbsmart.translation.transform` raises.
    """
    try:
        given = Message.parse(precommand)
    except MalformedMessage as fault:
        return Correlation((_broken(fault),))
    if given.mac is not None or given.signature is not None:
        raise MalformedMessage("a protected message is not a Pre-Command", offset=0)
    wanted = transform(request, replace(facts, now=_issued_at(given) or facts.now)).message()
    if given.header == wanted.header and given.payload == wanted.payload:
        return Correlation(())
    return Correlation(tuple(_differences(wanted, given)))


def _issued_at(message: Message) -> datetime | None:
    try:
        reading = codec.read(message)
    except GbsmartError:
        return None
    moment = reading.values.get("issuer_event_id") if reading else None
    return moment if isinstance(moment, datetime) else None


def _broken(fault: MalformedMessage | Fault) -> Difference:
    return Difference(fault.where or "message", fault.offset or 0, "", fault.reason)


def _broken_off(wanted: list[_Value], octets: bytes, fault: Fault) -> list[Difference]:
    """Differences from octets that no form takes: value by value where they can be walked at least."""
    try:
        leaves = list(codec.walk(octets).leaves())
    except MalformedMessage:
        leaves = []
    return [
        Difference(ours.path, theirs.offset, _show(ours, False), theirs.kind.show(theirs.value))
        for ours, theirs in zip(wanted, leaves, strict=False)
        if ours.row.octets != theirs.encode()
    ] or [_broken(fault)]


class _Value(NamedTuple):
    """One value of a message: its path, where it stands, and what it says."""

    path: str
    row: Row

    @property
    def said(self) -> tuple[str, bytes]:
        return self.path, self.row.octets


def _differences(wanted: Message, given: Message) -> list[Difference]:
    octets = given.encode()
    explained = explain(octets)
    left, right = _values(explain(wanted.encode())), _values(explained)
    if explained.fault is not None and len(right) < len(left):
        return _broken_off(left, octets, explained.fault)
    found = []
    matcher = SequenceMatcher(None, [each.said for each in left], [each.said for each in right], False)
    for tag, start, stop, begin, end in matcher.get_opcodes():
        if tag != "equal":
            after = right[begin].row.offset if begin < len(right) else len(given.encode())
            pairs = zip_longest(left[start:stop], right[begin:end])
            meant = explained.fault is None
            found += [_difference(ours, theirs, after, meant) for ours, theirs in pairs]
    return found


def _difference(ours: _Value | None, theirs: _Value | None, after: int, meant: bool) -> Difference:
    """Two values told apart, with ``meant`` also in what they mean.

    ``after`` is where the Pre-Command goes on that lacks one.
    """
    named = theirs or ours
    assert named is not None
    offset = after if theirs is None else theirs.row.offset
    told = meant and (ours is None or theirs is None or ours.row.meaning != theirs.row.meaning)
    return Difference(named.path, offset, _show(ours, told), _show(theirs, told))


_FRAMES = frozenset((
    "message", "transaction identifier", "business originator", "business target", "other information",
    "payload", "access-request", "data", "gbz", "components", "body", "SEQUENCE",
))  # fmt: skip
"""Rows that hold the named ones together and name nothing themselves."""


def _values(explanation: Explanation) -> list[_Value]:
    values: list[_Value] = []
    above: list[str] = []
    for row in explanation.rows:
        above[row.depth :] = [row.name]
        if row.kind is RowKind.VALUE:
            values.append(_Value(_path(above), row))
    return values


def _path(names: list[str]) -> str:
    """``days[0].schedule[1].action``: a list and its element are one step."""
    steps: list[str] = []
    for name in names:
        if name in _FRAMES:
            continue
        if steps and name.partition("[")[0] == steps[-1]:
            steps.pop()
        steps.append(name)
    return ".".join(steps)


def _show(value: _Value | None, told: bool) -> str:
    """What a value says, and with ``told`` what that means."""
    if value is None:
        return ""
    shown = value.row.value or value.row.octets.hex()
    return f"{shown} ({value.row.meaning})" if told and value.row.meaning else shown
