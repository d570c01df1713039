"""Bodies of ASN.1 forms: one sequence each way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gbsmart.gbcs.asn1.ber import WIDE
from gbsmart.gbcs.asn1.shapes import Optional, Seq
from gbsmart.gbcs.form import Outcome, Values
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Branch, Node


@dataclass(frozen=True)
class AsnBody:
    """A command or alert that is one sequence."""

    shape: Seq

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return tuple(name for name, _ in self.shape.members if name)

    def recognises(self, payload: Node) -> bool:
        """Whether the payload is a sequence."""
        return self.shape.fits(payload)

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values; notes in ``context`` how the message writes its lengths."""
        note_width(payload, context)
        return self.shape.take(payload, context)

    def put(self, values: Values, context: Context) -> bytes:
        """The payload."""
        return self.shape.put(values, context)

    def canonical(self, values: Values) -> dict[str, Any]:
        """With None for what is absent."""
        return canonical(self.shape, values)


@dataclass(frozen=True)
class AsnResponse:
    """A response that is one sequence; ``results`` tells each item's code from its values."""

    shape: Seq
    results: Callable[[Mapping[str, Any]], tuple[int, ...]]

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return tuple(name for name, _ in self.shape.members if name)

    def recognises(self, payload: Node) -> bool:
        """Whether the payload is a sequence."""
        return self.shape.fits(payload)

    def take(self, payload: Node, context: Context) -> Outcome:
        """The values and the codes that they hold."""
        note_width(payload, context)
        values = self.shape.take(payload, context)
        return Outcome(values, self.results(values))

    def put(self, values: Outcome, context: Context) -> bytes:
        """The payload."""
        return self.shape.put(values.values, context)

    def canonical(self, values: Outcome) -> Outcome:
        """With None for what is absent, and the codes that the values hold."""
        held = canonical(self.shape, values.values)
        return Outcome(held, self.results(held))


def canonical(shape: Seq, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` as a reader finds them: None for each absent optional member."""
    found: dict[str, Any] = {}
    for name, member in shape.members:
        if not name:
            continue
        inner = member.of if isinstance(member, Optional) else member
        value = values.get(name)
        found[name] = canonical(inner, value) if isinstance(inner, Seq) and value is not None else value
    return found


def note_width(payload: Node, context: Context) -> None:
    """Remember the width of lengths; a message with none of 128 to 255 is written minimally."""
    context.wide_lengths = isinstance(payload, Branch) and payload.framing is WIDE.framing(0x30)
