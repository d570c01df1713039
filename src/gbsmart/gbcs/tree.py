"""The walk of a message: every octet of it as a typed leaf or as the frame around some leaves.

A walk answers "what is at octet 57?" and is itself enough to write the message again: a leaf holds a
*value* (a number, a text, an identifier), never a slice of the message, and lengths and counts are not
kept at all but follow from what they frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from msgspec import Struct

Pack: TypeAlias = Callable[[Any], bytes]
Frame: TypeAlias = Callable[[int, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of leaf: its name (``unsigned 16``), how a value is written, how it is shown."""

    name: str
    pack: Pack
    show: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Framing:
    """What stands before the content of a branch: tags, lengths, counts.

    ``prefix(count, content)`` writes it from the number of children and their octets.
    """

    name: str
    prefix: Frame


# A message has some fifty leaves, and making them is most of the walk: hence structs of the library. They
# stand in no cycle, so the garbage collector need not look at them.
class Leaf(Struct, eq=False, gc=False):
    """One value. ``offset`` and ``length`` include its tag, where the format gives it one.

    ``meaning`` is filled by the form that recognises the message: what the value stands for.
    """

    kind: Kind
    value: Any
    offset: int
    length: int
    name: str = ""
    meaning: str = ""

    def encode(self) -> bytes:
        """The octets of this leaf, written from its value."""
        return self.kind.pack(self.value)

    def leaves(self) -> Iterator[Leaf]:
        """Itself."""
        yield self

    def __repr__(self) -> str:
        return (
            f"Leaf({self.name or self.kind.name}={self.kind.show(self.value)} @{self.offset}+{self.length})"
        )


class Branch(Struct, eq=False, gc=False):
    """Some nodes and the frame around them."""

    framing: Framing
    children: list[Node]
    offset: int
    length: int
    name: str = ""
    meaning: str = ""

    def encode(self) -> bytes:
        """The octets of this branch, written from its leaves; lengths and counts follow from them."""
        content = b"".join([child.encode() for child in self.children])
        return self.framing.prefix(len(self.children), content) + content

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf below, in the order of the octets."""
        for child in self.children:
            yield from child.leaves()

    @property
    def prefix_length(self) -> int:
        """How many octets stand before the first child."""
        return self.children[0].offset - self.offset if self.children else self.length

    def __repr__(self) -> str:
        return f"Branch({self.name or self.framing.name} x{len(self.children)} @{self.offset}+{self.length})"


Node: TypeAlias = Leaf | Branch


def _bare(_count: int, _content: bytes) -> bytes:
    return b""


BARE = Framing("group", _bare)
"""No frame at all: nodes that only stand side by side."""


def _unsigned(width: int, order: str) -> Kind:
    little = order == "little"
    name = f"unsigned {width * 8}" + (" LE" if little and width > 1 else "")
    return Kind(name, lambda value: int(value).to_bytes(width, "little" if little else "big"))


U8 = _unsigned(1, "big")
U16, U32, U64 = (_unsigned(width, "big") for width in (2, 4, 8))
OCTETS = Kind("octets", bytes, bytes.hex)
"""Octets that mean nothing but themselves: a ciphertext, a tag, a hash, a certificate."""
