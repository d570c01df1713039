"""Shapes of DLMS data that repeat: arrays, the price matrix, compact-arrays (GBCS section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from struct import error as struct_error
from struct import pack, unpack_from
from typing import Any

from gbsmart.gbcs.dlms.data import (
    ARRAY,
    ARRAY_OF,
    BARE_KINDS,
    INTEGER_16,
    STRUCTURE,
    STRUCTURE_OF,
    TAGGED,
    Description,
    compact_array,
    read_rows,
)
from gbsmart.gbcs.dlms.shapes import I16, Struct
from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.gbcs.shape import NOT_WRITABLE, Context, Shape, Unread, mismatch, quick
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import InvalidValue


@dataclass(frozen=True, slots=True)
class Array:
    """An array of ``of``; its value is a list. ``least`` and ``most`` bound its size."""

    of: Shape
    most: int = 65535
    least: int = 0

    def take(self, node: Node, context: Context) -> list[Any]:
        """The elements' values."""
        if node.__class__ is not Branch or node.framing is not ARRAY_OF:
            mismatch(node, "array")
        if not self.least <= len(node.children) <= self.most:
            mismatch(node, f"array of {self.least} to {self.most} elements")
        of = self.of
        values = []
        for index, child in enumerate(node.children):
            child.name = f"{node.name}[{index}]"
            values.append(of.take(child, context))
        return values

    def scan(self, data: bytes, at: int, context: Context) -> tuple[list[Any], int]:
        """The elements straight from the octets."""
        if data[at] != ARRAY:
            raise Unread
        count, at = read_length(data, at + 1)
        if not self.least <= count <= self.most or count > len(data) - at:
            raise Unread
        scan = quick(self.of)
        values = []
        for _ in range(count):
            value, at = scan(data, at, context)
            values.append(value)
        return values, at

    def put(self, value: Sequence[Any], context: Context) -> bytes:
        """The array; raises :class:`InvalidValue` naming the element's index."""
        if not self.least <= len(value) <= self.most:
            raise InvalidValue(f"{len(value)} elements, not {self.least} to {self.most}")
        put = self.of.put
        try:
            parts = [put(each, context) for each in value]
        except InvalidValue:
            parts = [self._put_one(index, each, context) for index, each in enumerate(value)]
        return b"\x01" + write_length(len(parts)) + b"".join(parts)

    def _put_one(self, index: int, value: Any, context: Context) -> bytes:
        try:
            return self.of.put(value, context)
        except InvalidValue as wrong:
            path = f"{index}.{wrong.field}" if wrong.field else str(index)
            raise InvalidValue(wrong.reason, field=path) from None


@dataclass(frozen=True, slots=True)
class Counted:
    """An array of structures whose first member is the running index from 1: the value leaves it out.

    Some devices number otherwise what they answer (from 0): then each row keeps its ``index``, and a row
    that has one is written with it.
    """

    of: Struct
    most: int

    def take(self, node: Node, context: Context) -> list[dict[str, Any]]:
        """The rows, without their index where it runs from 1."""
        return _unnumbered(Array(self.of, self.most).take(node, context))

    def scan(self, data: bytes, at: int, context: Context) -> tuple[list[dict[str, Any]], int]:
        """The rows straight from the octets."""
        rows, after = Array(self.of, self.most).scan(data, at, context)
        return _unnumbered(rows), after

    def put(self, value: Sequence[Mapping[str, Any]], context: Context) -> bytes:
        """The rows, numbered."""
        rows = [{"index": number, **row} for number, row in enumerate(value, 1)]
        return Array(self.of, self.most).put(rows, context)


def _unnumbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if all(row["index"] == number for number, row in enumerate(rows, 1)):
        for row in rows:
            del row["index"]
    return rows


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
        if (
            node.__class__ is not Branch
            or node.framing is not ARRAY_OF
            or len(node.children) != len(self.cells)
        ):
            mismatch(node, f"price matrix of {len(self.cells)} cells")
        values: dict[int, int] = {}
        absent = self.absent
        for cell, expected in zip(node.children, self.cells, strict=True):
            if cell.__class__ is not Branch or cell.framing is not STRUCTURE_OF or len(cell.children) != 2:
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

    def scan(self, data: bytes, at: int, context: Context) -> tuple[dict[int, int], int]:
        """The prices straight from the octets: every cell has eight, in columns of one octet each."""
        count = len(self.cells)
        size, start = read_length(data, at + 1)
        after = start + 8 * count
        columns = [data[start + column : after : 8] for column in (0, 1, 2, 3, 4, 5)]
        same = [bytes((octet,)) * count for octet in (2, 2, 9, 1)]
        if data[at] != ARRAY or size != count or columns != [*same, self.cells, b"\x10" * count]:
            raise Unread
        prices = unpack_from(">" + "6xh" * count, data, start)
        absent = self.absent
        return {i: price for i, price in zip(self.cells, prices, strict=True) if price != absent}, after

    def put(self, value: Mapping[int, int], context: Context) -> bytes:
        """Every cell; raises :class:`InvalidValue` for an index that the matrix does not have."""
        if unknown := [index for index in value if index not in self.cells]:
            raise InvalidValue(f"no cell {unknown[0]:02X} in this matrix")
        prices = list(map(value.get, self.cells, repeat(self.absent)))
        try:
            columns = pack(f">{len(prices)}h", *prices)
        except struct_error:
            columns = b"".join(I16.put(price, context)[1:] for price in prices)  # says which cannot be
        rows = bytearray(_matrix(self.cells))
        start = len(rows) - 8 * len(prices)
        rows[start + 6 :: 8], rows[start + 7 :: 8] = columns[::2], columns[1::2]
        return bytes(rows)


