"""What every shape can do, in each of the three payload families.

A shape is one declaration with two directions: :meth:`Shape.take` reads a walked node as a value of
the domain (a tariff price, a date with wildcards, "now") and names what it read, and :meth:`Shape.put`
writes such a value. Forms are made of shapes; nothing else knows how a value is laid out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeAlias

from gbsmart.gbcs.envelope import Header
from gbsmart.gbcs.tree import Node
from gbsmart.ground import InvalidValue, MalformedMessage


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value encrypted to a party whose key is not at hand: the DCC sees only this."""

    octets: bytes

    def __repr__(self) -> str:
        return f"Sealed({len(self.octets)} octets)"


SEALED = "sealed"
"""The name of a :class:`Sealed` among a response's values: what is inside has no names yet."""


@dataclass(slots=True)
class Context:
    """What a payload needs and does not hold: the header it travels under, and the recipient's keys.

    ``unseal`` opens an encrypted part (``31 00000000 ciphertext tag`` to plaintext) and ``seal`` makes
    one. A party that holds no key has none, or an ``unseal`` that answers None: it then reads and writes
    :class:`Sealed`.
    ``wide_lengths`` is how ASN.1 lengths of 128 to 255 are written (``82 00 xx``),
    ``lengths_seen`` whether the message being read has shown it. ``frame_controls`` are those of the ZCL
    answers of the message being read, which want a default response or not as the device likes.
    ``protected_way`` is how a protected read names who may open it (see ``dlms.protected.protection``),
    ``empty`` how logs without entries are written, by their shape: an array of one kind or another.
    ``unsealed`` collects what was opened, for whoever wants to show it: (node, plaintext node); with
    ``meanings`` each node is also told in words what it says.
    """

    header: Header
    unseal: Callable[[bytes], bytes | None] | None = None
    seal: Callable[[bytes], bytes] | None = None
    unsealed: list[tuple[Node, Node]] | None = None
    wide_lengths: bool = True
    lengths_seen: bool = False
    protected_way: int = 0
    frame_controls: tuple[int, ...] = ()
    empty: dict[Shape, bytes] = field(default_factory=dict)
    meanings: bool = False


class Shape(Protocol):
    """Reads a node as a value and writes a value as octets."""

    def take(self, node: Node, context: Context) -> Any:
        """The value of ``node``, which gets its name and meaning; raises :class:`MalformedMessage`."""
        ...

    def put(self, value: Any, context: Context) -> bytes:
        """The octets of ``value``; raises :class:`~gbsmart.ground.InvalidValue`."""
        ...


class Unread(Exception):
    """A quick reader is not sure: the walk reads instead, and alone says what is wrong and where."""


NOT_SURE = (Unread, IndexError, ValueError, struct.error)
"""What a quick reader may raise on octets that are not as its shape expects.

A quick reader is the method ``scan(data, at, context) -> (value, offset after it)`` of a shape: the second
reader of the same declaration. It keeps no offsets and gives no reasons, and what it answers is what
walking and taking would answer. A shape may do without."""


Scan: TypeAlias = Callable[[bytes, int, Context], tuple[Any, int]]


def quick(shape: Shape) -> Scan:
    """The quick reader of ``shape``; for one without, a reader that is never sure."""
    scan: Scan = getattr(shape, "scan", _never_sure)
    return scan


def _never_sure(*_: object) -> tuple[Any, int]:
    raise Unread


def ended(values: dict[str, Any], data: bytes, at: int) -> dict[str, Any]:
    """``values`` as a quick reader has read them, where the octets end at ``at``."""
    if at != len(data):
        raise Unread
    return values


NOT_WRITABLE = (AttributeError, TypeError, ValueError, KeyError, OverflowError, struct.error)
"""What writing a value of the wrong kind or size may raise before it is known to be one."""


def put_member(name: str, shape: Shape, values: Mapping[str, Any], context: Context) -> bytes:
    """One named member's octets; raises :class:`~gbsmart.ground.InvalidValue`, the name first in its path.

    A shape refuses by itself what it expects to be wrong. What a value of quite another kind makes it
    trip over (a number where it wants rows, None, a text) is told here from a defect of ours.
    """
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
    except NOT_WRITABLE as wrong:
        raise InvalidValue(f"a {type(value).__name__} does not fit: {wrong}", field=name) from None


def mismatch(node: Node, expected: str) -> NoReturn:
    """Refuse ``node`` because its shape is not ``expected``."""
    raise MalformedMessage(f"expected {expected}, found {node!r}", offset=node.offset, where=node.name)


@contextmanager
def inside(sealed: Node) -> Iterator[None]:
    """Say what breaks a rule inside ``sealed`` at the octets that hold it: it has no others."""
    try:
        yield
    except MalformedMessage as fault:
        place = "" if fault.offset is None else f" (octet {fault.offset} of what is sealed)"
        raise MalformedMessage(fault.reason + place, offset=sealed.offset, where=fault.where) from fault
