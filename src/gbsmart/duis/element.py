"""One element: its name and field, the attributes and the content that it holds, and where it is wrong.

A *content* is what stands between an element's tags: a simple type (:mod:`gbsmart.duis.lexical`) or a
:class:`Complex` one. In which order elements stand is said by :mod:`gbsmart.duis.parts`; what they make
together by :mod:`gbsmart.duis.schema`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from operator import itemgetter
from typing import Any, TypeAlias

from lxml import etree

from gbsmart.duis.document import SR, wrong
from gbsmart.duis.leaves import Leaves, Make, made, reason_of
from gbsmart.duis.lexical import Simple
from gbsmart.ground import InvalidValue, MalformedMessage

Values: TypeAlias = Mapping[str, Any]
Children: TypeAlias = list[etree._Element]

children_of: Callable[[etree._Element], Children] = itemgetter(slice(None))
"""What stands in an element, in order: as ``list`` says it, in half its time."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ONE_WORD = re.compile("MPxNs?|IDs|GHz|E?CoS|S1SP|ALCS(?=HCALCS)|^x8[0-9A-F]{3}$")
"""What is one word, although its capitals and digits look like more."""


def field_name(term: str) -> str:
    """The field of a DUIS term: ``GBCSPayload`` is ``gbcs_payload``."""
    return _WORD.sub("_", _ONE_WORD.sub(lambda found: found[0].capitalize(), term)).lower()


def _read(make: Callable[[etree._Element, Leaves], Make], element: etree._Element) -> Any:
    leaves = Leaves()
    value = make(element, leaves)
    return made(value, leaves.say())


def missing(owner: etree._Element, children: Children, at: int, name: str) -> MalformedMessage:
    """The error for ``owner`` where ``name`` is wanted and ``children[at]``, or nothing, stands there."""
    found = f"where {local_name(children[at].tag)} stands" if at < len(children) else "at the end"
    return wrong(owner, f"needs {name} {found}")


def local_name(tag: Any) -> str:
    """A qualified name without its namespace."""
    return str(tag).rpartition("}")[2]


