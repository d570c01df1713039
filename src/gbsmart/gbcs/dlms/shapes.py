"""Shapes of DLMS data: numbers, strings, dates, structures, arrays and the repeated price matrix.

Each shape reads a walked :class:`~gbsmart.gbcs.tree.Node` and writes octets, both from the one
declaration (GBCS section 7; data types of the DLMS Blue Book).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gbsmart.gbcs.dlms.data import (
    ARRAY,
    ARRAY_OF,
    BARE_KINDS,
    BIT_STRING,
    BOOLEAN,
    ENUM,
    INTEGER_8,
    INTEGER_16,
    INTEGER_32,
    NULL,
    OCTET_STRING,
    STRUCTURE,
    STRUCTURE_OF,
    TAGGED,
    UNSIGNED_8,
    UNSIGNED_16,
    UNSIGNED_32,
    UTF8_STRING,
    VISIBLE_STRING,
    Description,
    compact_array,
    walk_data,
)
from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.shape import Context, Shape, mismatch
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import InvalidValue


@dataclass(frozen=True, slots=True)
class Scalar:
    """One leaf of the type ``tag``: the value is the leaf's own."""

    tag: int
    meaning: str = ""

    def take(self, node: Node, context: Context) -> Any:
        """The leaf's value."""
        if node.__class__ is not Leaf or node.kind is not TAGGED[self.tag]:
            mismatch(node, TAGGED[self.tag].name)
        if self.meaning:
            node.meaning = self.meaning
        return node.value

    def put(self, value: Any, context: Context) -> bytes:
        """The tagged value; raises :class:`InvalidValue` for a wrong type or range."""
        try:
            return TAGGED[self.tag].pack(value)
        except (OverflowError, AttributeError, TypeError, ValueError):
            raise InvalidValue(f"{value!r} is not a {TAGGED[self.tag].name}") from None


