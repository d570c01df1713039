"""Shapes of ASN.1 values: sequences with optional and tagged members, as GBCS section 13 declares them.

An optional member is recognised by its tag, as in DER. Which width of length a message uses is a flag
of its :class:`~gbsmart.gbcs.shape.Context`, remembered when read and honoured when written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gbsmart.gbcs.asn1.ber import (
    BIT_STRING,
    DER,
    ENUMERATED,
    GENERALIZED_TIME,
    INTEGER,
    NULL,
    OCTET_STRING,
    OPAQUE,
    READERS,
    SEQUENCE,
    WIDE,
    is_opaque,
    read_ber_length,
    tag_name,
    write_ber_length,
)
from gbsmart.gbcs.shape import NOT_WRITABLE, Context, Shape, Unread, mismatch, put_member, quick
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import InvalidValue


class AsnShape(Shape, Protocol):
    """A shape that can tell by its tag whether a node may be its own."""

    def fits(self, node: Node) -> bool:
        """Whether ``node`` bears this shape's tag."""
        ...


@dataclass(frozen=True, slots=True)
class Primitive:
    """A value with the universal type ``universal``, under its own tag or an implicit context tag."""

    universal: int
    tag: int
    labels: Mapping[Any, str] | None = None

    def fits(self, node: Node) -> bool:
        """Whether the leaf is of this type and tag."""
        return isinstance(node, Leaf) and (
            node.kind is DER.kind(self.tag, self.universal)
            or node.kind is WIDE.kind(self.tag, self.universal)
        )

    def take(self, node: Node, context: Context) -> Any:
        """The leaf's value."""
        if not isinstance(node, Leaf) or not self.fits(node):
            mismatch(node, tag_name(self.tag))
        if self.labels:
            node.meaning = self.labels.get(node.value, "")
        return node.value

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The value straight from the octets."""
        start, after = scan_head(data, at, self.tag, context)
        return READERS[self.universal](data[start:after], start), after

    def put(self, value: Any, context: Context) -> bytes:
        """Tag, length and content; raises :class:`InvalidValue` for a wrong type."""
        try:
            return (WIDE if context.wide_lengths else DER).kind(self.tag, self.universal).pack(value)
        except NOT_WRITABLE:
            raise InvalidValue(f"{value!r} is not a {tag_name(self.tag)}") from None


def primitive(universal: int, tag: int | None = None, labels: Mapping[Any, str] | None = None) -> Primitive:
    """A primitive type, under the context tag ``[tag]`` where given."""
    return Primitive(universal, universal if tag is None else 0x80 | tag, labels)


INT, ENUM, BITS, OCTETS, TIME = (
    primitive(each) for each in (INTEGER, ENUMERATED, BIT_STRING, OCTET_STRING, GENERALIZED_TIME)
)


@dataclass(frozen=True, slots=True)
class Null:
    """NULL: it holds no value."""

    def fits(self, node: Node) -> bool:
        """Whether the leaf is NULL."""
        return primitive(NULL).fits(node)

    def take(self, node: Node, context: Context) -> None:
        """Nothing."""
        primitive(NULL).take(node, context)

    def scan(self, data: bytes, at: int, context: Context) -> tuple[None, int]:
        """Nothing, where it is NULL."""
        if data[at : at + 2] != b"\x05\x00":
            raise Unread
        return None, at + 2

    def put(self, value: Any, context: Context) -> bytes:
        """``05 00``."""
        return b"\x05\x00"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A whole X.509 certificate or PKCS#10 request: its octets are its value."""

    def fits(self, node: Node) -> bool:
        """Whether the leaf is an opaque object."""
        return isinstance(node, Leaf) and node.kind is OPAQUE

    def take(self, node: Node, context: Context) -> bytes:
        """The DER octets."""
        if not isinstance(node, Leaf) or not self.fits(node):
            mismatch(node, "certificate")
        value: bytes = node.value
        return value

    def scan(self, data: bytes, at: int, context: Context) -> tuple[bytes, int]:
        """The DER octets, whose own lengths are no matter of the message."""
        if data[at] != SEQUENCE or not is_opaque(data, at, len(data)):
            raise Unread
        size, start, _ = read_ber_length(data, at + 1, len(data))
        if start + size > len(data):
            raise Unread
        return data[at : start + size], start + size

    def put(self, value: bytes, context: Context) -> bytes:
        """The octets; raises :class:`InvalidValue` where they are not one certificate."""
        if value[:1] != b"\x30" or not is_opaque(value, 0, len(value)):
            raise InvalidValue("not the DER octets of a certificate")
        return bytes(value)


@dataclass(frozen=True, slots=True)
class Optional:
    """A member that may be absent: the value is then None."""

    of: AsnShape


