"""Correlate: a Pre-Command held against the Service Request it should come from (SEC H4, H11).

The User must be sure, before it signs, that the octets say what it asked for. Because writing is a
function of the request and of facts, correlating is writing again and comparing; where octets differ,
both sides are walked and the differing values named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gbsmart.duis import Request
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.tree import Leaf
from gbsmart.ground import GbsmartError, MalformedMessage
from gbsmart.translation.binding import Facts
from gbsmart.translation.transform import transform


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what the request asks for. ``offset`` is in the Pre-Command."""

    field: str
    offset: int
    request: str
    precommand: str


@dataclass(frozen=True, slots=True)
class Correlation:
    """Whether a Pre-Command matches, and what differs."""

    differences: tuple[Difference, ...]

    @property
    def match(self) -> bool:
        """True where nothing differs."""
        return not self.differences


def correlate(request: Request, precommand: bytes, facts: Facts) -> Correlation:
    """Compare; a trailing null octet does not count.

    The one thing that a Pre-Command may choose is its time of creation (issuer event id), which is
    taken from it and so cannot be compared [assumed]. Raises :class:`MalformedMessage` where the
    octets are no Pre-Command, and what :func:`~gbsmart.translation.transform` raises.
    """
    given = Message.parse(precommand)
    if given.mac is not None or given.signature is not None:
        raise MalformedMessage("a protected message is not a Pre-Command", offset=0)
    wanted = transform(request, replace(facts, now=_issued_at(given) or facts.now)).message()
    if given.header == wanted.header and given.payload == wanted.payload:
        return Correlation(())
    return Correlation(tuple(_differences(wanted, given)))


def _issued_at(message: Message) -> datetime | None:
    try:
        reading = codec.read(message)
    except GbsmartError:
        return None
    moment = reading.values.get("issuer_event_id") if reading else None
    return moment if isinstance(moment, datetime) else None


def _differences(wanted: Message, given: Message) -> list[Difference]:
    left, right = _leaves(wanted), _leaves(given)
    found = [
        Difference(theirs.name or theirs.kind.name, theirs.offset, _show(ours), _show(theirs))
        for ours, theirs in zip(left, right, strict=False)
        if (ours.kind.name, ours.value) != (theirs.kind.name, theirs.value)
    ]
    if len(left) != len(right):
        longer, offset = (left, len(given.encode())) if len(left) > len(right) else (right, 0)
        extra = longer[min(len(left), len(right))]
        found.append(Difference("number of values", offset or extra.offset, f"{len(left)}", f"{len(right)}"))
    return found


def _leaves(message: Message) -> list[Leaf]:
    octets = message.encode()
    reading = codec.walk(octets)
    return list(reading.leaves())


def _show(leaf: Leaf) -> str:
    return leaf.kind.show(leaf.value)
