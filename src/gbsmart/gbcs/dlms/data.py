"""A-XDR: the DLMS/COSEM ``Data`` types that GBCS uses, as walk nodes (GBCS section 7, DLMS Green Book).

Every value is tagged and so describes itself. Lengths and counts use the minimal form of
:mod:`gbsmart.gbcs.lengths`. A leaf's value is a Python value: ``int``, ``bytes`` (octet-string), ``str``
(visible, utf8 and bit strings, the last as ``"0110"``) or ``None`` (null-data).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, TypeAlias

from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.gbcs.tree import BARE, Branch, Framing, Kind, Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

NULL, ARRAY, STRUCTURE, BOOLEAN, BIT_STRING = 0x00, 0x01, 0x02, 0x03, 0x04
INTEGER_32, UNSIGNED_32, OCTET_STRING, VISIBLE_STRING, UTF8_STRING = (0x05, 0x06, 0x09, 0x0A, 0x0C)
INTEGER_8, INTEGER_16, UNSIGNED_8, UNSIGNED_16, COMPACT_ARRAY, ENUM = (0x0F, 0x10, 0x11, 0x12, 0x13, 0x16)
INTEGER_64, UNSIGNED_64 = 0x14, 0x15

_NUMBERS: dict[int, tuple[str, int, bool]] = {
    BOOLEAN: ("boolean", 1, False),
    INTEGER_32: ("double-long", 4, True),
    UNSIGNED_32: ("double-long-unsigned", 4, False),
    INTEGER_8: ("integer", 1, True),
    INTEGER_16: ("long", 2, True),
    UNSIGNED_8: ("unsigned", 1, False),
    UNSIGNED_16: ("long-unsigned", 2, False),
    INTEGER_64: ("long64", 8, True),
    UNSIGNED_64: ("long64-unsigned", 8, False),
    ENUM: ("enum", 1, False),
}
"""Tag to (name, octets, signed). A boolean keeps its octet: FF from the DCC, any non-zero is true."""
_FORMATS = {(1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h", (4, False): "I", (4, True): "i",
            (8, False): "Q", (8, True): "q"}  # fmt: skip


def pack_bits(bits: str) -> bytes:
    """The octets of a bit string, first bit in the highest place, padded with zeros."""
    octets = -(-len(bits) // 8)
    return int(bits.ljust(octets * 8, "0") or "0", 2).to_bytes(octets, "big")


def unpack_bits(octets: bytes, count: int, offset: int) -> str:
    """``count`` bits as text; raises :class:`MalformedMessage` where a padding bit is set."""
    text = "".join(f"{octet:08b}" for octet in octets)
    if "1" in text[count:]:
        raise MalformedMessage("a padding bit of a bit-string is set", offset=offset)
    return text[:count]


def _number_kind(tag: int, *, tagged: bool) -> Kind:
    name, width, signed = _NUMBERS[tag]
    layout = _FORMATS[width, signed]
    pack = partial(struct.Struct(f">B{layout}").pack, tag) if tagged else struct.Struct(f">{layout}").pack
    return Kind(name, pack)


def _string_kind(tag: int, name: str, octets: Callable[[str], bytes], *, tagged: bool) -> Kind:
    prefix = bytes([tag]) if tagged else b""

    def pack(value: str) -> bytes:
        content = octets(value)
        count = len(value) if tag == BIT_STRING else len(content)
        return prefix + write_length(count) + content

    return Kind(name, pack, repr if tag != BIT_STRING else str)


def _octets_kind(*, tagged: bool) -> Kind:
    prefix = bytes([OCTET_STRING]) if tagged else b""
    return Kind(
        "octet-string", lambda value: prefix + write_length(len(value)) + value, lambda value: value.hex()
    )


def _kinds(*, tagged: bool) -> dict[int, Kind]:
    kinds = {tag: _number_kind(tag, tagged=tagged) for tag in _NUMBERS}
    kinds[OCTET_STRING] = _octets_kind(tagged=tagged)
    kinds[BIT_STRING] = _string_kind(BIT_STRING, "bit-string", pack_bits, tagged=tagged)
    kinds[VISIBLE_STRING] = _string_kind(VISIBLE_STRING, "visible-string", _latin, tagged=tagged)
    kinds[UTF8_STRING] = _string_kind(UTF8_STRING, "utf8-string", str.encode, tagged=tagged)
    return kinds


def _latin(text: str) -> bytes:
    return text.encode("latin-1")


TAGGED = _kinds(tagged=True) | {NULL: Kind("null-data", lambda _: b"\x00", lambda _: "null")}
"""Tag to leaf kind, as everywhere but inside a compact-array."""
BARE_KINDS = _kinds(tagged=False)
"""Tag to leaf kind inside a compact-array, where the type description stands once before the rows.

