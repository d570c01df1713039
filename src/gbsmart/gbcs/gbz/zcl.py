"""ZigBee Cluster Library values and command layouts: how the ZCL payloads inside GBZ are formed.

A :class:`Layout` is the ordered list of fields of one ZCL command, declared once in
:mod:`gbsmart.gbcs.gbz.commands`; walking, building, the emulated devices and the documentation
derive from it. Integers are little-endian here, unlike the GBZ header around them.
Source: ZigBee Smart Energy 1.4 as profiled by GBCS section 7.2.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from gbsmart.gbcs.days import ANY, read_day, write_day
from gbsmart.gbcs.tree import BARE, Branch, Kind, Leaf, Node
from gbsmart.ground import DayMonth, InvalidValue, MalformedMessage

_from_bytes = int.from_bytes
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""ZigBee UTCTime counts seconds from here."""


def read_time(seconds: int) -> datetime:
    """ZigBee seconds as an aware UTC date-time."""
    return EPOCH + timedelta(seconds=seconds)


def write_time(moment: datetime) -> int:
    """An aware date-time as ZigBee seconds; raises :class:`InvalidValue` outside 2000 to 2136.

    The first and the last seconds are marks in some fields: who binds such a field sees to that.
    """
    seconds = int((moment - EPOCH).total_seconds())
    if not 0 <= seconds <= 0xFFFFFFFF:
        raise InvalidValue(f"{moment:%Y-%m-%d} cannot be written as seconds since 2000")
    return seconds


def _show_time(seconds: int) -> str:
    return (
        f"{seconds:#010x}"
        if seconds in (0, 0xFFFFFFFF, 0xFFFFFFFE)
        else f"{read_time(seconds):%Y-%m-%dT%H:%M:%SZ}"
    )


@dataclass(frozen=True, slots=True)
class Scalar:
    """A fixed-width ZCL type: ``tag`` is its type number in attribute records."""

    kind: Kind
    tag: int
    width: int
    signed: bool = False

    def walk(self, data: bytes, offset: int, end: int, name: str) -> tuple[Leaf, int]:
        """The value as a leaf, and the offset after it."""
        after = offset + self.width
        if after > end:
            raise MalformedMessage(
                f"{self.kind.name} runs past the end of the ZCL payload", offset=offset, where=name
            )
        value = int.from_bytes(data[offset:after], "little", signed=self.signed)
        return Leaf(self.kind, value, offset, self.width, name), after

    def write(self, value: int) -> bytes:
        """The octets; raises :class:`InvalidValue` out of range."""
        try:
            return value.to_bytes(self.width, "little", signed=self.signed)
        except (OverflowError, AttributeError):
            raise InvalidValue(f"{value!r} is not {self.kind.name}") from None


@dataclass(frozen=True, slots=True)
class Text:
    """A string with its length in one octet; ``FF`` (invalid) is not used by GBCS."""

    kind: Kind
    tag: int
    text: bool

    def walk(self, data: bytes, offset: int, end: int, name: str) -> tuple[Leaf, int]:
        """The string as a leaf, and the offset after it."""
        if offset < end and data[offset] == 0xFF:
            raise MalformedMessage("an invalid ZCL string (length FF)", offset=offset, where=name)
        if offset >= end or (after := offset + 1 + data[offset]) > end:
            raise MalformedMessage("a ZCL string runs past the end", offset=offset, where=name)
        content = data[offset + 1 : after]
        value = content.decode("latin-1") if self.text else content
        return Leaf(self.kind, value, offset, after - offset, name), after

    def write(self, value: bytes | str) -> bytes:
        """The octets; raises :class:`InvalidValue` for other types and beyond 254 octets."""
        try:
            content = value.encode("latin-1") if isinstance(value, str) else bytes(memoryview(value))
        except (UnicodeEncodeError, TypeError):
            raise InvalidValue(f"{value!r} is not {self.kind.name}") from None
        if len(content) > 254:
            raise InvalidValue(f"a ZCL string has at most 254 octets, not {len(content)}")
        return bytes([len(content)]) + content


def _scalar(name: str, tag: int, width: int, *, signed: bool = False) -> Scalar:
    return Scalar(
        Kind(name, lambda value: value.to_bytes(width, "little", signed=signed)), tag, width, signed
    )


def _string(name: str, tag: int, *, text: bool) -> Text:
    def pack(value: bytes | str) -> bytes:
        content = value.encode("latin-1") if isinstance(value, str) else value
        return bytes([len(content)]) + content

    return Text(Kind(name, pack, repr if text else bytes.hex), tag, text)


