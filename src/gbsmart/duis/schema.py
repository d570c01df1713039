"""The schema algebra: an XML body declared once as data, read, written and checked from that.

A *content* is what an element holds: a simple type (``lexical``), a :class:`Record`, a :class:`Sole`
part, a :class:`Mapped` content, :data:`EMPTY` or :data:`OPAQUE`. A *part* is what stands in a record, in
order: an :class:`Element`, :class:`Many`, :class:`Indexed`, :class:`Choice` or :class:`Group`. Values are
plain: a record is a dictionary from field name to value, in which an absent optional field has no key
and a choice is the one key that is there.

Reading raises :class:`MalformedMessage` with the XML path and what is wrong; writing raises
:class:`InvalidValue` with the dotted field. The XML schema's own failures carry no response code (the
DCC answers them with HTTP 400).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from gbsmart.duis.document import SR, canonical, compact, is_white, wrong
from gbsmart.duis.element import Attribute, Complex, Content, Element, Values, children_of
from gbsmart.duis.leaves import Always, Gathered, Leaves, Make
from gbsmart.duis.parts import Choice, Group, Indexed, Many, Part, When
from gbsmart.ground import InvalidValue

__all__ = [
    "EMPTY",
    "OPAQUE",
    "Attribute",
    "Choice",
    "Complex",
    "Content",
    "Element",
    "Group",
    "Indexed",
    "Many",
    "Mapped",
    "Record",
    "Sole",
    "Values",
    "When",
    "elements",
    "only",
    "verbatim",
]


class Record(Complex):
    """Parts in order; the value is a dictionary from field to value, attributes among them."""

    def __init__(self, *parts: Part, attributes: tuple[Attribute, ...] = (), note: str = "") -> None:
        self.parts, self.attributes, self.note = parts, attributes, note
        names = [name for part in parts for name in part.fields()]
        self.known = frozenset([*(each.field for each in attributes), *names])
        self._takes, self._puts = [part.take for part in parts], [part.put for part in parts]

    def make(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> dict[str, Make]:
        """What makes the fields of ``element``, in order; anything undeclared is refused."""
        makes: dict[str, Make] = {}
        if self.attributes:
            for each in self.attributes:
                makes[each.field] = Always(each.value(element))
        if len(element.keys()) > len(self.attributes) + indexed:
            unknown = set(map(str, element.attrib)) - {each.name for each in self.attributes}
            raise wrong(element, f"has an unknown attribute {min(unknown)!r}")
        children = children_of(element)
        text = element.text
        if text and not (self.parts and is_white(text)):
            raise wrong(
                element, f"holds text where {'only elements belong' if self.parts else 'nothing does'}"
            )
        at = 0
        for take in self._takes:
            at = take(children, at, makes, element, leaves)
        if at < len(children):
            raise wrong(children[at], "is not expected here")
        for child in children:
            tail = child.tail
            if tail and not (tail.isspace() and tail.isascii()):  # is_white, here where it counts
                raise wrong(element, "holds text where only elements belong")
        return makes

    def given(self, value: Any, path: str) -> str:
        """The attributes, as the start tag holds them."""
        if not isinstance(value, Mapping):
            raise InvalidValue(f"needs fields, not {value!r}", field=path)
        inner = f"{path}." if path else ""
        return "".join([each.written(value, inner) for each in self.attributes])

    def write(self, value: Any, out: list[str], path: str) -> None:
        """The parts' XML; a field that is not declared is refused."""
        if value.__class__ is not dict and not isinstance(value, Mapping):
            raise InvalidValue(f"needs fields, not {value!r}", field=path)
        inner = f"{path}." if path else ""
        if not self.known.issuperset(value):
            unknown = value.keys() - self.known
            remedy = f"Its fields: {', '.join(sorted(self.known)) or 'none'}."
            raise InvalidValue("is not a field here", field=inner + min(unknown), remedy=remedy)
        for put in self._puts:
            put(value, out, inner)