U8, U16, U32 = Scalar(UNSIGNED_8), Scalar(UNSIGNED_16), Scalar(UNSIGNED_32)
I8, I16, I32 = Scalar(INTEGER_8), Scalar(INTEGER_16), Scalar(INTEGER_32)
ENUMERATED, OCTETS, VISIBLE, UTF8, BITS, NULL_DATA = (
    Scalar(tag) for tag in (ENUM, OCTET_STRING, VISIBLE_STRING, UTF8_STRING, BIT_STRING, NULL)
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean: FF when we write it, any non-zero octet when we read it (GBCS mapping tables say 01)."""

    meaning: str = ""

    def take(self, node: Node, context: Context) -> bool:
        """True for any non-zero octet."""
        return bool(Scalar(BOOLEAN, self.meaning).take(node, context))

    def put(self, value: bool, context: Context) -> bytes:
        """``03 FF`` or ``03 00``."""
        return b"\x03\xff" if value else b"\x03\x00"


FLAG = Flag()


@dataclass(frozen=True, slots=True)
class Iso:
    """A true conversion between a wire value and a value of the domain: the one escape to code.

    Every instance is named, and the coverage page counts them. ``read`` and ``write`` raise
    ``ValueError`` for what has no counterpart.
    """

    name: str
    of: Shape
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]

    def take(self, node: Node, context: Context) -> Any:
        """The domain value; raises :class:`MalformedMessage` where the wire value has none."""
        raw = self.of.take(node, context)
        try:
            value = self.read(raw)
        except (ValueError, IndexError):
            mismatch(node, f"a value that reads as {self.name}")
        node.meaning = str(value)
        return value

    def put(self, value: Any, context: Context) -> bytes:
        """The octets; raises :class:`InvalidValue` where the value cannot be written."""
        try:
            raw = self.write(value)
        except InvalidValue:
            raise
        except (ValueError, AttributeError, TypeError, KeyError, OverflowError):
            raise InvalidValue(f"{value!r} is not a {self.name}") from None
        return self.of.put(raw, context)


@dataclass(frozen=True, slots=True)
class Const:
    """Octets that are always the same: checked when read, written without a value."""

    octets: bytes
    name: str = "fixed"

    @property
    def valueless(self) -> bool:
        """It stands for no value of the form."""
        return True

    def take(self, node: Node, context: Context) -> None:
        """Nothing; raises :class:`MalformedMessage` where the octets differ."""
        if node.encode() != self.octets:
            mismatch(node, f"{self.name} {self.octets.hex()}")
        node.meaning = self.name

    def put(self, value: Any, context: Context) -> bytes:
        """The octets, whatever the value."""
        return self.octets


@dataclass(frozen=True, slots=True)
class Opt:
    """A trailing member of a structure that some devices do not have (value None, or no such key)."""

    of: Shape


class Struct:
    """A structure with named members; its value is a mapping. Members named ``""`` hold no value."""

    __slots__ = ("_required", "members")

    def __init__(self, *members: tuple[str, Shape | Opt]) -> None:
        self.members = members
        self._required = sum(not isinstance(shape, Opt) for _, shape in members)

    def take(self, node: Node, context: Context) -> dict[str, Any]:
        """A mapping of member names to values; absent optional members have no key."""
        if node.__class__ is not Branch or node.framing is not STRUCTURE_OF:
            mismatch(node, "structure")
        children = node.children
        if not self._required <= len(children) <= len(self.members):
            mismatch(node, f"structure of {self._required} to {len(self.members)} members")
        values: dict[str, Any] = {}
        for (name, shape), child in zip(self.members, children, strict=False):
            inner = shape.of if shape.__class__ is Opt else shape
            child.name = name or "fixed"
            value = inner.take(child, context)  # type: ignore[union-attr]
            if name:
                values[name] = value
        return values

    def put(self, value: Mapping[str, Any], context: Context) -> bytes:
        """The structure; raises :class:`InvalidValue` naming the member that is missing or wrong."""
        parts: list[bytes] = []
        for name, shape in self.members:
            if isinstance(shape, Opt):
                if value.get(name) is None:
                    break
                shape = shape.of
            parts.append(put_member(name, shape, value, context))
        return b"\x02" + write_length(len(parts)) + b"".join(parts)


def put_member(name: str, shape: Shape, values: Mapping[str, Any], context: Context) -> bytes:
    """One named member's octets, its name put before whatever error it raises."""
    if not name:
        return shape.put(None, context)
    try:
        value = values[name]
    except (KeyError, TypeError):
        raise InvalidValue("a value is missing", field=name) from None
    try:
        return shape.put(value, context)
    except InvalidValue as wrong:
        path = f"{name}.{wrong.field}" if wrong.field else name
        raise InvalidValue(wrong.reason, field=path) from None


@dataclass(frozen=True, slots=True)
class Array:
    """An array of ``of``; its value is a list. ``least`` and ``most`` bound its size."""

    of: Shape
    most: int = 65535
    least: int = 0
    name: str = ""

    def take(self, node: Node, context: Context) -> list[Any]:
        """The elements' values."""
        if node.__class__ is not Branch or node.framing is not ARRAY_OF:
            mismatch(node, "array")
        if not self.least <= len(node.children) <= self.most:
            mismatch(node, f"array of {self.least} to {self.most} elements")
        of = self.of
        values = []
        for index, child in enumerate(node.children):
            child.name = f"{self.name or node.name}[{index}]"
            values.append(of.take(child, context))
        return values

    def put(self, value: Sequence[Any], context: Context) -> bytes:
        """The array; raises :class:`InvalidValue` naming the element's index."""
        if not self.least <= len(value) <= self.most:
            raise InvalidValue(f"{len(value)} elements, not {self.least} to {self.most}")
        parts = []
        for index, each in enumerate(value):
            try:
                parts.append(self.of.put(each, context))
            except InvalidValue as wrong:
                path = f"{index}.{wrong.field}" if wrong.field else str(index)
                raise InvalidValue(wrong.reason, field=path) from None
        return b"\x01" + write_length(len(parts)) + b"".join(parts)


@dataclass(frozen=True, slots=True)
class Counted:
    """An array of structures whose first member is the running index from 1: the value leaves it out."""

    of: Struct
    most: int

    def take(self, node: Node, context: Context) -> list[dict[str, Any]]:
        """The rows without their index; raises :class:`MalformedMessage` where the index does not run."""
        rows: list[dict[str, Any]] = Array(self.of, self.most).take(node, context)
        for number, row in enumerate(rows, 1):
            if row.pop("index") != number:
                mismatch(node, f"running index {number}")
        return rows

    def put(self, value: Sequence[Mapping[str, Any]], context: Context) -> bytes:
        """The rows, numbered."""
        rows = [{**row, "index": number} for number, row in enumerate(value, 1)]
        return Array(self.of, self.most).put(rows, context)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A price matrix: every cell in a fixed order, each with its index octet.

    The value maps a cell's index to its number and leaves out ``absent`` cells: an absent and a zero
    price are the same octets (so the canonical value has no zeros).
    """

    cells: bytes
    absent: int = 0

    def take(self, node: Node, context: Context) -> dict[int, int]:
        """Index octet to price, without the absent ones."""
        if node.__class__ is not Branch or len(node.children) != len(self.cells):
            mismatch(node, f"price matrix of {len(self.cells)} cells")
        values: dict[int, int] = {}
        absent = self.absent
        for cell, expected in zip(node.children, self.cells, strict=True):
            if cell.__class__ is not Branch or len(cell.children) != 2:
                mismatch(cell, "cell of index and price")
            index, price = cell.children
            if index.__class__ is not Leaf or index.value != bytes((expected,)):
                mismatch(cell, f"cell {expected:02X}")
            if price.__class__ is not Leaf or price.kind is not TAGGED[INTEGER_16]:
                mismatch(price, "price (long)")
            cell.name, index.name, price.name = f"cell {expected:02X}", "index", "price"
            if price.value != absent:
                values[expected] = price.value
        return values

    def put(self, value: Mapping[int, int], context: Context) -> bytes:
        """Every cell; raises :class:`InvalidValue` for an index that the matrix does not have."""
        if unknown := [index for index in value if index not in self.cells]:
            raise InvalidValue(f"no cell {unknown[0]:02X} in this matrix")
        out = bytearray(b"\x01" + write_length(len(self.cells)))
        for index in self.cells:
            out += b"\x02\x02\x09\x01" + bytes((index,)) + I16.put(value.get(index, self.absent), context)
        return bytes(out)


@dataclass(frozen=True, slots=True)
class Compact:
    """A compact-array of rows with named columns; its value is a list of mappings.

    ``columns`` are (name, tag), or (name, tag, n) for n values of one type. ``optional`` columns are
    those that only some devices have: the type description in the message tells.
    """

    columns: tuple[tuple[str, int] | tuple[str, int, int], ...]
    optional: frozenset[str] = frozenset()

    def take(self, node: Node, context: Context) -> list[dict[str, Any]]:
        """The rows."""
        if node.__class__ is not Branch:
            mismatch(node, "compact-array")
        for columns in self._variants():
            if node.framing is compact_array(self._description(columns)):
                return [self._row(row, columns) for row in node.children]
        if not node.children and node.framing is ARRAY_OF:
            return []
        mismatch(node, "compact-array of " + ", ".join(column[0] for column in self.columns))

    def put(self, value: Sequence[Mapping[str, Any]], context: Context) -> bytes:
        """The array; the columns are those of its first row."""
        present = value[0].keys() if value else set()
        columns = tuple(c for c in self.columns if c[0] not in self.optional or c[0] in present)
        content = b"".join(self._put_row(row, columns, index) for index, row in enumerate(value))
        return compact_array(self._description(columns)).prefix(len(value), content) + content

    def _variants(self) -> list[tuple[tuple[Any, ...], ...]]:
        full = self.columns
        bare = tuple(column for column in full if column[0] not in self.optional)
        return [bare, full] if bare != full else [full]

    def _description(self, columns: tuple[tuple[Any, ...], ...]) -> Description:
        return (STRUCTURE, tuple(c[1] if len(c) == 2 else (ARRAY, c[2], c[1]) for c in columns))

    def _row(self, row: Node, columns: tuple[tuple[Any, ...], ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        assert isinstance(row, Branch)
        for column, child in zip(columns, row.children, strict=True):
            child.name = column[0]
            if isinstance(child, Leaf):
                values[column[0]] = child.value
            else:
                values[column[0]] = [leaf.value for leaf in child.leaves()]
        return values

    def _put_row(self, row: Mapping[str, Any], columns: tuple[tuple[Any, ...], ...], index: int) -> bytes:
        out = bytearray()
        for column in columns:
            cells = [row[column[0]]] if len(column) == 2 else row[column[0]]
            if len(column) == 3 and len(cells) != column[2]:
                raise InvalidValue(f"{len(cells)} values, not {column[2]}", field=f"{index}.{column[0]}")
            try:
                out += b"".join(BARE_KINDS[column[1]].pack(cell) for cell in cells)
            except (OverflowError, AttributeError, TypeError):
                raise InvalidValue(f"{row[column[0]]!r} does not fit", field=f"{index}.{column[0]}") from None
        return bytes(out)


def read_octets(shape: Shape, octets: bytes, context: Context) -> Any:
    """The value of a ``Data`` item given as octets, to its last octet."""
    node, after = walk_data(octets, 0, len(octets))
    if after != len(octets):
        mismatch(node, "nothing after it")
    return shape.take(node, context)
