"""The order of what stands in an element: one after another, repeated, numbered, one of several, together.

A *part* stands in a record's order: an element (:mod:`gbsmart.duis.element`), or what this file makes of
elements. It takes its fields from the children of the record's element, and writes them as XML. See
:mod:`gbsmart.duis.schema` for what parts are made into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from lxml import etree

from gbsmart.duis.document import WHITE_SPACE, wrong
from gbsmart.duis.element import Children, Element, Values, local_name, missing
from gbsmart.duis.leaves import Always, Leaves, Make
from gbsmart.ground import NOW, InvalidValue

UNBOUNDED = 1 << 30
"""As many of an element as a document may hold."""
_INDEX = {str(number): number for number in range(1, 100)}


class Part(Protocol):
    """One thing, or a choice of things, in a record's order."""

    def fields(self) -> Iterator[str]:
        """The fields that the part reads and writes."""
        ...

    def starts(self) -> Iterator[str]:
        """The qualified names that the part can begin with."""
        ...

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take what ``children[at:]`` begins with into ``makes``; return where the next part begins."""
        ...

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Append the part's XML."""
        ...


@dataclass(frozen=True)
class When:
    """The optional ExecutionDateTime: absent means now, its sentinel never."""

    element: Element

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.element.field

    def starts(self) -> Iterator[str]:
        """The one name."""
        yield self.element.tag

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take the moment; :data:`NOW` where there is none."""
        makes[self.element.field] = Always(NOW)
        return self.element.take(children, at, makes, owner, leaves)

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the moment unless it is now."""
        if values.get(self.element.field, NOW) is not NOW:
            self.element.put(values, out, path)


@dataclass(frozen=True)
class Many:
    """``low`` to ``high`` elements of one name, held as a tuple in the field ``field``."""

    element: Element
    low: int
    high: int
    field: str

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field

    def starts(self) -> Iterator[str]:
        """The one name."""
        yield self.element.tag

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take the elements as long as they go on."""
        found = _run(children, at, self)
        _count(len(found), self, owner)
        make = self.element.make
        makes[self.field] = [make(child, leaves) for child in found]
        return at + len(found)

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the elements in order."""
        path += self.field
        items = values.get(self.field, ())
        if not isinstance(items, Sequence) or not self.low <= len(items) <= self.high:
            raise InvalidValue(f"needs {_how_many(self)} items", field=path)
        for position, item in enumerate(items):
            self.element.element(item, out, f"{path}.{position}")


@dataclass(frozen=True)
class Indexed:
    """Elements of one name numbered by ``attribute`` (1 to ``limit``), each number at most once.

    Where all numbers must be there (``low == high == limit``) the value is a tuple in their order, else
    a dictionary from number to value.
    """

    element: Element
    low: int
    high: int
    limit: int
    field: str
    attribute: str = "index"

    @property
    def complete(self) -> bool:
        """Whether every number must be there."""
        return self.low == self.high == self.limit

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field

    def starts(self) -> Iterator[str]:
        """The one name."""
        yield self.element.tag

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take the elements as long as they go on; a number twice is refused."""
        run = _run(children, at, self)
        _count(len(run), self, owner)
        attribute, limit, make = self.attribute, self.limit, self.element.make
        found: dict[int, Make] = {}
        for child in run:
            given: Sequence[tuple[Any, Any]] = child.items()
            number = given[0][1] if len(given) == 1 and given[0][0] == attribute else ""
            index = _INDEX.get(number) or _INDEX.get(_plain(number), 0)
            if not 1 <= index <= limit:
                raise wrong(child, f"needs one attribute, an {self.attribute} from 1 to {self.limit}")
            if index in found:
                raise wrong(child, f"repeats the {self.attribute} {index}")
            found[index] = make(child, leaves, True)
        makes[self.field] = [found[index] for index in sorted(found)] if self.complete else found
        return at + len(run)

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the elements in the order of their numbers."""
        path += self.field
        items = values.get(self.field, ())
        if isinstance(items, Mapping):
            for index in items:  # before they are sorted; True is no number here
                if type(index) is not int:
                    raise InvalidValue(f"is numbered {index!r}, not 1 to {self.limit}", field=path)
            numbered = sorted(items.items())
        else:
            numbered = list(enumerate(items, 1)) if isinstance(items, Sequence) else []
        if not self.low <= len(numbered) <= self.high:
            raise InvalidValue(f"needs {_how_many(self)} items", field=path)
        for index, item in numbered:
            if not 1 <= index <= self.limit:
                raise InvalidValue(f"is numbered {index!r}, not 1 to {self.limit}", field=path)
            self.element.element(item, out, f"{path}.{index}", f' {self.attribute}="{index}"')


