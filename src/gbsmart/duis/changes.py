"""What a DUIS version brought, took away or changed: how the form before it is made from the form after.

The declarations are those of the newest version. A change says which version is the first that has them
so; for every version before it, :meth:`Change.element` and :meth:`Change.within` give what was there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from gbsmart import ground
from gbsmart.duis.element import Content, Element
from gbsmart.duis.lexical import Listed, OneOf
from gbsmart.duis.parts import Choice, Group, Indexed, Many, Part, When
from gbsmart.duis.schema import Mapped, Record, Sole
from gbsmart.ground import InvalidValue

Trail: TypeAlias = tuple[str, ...]
"""The names of the elements around something, from outside in."""


@dataclass(frozen=True, kw_only=True)
class Change(ground.Change):
    """One difference between a version and those before it, which are not as declared."""

    @property
    def variant(self) -> str:
        """The Service Reference Variant that versions before do not have; empty where it is none."""
        return ""

    def element(self, trail: Trail, element: Element) -> Element | None:
        """What ``element``, the last of ``trail``, was before; ``None`` where it was not there."""
        return element

    def within(self, trail: Trail, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts that the last of ``trail`` held before."""
        return parts


@dataclass(frozen=True, kw_only=True)
class VariantAdded(Change):
    """A Service Reference Variant that came."""

    added: str

    @property
    def variant(self) -> str:
        """The variant."""
        return self.added

    @property
    def says(self) -> str:
        """The variant is new."""
        return f"Service Reference Variant {self.added} is new"


@dataclass(frozen=True, kw_only=True)
class ElementAdded(Change):
    """An element that came. ``where`` is the end of its path: ``Device/Connectivity``."""

    where: str

    @property
    def says(self) -> str:
        """The element is new."""
        return f"{self.where} is new"

    def element(self, trail: Trail, element: Element) -> Element | None:
        """Nothing, where it is this element."""
        return None if _ends(trail, self.where) else element


@dataclass(frozen=True, kw_only=True)
class WordsAdded(Change):
    """Words that came to the list of the element ``where``."""

    where: str
    words: tuple[str, ...]

    @property
    def says(self) -> str:
        """The words are new."""
        return f"{self.where} may say {', '.join(self.words)}"

    def element(self, trail: Trail, element: Element) -> Element | None:
        """The element without these words."""
        if not _ends(trail, self.where):
            return element
        return keeping(element, [word for word in _words(element) if word not in self.words])


@dataclass(frozen=True, kw_only=True)
class WordsRemoved(Change):
    """Words that went from the list of the element ``where``, which stood last in it."""

    where: str
    words: tuple[str, ...]

    @property
    def says(self) -> str:
        """The words are gone."""
        return f"{self.where} says {', '.join(self.words)} no more"

    def element(self, trail: Trail, element: Element) -> Element | None:
        """The element with these words."""
        if not _ends(trail, self.where):
            return element
        return _listing(element, (*_words(element), *self.words))


@dataclass(frozen=True, kw_only=True)
class ContentChanged(Change):
    """An element that held something else: ``before``."""

    where: str
    before: Content

    @property
    def says(self) -> str:
        """The content is another."""
        return f"{self.where} holds something else"

    def element(self, trail: Trail, element: Element) -> Element | None:
        """The element with what it held."""
        return element.holding(self.before) if _ends(trail, self.where) else element