class Sole(Complex):
    """A record of one part whose value stands for the whole: a list of seasons is a tuple."""

    def __init__(self, part: Many | Indexed, *, note: str = "") -> None:
        self.part, self.note = part, note
        self._record = Record(part)

    def make(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> Make:
        """The value of the one part."""
        return self._record.make(element, leaves, indexed)[self.part.field]

    def write(self, value: Any, out: list[str], path: str) -> None:
        """The one part's XML."""
        self.part.put({self.part.field: value}, out, f"{path}." if path else "")


class Mapped(Complex):
    """A content whose fields are gathered into one value of the domain, and back."""

    def __init__(
        self, content: Record, gather: Callable[[Values], Any], spread: Callable[[Any], Values]
    ) -> None:
        self.content, self.gather, self.spread = content, gather, spread
        self.attributes, self.note = content.attributes, content.note

    def given(self, value: Any, path: str) -> str:
        """The attributes of the spread value."""
        return self.content.given(self._spread(value, path), path)

    def make(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> Make:
        """The gathered value."""
        return Gathered(self.gather, self.content.make(element, leaves, indexed))

    def write(self, value: Any, out: list[str], path: str) -> None:
        """The spread value's XML."""
        self.content.write(self._spread(value, path), out, path)

    def _spread(self, value: Any, path: str) -> Values:
        try:
            return self.spread(value)
        except ValueError as problem:
            raise InvalidValue(str(problem), field=path) from None


def only(part: Element | Attribute) -> Mapped:
    """The content of an element that holds one thing, and whose value is that thing's."""
    content = Record(attributes=(part,)) if isinstance(part, Attribute) else Record(part)
    field = part.field
    return Mapped(content, lambda values: values[field], lambda value: {field: value})


def elements(content: Content) -> Iterator[Element]:
    """The elements that ``content`` can hold itself, in order; not those within them."""
    if isinstance(content, Mapped):
        content = content.content
    if isinstance(content, Sole):
        yield content.part.element
    elif isinstance(content, Record):
        for part in content.parts:
            yield from _of_part(part)


def _of_part(part: Part) -> Iterator[Element]:
    if isinstance(part, Element):
        yield part
    elif isinstance(part, (Choice, Group)):
        for each in part.parts:
            yield from _of_part(each)
    elif isinstance(part, (When, Many, Indexed)):
        yield part.element


class _Empty(Complex):
    nothing = Record()

    def make(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> Make:
        self.nothing.make(element, leaves, indexed)
        return Always(True)

    def write(self, value: Any, out: list[str], path: str) -> None:
        if value is not True:
            raise InvalidValue("is there (True) or its key is not", field=path)


EMPTY: Complex = _Empty()
"""Nothing inside: the element's presence is its value, ``True``."""


class _Opaque(Complex):
    whole = True  # with the attributes and namespaces that its start tag declares

    def make(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> Make:
        leaves.particular = True
        return Always(element)

    def write(self, value: Any, out: list[str], path: str) -> None:
        if not isinstance(value, etree._Element):
            raise InvalidValue("needs an XML element", field=path)
        out.append(verbatim(value))


OPAQUE: Complex = _Opaque()
"""Kept as the XML element, unread."""


_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
"""Its value names a type by a prefix, which would not outlive a change to our own."""


def verbatim(element: etree._Element) -> str:
    """The canonical, compact XML of ``element``, to stand where the prefix ``sr`` is declared.

    Raises :class:`InvalidValue` for what no DUIS document holds.
    """
    copied = copy.deepcopy(element)
    if next(copied.iter(etree.PI), None) is not None:
        raise InvalidValue("holds a processing instruction, which no DUIS document does")
    if copied.prefix != "sr":
        if any(each.get(_TYPE) for each in copied.iter(etree.Element)):
            raise InvalidValue("holds xsi:type, whose value names a type by another prefix than sr")
        etree.strip_tags(copied, etree.Comment)
        copied = _with_prefix(copied)
    compact(copied)
    written = canonical(copied, exclusive=True).decode("utf-8")
    return written.replace(f' xmlns:sr="{SR}"', "", 1)


def _with_prefix(element: etree._Element, parent: etree._Element | None = None) -> etree._Element:
    """A copy in which the namespace of DUIS has the prefix ``sr`` and no other."""
    names = {
        prefix: uri for prefix, uri in element.nsmap.items() if prefix and prefix != "sr" and uri != SR
    }  # no default: it would take in the children that have no namespace
    attributes = {str(name): str(value) for name, value in element.items()}
    if parent is None:
        names["sr"] = SR
        copied = etree.Element(element.tag, attributes, names)
    else:
        copied = etree.SubElement(parent, element.tag, attributes, names)
    copied.text, copied.tail = element.text, element.tail
    for child in element:
        _with_prefix(child, copied)
    return copied
