"""From the walk's tree to rows: each leaf one row, each branch one row for the octets of its frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from gbsmart.gbcs.dlms.data import ARRAY_OF
from gbsmart.gbcs.envelope_walk import PAYLOAD
from gbsmart.gbcs.explain.model import Part, Row, RowKind
from gbsmart.gbcs.explain.parts import frame_parts, leaf_parts
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node

_IN_HEX = frozenset(("profile_id", "attribute_id", "long_invoke_id", "MAC header tag", "grouping header tag"))
"""Numbers that everybody knows in hex."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The octets that a tree was walked from, and whether they are an ASN.1 payload."""

    octets: bytes
    ber: bool = False

    def cut(self, offset: int, length: int) -> bytes:
        """``length`` octets from ``offset``."""
        return self.octets[offset : offset + length]

    def rows(self, node: Node, depth: int = 0, name: str = "") -> Iterator[Row]:
        """The rows of ``node``, which is called ``name`` where it has no name of its own."""
        if isinstance(node, Leaf):
            yield self._leaf(node, depth, name)
            return
        yield self._frame(node, depth, name)
        inside = replace(self, ber=True) if _opens_asn1(node) else self
        for index, child in enumerate(node.children):
            yield from inside.rows(child, depth + 1, _place(node, index))

    def _leaf(self, leaf: Leaf, depth: int, name: str) -> Row:
        octets = self.cut(leaf.offset, leaf.length)
        value = show(leaf)
        meaning = leaf.meaning.replace("+00:00", " UTC")
        meaning = "" if meaning in (value, value.replace("T", " ").replace("Z", " UTC")) else meaning
        parts = leaf_parts(leaf, octets, ber=self.ber)
        title = leaf.name or name or leaf.kind.name
        return Row(
            RowKind.VALUE,
            leaf.offset,
            octets,
            leaf.length,
            depth,
            title,
            leaf.kind.name,
            value,
            meaning,
            parts,
        )

    def _frame(self, branch: Branch, depth: int, name: str) -> Row:
        octets = self.cut(branch.offset, branch.prefix_length)
        kind = RowKind.FRAME if octets else RowKind.GROUP
        ber = self.ber and branch.name != PAYLOAD
        parts = frame_parts(branch.framing, octets, branch.offset, ber=ber) if octets else ()
        return Row(
            kind,
            branch.offset,
            octets,
            branch.length,
            depth,
            branch.name or name or branch.framing.name,
            branch.framing.name,
            _extent(branch, parts),
            branch.meaning,
            parts,
        )


def _place(branch: Branch, index: int) -> str:
    """What a child without a name is called: by its place among its likes."""
    if branch.framing is ARRAY_OF:
        return f"[{index}]"
    kind = branch.framing.name
    if kind == "compact-array":
        return f"row {index + 1}"
    if kind in ("structure", "SEQUENCE") or kind.startswith("[") or branch.framing is BARE:
        return f"member {index + 1}"
    return ""


def show(leaf: Leaf) -> str:
    """The value of a leaf as text, moments in one way everywhere."""
    if leaf.value == b"":
        return "empty"
    if leaf.name in _IN_HEX and isinstance(leaf.value, int):
        return f"{leaf.value:0{2 * leaf.length}X}"
    if isinstance(leaf.value, datetime):
        return f"{leaf.value:%Y-%m-%d %H:%M:%S} UTC"
    return leaf.kind.show(leaf.value)


def _opens_asn1(branch: Branch) -> bool:
    """Whether ``branch`` is the payload's frame and what follows is ASN.1: neither DLMS nor GBZ."""
    if branch.name != PAYLOAD or not branch.children:
        return False
    return branch.children[0].name not in ("access-request", "access-response", "data-notification", "gbz")


def _extent(branch: Branch, parts: tuple[Part, ...]) -> str:
    names = {part.name for part in parts}
    if "length" in names:
        size = branch.length - branch.prefix_length
        return "empty" if not size else "1 octet" if size == 1 else f"{size} octets"
    if "count" in names:
        count = len(branch.children)
        return "empty" if not count else f"{count}"
    return ""


def tile(rows: Iterable[Row], octets: bytes, start: int, end: int, depth: int) -> list[Row]:
    """``rows`` with the octets of ``start`` to ``end`` that they leave out put between them, unnamed."""
    tiled: list[Row] = []
    at = start
    for row in rows:
        if row.offset > at:
            tiled.append(gap(octets, at, row.offset, depth))
        tiled.append(row)
        at = max(at, row.offset + row.length)
    if at < end:
        tiled.append(gap(octets, at, end, depth))
    return tiled


def gap(octets: bytes, start: int, end: int, depth: int) -> Row:
    """Octets that begin something which could not be read to its end."""
    meaning = "tags, lengths and numbers of what the fault stands in"
    return Row(RowKind.UNREAD, start, octets[start:end], end - start, depth, "begun", "", "", meaning)