DATA8, BOOLEAN, BITMAP8, BITMAP16 = (
    _scalar("data 8", 0x08, 1),
    _scalar("boolean", 0x10, 1),
    _scalar("bitmap 8", 0x18, 1),
    _scalar("bitmap 16", 0x19, 2),
)
BITMAP24, BITMAP32 = _scalar("bitmap 24", 0x1A, 3), _scalar("bitmap 32", 0x1B, 4)
UINT8, UINT16, UINT24 = _scalar("uint 8", 0x20, 1), _scalar("uint 16", 0x21, 2), _scalar("uint 24", 0x22, 3)
UINT32, UINT48 = _scalar("uint 32", 0x23, 4), _scalar("uint 48", 0x25, 6)
INT8, INT16 = _scalar("int 8", 0x28, 1, signed=True), _scalar("int 16", 0x29, 2, signed=True)
INT24, INT32 = _scalar("int 24", 0x2A, 3, signed=True), _scalar("int 32", 0x2B, 4, signed=True)
ENUM8, ENUM16 = _scalar("enum 8", 0x30, 1), _scalar("enum 16", 0x31, 2)
OCTETS, TEXT = _string("octet string", 0x41, text=False), _string("character string", 0x42, text=True)
UTC_TIME = Scalar(Kind("UTCTime", lambda value: value.to_bytes(4, "little"), _show_time), 0xE2, 4)
EUI = Scalar(
    Kind("IEEE address", lambda value: value.to_bytes(8, "little"), lambda value: f"{value:016X}"), 0xF0, 8
)


def _show_date(value: int) -> str:
    year, month, day, weekday = value.to_bytes(4, "little")
    parts = ("*" if year == 0xFF else str(1900 + year), _wild(month), _wild(day))
    return "-".join(parts) + ("" if weekday == 0xFF else f" weekday {weekday}")


def _wild(part: int) -> str:
    return "*" if part == 0xFF else f"{part:02}"


def read_date(value: int) -> DayMonth:
    """A number of the type :data:`DATE` as a date with wildcards; raises ``ValueError`` where it is none."""
    octets = value.to_bytes(4, "little")
    return read_day(None if octets[0] == ANY else 1900 + octets[0], octets[1:])


def write_date(date: DayMonth) -> int:
    """A date for :data:`DATE`; raises :class:`InvalidValue` outside 1900 to 2154."""
    if date.year is not None and not 1900 <= date.year < 1900 + ANY:
        raise InvalidValue(f"{date.year} is not a year that a ZigBee date can hold")
    year = ANY if date.year is None else date.year - 1900
    return int.from_bytes(bytes((year,)) + write_day(date), "little")


DATE = Scalar(Kind("date", lambda value: value.to_bytes(4, "little"), _show_date), 0xE0, 4)
"""Year less 1900, month, day, weekday; FF in any is "any" (GBCS calendars)."""

TYPES: dict[int, Scalar | Text] = {
    kind.tag: kind
    for kind in (
        DATA8, BOOLEAN, BITMAP8, BITMAP16, BITMAP24, BITMAP32, UINT8, UINT16, UINT24, UINT32, UINT48,
        INT8, INT16, INT24, INT32, ENUM8, ENUM16, OCTETS, TEXT, UTC_TIME, EUI, DATE,
    )
}  # fmt: skip
"""The type number of an attribute record to its type."""


@dataclass(frozen=True, slots=True)
class Field:
    """One named value of a command. ``fixed`` is what GBCS always sends there, if it does.

    ``unit`` is that of the number as written; ``meaning`` says what the value stands for.
    """

    name: str
    type: Scalar | Text
    fixed: int | bytes | str | None = None
    meaning: str = ""
    unit: str = ""

    def walk(self, data: bytes, offset: int, end: int) -> tuple[Leaf, int]:
        """The value as a leaf that says what it means, and the offset after it."""
        leaf, after = self.type.walk(data, offset, end, self.name)
        leaf.meaning = self.meaning
        return leaf, after

    def write(self, value: Any, path: str) -> bytes:
        """The octets; raises :class:`InvalidValue` with ``path``."""
        if value is None:
            raise InvalidValue("a value is missing", field=path)
        try:
            return self.type.write(value)
        except InvalidValue as wrong:
            raise InvalidValue(wrong.reason, field=path) from None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A run of rows, each with the same fields.

    The number of rows is the value of the earlier field named ``count`` (under ``mask``), or whatever
    fills the payload where none is given. On writing, a count that is not
    among the values follows from the rows; one that is must agree with them.
    """

    name: str
    of: tuple[Field, ...]
    count: str = ""
    mask: int = 0xFFFF

    def rows(self, seen: Mapping[str, Any]) -> int:
        """How many rows, or -1 for "to the end"."""
        return int(seen[self.count]) & self.mask if self.count else -1


@dataclass(frozen=True, slots=True)
class Switch:
    """Fields that depend on the value of the earlier field ``on`` (a sub-payload by its type)."""

    on: str
    cases: Mapping[int, tuple[Field | Repeat, ...]]


Part: TypeAlias = Field | Repeat | Switch


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of one ZCL command, in order."""

    parts: tuple[Part, ...]

    def walk(self, data: bytes, offset: int, end: int) -> list[Node]:
        """Each field as a node, to the last octet; raises :class:`MalformedMessage`."""
        nodes: list[Node] = []
        at = _walk_parts(self.parts, data, offset, end, {}, nodes)
        if at != end:
            raise MalformedMessage(f"{end - at} octets after the ZCL payload", offset=at)
        return nodes

    def write(self, values: Mapping[str, Any]) -> bytes:
        """The octets of a payload from ``values``; rows are sequences of mappings.

        Fixed fields and counts of rows need no value. Raises :class:`InvalidValue` naming the missing
        or wrong field.
        """
        out = bytearray()
        _write_parts(self.parts, values, {}, out)
        return bytes(out)


