"""BER as GBCS payloads use it: the structure of DER, with one width of length per message.

Sixteen of the public test vectors write every length of 128 to 255 as ``82 00 xx`` where DER would
write ``81 xx``. So the width is a property of the message (``wide_lengths``): it is accepted in
this family only, remembered, and reproduced; other lengths that are not minimal are refused.
Certificates and certification requests inside a payload are opaque and keep their own octets.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.tree import Branch, Framing, Kind, Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x0A
GENERALIZED_TIME, SEQUENCE = 0x18, 0x30
CONSTRUCTED = 0x20
MAX_DEPTH = 12
MAX_INTEGER = 9
"""The octets of the largest INTEGER that GBCS has: a counter of 64 bits, with its sign."""

_NAMES = {
    BOOLEAN: "BOOLEAN",
    INTEGER: "INTEGER",
    BIT_STRING: "BIT STRING",
    OCTET_STRING: "OCTET STRING",
    NULL: "NULL",
    ENUMERATED: "ENUMERATED",
    GENERALIZED_TIME: "GeneralizedTime",
    SEQUENCE: "SEQUENCE",
}


def write_ber_length(length: int, *, wide: bool) -> bytes:
    """A definite length; with ``wide``, 128 to 255 takes the form ``82 00 xx``."""
    if wide and 0x80 <= length <= 0xFF:
        return b"\x82\x00" + bytes([length])
    return write_length(length)


def read_ber_length(data: bytes, offset: int, end: int) -> tuple[int, int, bool | None]:
    """(length, offset after it, wide): ``wide`` is None where the length cannot tell.

    Raises :class:`MalformedMessage` for an indefinite, cut or otherwise non-minimal length.
    """
    if offset >= end:
        raise MalformedMessage("a length is missing", offset=offset)
    first = data[offset]
    if first < 0x80:
        return first, offset + 1, None
    size = first & 0x7F
    after = offset + 1 + size
    if size == 0 or size > 3 or after > end:
        raise MalformedMessage("an indefinite, oversized or cut length", offset=offset)
    length = int.from_bytes(data[offset + 1 : after], "big")
    if size == 1 and length >= 0x80:
        return length, after, False
    if size == 2 and 0x80 <= length <= 0xFF:
        return length, after, True
    if length.bit_length() > 8 * (size - 1) and length > 0xFF:
        return length, after, None
    raise MalformedMessage("a length that is not minimal", offset=offset)


def write_integer(value: int) -> bytes:
    """The shortest two's complement octets of an INTEGER or ENUMERATED; ``OverflowError`` beyond 64 bits."""
    magnitude = value if value >= 0 else ~value
    return value.to_bytes(min(magnitude.bit_length() // 8 + 1, MAX_INTEGER), "big", signed=True)


def _read_integer(content: bytes, offset: int) -> int:
    if len(content) > MAX_INTEGER:
        raise MalformedMessage(
            f"an INTEGER of {len(content)} octets, not {MAX_INTEGER} at most", offset=offset
        )
    if not content or (
        len(content) > 1
        and ((content[0] == 0 and content[1] < 0x80) or (content[0] == 0xFF and content[1] >= 0x80))
    ):
        raise MalformedMessage("an INTEGER that is empty or has superfluous octets", offset=offset)
    return int.from_bytes(content, "big", signed=True)


def write_bits(bits: str) -> bytes:
    """A BIT STRING's content: unused bit count, then the octets."""
    unused = -len(bits) % 8
    padded = bits + "0" * unused
    return bytes([unused]) + (int(padded, 2).to_bytes(len(padded) // 8, "big") if padded else b"")


def _read_bits(content: bytes, offset: int) -> str:
    if not content or content[0] > 7 or (len(content) == 1 and content[0]):
        raise MalformedMessage("a BIT STRING with an impossible count of unused bits", offset=offset)
    text = "".join(f"{octet:08b}" for octet in content[1:])
    used = len(text) - content[0]
    if "1" in text[used:]:
        raise MalformedMessage("an unused bit of a BIT STRING is set", offset=offset)
    return text[:used]


def write_time(moment: datetime) -> bytes:
    """``YYYYMMDDHHMMSSZ``; the moment is aware."""
    if moment.tzinfo is None:
        raise InvalidValue("a GeneralizedTime needs an aware date-time")
    utc = moment.astimezone(UTC)
    return f"{utc:%Y%m%d%H%M%SZ}".rjust(15, "0").encode()


def _read_time(content: bytes, offset: int) -> datetime:
    try:
        if len(content) != 15 or content[14:] != b"Z" or not content[:14].isdigit():
            raise ValueError
        month, day, hour, minute, second = (int(content[at : at + 2]) for at in range(4, 14, 2))
        return datetime(int(content[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise MalformedMessage("a GeneralizedTime is written YYYYMMDDHHMMSSZ", offset=offset) from None


def _same(content: bytes, _offset: int) -> bytes:
    return content


def _read_null(content: bytes, offset: int) -> None:
    if content:
        raise MalformedMessage("NULL has no content", offset=offset)


def _read_flag(content: bytes, offset: int) -> int:
    if len(content) != 1:
        raise MalformedMessage("a BOOLEAN has one octet", offset=offset)
    return content[0]


READERS: dict[int, Callable[[bytes, int], Any]] = {
    BOOLEAN: _read_flag,
    INTEGER: _read_integer,
    ENUMERATED: _read_integer,
    BIT_STRING: _read_bits,
    OCTET_STRING: _same,
    NULL: _read_null,
    GENERALIZED_TIME: _read_time,
}
_WRITERS: dict[int, Callable[[Any], bytes]] = {
    BOOLEAN: lambda value: bytes([value]),
    INTEGER: write_integer,
    ENUMERATED: write_integer,
    BIT_STRING: write_bits,
    OCTET_STRING: lambda value: b"" + value,  # bytes(n) of a number would be n zeros, however many
    NULL: lambda _: b"",
    GENERALIZED_TIME: write_time,
}
_SHOW: dict[int, Callable[[Any], str]] = {OCTET_STRING: bytes.hex, NULL: lambda _: "NULL"}


def tag_name(tag: int) -> str:
    """``SEQUENCE``, ``INTEGER`` or, for a context tag, ``[3]``."""
    return _NAMES.get(tag) or (f"[{tag & 0x1F}]" if tag & 0x80 else f"tag {tag:02X}")


class Dialect:
    """The kinds and framings of one width of length: made once, shared by every message."""

    def __init__(self, *, wide: bool) -> None:
        self.wide = wide
        self._kinds: dict[int, Kind] = {}
        self._framings: dict[int, Framing] = {}

    def kind(self, tag: int, universal: int) -> Kind:
        """Leaves tagged ``tag`` whose content is written as the universal type ``universal``."""
        found = self._kinds.get(tag << 8 | universal)
        if found is None:
            write, wide = _WRITERS[universal], self.wide

            def pack(value: Any) -> bytes:
                content = write(value)
                return bytes([tag]) + write_ber_length(len(content), wide=wide) + content

            found = self._kinds[tag << 8 | universal] = Kind(tag_name(tag), pack, _SHOW.get(universal, str))
        return found

    def framing(self, tag: int) -> Framing:
        """A constructed value: tag and length around its members."""
        found = self._framings.get(tag)
        if found is None:
            wide = self.wide
            found = self._framings[tag] = Framing(
                tag_name(tag),
                lambda _, content: bytes([tag]) + write_ber_length(len(content), wide=wide),
            )
        return found


DER, WIDE = Dialect(wide=False), Dialect(wide=True)
OPAQUE = Kind("certificate or certification request", bytes, bytes.hex)
"""A whole X.509 or PKCS#10 object: its octets are its value."""


def is_opaque(data: bytes, offset: int, end: int) -> bool:
    """Whether the SEQUENCE at ``offset`` looks like an X.509 certificate or a PKCS#10 request.

    Both are ``SEQUENCE { SEQUENCE {...}, SEQUENCE { OBJECT IDENTIFIER ...``: nothing that GBCS itself
    defines holds an object identifier in its second member.
    """
    try:
        _, inner, _ = read_ber_length(data, offset + 1, end)
        if data[inner] != SEQUENCE:
            return False
        size, content, _ = read_ber_length(data, inner + 1, end)
        second = content + size
        if data[second] != SEQUENCE:
            return False
        _, algorithm, _ = read_ber_length(data, second + 1, end)
        return data[algorithm] == 0x06
    except (IndexError, MalformedMessage):
        return False


def walk_ber(data: bytes, start: int, end: int) -> Node:
    """The ASN.1 payload in ``data[start:end]`` as a tree; raises :class:`MalformedMessage`.

    The message is wide if any of its own lengths is; one that mixes both forms is refused.
    """
    walker = _Walker(data)
    node, after = walker.walk(start, end, 0)
    if after != end:
        raise MalformedMessage(f"{end - after} octets after the ASN.1 payload", offset=after)
    if walker.wide:
        walker = _Walker(data, WIDE)
        node, _ = walker.walk(start, end, 0)
    return node


# Implicit context tags of GBCS are all integers (mode [1], counters [3] and [4], key usage [0] in a
# constructed one), but for [0], the contingency symmetric key.
_CONTENT = [
    tag if tag in READERS else OCTET_STRING if tag == 0x80 else INTEGER if tag & 0xC0 == 0x80 else 0
    for tag in range(256)
]


class _Walker:
    """One pass over a payload. ``wide`` is None until a length tells which form this message uses."""

    def __init__(self, data: bytes, dialect: Dialect = DER) -> None:
        self.data = data
        self.dialect = dialect
        self.wide: bool | None = None

    def walk(self, offset: int, end: int, depth: int) -> tuple[Node, int]:
        data = self.data
        if offset >= end:
            raise MalformedMessage("an ASN.1 value is missing", offset=offset)
        if offset + 1 == end:
            raise MalformedMessage("a length is missing", offset=end)
        tag, size, start, wide = data[offset], data[offset + 1], offset + 2, None
        if size >= 0x80:
            size, start, wide = read_ber_length(data, offset + 1, end)
        after = start + size
        if after > end:
            raise MalformedMessage(f"{tag_name(tag)} of {size} octets runs past the end", offset=offset)
        if tag == SEQUENCE and size and data[start] == SEQUENCE and is_opaque(data, offset, end):
            return Leaf(OPAQUE, data[offset:after], offset, after - offset), after
        if wide is not None:
            if self.wide is not None and self.wide is not wide:
                raise MalformedMessage("lengths of 128 to 255 are written in two ways", offset=offset + 1)
            self.wide = wide
        if tag & CONSTRUCTED:
            return self._constructed(tag, offset, start, after, depth), after
        universal = _CONTENT[tag]
        if not universal:
            raise MalformedMessage(f"{tag_name(tag)} is not used by GBCS", offset=offset)
        value = READERS[universal](data[start:after], start)
        return Leaf(self.dialect.kind(tag, universal), value, offset, after - offset), after

    def _constructed(self, tag: int, offset: int, start: int, end: int, depth: int) -> Branch:
        if depth >= MAX_DEPTH:
            raise MalformedMessage(f"ASN.1 nests deeper than {MAX_DEPTH} levels", offset=offset)
        children: list[Node] = []
        at = start
        while at < end:
            child, at = self.walk(at, end, depth + 1)
            children.append(child)
        return Branch(self.dialect.framing(tag), children, offset, end - offset)
