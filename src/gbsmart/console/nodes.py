"""The body of a Service Request as a form: the tree of its inputs, made from the declaration alone.

:func:`form_of` walks a declared body and what was filled in so far (texts by name) into nodes that a
template draws; :mod:`gbsmart.console.filled` reads the nodes back into the body's values, and
:func:`texts_of` goes the other way, from values to texts. The name of every input is the dotted path under
which DUIS reports an error in it, so that an error finds its input by itself. Whatever the schema algebra
can declare, a form can ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree

from gbsmart.console.lexicon import Look, look_of
from gbsmart.duis import parse_xml
from gbsmart.duis.element import Attribute, Element
from gbsmart.duis.lexical import Simple
from gbsmart.duis.parts import Choice, Group, Indexed, Many, Part, When
from gbsmart.duis.schema import EMPTY, Complex, Mapped, Record, Sole
from gbsmart.ground import MalformedMessage, Moment

Texts: TypeAlias = Mapping[str, str]

COUNT, THERE, CHOSEN = ":count", ":there", ":chosen"
"""What stands behind a path in the name of an input that decides the form's shape."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Fold:
    """A group of a long form is drawn as one line that opens: whether it is, and what the line says of it."""

    open: bool
    note: str


@dataclass(slots=True)
class Node:
    """One thing in a form. ``error`` is what is wrong with it, ``fold`` how a group is folded, if it is."""

    path: str
    label: str
    optional: bool = False
    error: str = ""
    fold: Fold | None = field(default=None, init=False)

    kind = "node"

    def inside(self) -> Iterator[Node]:
        """The nodes one level deeper."""
        return iter(())


@dataclass(slots=True)
class Input(Node):
    """One value: its text so far, how it is asked for, how it is read, and what declares it."""

    text: str = ""
    look: Look = field(default_factory=Look)
    read: Callable[[str], Any] = str
    of: Element | Attribute | None = None

    kind = "input"


@dataclass(slots=True)
class Fixed(Node):
    """Something whose presence is its value."""

    kind = "fixed"


@dataclass(slots=True)
class Box(Node):
    """Nodes that stand together: fields of one record, or of a group in a choice (``flat``).

    ``there`` is whether an optional one was asked for. ``gather`` makes the domain's value of the fields.
    """

    nodes: list[tuple[str, Node]] = field(default_factory=list)
    there: bool = True
    gather: Callable[[Any], Any] | None = None
    flat: bool = False

    kind = "box"

    def inside(self) -> Iterator[Node]:
        """The fields."""
        return (node for _, node in self.nodes)


@dataclass(slots=True)
class Rows(Node):
    """``low`` to ``high`` nodes of one kind; ``numbered`` ones are known by their numbers."""

    low: int = 0
    high: int = 0
    nodes: list[Node] = field(default_factory=list)
    numbered: bool = False
    complete: bool = False

    kind = "rows"

    def inside(self) -> Iterator[Node]:
        """The rows."""
        return iter(self.nodes)


@dataclass(slots=True)
class Branches(Node):
    """One of several nodes: ``chosen`` is the name of the one that counts ("" is none)."""

    branches: list[tuple[str, Node]] = field(default_factory=list)
    chosen: str = ""

    kind = "branches"

    def inside(self) -> Iterator[Node]:
        """Every branch."""
        return (node for _, node in self.branches)