Null-data is not among them: it would take no octets there."""

ARRAY_OF = Framing("array", lambda count, _: b"\x01" + write_length(count))
STRUCTURE_OF = Framing("structure", lambda count, _: b"\x02" + write_length(count))

NUMBER_OCTETS = {tag: width + 1 for tag, (_, width, _) in _NUMBERS.items()}
"""Tag of a number to its octets, the tag among them."""
_STRINGS = {OCTET_STRING, BIT_STRING, VISIBLE_STRING, UTF8_STRING}
_NUMBER_AT = [
    (TAGGED[tag], _NUMBERS[tag][1] + 1, struct.Struct(">x" + _FORMATS[_NUMBERS[tag][1:]]).unpack_from)
    if tag in _NUMBERS
    else None
    for tag in range(256)
]
"""Tag to (kind, octets with the tag, how to read them from the tag on), None for what is not a number."""
_OCTETS = TAGGED[OCTET_STRING]
_from_bytes = int.from_bytes

MAX_DEPTH = 16
"""Nothing in GBCS nests deeper than 8; a bound keeps a hostile message from exhausting the stack."""


def walk_data(data: bytes, offset: int, end: int) -> tuple[Node, int]:
    """The ``Data`` value at ``offset`` as a node, and the offset after it (at most ``end``).

    Raises :class:`MalformedMessage` for an unknown tag, a value that runs past ``end``, a length that
    is not minimal, or nesting deeper than :data:`MAX_DEPTH`.
    """
    nodes, after = walk_run(data, offset, end, 1)
    return nodes[0], after


def walk_run(data: bytes, offset: int, end: int, count: int, depth: int = 0) -> tuple[list[Node], int]:
    """``count`` values side by side, and the offset after the last; raises as :func:`walk_data` does.

    Nine values in ten are numbers and short octet-strings in a row, so these are read in the loop itself.
    """
    nodes: list[Node] = []
    at = offset
    for _ in range(count):
        if at >= end:
            raise MalformedMessage("a data value is missing", offset=at)
        tag = data[at]
        number = _NUMBER_AT[tag]
        if number is not None:
            kind, width, read = number
            if at + width > end:
                raise MalformedMessage(f"{kind.name} runs past the end of the payload", offset=at)
            nodes.append(Leaf(kind, read(data, at)[0], at, width))
            at += width
        elif tag == OCTET_STRING and at + 1 < end and (size := data[at + 1]) < 0x80 and at + size + 2 <= end:
            after = at + 2 + size
            nodes.append(Leaf(_OCTETS, data[at + 2 : after], at, size + 2))
            at = after
        elif tag in (ARRAY, STRUCTURE):
            framing = ARRAY_OF if tag == ARRAY else STRUCTURE_OF
            size, start = read_length(data, at + 1)
            if size > end - start:
                raise MalformedMessage(f"{framing.name} of {size} elements runs past the end", offset=at)
            if depth >= MAX_DEPTH:
                raise MalformedMessage(f"data nests deeper than {MAX_DEPTH} levels", offset=at)
            children, after = walk_run(data, start, end, size, depth + 1)
            nodes.append(Branch(framing, children, at, after - at))
            at = after
        elif tag in _STRINGS:
            value, after = _read_string(tag, data, at + 1, end)
            nodes.append(Leaf(TAGGED[tag], value, at, after - at))
            at = after
        elif tag == NULL:
            nodes.append(Leaf(TAGGED[NULL], None, at, 1))
            at += 1
        elif tag == COMPACT_ARRAY:
            branch = _walk_compact_array(data, at, end)
            nodes.append(branch)
            at += branch.length
        else:
            raise MalformedMessage(f"{tag:#04x} is not a data type of GBCS", offset=at)
    return nodes, at


def scan_scalar(data: bytes, at: int) -> tuple[Any, int]:
    """The number, string or null at ``at`` and the offset after it, for readers that need no node.

    Raises :class:`MalformedMessage`, ``IndexError`` or ``struct.error``.
    """
    tag = data[at]
    number = _NUMBER_AT[tag]
    if number is not None:
        _, width, read = number
        return read(data, at)[0], at + width
    if tag == NULL:
        return None, at + 1
    if tag not in _STRINGS:
        raise MalformedMessage(f"{tag:#04x} is no scalar type", offset=at)
    return _read_string(tag, data, at + 1, len(data))


@lru_cache(maxsize=256)
def _row_format(description: Description) -> tuple[bytes, struct.Struct] | None:
    """The head of a compact-array of such rows and how to read one; None where a column has no width."""
    if isinstance(description, int) or len(description) != 2:
        return None
    formats = ">"
    for column in description[1]:
        tag, times = (column, 1) if isinstance(column, int) else (column[-1], column[1])
        if tag not in _NUMBERS or not isinstance(times, int):
            return None
        formats += f"{times}{_FORMATS[_NUMBERS[tag][1:]]}"
    return bytes([COMPACT_ARRAY]) + write_description(description), struct.Struct(formats)


def read_rows(data: bytes, at: int, description: Description) -> tuple[list[tuple[int, ...]], int] | None:
    """The rows of the compact-array at ``at`` and the offset after it; None where it is not of this type.

    Only for rows of numbers and of arrays of numbers, which stand in the row side by side. Raises
    ``struct.error`` for a part of a row, :class:`MalformedMessage` for a length that is not minimal.
    """
    known = _row_format(description)
    if known is None or not data.startswith(known[0], at):
        return None
    size, start = read_length(data, at + len(known[0]))
    if start + size > len(data):
        return None
    return list(known[1].iter_unpack(data[start : start + size])), start + size


def _read_string(tag: int, data: bytes, offset: int, end: int) -> tuple[bytes | str, int]:
    count, start = read_length(data, offset)
    if tag == OCTET_STRING and start + count <= end:
        return data[start : start + count], start + count
    size = -(-count // 8) if tag == BIT_STRING else count
    after = start + size
    if after > end:
        raise MalformedMessage(f"{TAGGED[tag].name} of {count} runs past the end", offset=offset)
    content = data[start:after]
    if tag == BIT_STRING:
        return unpack_bits(content, count, offset), after
    try:
        return content.decode("utf-8" if tag == UTF8_STRING else "latin-1"), after
    except UnicodeDecodeError as wrong:
        raise MalformedMessage("utf8-string is not UTF-8", offset=start + wrong.start) from None


# A type description: a scalar tag, (ARRAY, count, description), or (STRUCTURE, (descriptions...)).
Description: TypeAlias = "int | tuple[int, int, Description] | tuple[int, tuple[Description, ...]]"


def write_description(description: Description) -> bytes:
    """The octets of a compact-array's type description."""
    if isinstance(description, int):
        return bytes([description])
    if len(description) == 3:
        return bytes([ARRAY]) + description[1].to_bytes(2, "big") + write_description(description[2])
    members = description[1]
    if len(members) > 255:
        raise InvalidValue("a compact-array row has at most 255 columns")
    return bytes([STRUCTURE, len(members)]) + b"".join(map(write_description, members))


