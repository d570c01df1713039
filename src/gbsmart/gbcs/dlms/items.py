"""Entries of access lists: what a DLMS form reads, writes, activates, calls or reads protected.

Each comes from the object dictionary, which knows where a value is read, where it is written for later and
what brings it into force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from gbsmart.gbcs.dlms.apdu import Access, Ref, Specification
from gbsmart.gbcs.dlms.moments import WHEN
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method
from gbsmart.gbcs.dlms.shapes import Const, Yes
from gbsmart.gbcs.shape import Shape
from gbsmart.ground import InvalidValue

Key: TypeAlias = tuple[int, int, bytes, int]

ACTIVATION_OF = "Activation of "
"""What the title of an activation begins with; what it brings into force follows."""
PROTECTED = "protected"
"""What a protected read is called: the values inside have names of their own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an access list.

    ``argument`` shapes the request's data under ``name`` (None: null-data for a get), ``answer`` the
    response's. An ``optional`` item is left out where its value is absent; one without a value of its own
    (a reset) is there when ``name`` is true. A ``spread`` answer is a mapping whose
    members are values of the form themselves, or :data:`SEALED` where it could not be opened.
    ``selected`` shapes which part of a log is read, under the name ``selected_by``.
    ``among`` are the same attribute or method of several objects, numbered from 1: which one is meant is
    the value ``chosen_by``. An argument in ``parts`` is a mapping whose members are values of the form.
    """

    access: Access
    ref: Ref
    name: str
    title: str
    argument: Shape | None = None
    answer: Shape | None = None
    optional: bool = False
    spread: tuple[str, ...] = ()
    selected: Shape | None = None
    selected_by: str = ""
    among: tuple[Ref, ...] = ()
    chosen_by: str = ""
    parts: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[Key, ...]:
        """What its specification may show: access, class, instance, member."""
        return tuple((int(self.access), *ref) for ref in self.among or (self.ref,))

    @property
    def valueless(self) -> bool:
        """Whether what it asks for follows from the form and its header."""
        return getattr(self.argument, "valueless", False)

    @property
    def values(self) -> tuple[str, ...]:
        """What the values of its argument are called."""
        return self.parts or (self.name,)

    def specification(self, values: Mapping[str, Any]) -> bytes:
        """Its specification in a request with these values; raises :class:`InvalidValue`."""
        ref = self.ref
        if self.among:
            chosen = values.get(self.chosen_by)
            if not isinstance(chosen, int) or not 1 <= chosen <= len(self.among):
                raise InvalidValue(f"is not 1 to {len(self.among)}", field=self.chosen_by)
            ref = self.among[chosen - 1]
        return Specification(self.access, ref).octets

    def present(self, values: Mapping[str, Any]) -> bool:
        """Whether a request with these values holds the item."""
        value = values.get(self.name)
        return not self.optional or bool(value if self.valueless else value is not None)


def read(*attributes: Attribute) -> list[Item]:
    """Get the values in force."""
    return [Item(Access.GET, each.ref, each.name, each.title, answer=each.shape) for each in attributes]


def read_selected(selection: Shape, by: str, *attributes: Attribute) -> list[Item]:
    """Get the part of logs that the value ``by`` selects (an entry or a range selector)."""
    return [
        Item(
            Access.GET_WITH_SELECTION, each.ref, each.name, each.title, answer=each.shape,
            selected=selection, selected_by=by,
        )
        for each in attributes
    ]  # fmt: skip


def write(*attributes: Attribute) -> list[Item]:
    """Set values: the passive twins, where there are any."""
    return [
        Item(Access.SET, each.written_at, each.name, each.title, argument=each.shape) for each in attributes
    ]


def write_fixed(attribute: Attribute, value: Const | Yes) -> list[Item]:
    """Set the one value that the use case has."""
    [item] = write(attribute)
    return [replace(item, argument=value)]


def activate(*attributes: Attribute, at: str = "execution_date_time") -> list[Item]:
    """Set the activation date-times of attributes written passive, each activation once."""
    targets: dict[Ref, str] = {}
    for each in attributes:
        if each.activation is None:
            raise InvalidValue(f"{each.name} has no activation date-time")
        targets.setdefault(each.activation, each.title.partition(":")[0])
    return [
        Item(Access.SET, ref, at, f"{ACTIVATION_OF}{title}", argument=WHEN) for ref, title in targets.items()
    ]


def call(*methods: Method) -> list[Item]:
    """Invoke methods; a method without an argument holds no value."""
    return [
        Item(Access.ACTION, each.ref, each.name, each.title, argument=each.argument, answer=each.answer)
        for each in methods
    ]


def call_with(method: Method, *parts: str) -> list[Item]:
    """Invoke a method whose argument holds the values ``parts`` of the form."""
    [item] = call(method)
    return [replace(item, parts=parts)]


def write_one(attributes: Sequence[Attribute], name: str, by: str, title: str, shape: Shape) -> list[Item]:
    """Set ``name`` in one of several objects alike; ``by`` names the value that tells which, from 1.

    ``shape`` is what this use case writes there, of what the object may hold.
    """
    items = write(*attributes)
    refs = tuple(item.ref for item in items)
    return [replace(items[0], name=name, title=title, argument=shape, among=refs, chosen_by=by)]


def maybe(*items: Item) -> list[Item]:
    """The same items, each optional: the list shrinks with what the request leaves out."""
    return [replace(item, optional=True) for item in items]
