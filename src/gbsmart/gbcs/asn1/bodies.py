"""Bodies of ASN.1 forms: one sequence each way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gbsmart.gbcs.asn1.ber import WIDE
from gbsmart.gbcs.asn1.shapes import AsnShape, Null, Optional, Seq, SeqOf
from gbsmart.gbcs.form import Outcome, Values
from gbsmart.gbcs.shape import Context, Unread, put_member
from gbsmart.gbcs.tree import Branch, Node


@dataclass(frozen=True)
class _OneSequence:
    """What is the same either way: the sequence, its names, and how it is told."""

    shape: Seq

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return tuple(name for name, _ in self.shape.members if name)

    def recognises(self, payload: Node) -> bool:
        """Whether the payload is a sequence."""
        return self.shape.fits(payload)


@dataclass(frozen=True)
class AsnBody(_OneSequence):
    """A command or alert that is one sequence."""

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values; notes in ``context`` how the message writes its lengths."""
        note_width(payload, context)
        return self.shape.take(payload, context)

    def scan(self, data: bytes, context: Context) -> dict[str, Any]:
        """The values straight from the octets."""
        return scan_whole(self.shape, data, context)

    def put(self, values: Values, context: Context) -> bytes:
        """The payload."""
        return self.shape.put(values, context)

    def canonical(self, values: Values) -> dict[str, Any]:
        """With None for what is absent."""
        held: dict[str, Any] = canonical(self.shape, values)
        return held


@dataclass(frozen=True)
class AsnResponse(_OneSequence):
    """A response that is one sequence; ``results`` tells each item's code from its values."""

    results: Callable[[Mapping[str, Any]], tuple[int, ...]]

    def take(self, payload: Node, context: Context) -> Outcome:
        """The values and the codes that they hold."""
        note_width(payload, context)
        values = self.shape.take(payload, context)
        return Outcome(values, self.results(values))

    def scan(self, data: bytes, context: Context) -> Outcome:
        """The outcome straight from the octets."""
        values = scan_whole(self.shape, data, context)
        return Outcome(values, self.results(values))

    def put(self, values: Outcome, context: Context) -> bytes:
        """The payload."""
        return self.shape.put(values.values, context)

    def canonical(self, values: Outcome) -> Outcome:
        """With None for what is absent, and the codes that the values hold."""
        held = canonical(self.shape, values.values)
        return Outcome(held, self.results(held))


@dataclass(frozen=True)
class AsnNothing:
    """A command that says nothing but its message code: NULL."""

    def fields(self) -> tuple[str, ...]:
        """None."""
        return ()

    def recognises(self, payload: Node) -> bool:
        """Whether the payload is NULL."""
        return Null().fits(payload)

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """No values."""
        Null().take(payload, context)
        return {}

    def put(self, values: Values, context: Context) -> bytes:
        """NULL."""
        return Null().put(None, context)

    def canonical(self, values: Values) -> dict[str, Any]:
        """No values."""
        return {}


@dataclass(frozen=True)
class AsnList:
    """A response that is a SEQUENCE OF items, called ``name``; ``results`` tells the code of each."""

    name: str
    shape: SeqOf
    results: Callable[[Mapping[str, Any]], tuple[int, ...]]

    def fields(self) -> tuple[str, ...]:
        """The one name."""
        return (self.name,)

    def recognises(self, payload: Node) -> bool:
        """Whether the payload is a sequence."""
        return self.shape.fits(payload)

    def take(self, payload: Node, context: Context) -> Outcome:
        """The items and the codes that they hold."""
        note_width(payload, context)
        payload.name = payload.name or self.name
        return self._told(self.shape.take(payload, context))

    def put(self, values: Outcome, context: Context) -> bytes:
        """The payload; raises :class:`InvalidValue` naming the item."""
        return put_member(self.name, self.shape, values.values, context)

    def canonical(self, values: Outcome) -> Outcome:
        """With None for what is absent, and the codes that the items hold."""
        return self._told(canonical(self.shape, values.values[self.name]))

    def _told(self, items: list[Any]) -> Outcome:
        values = {self.name: items}
        return Outcome(values, self.results(values))


def canonical(shape: AsnShape, value: Any) -> Any:
    """``value`` as a reader finds it: None for each absent optional member, at any depth."""
    if isinstance(shape, SeqOf):
        return [canonical(shape.of, each) for each in value]
    if not isinstance(shape, Seq):
        return value
    found: dict[str, Any] = {}
    for name, member in shape.members:
        inner = member.of if isinstance(member, Optional) else member
        if name:
            held = value.get(name)
            found[name] = None if held is None else canonical(inner, held)
    return found


def scan_whole(shape: Seq, data: bytes, context: Context) -> dict[str, Any]:
    """The values of a payload that is one sequence and nothing more."""
    context.wide_lengths = context.lengths_seen = False
    values, after = shape.scan(data, 0, context)
    if after != len(data):
        raise Unread
    return values


def note_width(payload: Node, context: Context) -> None:
    """Remember the width of lengths; a message with none of 128 to 255 is written minimally."""
    context.wide_lengths = isinstance(payload, Branch) and payload.framing is WIDE.framing(0x30)
