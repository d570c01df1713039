"""Protected reads: values that only the remote party can open (GBCS 8.5; DLMS class 30, Data Protection).

The command calls ``get_protected_attributes`` of one of the instances ``0-0:43.2.E.255``, naming the
objects to read and how to protect them; the answer repeats the protection, titles swapped, and
carries one sealed structure with a member per object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from gbsmart.gbcs.dlms.apdu import Access, Ref
from gbsmart.gbcs.dlms.arrays import Compact
from gbsmart.gbcs.dlms.data import OCTET_STRING, TAGGED, walk_data
from gbsmart.gbcs.dlms.items import PROTECTED, Item
from gbsmart.gbcs.dlms.moments import DATE_TIME
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.shapes import OCTETS, Struct
from gbsmart.gbcs.envelope import Cra, Header
from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.shape import SEALED, Context, Sealed, Unread, inside, mismatch
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import InvalidValue

PERIOD = Struct(("start", DATE_TIME), ("end", DATE_TIME))
"""A period of a log, both ends included: ``{"start": datetime, "end": datetime}``."""
_EVERYTHING, _RANGE = b"\x02\x02\x16\x00\x00", b"\x02\x02\x16\x01"
"""How a protected object is restricted: not at all, or to what follows."""
_WAYS = 4


def protection(header: Header, way: int = 0) -> bytes:
    """The array of one protection parameter: authenticate and encrypt, with the agreed key.

    It embeds the header: transaction id 04 and counter, and the two titles. Where an unknown remote
    party asks through the ACB there are four ways to do so, and no public message shows which is meant: its
    own id and the ACB's counter [assumed: way 0], its own id and counter, the ACB's id and counter, or the
    ACB's id and its own counter.
    """
    party, counter = header.other.party, header.counter
    titles = [header.originator, header.recipient]
    if party is not None and way in (0, 1):
        titles[0 if header.cra == Cra.COMMAND else 1] = party
    if way in (1, 3) and header.other.party_counter is not None:
        counter = header.other.party_counter
    transaction = b"\x04" + counter.to_bytes(8, "big")
    return (
        b"\x01\x01\x02\x02\x16\x02\x02\x05\x09\x09" + transaction
        + b"\x09\x08" + titles[0] + b"\x09\x08" + titles[1]
        + b"\x09\x00\x02\x02\x16\x02\x02\x02\x09\x01\x02\x09\x00"
    )  # fmt: skip


def _expect(node: Node, expected: Callable[[], bytes], what: str, context: Context) -> None:
    """Refuse ``node`` where it is not as ``expected`` under any way to protect it; the way is remembered."""
    for way in range(1 if context.header.other.party is None else _WAYS):
        context.protected_way = way
        if node.encode() == expected():
            return
    context.protected_way = 0
    mismatch(node, what)


@dataclass(frozen=True, slots=True)
class ProtectedRequest:
    """The argument of get_protected_attributes for some objects, all or a period of them."""

    objects: tuple[Ref, ...]
    period: bool

    @property
    def valueless(self) -> bool:
        """Whether the whole argument follows from the header."""
        return not self.period

    def take(self, node: Node, context: Context) -> dict[str, datetime] | None:
        """The period, or None; raises :class:`MalformedMessage` where it is not what we would write."""
        period: dict[str, datetime] | None = None
        if self.period:
            period = PERIOD.take(self._restriction(node), context)
        what = "the protected objects of this form under this header"
        _expect(node, lambda: self.put(period, context), what, context)
        return period

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The period or None, where all else is what follows from it and the header."""
        period: dict[str, datetime] | None = None
        if self.period:
            head = self._head + self._named(self.objects[0])
            period, _ = PERIOD.scan(data, at + len(head) + len(_RANGE), context)
        octets = self.put(period, context)
        if not data.startswith(octets, at):
            raise Unread
        return period, at + len(octets)

    def put(self, value: Mapping[str, datetime] | None, context: Context) -> bytes:
        """The structure of objects and protection."""
        if self.period:
            if value is None:
                raise InvalidValue("a period is missing")
            restriction = _RANGE + PERIOD.put(value, context)
        else:
            restriction = _EVERYTHING
        objects = b"".join(self._named(ref) + restriction for ref in self.objects)
        return self._head + objects + protection(context.header, context.protected_way)

    @property
    def _head(self) -> bytes:
        return b"\x02\x02\x01" + write_length(len(self.objects))

    @staticmethod
    def _named(ref: Ref) -> bytes:
        class_id = ref.class_id.to_bytes(2, "big")
        return (
            b"\x02\x05\x12" + class_id + b"\x09\x06" + ref.obis + b"\x0f" + bytes((ref.member,))
            + b"\x12\x00\x00"
        )  # fmt: skip

    @staticmethod
    def _restriction(node: Node) -> Node:
        try:
            objects = cast("Branch", node).children[0]
            restriction = cast("Branch", cast("Branch", objects).children[0]).children[4]
            return cast("Branch", restriction).children[1]
        except (AttributeError, IndexError):
            mismatch(node, "a protected read of a period")


