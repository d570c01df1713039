"""Access-Requests by their items: what is asked of which member, and where its argument stands.

A meter that is told a tariff needs of most arguments their octets alone, and the walk would make a node of
every number in them. The scan sees to the same bounds without making anything. It wants everything to be
ordinary (DLMS Green Book; GBCS section 7): where it is not sure it says nothing, and the walk is asked,
which alone says what is wrong.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, cast

from gbsmart.gbcs.dlms.apdu import ACCESS_REQUEST, SPECIFICATION, Access, Ref
from gbsmart.gbcs.dlms.data import (
    ARRAY,
    MAX_DEPTH,
    NULL,
    NUMBER_OCTETS,
    OCTET_STRING,
    STRUCTURE,
    walk_data,
)
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import MalformedMessage

_HEAD = 7  # tag, invoke id, no date-time, count
_SPECIFIED = 10
_WIDTHS = [1 if tag == NULL else NUMBER_OCTETS.get(tag, 0) for tag in range(256)]
_ORDINARY = 0x80
"""Lengths and counts below it stand in one octet."""
_A_TABLE = 5
"""An array of so many structures may well be a table, whose rows are alike."""


class Item(NamedTuple):
    """One item of an Access-Request; its argument is at ``offset`` of the payload ``within``."""

    access: int
    ref: Ref
    selection: tuple[Node, ...]
    within: bytes
    offset: int
    length: int

    @property
    def octets(self) -> bytes:
        """The argument as it stands in the message."""
        return self.within[self.offset : self.offset + self.length]

    @property
    def argument(self) -> Node:
        """The argument, walked."""
        return walk_data(self.within, self.offset, self.offset + self.length)[0]


def scan_request(payload: bytes) -> list[Item] | None:
    """The items of an Access-Request; None where the walk has to be asked."""
    try:
        if payload[0] != ACCESS_REQUEST or payload[5] or payload[6] >= _ORDINARY:
            return None
        count = payload[6]
        data = _HEAD + count * _SPECIFIED
        asked = [SPECIFICATION(payload, at) for at in range(_HEAD, data, _SPECIFIED)]
        if payload[data] != count or not all(each[0] in _PLAIN for each in asked):
            return None
        ends = _ends(payload, data + 1, count)
    except (IndexError, struct.error):
        return None
    if ends is None or (ends[-1] if ends else data + 1) != len(payload):
        return None
    starts = [data + 1, *ends]
    return [
        Item(access, Ref(class_id, obis, member), (), payload, start, end - start)
        for (access, class_id, obis, member), start, end in zip(asked, starts, ends, strict=False)
    ]


_PLAIN = (Access.GET, Access.SET, Access.ACTION)


def _ends(data: bytes, at: int, count: int) -> list[int] | None:
    """Where each of ``count`` values side by side ends; None where one is not ordinary."""
    ends: list[int] = []
    frames: list[int] = []  # how many values each open array or structure still lacks, outermost first
    left = count
    while left:  # none are left only once all is closed
        tag = data[at]
        if width := _WIDTHS[tag]:
            at += width
        elif tag == OCTET_STRING:
            size = data[at + 1]
            if size >= _ORDINARY:
                return None
            at += 2 + size
        elif tag in (STRUCTURE, ARRAY):
            size = data[at + 1]
            if size >= _ORDINARY or len(frames) >= MAX_DEPTH:
                return None
            at += 2
            table = tag == ARRAY and size >= _A_TABLE and len(frames) < MAX_DEPTH - 1
            if table and (after := _after_rows(data, at, size)) is not None:
                at = after
            elif size:
                frames.append(left)
                left = size
                continue
        else:
            return None
        left -= 1
        while not left and frames:
            left = frames.pop() - 1
        if not frames:
            ends.append(at)
    return ends


def _after_rows(data: bytes, at: int, count: int) -> int | None:
    """Where ``count`` structures end that are laid out as the first of them; None where they are not.

    A price matrix has eighty: all that is no value in them is compared with the first at once.
    """
    layout = _row_layout(data, at)
    if layout is None:
        return None
    after = at + len(layout) * count
    rows, alike = data[at:after], data[at : at + len(layout)] * count
    if len(rows) != len(alike):
        return None
    differing = int.from_bytes(rows) ^ int.from_bytes(alike)
    return None if differing & int.from_bytes(layout * count) else after


def _row_layout(data: bytes, at: int) -> bytes | None:
    """Of a structure of numbers and octet-strings: FF for each octet of tags and lengths, 00 of values."""
    if data[at] != STRUCTURE or data[at + 1] >= _ORDINARY:
        return None
    layout = b"\xff\xff"
    for _ in range(data[at + 1]):
        here = at + len(layout)
        if width := _WIDTHS[data[here]]:
            layout += b"\xff" + bytes(width - 1)
        elif data[here] == OCTET_STRING and data[here + 1] < _ORDINARY:
            layout += b"\xff\xff" + bytes(data[here + 1])
        else:
            return None
    return layout


def items_of(payload: bytes, tree: Node) -> list[Item]:
    """The items of a walked Access-Request; raises :class:`MalformedMessage` for another message."""
    if not isinstance(tree, Branch) or tree.name != "access-request":
        raise MalformedMessage("not an access request", offset=tree.offset)
    specifications, data = cast("list[Branch]", tree.children[2:4])
    items = []
    for specification, argument in zip(specifications.children, data.children, strict=True):
        access, class_id, obis, member, *selection = cast("Branch", specification).children
        ref = Ref(cast("Leaf", class_id).value, cast("Leaf", obis).value, cast("Leaf", member).value)
        items.append(
            Item(cast("Leaf", access).value, ref, tuple(selection), payload, argument.offset, argument.length)
        )
    return items