class Seq:
    """A SEQUENCE (or an implicitly tagged one) of named members."""

    __slots__ = ("members", "tag")

    def __init__(self, *members: tuple[str, AsnShape | Optional], tag: int | None = None) -> None:
        self.members = members
        self.tag = SEQUENCE if tag is None else 0xA0 | tag

    def fits(self, node: Node) -> bool:
        """Whether the branch bears this tag."""
        return _framed(node, self.tag)

    def take(self, node: Node, context: Context) -> dict[str, Any]:
        """The members' values by name; absent ones are None."""
        if not isinstance(node, Branch) or not self.fits(node):
            mismatch(node, tag_name(self.tag))
        children = iter(node.children)
        child = next(children, None)
        values: dict[str, Any] = {}
        for name, shape in self.members:
            if isinstance(shape, Optional):
                if child is None or not shape.of.fits(child):
                    values[name] = None
                    continue
                shape = shape.of
            if child is None:
                mismatch(node, f"a member {name}")
            child.name = name or "accepted"
            value = shape.take(child, context)
            if name:
                values[name] = value
            child = next(children, None)
        if child is not None:
            mismatch(child, "no further member")
        return values

    def scan(self, data: bytes, at: int, context: Context) -> tuple[dict[str, Any], int]:
        """The members straight from the octets; an optional one is known by its tag."""
        at, end = scan_head(data, at, self.tag, context)
        values: dict[str, Any] = {}
        for name, shape in self.members:
            if isinstance(shape, Optional):
                if at == end or data[at] != leading_tag(shape.of):
                    values[name] = None
                    continue
                shape = shape.of
            value, at = quick(shape)(data, at, context)
            if name:
                values[name] = value
        if at != end:
            raise Unread
        return values, end

    def put(self, value: Mapping[str, Any], context: Context) -> bytes:
        """The sequence; raises :class:`InvalidValue` naming the member."""
        parts: list[bytes] = []
        for name, shape in self.members:
            if isinstance(shape, Optional):
                if value.get(name) is None:
                    continue
                shape = shape.of
            parts.append(put_member(name, shape, value, context))
        return _frame(self.tag, b"".join(parts), context)


@dataclass(frozen=True, slots=True)
class SeqOf:
    """A SEQUENCE OF one shape; its value is a list."""

    of: AsnShape
    tag: int = SEQUENCE

    def fits(self, node: Node) -> bool:
        """Whether the branch bears this tag."""
        return _framed(node, self.tag)

    def take(self, node: Node, context: Context) -> list[Any]:
        """The elements' values."""
        if not isinstance(node, Branch) or not self.fits(node):
            mismatch(node, f"{tag_name(self.tag)} OF")
        for index, child in enumerate(node.children):
            child.name = f"{node.name}[{index}]"
        return [self.of.take(child, context) for child in node.children]

    def scan(self, data: bytes, at: int, context: Context) -> tuple[list[Any], int]:
        """The elements straight from the octets."""
        at, end = scan_head(data, at, self.tag, context)
        scan = quick(self.of)
        values = []
        while at < end:
            value, at = scan(data, at, context)
            values.append(value)
        if at != end:
            raise Unread
        return values, end

    def put(self, value: Sequence[Any], context: Context) -> bytes:
        """The sequence; raises :class:`InvalidValue` naming the element."""
        parts = []
        for index, each in enumerate(value):
            try:
                parts.append(self.of.put(each, context))
            except InvalidValue as wrong:
                raise InvalidValue(wrong.reason, field=f"{index}.{wrong.field}".rstrip(".")) from None
        return _frame(self.tag, b"".join(parts), context)


def scan_head(data: bytes, at: int, tag: int, context: Context) -> tuple[int, int]:
    """Where the content of the value tagged ``tag`` begins and ends; notes how lengths are written."""
    if data[at] != tag:
        raise Unread
    size, start, wide = read_ber_length(data, at + 1, len(data))
    if start + size > len(data):
        raise Unread
    if wide is not None:
        if context.lengths_seen and context.wide_lengths is not wide:
            raise Unread
        context.wide_lengths, context.lengths_seen = wide, True
    return start, start + size


def leading_tag(shape: AsnShape) -> int:
    """The tag that a value of ``shape`` begins with: what tells an optional member."""
    found: int | None = getattr(shape, "tag", None)
    return found if found is not None else NULL if isinstance(shape, Null) else SEQUENCE


def _framed(node: Node, tag: int) -> bool:
    return isinstance(node, Branch) and (
        node.framing is DER.framing(tag) or node.framing is WIDE.framing(tag)
    )


def _frame(tag: int, content: bytes, context: Context) -> bytes:
    return bytes((tag,)) + write_ber_length(len(content), wide=context.wide_lengths) + content