@dataclass(frozen=True)
class Choice:
    """Exactly one of several parts (or none, where ``optional``)."""

    parts: tuple[Part, ...]
    optional: bool = False

    def fields(self) -> Iterator[str]:
        """The fields of every branch."""
        for part in self.parts:
            yield from part.fields()

    def starts(self) -> Iterator[str]:
        """The names that any branch begins with."""
        for part in self.parts:
            yield from part.starts()

    @cached_property
    def _branches(self) -> dict[str, Part]:
        return {tag: part for part in self.parts for tag in part.starts()}

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take the branch that the next element begins."""
        if at < len(children) and (part := self._branches.get(children[at].tag)):
            return part.take(children, at, makes, owner, leaves)
        if self.optional:
            return at
        raise missing(owner, children, at, " or ".join(local_name(tag) for tag in self._branches))

    @cached_property
    def _holders(self) -> dict[str, Part]:
        return {name: part for part in self.parts for name in part.fields()}

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the one branch whose fields are there."""
        holders = self._holders
        if self.optional and holders.keys().isdisjoint(values):
            return
        chosen = {id(part): part for name in values if (part := holders.get(name)) is not None}
        if len(chosen) != 1:
            names = ", ".join(self.fields())
            raise InvalidValue(
                f"needs {'at most' if self.optional else 'exactly'} one of {names}", field=path.rstrip(".")
            )
        for part in chosen.values():
            part.put(values, out, path)


@dataclass(frozen=True)
class Group:
    """Parts in order that stand together: in one branch of a choice, or all or none (``optional``)."""

    parts: tuple[Part, ...]
    optional: bool = False

    def fields(self) -> Iterator[str]:
        """The fields of every part."""
        for part in self.parts:
            yield from part.fields()

    def starts(self) -> Iterator[str]:
        """The names that the first part begins with (it is never optional)."""
        yield from self.parts[0].starts()

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take the parts in order."""
        if self.optional and not (at < len(children) and children[at].tag in self.starts()):
            return at
        for part in self.parts:
            at = part.take(children, at, makes, owner, leaves)
        return at

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the parts in order."""
        if self.optional and not any(name in values for name in self.fields()):
            return
        for part in self.parts:
            part.put(values, out, path)


def _plain(number: str) -> str:
    """A positive whole number as it is mostly written."""
    return number.strip(WHITE_SPACE).removeprefix("+").lstrip("0")


def _run(children: Children, at: int, part: Many | Indexed) -> Children:
    """The elements of the one name, as long as they go on."""
    tag = part.element.tag
    rest = children[at:]
    for number, child in enumerate(rest):
        if child.tag != tag:
            return rest[:number]
    return rest


def _count(found: int, part: Many | Indexed, owner: etree._Element) -> None:
    if not part.low <= found <= part.high:
        raise wrong(owner, f"needs {_how_many(part)} {part.element.name}, not {found}")


def _how_many(part: Many | Indexed) -> str:
    return f"{part.low} or more" if part.high == UNBOUNDED else f"{part.low} to {part.high}"
