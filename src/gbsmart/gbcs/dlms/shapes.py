"""Shapes of DLMS data: numbers, strings, flags, structures, and conversions of them.

Each shape reads a walked :class:`~gbsmart.gbcs.tree.Node` and writes octets, both from the one
declaration (GBCS section 7; data types of the DLMS Blue Book).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from gbsmart.gbcs.dlms.data import (
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
    scan_scalar,
    walk_data,
)
from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.shape import NOT_WRITABLE, Context, Shape, Unread, mismatch, put_member, quick
from gbsmart.gbcs.tree import Branch, Leaf, Node, Pack
from gbsmart.ground import InvalidValue, MalformedMessage


@dataclass(frozen=True, slots=True)
class Scalar:
    """One leaf of the type ``tag``: the value is the leaf's own."""

    tag: int
    _pack: Pack = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pack", TAGGED[self.tag].pack)

    def take(self, node: Node, context: Context) -> Any:
        """The leaf's value."""
        if node.__class__ is not Leaf or node.kind is not TAGGED[self.tag]:
            mismatch(node, TAGGED[self.tag].name)
        return node.value

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The value straight from the octets."""
        if data[at] != self.tag:
            raise Unread
        return scan_scalar(data, at)

    def put(self, value: Any, context: Context) -> bytes:
        """The tagged value; raises :class:`InvalidValue` for a wrong type or range."""
        try:
            return self._pack(value)
        except NOT_WRITABLE:
            raise InvalidValue(f"{value!r} is not a {TAGGED[self.tag].name}") from None


U8, U16, U32 = Scalar(UNSIGNED_8), Scalar(UNSIGNED_16), Scalar(UNSIGNED_32)
I8, I16, I32 = Scalar(INTEGER_8), Scalar(INTEGER_16), Scalar(INTEGER_32)
ENUMERATED, OCTETS, UTF8, NULL_DATA = (Scalar(tag) for tag in (ENUM, OCTET_STRING, UTF8_STRING, NULL))
BITS, VISIBLE = Scalar(BIT_STRING), Scalar(VISIBLE_STRING)


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean: FF when we write it, any non-zero octet when we read it (GBCS mapping tables say 01)."""

    def take(self, node: Node, context: Context) -> bool:
        """True for any non-zero octet."""
        return bool(Scalar(BOOLEAN).take(node, context))

    def scan(self, data: bytes, at: int, context: Context) -> tuple[bool, int]:
        """The flag straight from the octets."""
        if data[at] != BOOLEAN:
            raise Unread
        return data[at + 1] != 0, at + 2

    def put(self, value: bool, context: Context) -> bytes:
        """``03 FF`` or ``03 00``."""
        return b"\x03\xff" if value else b"\x03\x00"


FLAG = Flag()


@dataclass(frozen=True, slots=True)
class Yes:
    """A boolean that is always true, such as whether an entry of a schedule is in use."""

    @property
    def valueless(self) -> bool:
        """It stands for no value of the form."""
        return True

    def take(self, node: Node, context: Context) -> None:
        """Nothing; raises :class:`MalformedMessage` for anything but a true boolean."""
        if not FLAG.take(node, context):
            mismatch(node, "true")

    def scan(self, data: bytes, at: int, context: Context) -> tuple[None, int]:
        """Nothing, where it is true."""
        if data[at] != BOOLEAN or not data[at + 1]:
            raise Unread
        return None, at + 2

    def put(self, value: Any, context: Context) -> bytes:
        """``03 FF``."""
        return FLAG.put(True, context)


YES = Yes()


@dataclass(frozen=True, slots=True)
class Nullable:
    """A value of the shape ``of``, or null-data (None) where the device has nothing of the kind."""

    of: Shape

    def take(self, node: Node, context: Context) -> Any:
        """The value, or None."""
        if node.__class__ is Leaf and node.kind is TAGGED[NULL]:
            return None
        return self.of.take(node, context)

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The value straight from the octets, or None."""
        return (None, at + 1) if data[at] == NULL else quick(self.of)(data, at, context)

    def put(self, value: Any, context: Context) -> bytes:
        """The value, or null-data for None."""
        return b"\x00" if value is None else self.of.put(value, context)


def in_words(value: Any) -> str:
    """A value as people read it: names without underscores, yes and no."""
    if isinstance(value, Mapping):
        return ", ".join(f"{str(name).replace('_', ' ')} {in_words(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.hex() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class Iso:
    """A true conversion between a wire value and a value of the domain: the one escape to code.

    Every instance is named, and the coverage page counts them. ``read`` and ``write`` raise
    ``ValueError`` for what has no counterpart; ``show`` says in words what a value means.
    """

    name: str
    of: Shape
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    show: Callable[[Any], str] = in_words

    def take(self, node: Node, context: Context) -> Any:
        """The domain value; raises :class:`MalformedMessage` where the wire value has none."""
        raw = self.of.take(node, context)
        try:
            value = self.read(raw)
        except (ValueError, IndexError):
            mismatch(node, f"a value that reads as {self.name}")
        if context.meanings:
            node.meaning = self.show(value)
        return value

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The domain value straight from the octets."""
        raw, after = quick(self.of)(data, at, context)
        return self.read(raw), after

    def put(self, value: Any, context: Context) -> bytes:
        """The octets; raises :class:`InvalidValue` where the value cannot be written."""
        try:
            raw = self.write(value)
        except InvalidValue:
            raise
        except NOT_WRITABLE:
            raise InvalidValue(f"{value!r} is not a {self.name}") from None
        return self.of.put(raw, context)


