"""The three DLMS application messages of GBCS: Access-Request, Access-Response, Data-Notification.

==================== === ==========================================================================
Access-Request        D9 long-invoke-id, no date-time, specifications, one data value each
Access-Response       DA long-invoke-id, no date-time, no request echo, data values, results
Data-Notification     0F long-invoke-id, no date-time, structure(alert code, time stamp, ...)
==================== === ==========================================================================

The long-invoke-id is ``20`` (unconfirmed, break on error) and the low three octets of the message's
originator counter. Source: GBCS section 7, DLMS Green Book 9.4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from gbsmart.gbcs.dlms.data import walk_data, walk_run
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.gbcs.tree import BARE, U8, U16, U32, Branch, Framing, Kind, Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

ACCESS_REQUEST, ACCESS_RESPONSE, DATA_NOTIFICATION = 0xD9, 0xDA, 0x0F
BREAK_ON_ERROR = 0x20000000


class Access(IntEnum):
    """What a specification asks for."""

    GET = 1
    SET = 2
    ACTION = 3
    GET_WITH_SELECTION = 4


class Result(IntEnum):
    """Data-access and action results (DLMS Blue Book); 0, 1 and 250 occur in the test vectors."""

    SUCCESS = 0
    HARDWARE_FAULT = 1
    TEMPORARY_FAILURE = 2
    READ_WRITE_DENIED = 3
    OBJECT_UNDEFINED = 4
    OBJECT_CLASS_INCONSISTENT = 9
    OBJECT_UNAVAILABLE = 11
    TYPE_UNMATCHED = 12
    SCOPE_OF_ACCESS_VIOLATED = 13
    DATA_BLOCK_UNAVAILABLE = 14
    LONG_GET_ABORTED = 15
    NO_LONG_GET_IN_PROGRESS = 16
    LONG_SET_ABORTED = 17
    NO_LONG_SET_IN_PROGRESS = 18
    DATA_BLOCK_NUMBER_INVALID = 19
    OTHER_REASON = 250


class Ref(NamedTuple):
    """One attribute or method of one COSEM object: class, OBIS code, member number."""

    class_id: int
    obis: bytes
    member: int

    @classmethod
    def of(cls, class_id: int, obis: str, member: int) -> Ref:
        """``Ref.of(3, "1-0:1.8.0.255", 2)``; raises :class:`InvalidValue` for a bad OBIS code."""
        return cls(class_id, read_obis(obis), member)

    @property
    def octets(self) -> bytes:
        """The nine octets that stand for it in a specification."""
        return self.class_id.to_bytes(2, "big") + self.obis + bytes([self.member])

    def __str__(self) -> str:
        return f"{self.class_id}/{show_obis(self.obis)}/{self.member}"


def read_obis(text: str) -> bytes:
    """``1-0:1.8.0.255`` (a missing last group is 255) as six octets."""
    try:
        groups = [int(group) for group in text.replace("-", ".").replace(":", ".").split(".")]
        return bytes([*groups, 255] if len(groups) == 5 else groups)[:6].ljust(6, b"\xff")
    except ValueError:
        raise InvalidValue(f"{text!r} is not an OBIS code") from None


def show_obis(obis: bytes) -> str:
    """Six octets as ``1-0:1.8.0.255``."""
    a, b, *rest = obis
    return f"{a}-{b}:" + ".".join(map(str, rest))


OBIS = Kind("OBIS code", bytes, show_obis)
SHORT_OCTETS = Kind("octet-string", lambda value: write_length(len(value)) + value, bytes.hex)
_COUNTED = Framing("list", lambda count, _: write_length(count))
_REQUEST = Framing("access-request", lambda *_: b"\xd9")
_RESPONSE = Framing("access-response", lambda *_: b"\xda")
_NOTIFICATION = Framing("data-notification", lambda *_: b"\x0f")
_from_bytes = int.from_bytes
SPECIFICATION = struct.Struct(">BH6sB").unpack_from
"""Access, class, instance and member of a specification at an offset."""


def walk_apdu(data: bytes, start: int, end: int) -> Branch:
    """The application message in ``data[start:end]`` as a tree; raises :class:`MalformedMessage`.

    Children of a request: invoke id, date-time, specifications, data. Of a response: invoke id,
    date-time, request echo (empty), data, results. Of a notification: invoke id, date-time, body.
    """
    if end - start < 7:
        raise MalformedMessage("a DLMS message has at least 7 octets", offset=start)
    tag = data[start]
    if tag not in (ACCESS_REQUEST, ACCESS_RESPONSE, DATA_NOTIFICATION):
        raise MalformedMessage(f"{tag:#04x} begins no DLMS message of GBCS", offset=start)
    invoke = Leaf(U32, _from_bytes(data[start + 1 : start + 5], "big"), start + 1, 4, "long_invoke_id")
    when, at = _no_date_time(data, start + 5)
    children: list[Node] = [invoke, when]
    if tag == ACCESS_REQUEST:
        specs, at = _specifications(data, at, end)
        values, at = _values(data, at, end)
        if len(specs.children) != len(values.children):
            raise MalformedMessage(
                f"{len(specs.children)} specifications but {len(values.children)} data values",
                offset=values.offset,
            )
        children += (specs, values)
        framing = _REQUEST
    elif tag == ACCESS_RESPONSE:
        echo, at = _echo(data, at, end)
        values, at = _values(data, at, end)
        results, at = _results(data, at, end)
        if len(results.children) != len(values.children):
            raise MalformedMessage(
                f"{len(values.children)} data values but {len(results.children)} results",
                offset=results.offset,
            )
        children += (echo, values, results)
        framing = _RESPONSE
    else:
        body, at = walk_data(data, at, end)
        body.name = "alert"
        children.append(body)
        framing = _NOTIFICATION
    if at != end:
        raise MalformedMessage(f"{end - at} octets after the DLMS message", offset=at)
    return Branch(framing, children, start, end - start, framing.name)


def _count(data: bytes, offset: int, end: int) -> tuple[int, int]:
    """How many elements follow, and the offset of the first."""
    count, at = read_length(data, offset)
    if at > end:
        raise MalformedMessage("a count is missing", offset=end)
    return count, at


def _no_date_time(data: bytes, offset: int) -> tuple[Leaf, int]:
    if data[offset] != 0:
        raise MalformedMessage("a DLMS message of GBCS has no date-time", offset=offset, where="date_time")
    return Leaf(SHORT_OCTETS, b"", offset, 1, "date_time"), offset + 1


def _echo(data: bytes, offset: int, end: int) -> tuple[Leaf, int]:
    if offset >= end or data[offset] != 0:
        raise MalformedMessage("an access response of GBCS never echoes its request", offset=offset)
    return Leaf(U8, 0, offset, 1, "request_echo"), offset + 1


def _specifications(data: bytes, offset: int, end: int) -> tuple[Branch, int]:
    count, at = _count(data, offset, end)
    specs: list[Node] = []
    for _ in range(count):
        start = at
        if at + 10 > end:
            raise MalformedMessage("a specification is cut short", offset=at)
        choice, class_id, obis, member = SPECIFICATION(data, at)
        if not 1 <= choice <= 4:
            raise MalformedMessage(f"access choice {choice} is not used by GBCS", offset=at)
        parts: list[Node] = [
            Leaf(U8, choice, at, 1, "access"),
            Leaf(U16, class_id, at + 1, 2, "class"),
            Leaf(OBIS, obis, at + 3, 6, "instance"),
            Leaf(U8, member, at + 9, 1, "method" if choice == Access.ACTION else "attribute"),
        ]
        at += 10
        if choice == Access.GET_WITH_SELECTION:
            if at >= end:
                raise MalformedMessage("a selector is missing", offset=at)
            parts.append(Leaf(U8, data[at], at, 1, "selector"))
            selection, at = walk_data(data, at + 1, end)
            selection.name = "selection"
            parts.append(selection)
        specs.append(Branch(BARE, parts, start, at - start, "specification"))
    return Branch(_COUNTED, specs, offset, at - offset, "specifications"), at


def _values(data: bytes, offset: int, end: int) -> tuple[Branch, int]:
    count, at = _count(data, offset, end)
    values, after = walk_run(data, at, end, count)
    return Branch(_COUNTED, values, offset, after - offset, "data"), after


def _results(data: bytes, offset: int, end: int) -> tuple[Branch, int]:
    count, at = _count(data, offset, end)
    if at + 2 * count > end:
        raise MalformedMessage(f"{count} results run past the end", offset=offset)
    results: list[Node] = []
    for _ in range(count):
        kind = Leaf(U8, data[at], at, 1, "access")
        code = Leaf(U8, data[at + 1], at + 1, 1, "result")
        results.append(Branch(BARE, [kind, code], at, 2, "result"))
        at += 2
    return Branch(_COUNTED, results, offset, at - offset, "results"), at


@dataclass(slots=True)
class Specification:
    """One item of an access request: what to do to which member."""

    access: int
    ref: Ref

    @property
    def octets(self) -> bytes:
        """The specification as it stands in the request."""
        return bytes([self.access]) + self.ref.octets


def long_invoke_id(counter: int) -> bytes:
    """``20`` and the low three octets of the originator counter."""
    return (BREAK_ON_ERROR | counter & 0xFFFFFF).to_bytes(4, "big")


def check_invoke_id(apdu: Branch, counter: int) -> None:
    """Raise :class:`MalformedMessage` where a walked message has not the long-invoke-id of its counter."""
    invoke = apdu.children[0]
    assert isinstance(invoke, Leaf)
    if invoke.value != BREAK_ON_ERROR | counter & 0xFFFFFF:
        raise MalformedMessage(
            "the long-invoke-id is not 20 and the low octets of the originator counter", offset=invoke.offset
        )


def access_request(counter: int, items: list[tuple[bytes, bytes]]) -> bytes:
    """An Access-Request from (specification, data) pairs, both already octets."""
    count = write_length(len(items))
    return b"".join(
        [
            b"\xd9" + long_invoke_id(counter) + b"\x00" + count,
            *[spec for spec, _ in items],
            count,
            *[data for _, data in items],
        ]
    )


def access_response(counter: int, items: list[tuple[int, int, bytes]]) -> bytes:
    """An Access-Response from (access, result, data) triples; ``access`` 4 answers as 1 (get)."""
    count = write_length(len(items))
    results = b"".join(
        bytes([Access.GET if access == Access.GET_WITH_SELECTION else access, result])
        for access, result, _ in items
    )
    head = b"\xda" + long_invoke_id(counter) + b"\x00\x00" + count
    return head + b"".join([data for _, _, data in items]) + count + results


def data_notification(counter: int, body: bytes) -> bytes:
    """A Data-Notification around an already written structure."""
    return b"\x0f" + long_invoke_id(counter) + b"\x00" + body