class Complex(ABC):
    """What an element holds, where that is more than text."""

    whole = False
    """Whether :meth:`write` appends the element's own tags too."""
    attributes: tuple[Attribute, ...] = ()
    """What the element's start tag must hold."""
    note = ""
    """What the whole is for, in words."""

    def given(self, value: Any, path: str) -> str:
        """The attributes of the start tag, as they are written."""
        return ""

    @abstractmethod
    def make(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> Make:
        """What makes the value of ``element``, whose leaves are added to ``leaves``.

        ``indexed`` when its ``index`` attribute is read already.
        """

    def read(self, element: etree._Element) -> Any:
        """The value of ``element``; raises :class:`MalformedMessage`."""
        return _read(self.make, element)

    @abstractmethod
    def write(self, value: Any, out: list[str], path: str) -> None:
        """Append the canonical XML that goes between the element's tags."""


Content: TypeAlias = "Simple | Complex"


class Attribute:
    """An attribute that an element must have, held in the field ``field`` beside those of its parts."""

    __slots__ = ("content", "field", "name", "note", "unit")

    def __init__(
        self, name: str, content: Simple, field: str = "", *, unit: str = "", note: str = ""
    ) -> None:
        self.name, self.content, self.field = name, content, field or field_name(name)
        self.unit, self.note = unit, note

    def value(self, element: etree._Element) -> Any:
        """What the attribute of ``element`` says."""
        text = element.get(self.name)
        if text is None:
            raise wrong(element, f"needs the attribute {self.name}")
        try:
            return self.content.read(text)
        except (ValueError, InvalidValue) as problem:
            raise wrong(element, f"{reason_of(problem)} (attribute {self.name})") from None

    def written(self, values: Values, path: str) -> str:
        """The attribute, after a space."""
        path += self.field
        if self.field not in values:
            raise InvalidValue("is missing", field=path)
        try:
            text = self.content.write(values[self.field])
        except (ValueError, InvalidValue) as problem:
            raise InvalidValue(reason_of(problem), field=path) from None
        return f' {self.name}="{text.translate(_IN_ATTRIBUTES)}"'


class Element:
    """One element named ``name``, held in the field ``field``.

    ``unit`` and ``note`` say what its value is counted in and what it means, for people.
    """

    __slots__ = (
        "_complex", "_end", "_simple", "_start",
        "content", "field", "make", "name", "note", "optional", "tag", "unit",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        content: Content,
        field: str = "",
        *,
        optional: bool = False,
        unit: str = "",
        note: str = "",
        namespace: str = SR,
    ) -> None:
        self.name, self.field = name, field or field_name(name)
        self.optional, self.unit, self.note = optional, unit, note
        self.tag = f"{{{namespace}}}{name}"
        self._start, self._end = f"<sr:{name}>", f"</sr:{name}>"
        self._hold(content)

    def holding(self, content: Content) -> Element:
        """The same element with another content."""
        made = copy(self)
        made._hold(content)
        return made

    def _hold(self, content: Content) -> None:
        """Hold ``content``, told once of which kind: to ask each time costs as much as to read a number."""
        self.content = content
        self._complex = content if isinstance(content, Complex) else None
        self._simple = None if isinstance(content, Complex) else content
        self.make: Callable[..., Make] = content.make if isinstance(content, Complex) else self._leaf
        """What makes the value of an element, as :meth:`Complex.make` says it."""

    def value(self, element: etree._Element) -> Any:
        """The value of an element; raises :class:`MalformedMessage`."""
        return _read(self.make, element)

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field

    def starts(self) -> Iterator[str]:
        """The one name."""
        yield self.tag

    def take(
        self, children: Children, at: int, makes: dict[str, Make], owner: etree._Element, leaves: Leaves
    ) -> int:
        """Take the element, which must come next unless it is optional."""
        if at < len(children) and (child := children[at]).tag == self.tag:
            makes[self.field] = self.make(child, leaves)
            return at + 1
        if self.optional:
            return at
        raise missing(owner, children, at, self.name)

    def _leaf(self, element: etree._Element, leaves: Leaves, indexed: bool = False) -> Make:
        simple = self._simple
        assert simple is not None
        if len(element) or (not indexed and element.keys()):  # Indexed takes no second attribute
            raise wrong(element, "holds more than text")
        leaves.found.append((element, simple.read))
        return len(leaves.found) - 1

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the field, if it is there."""
        if self.field in values:
            self.element(values[self.field], out, path + self.field)
        elif not self.optional:
            raise InvalidValue("is missing", field=path + self.field)

    def element(self, value: Any, out: list[str], path: str, given: str = "") -> None:
        """Write one element that holds ``value``; ``given`` are attributes of its start tag."""
        simple = self._simple
        if simple is not None:
            try:
                text = simple.write(value)
            except (ValueError, InvalidValue) as problem:
                raise InvalidValue(reason_of(problem), field=path) from None
            start = f"<sr:{self.name}{given}>" if given else self._start
            out.append(f"{start}{escape(text)}{self._end}")
            return
        content = self._complex
        assert content is not None
        if content.whole:
            if getattr(value, "tag", self.tag) != self.tag:
                raise InvalidValue(f"is {value.tag}, not {self.name}", field=path)
            content.write(value, out, path)
            return
        if content.attributes:
            given += content.given(value, path)
        out.append(f"<sr:{self.name}{given}>" if given else self._start)
        content.write(value, out, path)
        out.append(self._end)


_IN_ATTRIBUTES = str.maketrans({
    "&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;",
})  # fmt: skip
"""How canonical XML writes characters of attributes."""


def escape(text: str) -> str:
    """``text`` as canonical XML writes it between tags."""
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    return text
