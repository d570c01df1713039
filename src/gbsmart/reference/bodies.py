"""The page of declared bodies: each element with its field, type, range and number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gbsmart.duis import service
from gbsmart.duis.parts import Choice, Element, Group, Indexed, Many, Part, When
from gbsmart.duis.schema import EMPTY, Complex, Mapped, Record, Sole
from gbsmart.duis.services import body, declared
from gbsmart.reference.markdown import table

_INTRODUCTION = """\
What each body holds, from the declarations that read, write and check it. *Field* is what the value is
called in Python and in errors; *how many* is 1 unless it says otherwise. An element that is indented
stands inside the one above it; of the elements of a choice exactly one stands there.

"""


class _Row(NamedTuple):
    element: str
    field: str
    holds: str
    number: str
    depth: int


_INSIDE = "·&nbsp;"
"""Before an element, once for each that it stands in: it must not break from its name."""


def text() -> str:
    """The page without its title."""
    return _INTRODUCTION + "\n".join(map(_section, sorted(declared(), key=_in_order)))


def _in_order(variant: str) -> list[int]:
    return [int(part) for part in variant.split(".")]


def _section(variant: str) -> str:
    named = service(variant)
    content = body(variant)
    assert content is not None
    rows = [
        (_INSIDE * row.depth + (f"`{row.element}`" if row.element else "*one of*"),
         f"`{row.field}`" if row.field else "", row.holds, row.number)
        for row in _inside(content, 0)
    ]  # fmt: skip
    listed = table(("element", "field", "holds", "how many"), rows) if rows else "It holds nothing.\n"
    return f"## {variant} {named.name}\n\nElement `{named.body_element}`.\n\n{listed}"


def _inside(content: Any, depth: int) -> Iterator[_Row]:
    if isinstance(content, Sole):  # its one part has no field of its own: the whole is its value
        for number, row in enumerate(_part(content.part, depth)):
            yield row if number else row._replace(field="")
    elif isinstance(content, Record):
        for part in content.parts:
            yield from _part(part, depth)


def _part(part: Part, depth: int) -> Iterator[_Row]:
    if isinstance(part, When):
        yield from _element(part.element, part.element.field, depth, "0 or 1; absent: now")
    elif isinstance(part, Element):
        yield from _element(part, part.field, depth, "0 or 1" if part.optional else "")
    elif isinstance(part, (Many, Indexed)):
        many = f"{part.low} to {part.high}" if part.low != part.high else str(part.low)
        numbered = f", numbered 1 to {part.limit}" if isinstance(part, Indexed) else ""
        yield from _element(part.element, part.field, depth, many + numbered)
    elif isinstance(part, Choice):
        yield _Row("", "", "", "0 or 1" if part.optional else "", depth)
        for branch in part.parts:
            yield from _part(branch, depth + 1)
    elif isinstance(part, Group):
        for each in part.parts:
            yield from _part(each, depth)


def _element(element: Element, field: str, depth: int, number: str) -> Iterator[_Row]:
    yield _Row(element.name, field, _holds(element.content), number, depth)
    yield from _inside(element.content, depth + 1)


def _holds(content: Any) -> str:
    if content is EMPTY:
        return "nothing: its presence is its meaning"
    if isinstance(content, Mapped):
        names = [part.name for part in content.content.parts if isinstance(part, Element)]
        return f"one value, of {', '.join(names)}" if names else "one value"
    if isinstance(content, (Record, Sole)):
        return ""
    return "its XML, unread" if isinstance(content, Complex) else str(content.wants)