@dataclass(frozen=True, kw_only=True)
class ElementRemoved(Change):
    """An element that went: ``removed`` stood in ``where``, after ``after`` (empty: first)."""

    where: str
    after: str
    removed: Element

    @property
    def says(self) -> str:
        """The element is gone."""
        return f"{self.where}/{self.removed.name} is gone"

    def within(self, trail: Trail, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with the element in its place."""
        if not _ends(trail, self.where):
            return parts
        at = 0
        if self.after:
            names = [part.element.name if isinstance(part, (Many, Indexed, When)) else
                     part.name if isinstance(part, Element) else "" for part in parts]  # fmt: skip
            at = names.index(self.after) + 1
        return (*parts[:at], self.removed, *parts[at:])


@dataclass(frozen=True, kw_only=True)
class ServicesKept(Change):
    """The services that there were: what a document may name as Service Reference and its variant."""

    of: str
    """The version whose services they are."""
    references: Collection[str]
    variants: Collection[str]

    @property
    def says(self) -> str:
        """The other services are new."""
        return f"services beside those of {self.of} are new"

    def element(self, trail: Trail, element: Element) -> Element | None:
        """The element with the names of these services only, where it names one."""
        if isinstance(element.content, (Listed, OneOf)):
            if element.name.endswith("ServiceReference"):
                return keeping(element, self.references, self.of)
            if element.name.endswith("ServiceReferenceVariant"):
                return keeping(element, self.variants, self.of)
        return element


def before(element: Element, changes: Sequence[Change], trail: Trail = ()) -> Element | None:
    """What ``element`` was before ``changes``, newest first; ``None`` where it was not there."""
    trail = (*trail, element.name)
    found: Element | None = element
    for change in changes:
        if found is not None:
            found = change.element(trail, found)
    if found is None:
        return None
    content = _content_before(found.content, changes, trail)
    return found if content is found.content else found.holding(content)


def keeping(element: Element, words: Collection[str], version: str = "") -> Element:
    """An element whose list has no words but ``words``: those of ``version``, where one is named."""
    return _listing(element, tuple(word for word in _words(element) if word in words), version)


def _listing(element: Element, words: tuple[str, ...], version: str = "") -> Element:
    content = element.content
    if isinstance(content, OneOf):
        return element.holding(replace(content, words=words))
    assert isinstance(content, Listed)
    what = f"{content.what} of DUIS {version}" if version else content.what
    found = dict.fromkeys(words).keys()  # found at once, however many there are
    return element.holding(replace(content, what=what, words=lambda: found))


def _words(element: Element) -> tuple[str, ...]:
    content = element.content
    if isinstance(content, OneOf):
        return content.words
    if isinstance(content, Listed):
        return tuple(content.words())
    raise InvalidValue(f"{element.name} is no list of words")


def _ends(trail: Trail, where: str) -> bool:
    names = tuple(where.split("/"))
    return trail[-len(names) :] == names


def _content_before(content: Content, changes: Sequence[Change], trail: Trail) -> Content:
    if isinstance(content, Mapped):
        held = _content_before(content.content, changes, trail)
        assert isinstance(held, Record)
        return content if held is content.content else Mapped(held, content.gather, content.spread)
    if isinstance(content, Sole):
        part = _part_before(content.part, changes, trail)
        if part is None:
            raise InvalidValue(f"{'/'.join(trail)} cannot lose the only thing that it holds")
        assert isinstance(part, (Many, Indexed))
        return content if part is content.part else Sole(part, note=content.note)
    if isinstance(content, Record):
        parts = content.parts
        for change in changes:
            parts = change.within(trail, parts)
        parts = _parts_before(parts, changes, trail)
        same = len(parts) == len(content.parts) and all(map(_is, parts, content.parts))
        return content if same else Record(*parts, attributes=content.attributes, note=content.note)
    return content


def _is(one: object, other: object) -> bool:
    return one is other


def _parts_before(parts: Sequence[Part], changes: Sequence[Change], trail: Trail) -> tuple[Part, ...]:
    found = (_part_before(part, changes, trail) for part in parts)
    return tuple(part for part in found if part is not None)


def _part_before(part: Part, changes: Sequence[Change], trail: Trail) -> Part | None:
    if isinstance(part, Element):
        return before(part, changes, trail)
    if isinstance(part, (When, Many, Indexed)):
        element = before(part.element, changes, trail)
        if element is None or element is part.element:
            return part if element else None
        return replace(part, element=element)
    if isinstance(part, (Choice, Group)):
        parts = _parts_before(part.parts, changes, trail)
        if len(parts) == len(part.parts) and all(map(_is, parts, part.parts)):
            return part
        return replace(part, parts=parts) if parts else None
    raise InvalidValue(f"{type(part).__name__} has no earlier form")
