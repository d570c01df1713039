"""The parts of a record, in order: elements, repeated and numbered elements, choices and groups.

See :mod:`gbsmart.duis.schema` for what they are made into.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

from lxml import etree

from gbsmart.duis.document import SR, WHITE_SPACE, location
from gbsmart.duis.lexical import Simple
from gbsmart.ground import NOW, InvalidValue, MalformedMessage

Values: TypeAlias = Mapping[str, Any]
Children: TypeAlias = list[etree._Element]

children_of: Callable[[etree._Element], Children] = itemgetter(slice(None))
"""What stands in an element, in order: as ``list`` says it, in half its time."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ONE_WORD = re.compile("MPxNs?|IDs|GHz|E?CoS|S1SP|ALCS(?=HCALCS)|^x8[0-9A-F]{3}$")
"""What is one word, although its capitals and digits look like more."""
UNBOUNDED = 1 << 30
"""As many of an element as a document may hold."""
_INDEX = {str(number): number for number in range(1, 100)}


def field_name(term: str) -> str:
    """The field of a DUIS term: ``GBCSPayload`` is ``gbcs_payload``."""
    return _WORD.sub("_", _ONE_WORD.sub(lambda found: found[0].capitalize(), term)).lower()


def wrong(element: etree._Element, reason: str, name: str = "", code: str | None = None) -> MalformedMessage:
    """The error for ``element`` (or its child ``name``): what is wrong, and where."""
    where = location(element) + (f"/sr:{name}" if name else "")
    return MalformedMessage(reason, where=where, response_code=code)


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
    def read(self, element: etree._Element, indexed: bool = False) -> Any:
        """The value of ``element``; ``indexed`` when its ``index`` attribute is read already."""

    @abstractmethod
    def write(self, value: Any, out: list[str], path: str) -> None:
        """Append the canonical XML that goes between the element's tags."""


Content: TypeAlias = "Simple | Complex"


class Part(Protocol):
    """One thing, or a choice of things, in a record's order."""

    def fields(self) -> Iterator[str]:
        """The fields that the part reads and writes."""
        ...

    def starts(self) -> Iterator[str]:
        """The qualified names that the part can begin with."""
        ...

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read from ``children[at:]`` into ``values``; return where the next part begins."""
        ...

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Append the part's XML."""
        ...


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
            raise wrong(element, f"{_reason(problem)} (attribute {self.name})") from None

    def written(self, values: Values, path: str) -> str:
        """The attribute, after a space."""
        path += self.field
        if self.field not in values:
            raise InvalidValue("is missing", field=path)
        try:
            text = self.content.write(values[self.field])
        except (ValueError, InvalidValue) as problem:
            raise InvalidValue(_reason(problem), field=path) from None
        return f' {self.name}="{text.translate(_IN_ATTRIBUTES)}"'


class Element:
    """One element named ``name``, held in the field ``field``.

    ``unit`` and ``note`` say what its value is counted in and what it means, for people.
    """

    __slots__ = (
        "_complex", "_end", "_simple", "_start",
        "content", "field", "name", "note", "optional", "tag", "unit", "value",
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
        self.value: Callable[..., Any] = content.read if isinstance(content, Complex) else self._said
        """The value of an element; ``indexed`` when its ``index`` attribute is read already."""

    def fields(self) -> Iterator[str]:
        """The one field."""
        yield self.field

    def starts(self) -> Iterator[str]:
        """The one name."""
        yield self.tag

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read the element, which must come next unless it is optional."""
        if at < len(children) and (child := children[at]).tag == self.tag:
            values[self.field] = self.value(child)
            return at + 1
        if self.optional:
            return at
        raise _missing(owner, children, at, self.name)

    def _said(self, element: etree._Element, indexed: bool = False) -> Any:
        simple = self._simple
        assert simple is not None
        if len(element) or (not indexed and element.keys()):  # Indexed takes no second attribute
            raise wrong(element, "holds more than text")
        try:
            return simple.read(element.text or "")
        except (ValueError, InvalidValue) as problem:
            raise wrong(element, _reason(problem)) from None

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
                raise InvalidValue(_reason(problem), field=path) from None
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

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read the moment; :data:`NOW` where there is none."""
        values[self.element.field] = NOW
        return self.element.take(children, at, values, owner)

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

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read the elements as long as they go on."""
        found = _run(children, at, self)
        _count(len(found), self, owner)
        value = self.element.value
        values[self.field] = tuple([value(child) for child in found])
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

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read the elements as long as they go on; a number twice is refused."""
        run = _run(children, at, self)
        _count(len(run), self, owner)
        attribute, limit, value = self.attribute, self.limit, self.element.value
        found: dict[int, Any] = {}
        for child in run:
            given: Sequence[tuple[Any, Any]] = child.items()
            number = given[0][1] if len(given) == 1 and given[0][0] == attribute else ""
            index = _INDEX.get(number) or _INDEX.get(_plain(number), 0)
            if not 1 <= index <= limit:
                raise wrong(child, f"needs one attribute, an {self.attribute} from 1 to {self.limit}")
            if index in found:
                raise wrong(child, f"repeats the {self.attribute} {index}")
            found[index] = value(child, True)
        values[self.field] = tuple([found[index] for index in sorted(found)]) if self.complete else found
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

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read the branch that the next element begins."""
        if at < len(children) and (part := self._branches.get(children[at].tag)):
            return part.take(children, at, values, owner)
        if self.optional:
            return at
        raise _missing(owner, children, at, " or ".join(_local(tag) for tag in self._branches))

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

    def take(self, children: Children, at: int, values: dict[str, Any], owner: etree._Element) -> int:
        """Read the parts in order."""
        if self.optional and not (at < len(children) and children[at].tag in self.starts()):
            return at
        for part in self.parts:
            at = part.take(children, at, values, owner)
        return at

    def put(self, values: Values, out: list[str], path: str) -> None:
        """Write the parts in order."""
        if self.optional and not any(name in values for name in self.fields()):
            return
        for part in self.parts:
            part.put(values, out, path)


_IN_ATTRIBUTES = str.maketrans({
    "&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;",
})  # fmt: skip
"""How canonical XML writes characters of attributes."""


def escape(text: str) -> str:
    """``text`` as canonical XML writes it between tags."""
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    return text


def _plain(number: str) -> str:
    """A positive whole number as it is mostly written."""
    return number.strip(WHITE_SPACE).removeprefix("+").lstrip("0")


def _reason(problem: ValueError | InvalidValue) -> str:
    return problem.reason if isinstance(problem, InvalidValue) else str(problem)


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


def _missing(owner: etree._Element, children: Children, at: int, name: str) -> MalformedMessage:
    found = f"where {_local(children[at].tag)} stands" if at < len(children) else "at the end"
    return wrong(owner, f"needs {name} {found}")


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]
