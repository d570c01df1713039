"""Messages that break a rule: what can be said of the octets before the fault, and of those after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gbsmart.gbcs.envelope import MAC_LENGTH, SIGNATURE_LENGTH
from gbsmart.gbcs.envelope_walk import EUI64, FLAG, MESSAGE_CODE
from gbsmart.gbcs.explain.model import Fault, Row, RowKind
from gbsmart.gbcs.header import Cra
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.gbcs.tree import OCTETS, U8, U32, U64, Branch, Kind, Leaf, Node
from gbsmart.ground import Eui64, MalformedMessage

_LENGTH = Kind("length", write_length)
_EMPTY = ("transaction identifier", "originator", "recipient", "date-time", "other information")


def fault_of(error: MalformedMessage, end: int) -> Fault:
    """The fault as it is shown; one without an offset is put at ``end``."""
    return Fault(end if error.offset is None else error.offset, error.reason, error.where)


def fault_row(octets: bytes, start: int, end: int, fault: Fault, depth: int) -> Row:
    """The row from the fault to ``end``: what comes after a fault has no certain reading."""
    name = fault.where or "fault"
    rest = octets[start:end]
    meaning = f"{fault.reason} (octet {fault.offset})"
    return Row(RowKind.FAULT, start, rest, len(rest), depth, name, "", "", meaning)


def read_before(walk: Callable[[], object]) -> tuple[list[Node], MalformedMessage] | None:
    """What ``walk`` had read when it met a fault, outermost nodes first to last; None without a fault.

    A walker keeps no record of its own, which makes it fast. So the nodes are taken from where they
    are at that moment: in the variables of the calls that the fault passes through.
    """
    try:
        walk()
    except MalformedMessage as error:
        nodes: list[Node] = []
        trace = error.__traceback__.tb_next if error.__traceback__ else None
        while trace is not None:
            for value in list(trace.tb_frame.f_locals.values()):
                nodes += _nodes_in(value)
            trace = trace.tb_next
        return _outermost(nodes), error
    return None


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Leaf | Branch):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, Leaf | Branch))


def _outermost(nodes: list[Node]) -> list[Node]:
    """The nodes that stand in no other one, in the order of their octets."""
    kept: list[Node] = []
    end = -1
    for node in sorted(nodes, key=lambda each: (each.offset, -each.length)):
        if node.offset >= end and node.length:
            kept.append(node)
            end = node.offset + node.length
    return kept


def envelope_leaves(octets: bytes) -> list[Leaf]:
    """The fields of an envelope one after the other, constants unchecked, as far as they can be told.

    Ends without complaint where a length is missing or runs past the end: that is where the fault is.
    """
    reader = _Reader(octets)
    try:
        under_mac = octets[:1] == b"\xdd"
        if under_mac:
            reader.mac_header()
        reader.grouping_header()
        size = reader.length("length of the payload")
        reader.field(OCTETS, size, "payload")
        tail = MAC_LENGTH if under_mac else 0
        if reader.at < len(octets) - tail:
            size = reader.length("length of the signature")
            if size == SIGNATURE_LENGTH:
                reader.field(OCTETS, size, "signature")
        if under_mac and reader.at == len(octets) - MAC_LENGTH:
            reader.field(OCTETS, MAC_LENGTH, "MAC")
    except (MalformedMessage, IndexError):
        pass
    return reader.leaves


class _Reader:
    """Reads leaves one after the other; raises :class:`IndexError` at the end of the octets."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0
        self.leaves: list[Leaf] = []

    def field(self, kind: Kind, size: int, name: str) -> bytes:
        end = self.at + size
        if size < 0 or end > len(self.octets):
            raise IndexError
        content = self.octets[self.at : end]
        if size:
            self.leaves.append(Leaf(kind, _value(kind, content), self.at, size, name))
        self.at = end
        return content

    def length(self, name: str) -> int:
        size, after = read_length(self.octets, self.at)
        self.leaves.append(Leaf(_LENGTH, size, self.at, after - self.at, name))
        self.at = after
        return size

    def mac_header(self) -> None:
        self.field(U8, 1, "MAC header tag")
        for name in _EMPTY:
            self.field(U8, 1, f"length of the {name}")
        self.field(U8, 1, "key information")
        self.length("length under the MAC header")
        self.field(U8, 1, "security control")
        self.field(U32, 4, "invocation counter")

    def grouping_header(self) -> None:
        self.field(U8, 1, "grouping header tag")
        self.length("length of the transaction identifier")
        known = self.octets[self.at] in list(Cra)
        self.field(FLAG if known else U8, 1, "CRA flag")
        self.field(U64, 8, "originator counter")
        for name in ("originator", "recipient"):
            self.length(f"length of the {name}")
            self.field(EUI64, 8, name)
        self.field(OCTETS, self.length("length of the date-time"), "date-time")
        size = self.length("length of the other information")
        self.field(MESSAGE_CODE, 2, "message code")
        self.field(OCTETS, size - 2, "supplementary fields")


def _value(kind: Kind, content: bytes) -> object:
    if kind is EUI64:
        return Eui64(content)
    if kind is OCTETS:
        return content
    return int.from_bytes(content, "big")