@dataclass(frozen=True, slots=True)
class Either:
    """A value of the shape ``of`` or, in devices of earlier GBCS versions, of ``before``."""

    of: Shape
    before: Shape

    def take(self, node: Node, context: Context) -> Any:
        """The value as the shape that fits has it; raises what the later one says."""
        try:
            return self.of.take(node, context)
        except MalformedMessage:
            with suppress(MalformedMessage):
                return self.before.take(node, context)
            raise

    def put(self, value: Any, context: Context) -> bytes:
        """The octets of the shape that the value fits; raises what the later one says."""
        try:
            return self.of.put(value, context)
        except InvalidValue:
            with suppress(InvalidValue):
                return self.before.put(value, context)
            raise


TEXT = Iso("name", OCTETS, lambda octets: octets.decode("latin-1"), lambda text: text.encode("latin-1"))
"""An octet-string that people read."""


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

    def scan(self, data: bytes, at: int, context: Context) -> tuple[None, int]:
        """Nothing, where the octets are as they should be."""
        if not data.startswith(self.octets, at):
            raise Unread
        return None, at + len(self.octets)

    def put(self, value: Any, context: Context) -> bytes:
        """The octets, whatever the value."""
        return self.octets


@dataclass(frozen=True, slots=True)
class Opt:
    """A trailing member of a structure that some devices do not have (value None, or no such key)."""

    of: Shape


class Struct:
    """A structure with named members; its value is a mapping. Members named ``""`` hold no value."""

    __slots__ = ("_head", "_puts", "_quick", "_required", "members")

    def __init__(self, *members: tuple[str, Shape | Opt]) -> None:
        self.members = members
        self._quick = [
            (name, quick(shape.of if isinstance(shape, Opt) else shape)) for name, shape in members
        ]
        self._required = sum(not isinstance(shape, Opt) for _, shape in members)
        self._puts = [(name, shape.put) for name, shape in members if not isinstance(shape, Opt)]
        self._head = b"\x02" + write_length(len(members))

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

    def scan(self, data: bytes, at: int, context: Context) -> tuple[dict[str, Any], int]:
        """The members straight from the octets."""
        count = data[at + 1]
        if data[at] != STRUCTURE or not self._required <= count <= len(self._quick):
            raise Unread
        at += 2
        values: dict[str, Any] = {}
        for name, scan in self._quick[:count]:
            value, at = scan(data, at, context)
            if name:
                values[name] = value
        return values, at

    def put(self, value: Mapping[str, Any], context: Context) -> bytes:
        """The structure; raises :class:`InvalidValue` naming the member that is missing or wrong."""
        if self._required == len(self.members):
            try:  # at once, where there is nothing to say of any member: none optional, none wrong
                parts = [put(value[name] if name else None, context) for name, put in self._puts]
                return self._head + b"".join(parts)
            except (InvalidValue, *NOT_WRITABLE):
                pass
        parts = self._put_one_by_one(value, context)
        return b"\x02" + write_length(len(parts)) + b"".join(parts)

    def _put_one_by_one(self, value: Mapping[str, Any], context: Context) -> list[bytes]:
        parts: list[bytes] = []
        for name, shape in self.members:
            if isinstance(shape, Opt):
                if value.get(name) is None:
                    break
                shape = shape.of
            parts.append(put_member(name, shape, value, context))
        return parts


def read_octets(shape: Shape, octets: bytes, context: Context) -> Any:
    """The value of a ``Data`` item given as octets, to its last octet."""
    node, after = walk_data(octets, 0, len(octets))
    if after != len(octets):
        mismatch(node, "nothing after it")
    return shape.take(node, context)