@cache
def _matrix(cells: bytes) -> bytes:
    """A price matrix of these cells, whose prices are still to be put in: two octets at the end of each."""
    rows = b"".join([b"\x02\x02\x09\x01%c\x10\x00\x00" % index for index in cells])
    return b"\x01" + write_length(len(cells)) + rows


@dataclass(frozen=True, slots=True)
class Compact:
    """A compact-array of rows with named columns; its value is a list of mappings.

    ``columns`` are (name, tag), or (name, tag, n) for n values of one type. ``optional`` columns are
    those that only some devices have: the type description in the message tells. Without rows it tells
    nothing that a value holds, and so the context remembers how the message has it.
    """

    columns: tuple[tuple[str, int] | tuple[str, int, int], ...]
    optional: frozenset[str] = frozenset()

    def take(self, node: Node, context: Context) -> list[dict[str, Any]]:
        """The rows."""
        if node.__class__ is not Branch:
            mismatch(node, "compact-array")
        for columns in self._variants():
            if node.framing is compact_array(self._description(columns)):
                break
        else:
            if node.children or node.framing is not ARRAY_OF:
                mismatch(node, "compact-array of " + ", ".join(column[0] for column in self.columns))
        if not node.children:
            context.empty[self] = node.encode()
        return [self._row(row, columns) for row in node.children]

    def scan(self, data: bytes, at: int, context: Context) -> tuple[list[dict[str, Any]], int]:
        """The rows straight from the octets, where every column has one width."""
        for columns in self._variants():
            if (found := read_rows(data, at, self._description(columns))) is not None:
                rows, after = found
                if not rows:
                    context.empty[self] = data[at:after]
                if all(len(column) == 2 for column in columns):
                    names = [column[0] for column in columns]
                    return [dict(zip(names, row, strict=True)) for row in rows], after
                return [_named(row, columns) for row in rows], after
        raise Unread

    def put(self, value: Sequence[Mapping[str, Any]], context: Context) -> bytes:
        """The array; the columns are those of its first row, and every other row must have the same."""
        if not value and self in context.empty:
            return context.empty[self]
        present = value[0].keys() if value else set()
        columns = tuple(c for c in self.columns if c[0] not in self.optional or c[0] in present)
        left_out = self.optional - present
        for index, row in enumerate(value):
            if extra := left_out & row.keys():
                raise InvalidValue("the first row has no such column", field=f"{index}.{min(extra)}")
        content = b"".join(self._put_row(row, columns, index) for index, row in enumerate(value))
        return compact_array(self._description(columns)).prefix(len(value), content) + content

    def _variants(self) -> list[tuple[tuple[Any, ...], ...]]:
        full = self.columns
        bare = tuple(column for column in full if column[0] not in self.optional)
        return [bare, full] if bare != full else [full]

    def _description(self, columns: tuple[tuple[Any, ...], ...]) -> Description:
        return (
            STRUCTURE,
            tuple(c[1] if len(c) == 2 else (ARRAY, c[2], c[1]) for c in columns),
        )

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
            if column[0] not in row:
                raise InvalidValue("a value is missing", field=f"{index}.{column[0]}")
            cells = [row[column[0]]] if len(column) == 2 else row[column[0]]
            if len(column) == 3 and len(cells) != column[2]:
                raise InvalidValue(
                    f"{len(cells)} values, not {column[2]}",
                    field=f"{index}.{column[0]}",
                )
            try:
                out += b"".join(BARE_KINDS[column[1]].pack(cell) for cell in cells)
            except NOT_WRITABLE:
                raise InvalidValue(f"{row[column[0]]!r} does not fit", field=f"{index}.{column[0]}") from None
        return bytes(out)


def _named(row: tuple[int, ...], columns: tuple[tuple[Any, ...], ...]) -> dict[str, Any]:
    """The numbers of a row under the names of its columns, those of an array as a list."""
    values: dict[str, Any] = {}
    at = 0
    for name, _, *times in columns:
        after = at + (times[0] if times else 1)
        values[name] = list(row[at:after]) if times else row[at]
        at = after
    return values
