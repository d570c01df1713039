"""Lengths as the GBCS envelope writes them: A-XDR / BER, and only in their shortest form."""

from __future__ import annotations

from gbsmart.ground import InvalidValue, MalformedMessage

LONGEST = 0xFF_FFFF
"""The longest length the envelope writes: ``83`` and three octets (13 months of half-hours need it)."""

_SHORT = tuple(bytes((n,)) for n in range(0x80))


def read_length(data: bytes, offset: int) -> tuple[int, int]:
    """The length written at ``offset`` and the offset after it.

    ``00``-``7F`` in one octet, ``81 nn`` from 128, ``82 nn nn`` from 256, ``83 nn nn nn`` from 65,536. Raises
    :class:`~gbsmart.ground.MalformedMessage` for any longer form of the same number, for other forms,
    and where the octets end first.
    """
    try:
        first = data[offset]
        if first < 0x80:
            return first, offset + 1
        if first == 0x81:
            length = data[offset + 1]
            if length < 0x80:
                raise MalformedMessage(f"length {length} is not in its shortest form", offset=offset)
            return length, offset + 2
        if first == 0x82:
            length = data[offset + 1] << 8 | data[offset + 2]
            if length < 0x100:
                raise MalformedMessage(f"length {length} is not in its shortest form", offset=offset)
            return length, offset + 3
        if first == 0x83:
            length = data[offset + 1] << 16 | data[offset + 2] << 8 | data[offset + 3]
            if length < 0x1_0000:
                raise MalformedMessage(f"length {length} is not in its shortest form", offset=offset)
            return length, offset + 4
    except IndexError:
        raise MalformedMessage("the octets end inside a length", offset=len(data)) from None
    raise MalformedMessage(f"{first:02X} does not start a length", offset=offset)


def write_length(length: int) -> bytes:
    """``length`` in its shortest form; raises :class:`~gbsmart.ground.InvalidValue` above 16,777,215."""
    if 0 <= length < 0x80:
        return _SHORT[length]
    if 0x80 <= length < 0x100:
        return bytes((0x81, length))
    if 0x100 <= length < 0x1_0000:
        return bytes((0x82, length >> 8, length & 0xFF))
    if 0x1_0000 <= length <= LONGEST:
        return b"\x83" + length.to_bytes(3, "big")
    raise InvalidValue(f"a length is from 0 to {LONGEST}, not {length}")
