"""How the octets of one row divide: which of them are tag, length, count, and which the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from gbsmart.gbcs.asn1.ber import OPAQUE
from gbsmart.gbcs.dlms.apdu import SHORT_OCTETS
from gbsmart.gbcs.dlms.data import (
    ARRAY,
    ARRAY_OF,
    BARE_KINDS,
    BIT_STRING,
    OCTET_STRING,
    STRUCTURE,
    STRUCTURE_OF,
    TAGGED,
    UTF8_STRING,
    VISIBLE_STRING,
)
from gbsmart.gbcs.envelope_walk import GROUPING, LENGTH, MAC_FRAME
from gbsmart.gbcs.explain.model import Part
from gbsmart.gbcs.gbz.zcl import OCTETS as ZCL_OCTETS
from gbsmart.gbcs.gbz.zcl import TEXT as ZCL_TEXT
from gbsmart.gbcs.tree import Framing, Kind, Leaf

Names: TypeAlias = list[tuple[int, str]]
"""(how many octets, what they are), in order."""

_STRINGS = (OCTET_STRING, BIT_STRING, VISIBLE_STRING, UTF8_STRING)
_DLMS_STRINGS = frozenset(id(TAGGED[tag]) for tag in _STRINGS)
_DLMS_TAGGED = frozenset(id(kind) for kind in TAGGED.values())
_COUNTED_STRINGS = frozenset(
    id(kind)
    for kind in (*(BARE_KINDS[tag] for tag in _STRINGS), SHORT_OCTETS, ZCL_OCTETS.kind, ZCL_TEXT.kind)
)


def _length_size(octets: bytes, at: int) -> int:
    """How many octets the length at ``at`` takes."""
    return 1 if at >= len(octets) or octets[at] < 0x80 else 1 + (octets[at] & 0x7F)


def _tag_length(octets: bytes, what: str = "length") -> Names:
    size = _length_size(octets, 1)
    return [(1, "tag"), (size, what), (len(octets) - 1 - size, "content")]


def _length(octets: bytes, what: str = "length") -> Names:
    size = _length_size(octets, 0)
    return [(size, what), (len(octets) - size, "content")]


def leaf_parts(leaf: Leaf, octets: bytes, *, ber: bool) -> tuple[Part, ...]:
    """The parts of a leaf's octets; ``ber`` says that it stands in an ASN.1 payload."""
    kind = leaf.kind
    if ber:
        names = [(len(octets), "value")] if kind is OPAQUE else _tag_length(octets)
    elif id(kind) in _DLMS_STRINGS:
        names = _tag_length(octets)
    elif id(kind) in _DLMS_TAGGED:
        names = [(1, "tag"), (len(octets) - 1, "content")]
    elif id(kind) in _COUNTED_STRINGS:
        names = _length(octets)
    elif _is_tagged_alert_content(kind, octets):
        names = _tag_length(octets)
    else:
        names = [(len(octets), "value")]
    return place(names, leaf.offset)


def _is_tagged_alert_content(kind: Kind, octets: bytes) -> bool:
    """The one octet-string that GBZ writes in the DLMS way, in alerts."""
    return kind.name == "octet-string" and octets[:1] == b"\x09" and octets[1] == len(octets) - 2


def frame_parts(framing: Framing, octets: bytes, offset: int, *, ber: bool) -> tuple[Part, ...]:
    """The parts of what stands before the content of a branch."""
    if ber:
        return place(_tag_length(octets), offset)
    return place(_FRAMES.get(framing.name, _whole)(octets), offset)


def _whole(octets: bytes) -> Names:
    return [(len(octets), "tag" if len(octets) == 1 else "frame")]


def _mac_header(octets: bytes) -> Names:
    empty = ("transaction identifier", "originator", "recipient", "date-time", "other information")
    fields = [(1, f"length of the {name} (empty)") for name in empty]
    return [(1, "tag"), *fields, (1, "key information (none)"), (len(octets) - 7, "length")]


def _compact_array(octets: bytes) -> Names:
    described = 1 + _description_size(octets, 1)
    return [(1, "tag"), (described - 1, "type description"), (len(octets) - described, "length")]


def _description_size(octets: bytes, at: int) -> int:
    if octets[at] == ARRAY:
        return 3 + _description_size(octets, at + 3)
    if octets[at] != STRUCTURE:
        return 1
    size = 2
    for _ in range(octets[at + 1]):
        size += _description_size(octets, at + size)
    return size


def _all(name: str) -> Callable[[bytes], Names]:
    return lambda octets: [(len(octets), name)]


def _counted(octets: bytes) -> Names:
    return _tag_length(octets, "count")


_FRAMES: Mapping[str, Callable[[bytes], Names]] = {
    MAC_FRAME.name: _mac_header,
    GROUPING.name: _all("tag"),
    LENGTH.name: _all("length"),
    ARRAY_OF.name: _counted,
    STRUCTURE_OF.name: _counted,
    "compact-array": _compact_array,
    "list": _all("count"),
    "components": _all("count"),
    "component body": _all("length"),
    "ciphered information": _all("length"),
    "octets": _all("length"),
}


def place(names: Names, offset: int) -> tuple[Part, ...]:
    """Named runs of octets at their offsets; empty ones are left out."""
    parts: list[Part] = []
    for length, name in names:
        if length > 0:
            parts.append(Part(offset, length, name))
        offset += length
    return tuple(parts)