def read_values(nodes: Sequence[Node]) -> dict[str, Any]:
    """What :meth:`Layout.write` would take to write the ``nodes`` that :meth:`Layout.walk` found."""
    return {
        node.name: node.value
        if isinstance(node, Leaf)
        else [read_values(row.children) for row in node.children if isinstance(row, Branch)]
        for node in nodes
    }


def _walk_parts(
    parts: Sequence[Part], data: bytes, offset: int, end: int, seen: dict[str, Any], nodes: list[Node]
) -> int:
    at = offset
    for part in parts:
        if isinstance(part, Field):
            of = part.type
            if of.__class__ is Scalar and (after := at + of.width) <= end:  # the hot path, without two calls
                value = _from_bytes(data[at:after], "little", signed=of.signed)
                leaf = Leaf(of.kind, value, at, of.width, part.name)
                leaf.meaning = part.meaning
                at = after
            else:
                leaf, at = part.walk(data, at, end)
            seen[part.name] = leaf.value
            nodes.append(leaf)
        elif isinstance(part, Repeat):
            branch, at = _walk_rows(part, part.rows(seen), data, at, end)
            nodes.append(branch)
        elif (case := part.cases.get(seen[part.on])) is not None:
            at = _walk_parts(case, data, at, end, seen, nodes)
        else:
            chosen = next(node for node in nodes if node.name == part.on)
            raise MalformedMessage(
                f"{seen[part.on]} is not used by GBCS", offset=chosen.offset, where=part.on
            )
    return at


def _walk_rows(part: Repeat, rows: int, data: bytes, offset: int, end: int) -> tuple[Branch, int]:
    children: list[Node] = []
    at = offset
    while at < end if rows < 0 else len(children) < rows:
        start = at
        row: list[Node] = []
        for field in part.of:
            leaf, at = field.walk(data, at, end)
            row.append(leaf)
        children.append(Branch(BARE, row, start, at - start, part.name))
    return Branch(BARE, children, offset, at - offset, part.name), at


def _write_parts(
    parts: Sequence[Part], values: Mapping[str, Any], seen: dict[str, Any], out: bytearray
) -> None:
    for index, part in enumerate(parts):
        if isinstance(part, Field):
            value = values.get(part.name)
            if value is None:
                value = _default(part, parts[index + 1 :], values)
            out += part.write(value, part.name)
            seen[part.name] = value
        elif isinstance(part, Repeat):
            _write_rows(part, values.get(part.name, ()), part.rows(seen), out)
        elif (case := part.cases.get(seen[part.on])) is not None:
            _write_parts(case, values, seen, out)
        else:
            raise InvalidValue(f"{seen[part.on]} is not used by GBCS", field=part.on)


def _default(field: Field, later: Sequence[Part], values: Mapping[str, Any]) -> Any:
    """The count of the rows that ``field`` counts, its other bits as GBCS fixes them; else what is fixed."""
    for repeat in _repeats(later):
        if repeat.count == field.name and repeat.name in values:
            others = field.fixed & ~repeat.mask if isinstance(field.fixed, int) else 0
            return others | min(len(values[repeat.name]), repeat.mask)
    return field.fixed


def _repeats(parts: Sequence[Part]) -> Iterator[Repeat]:
    for part in parts:
        if isinstance(part, Repeat):
            yield part
        elif isinstance(part, Switch):
            for case in part.cases.values():
                yield from _repeats(case)


def _write_rows(part: Repeat, rows: Sequence[Mapping[str, Any]], wanted: int, out: bytearray) -> None:
    if 0 <= wanted != len(rows):
        raise InvalidValue(f"{len(rows)} rows where there must be {wanted}", field=part.name)
    for index, row in enumerate(rows):
        for field in part.of:
            out += field.write(row.get(field.name, field.fixed), f"{part.name}.{index}.{field.name}")