def _read_description(data: bytes, offset: int, end: int, depth: int = 0) -> tuple[Description, int]:
    """The type description at ``offset`` and the offset after it.

    A part that takes no octets of a row is refused: ten octets could then ask for a million leaves, while
    without it the octets of the rows bound the leaves.
    """
    if offset >= end or depth > 4:
        raise MalformedMessage("a compact-array's type description is cut short or too deep", offset=offset)
    tag = data[offset]
    if tag in BARE_KINDS:
        return tag, offset + 1
    if tag == ARRAY and offset + 3 <= end and (count := _from_bytes(data[offset + 1 : offset + 3], "big")):
        member, after = _read_description(data, offset + 3, end, depth + 1)
        return (ARRAY, count, member), after
    if tag == STRUCTURE and offset + 2 <= end and data[offset + 1]:
        after = offset + 2
        members: list[Description] = []
        for _ in range(data[offset + 1]):
            member, after = _read_description(data, after, end, depth + 1)
            members.append(member)
        return (STRUCTURE, tuple(members)), after
    if tag in (NULL, ARRAY, STRUCTURE):
        raise MalformedMessage(
            "a part of a compact-array's type is cut short or takes no octets", offset=offset
        )
    raise MalformedMessage(f"{tag:#04x} is not a type of a compact-array", offset=offset)


@lru_cache(maxsize=256)
def compact_array(description: Description) -> Framing:
    """The frame of a compact-array whose rows have this type."""
    head = bytes([COMPACT_ARRAY]) + write_description(description)
    return Framing("compact-array", lambda _, content: head + write_length(len(content)))


def _walk_compact_array(data: bytes, offset: int, end: int) -> Branch:
    description, at = _read_description(data, offset + 1, end)
    size, at = read_length(data, at)
    after = at + size
    if after > end:
        raise MalformedMessage(f"compact-array of {size} octets runs past the end", offset=offset)
    rows: list[Node] = []
    while at < after:
        row, at = _walk_bare(description, data, at, after)
        rows.append(row)
    return Branch(compact_array(description), rows, offset, after - offset)


def _walk_bare(description: Description, data: bytes, offset: int, end: int) -> tuple[Node, int]:
    if isinstance(description, int):
        return _walk_bare_scalar(description, data, offset, end)
    members: tuple[Description, ...] = (
        (description[2],) * description[1] if len(description) == 3 else description[1]
    )
    children: list[Node] = []
    at = offset
    for member in members:
        node, at = _walk_bare(member, data, at, end)
        children.append(node)
    return Branch(BARE, children, offset, at - offset), at


def _walk_bare_scalar(tag: int, data: bytes, offset: int, end: int) -> tuple[Leaf, int]:
    kind = BARE_KINDS[tag]
    if tag in _NUMBERS:
        _, width, signed = _NUMBERS[tag]
        after = offset + width
        if after > end:
            raise MalformedMessage(f"{kind.name} runs past the end of its compact-array", offset=offset)
        return Leaf(kind, _from_bytes(data[offset:after], "big", signed=signed), offset, width), after
    value, after = _read_string(tag, data, offset, end)
    return Leaf(kind, value, offset, after - offset), after
