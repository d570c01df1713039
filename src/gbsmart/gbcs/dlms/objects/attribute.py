"""How the COSEM object dictionary declares an attribute or method: once, with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.shapes import Const
from gbsmart.gbcs.shape import Shape

NO_ARGUMENT = Const(b"\x0f\x00", "no argument")
"""``integer 0``, the argument of a method that takes none."""

EXTENDED_DATA = 9000
"""The GBCS class of values that are written passive and activated at a time."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of one COSEM object.

    ``name`` is its field name in values, ``shape`` its type. ``ref`` is where the value in force is
    read; where GBCS writes a value for later, ``passive`` is where it is written and ``activation``
    the attribute whose date-time brings it into force (several attributes may share one).
    """

    name: str
    shape: Shape
    ref: Ref
    title: str
    passive: Ref | None = None
    activation: Ref | None = None

    @property
    def written_at(self) -> Ref:
        """Where a command writes it: the passive twin, if it has one."""
        return self.passive or self.ref


@dataclass(frozen=True, slots=True)
class Method:
    """One method of one COSEM object.

    ``argument`` shapes what it is called with, ``answer`` what it gives back, where it gives anything.
    """

    name: str
    ref: Ref
    title: str
    argument: Shape = NO_ARGUMENT
    answer: Shape | None = None


def attribute(
    name: str,
    class_id: int,
    obis: str,
    member: int,
    shape: Shape,
    title: str,
    *,
    passive: tuple[int, str, int] | None = None,
    activation: tuple[int, str, int] | None = None,
) -> Attribute:
    """Declare an attribute with its references written as in GBCS (class, OBIS code, member)."""
    return Attribute(
        name,
        shape,
        Ref.of(class_id, obis, member),
        title,
        Ref.of(*passive) if passive else None,
        Ref.of(*activation) if activation else None,
    )


def extended(name: str, obis: str, shape: Shape, title: str) -> Attribute:
    """A GBCS extended data value: 2 active, 4 passive, 6 activation time."""
    passive, activation = (EXTENDED_DATA, obis, 4), (EXTENDED_DATA, obis, 6)
    return attribute(name, EXTENDED_DATA, obis, 2, shape, title, passive=passive, activation=activation)


def log(name: str, obis: str, shape: Shape, title: str) -> Attribute:
    """The entries of a log: the buffer of a profile generic."""
    return attribute(name, 7, obis, 2, shape, title)


def method(
    name: str,
    class_id: int,
    obis: str,
    member: int,
    title: str,
    argument: Shape = NO_ARGUMENT,
    answer: Shape | None = None,
) -> Method:
    """Declare a method."""
    return Method(name, Ref.of(class_id, obis, member), title, argument, answer)