def every(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for each in node.inside():
        yield from every(each)


def words(term: str) -> str:
    """``ExecutionDateTime`` as ``Execution Date Time``."""
    return _WORDS.sub(" ", term).replace("MPx N", "MPxN").replace("_", " ")


# --- from the declaration to nodes ---


def form_of(body: Complex, texts: Texts) -> Node:
    """The form of a body, with what was filled in so far."""
    return _content(Element("", body), "", "", texts)


def _content(of: Element, path: str, label: str, texts: Texts, optional: bool = False) -> Node:
    content: Any = of.content
    if content is EMPTY:
        if optional:
            return Box(path, label, True, there=bool(texts.get(path + THERE)), gather=lambda _: True)
        return Fixed(path, label)
    if not isinstance(content, Complex):
        look = look_of(content)
        return Input(path, label, optional, "", texts.get(path, ""), look, _reader(content), of)
    there = not optional or bool(texts.get(path + THERE))
    if isinstance(content, Mapped):
        return Box(path, label, optional, "", _fields(content.content, path, texts), there, content.gather)
    if isinstance(content, Sole):
        inner = _part(content.part, f"{path}." if path else "", 0, texts)
        name = content.part.field
        return Box(path, label, optional, "", [(name, inner)], there, lambda values: values.get(name, ()))
    if isinstance(content, Record):
        return Box(path, label, optional, "", _fields(content, path, texts), there)
    return Input(path, label, optional, "", texts.get(path, ""), Look("xml", "its XML element"), _xml)


def _fields(record: Record, path: str, texts: Texts) -> list[tuple[str, Node]]:
    prefix = f"{path}." if path else ""
    attributes = [(each.field, _attribute(each, prefix, texts)) for each in record.attributes]
    parts = [(_key(part), _part(part, prefix, place, texts)) for place, part in enumerate(record.parts)]
    return attributes + parts


def _attribute(attribute: Attribute, prefix: str, texts: Texts) -> Node:
    path, content = prefix + attribute.field, attribute.content
    text = texts.get(path, "")
    return Input(path, words(attribute.name), False, "", text, look_of(content), _reader(content), attribute)


def _key(part: Part) -> str:
    """The field that a part's value goes to; "" where it has several."""
    if isinstance(part, When):
        return part.element.field
    return part.field if isinstance(part, (Element, Many, Indexed)) else ""


def _part(part: Part, prefix: str, place: int, texts: Texts) -> Node:
    if isinstance(part, Element):
        return _content(part, prefix + part.field, words(part.name), texts, part.optional)
    if isinstance(part, When):
        return _content(part.element, prefix + part.element.field, words(part.element.name), texts, True)
    if isinstance(part, (Many, Indexed)):
        return _rows(part, prefix + part.field, texts)
    if isinstance(part, Choice):
        return _branches(part, f"{prefix}~{place}", prefix, texts)
    if isinstance(part, Group):
        path = f"{prefix}~{place}"
        inner = [(_key(each), _part(each, prefix, number, texts)) for number, each in enumerate(part.parts)]
        there = not part.optional or bool(texts.get(path + THERE))
        return Box(path, "", part.optional, nodes=inner, there=there, flat=True)
    raise TypeError(f"{type(part).__name__} has no form")


def _rows(part: Many | Indexed, path: str, texts: Texts) -> Rows:
    element, numbered = part.element, isinstance(part, Indexed)
    complete = isinstance(part, Indexed) and part.complete
    count = min(max(number(texts.get(path + COUNT)), part.low), part.high)
    label = words(element.name)
    nodes = [
        _content(
            element, f"{path}.{number + numbered}", f"{label} {number + 1}", texts,
            numbered and not complete and not isinstance(element.content, Complex),
        )
        for number in range(count)
    ]  # fmt: skip
    return Rows(path, label, part.low == 0, "", part.low, part.high, nodes, numbered, complete)


def _branches(choice: Choice, path: str, prefix: str, texts: Texts) -> Branches:
    branches = []
    for place, part in enumerate(choice.parts):
        name = _key(part) or f"{place}"
        branches.append((name, _part(part, prefix, place, texts)))
    first = "" if choice.optional else branches[0][0]
    chosen = texts.get(path + CHOSEN, first)
    label = " or ".join(node.label or name for name, node in branches[:4])
    return Branches(path, label, choice.optional, "", branches, chosen)


def number(text: str | None) -> int:
    """How many rows a form was sent with: 0 for what is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


def _reader(content: Simple | Complex) -> Callable[[str], Any]:
    assert not isinstance(content, Complex)
    return content.read


def _xml(text: str) -> etree._Element:
    try:
        return parse_xml(text.encode())
    except MalformedMessage as wrong:
        raise ValueError(wrong.reason) from None


# --- from values to texts ---


def texts_of(body: Complex, values: Any) -> dict[str, str]:
    """What a form is filled in with so that it says ``values``."""
    out: dict[str, str] = {}
    _spread(body, values, "", out)
    return out


def _spread(content: Any, value: Any, path: str, out: dict[str, str]) -> None:
    if content is EMPTY:
        return
    if not isinstance(content, Complex):
        out[path] = content.write(value)
        return
    if isinstance(content, Mapped):
        content, value = content.content, content.spread(value)
    if isinstance(content, Sole):
        content, value = Record(content.part), {content.part.field: value}
    if not isinstance(content, Record):
        out[path] = etree.tostring(value, encoding="unicode")
        return
    prefix = f"{path}." if path else ""
    for attribute in content.attributes:
        out[prefix + attribute.field] = attribute.content.write(value[attribute.field])
    for place, part in enumerate(content.parts):
        _spread_part(part, value, prefix, place, out)


def _spread_part(part: Part, values: Mapping[str, Any], prefix: str, place: int, out: dict[str, str]) -> None:
    if isinstance(part, When):
        part = part.element
        if isinstance(values.get(part.field), Moment) and values[part.field] is Moment.NOW:
            return
    if isinstance(part, Element):
        if part.field in values:
            out[prefix + part.field + THERE] = "yes"
            _spread(part.content, values[part.field], prefix + part.field, out)
    elif isinstance(part, (Many, Indexed)):
        items = values.get(part.field, ())
        pairs = items.items() if isinstance(items, Mapping) else enumerate(items, isinstance(part, Indexed))
        last = 0
        for number, each in pairs:
            last = max(last, number + (not isinstance(part, Indexed)))
            _spread(part.element.content, each, f"{prefix}{part.field}.{number}", out)
        out[prefix + part.field + COUNT] = str(last)
    elif isinstance(part, Choice):
        for number, branch in enumerate(part.parts):
            if any(name in values for name in branch.fields()):
                out[f"{prefix}~{place}{CHOSEN}"] = _key(branch) or f"{number}"
                _spread_part(branch, values, prefix, number, out)
    elif isinstance(part, Group):
        if part.optional and any(name in values for name in part.fields()):
            out[f"{prefix}~{place}{THERE}"] = "yes"
        for number, each in enumerate(part.parts):
            _spread_part(each, values, prefix, number, out)
