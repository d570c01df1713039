"""Bodies of ASN.1 forms.

Most are one sequence each way; some are one value alone (a certificate, an identifier), and some responses
are one of several values: what was asked for, or the code that says why not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gbsmart.gbcs.asn1.ber import WIDE
from gbsmart.gbcs.asn1.shapes import AsnShape, Null, Optional, Seq, SeqOf, leading_tag
from gbsmart.gbcs.form import Outcome, Values
from gbsmart.gbcs.shape import Context, Unread, mismatch, put_member, quick
from gbsmart.gbcs.tree import Branch, Node
from gbsmart.ground import InvalidValue


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
        values: dict[str, Any] = scan_whole(self.shape, data, context)
        return values

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
class AsnValue:
    """A command that is one value and no sequence of members, called ``name``."""

    name: str
    shape: AsnShape

    def fields(self) -> tuple[str, ...]:
        """The one name."""
        return (self.name,)

    def recognises(self, payload: Node) -> bool:
        """Whether the payload bears the value's tag."""
        return self.shape.fits(payload)

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The value by its name."""
        note_width(payload, context)
        payload.name = payload.name or self.name
        return {self.name: self.shape.take(payload, context)}

    def scan(self, data: bytes, context: Context) -> dict[str, Any]:
        """The value straight from the octets."""
        return {self.name: scan_whole(self.shape, data, context)}

    def put(self, values: Values, context: Context) -> bytes:
        """The payload; raises :class:`InvalidValue` naming the value."""
        return put_member(self.name, self.shape, values, context)

    def canonical(self, values: Values) -> dict[str, Any]:
        """The one value, with None for what is absent inside."""
        return {self.name: canonical(self.shape, values[self.name])}


class AsnChoice:
    """A response that is one of several values, told apart by their tags.

    ``results`` tells each item's code from the values. An alternative without a name holds no value
    (NULL: accepted, and nothing more to say yet).
    """

    def __init__(
        self, results: Callable[[Mapping[str, Any]], tuple[int, ...]], *alternatives: tuple[str, AsnShape]
    ) -> None:
        self.results = results
        self.alternatives = alternatives

    def fields(self) -> tuple[str, ...]:
        """The names of the alternatives."""
        return tuple(name for name, _ in self.alternatives if name)

    def recognises(self, payload: Node) -> bool:
        """Whether the payload bears the tag of an alternative."""
        return any(shape.fits(payload) for _, shape in self.alternatives)

    def take(self, payload: Node, context: Context) -> Outcome:
        """The alternative that it is, and the codes that it holds."""
        note_width(payload, context)
        for name, shape in self.alternatives:
            if shape.fits(payload):
                payload.name = payload.name or name or "accepted"
                return self._told(name, shape.take(payload, context))
        mismatch(payload, "one of the answers to this command")

    def scan(self, data: bytes, context: Context) -> Outcome:
        """The outcome straight from the octets."""
        for name, shape in self.alternatives:
            if data[0] == leading_tag(shape):
                return self._told(name, scan_whole(shape, data, context))
        raise Unread

    def put(self, values: Outcome, context: Context) -> bytes:
        """The payload; raises :class:`InvalidValue` for none of the alternatives, or for two."""
        name, shape = self._chosen(values.values)
        return put_member(name, shape, values.values, context)

    def canonical(self, values: Outcome) -> Outcome:
        """With None for what is absent, and the codes that the values hold."""
        name, shape = self._chosen(values.values)
        return self._told(name, canonical(shape, values.values[name]) if name else None)

    def _chosen(self, values: Mapping[str, Any]) -> tuple[str, AsnShape]:
        given = [each for each in self.alternatives if values.get(each[0]) is not None]
        given = given or [each for each in self.alternatives if not each[0]]
        if not given:
            raise InvalidValue(f"one of {', '.join(self.fields())} is missing", field=self.alternatives[0][0])
        if len(given) > 1:
            raise InvalidValue(f"an answer holds this or {given[0][0]}, not both", field=given[1][0])
        return given[0]

    def _told(self, name: str, value: Any) -> Outcome:
        values = {name: value} if name else {}
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


def scan_whole(shape: AsnShape, data: bytes, context: Context) -> Any:
    """The value of a payload that is of this shape and nothing more."""
    context.wide_lengths = context.lengths_seen = False
    values, after = quick(shape)(data, 0, context)
    if after != len(data):
        raise Unread
    return values


def note_width(payload: Node, context: Context) -> None:
    """Remember the width of lengths; a message with none of 128 to 255 is written minimally."""
    context.wide_lengths = isinstance(payload, Branch) and payload.framing is WIDE.framing(0x30)