@dataclass(frozen=True, slots=True)
class SealedValue:
    """An octet-string whose content, once opened, is a value of the shape ``of``."""

    of: Struct | Compact

    def take(self, node: Node, context: Context) -> Any:
        """The opened value, or :class:`Sealed` where the key is not at hand."""
        if not isinstance(node, Leaf) or node.kind is not TAGGED[OCTET_STRING]:
            mismatch(node, "sealed octet-string")
        with inside(node):
            plain = context.unseal(node.value) if context.unseal else None
            if plain is None:
                node.meaning = "encrypted to its recipient"
                return Sealed(node.value)
            inner, after = walk_data(plain, 0, len(plain))
            if after != len(plain):
                mismatch(inner, "nothing after the protected value")
            if context.unsealed is not None:
                context.unsealed.append((node, inner))
            return self.of.take(inner, context)

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The opened value straight from the octets."""
        sealed, after = OCTETS.scan(data, at, context)
        plain = context.unseal(sealed) if context.unseal else None
        if plain is None:
            return Sealed(sealed), after
        value, end = self.of.scan(plain, 0, context)
        if end != len(plain):
            raise Unread
        return value, after

    def put(self, value: Any, context: Context) -> bytes:
        """The sealed octet-string; raises :class:`InvalidValue` where there is no key to seal with."""
        if isinstance(value, Sealed):
            octets = value.octets
        elif context.seal is None:
            raise InvalidValue("there is no key to encrypt it with")
        else:
            octets = context.seal(self.of.put(value, context))
        return TAGGED[OCTET_STRING].pack(octets)


@dataclass(frozen=True, slots=True)
class ProtectedAnswer:
    """The answer of get_protected_attributes: protection and sealed values."""

    sealed: SealedValue

    def take(self, node: Node, context: Context) -> Any:
        """A mapping of the objects' names to values, or :class:`Sealed`."""
        if not isinstance(node, Branch) or len(node.children) != 2:
            mismatch(node, "structure of protection and sealed octets")
        parameters, octets = node.children
        parameters.name, octets.name = "protection", SEALED
        Protection().take(parameters, context)
        return self.sealed.take(octets, context)

    def scan(self, data: bytes, at: int, context: Context) -> tuple[Any, int]:
        """The opened values straight from the octets."""
        head = b"\x02\x02" + protection(context.header, context.protected_way)
        if not data.startswith(head, at):
            raise Unread
        return self.sealed.scan(data, at + len(head), context)

    def put(self, value: Any, context: Context) -> bytes:
        """The structure of protection and sealed octets."""
        return (
            b"\x02\x02" + protection(context.header, context.protected_way) + self.sealed.put(value, context)
        )


class Protection:
    """The protection parameters standing alone, as in alerts that carry sealed data."""

    valueless = True

    def take(self, node: Node, context: Context) -> None:
        """Check that it follows from the header."""
        what = "the protection that follows from the header"
        _expect(node, lambda: self.put(None, context), what, context)

    def scan(self, data: bytes, at: int, context: Context) -> tuple[None, int]:
        """Nothing, where it follows from the header."""
        octets = protection(context.header, context.protected_way)
        if not data.startswith(octets, at):
            raise Unread
        return None, at + len(octets)

    def put(self, value: Any, context: Context) -> bytes:
        """Written from the header."""
        return protection(context.header, context.protected_way)


def read_protected(instance: int, *objects: Attribute, period: str = "") -> list[Item]:
    """Read ``objects`` through the protection instance ``0-0:43.2.<instance>.255``.

    ``period`` names the value that bounds a log (``{"start", "end"}``).
    """
    refs = tuple(each.ref for each in objects)
    shape = Struct(*((each.name, each.shape) for each in objects))
    return [
        Item(
            Access.ACTION,
            Ref.of(30, f"0-0:43.2.{instance}.255", 1),
            period or PROTECTED,
            "Protected read: " + ", ".join(each.title for each in objects),
            argument=ProtectedRequest(refs, bool(period)),
            answer=ProtectedAnswer(SealedValue(shape)),
            spread=tuple(each.name for each in objects),
        )
    ]
