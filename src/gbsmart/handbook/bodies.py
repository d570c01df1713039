"""The body of a Service Request in words: each element with its field, type, range, number and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from gbsmart.duis import service
from gbsmart.duis.element import Attribute, Element
from gbsmart.duis.parts import Choice, Group, Indexed, Many, Part, When
from gbsmart.duis.schema import EMPTY, Complex, Mapped, Record, Sole, elements
from gbsmart.duis.services import body
from gbsmart.handbook.markdown import table


class Row(NamedTuple):
    """One element, attribute or choice of a body."""

    element: str
    field: str
    holds: str
    number: str
    meaning: str
    depth: int


INSIDE = "·&nbsp;"
"""Before an element, once for each that it stands in: it must not break from its name."""


def as_table(holds: Iterable[Mapping[str, Any]]) -> str:
    """What a body holds, as a table of Markdown."""
    rows = [
        (INSIDE * row.depth + (f"`{row.element}`" if row.element else "*one of*"),
         f"`{row.field}`" if row.field else "", row.holds, row.number, row.meaning)
        for row in rows_of(holds)
    ]  # fmt: skip
    headings = ("element", "field", "holds", "how many", "meaning")
    return table(headings, rows) if rows else "It holds nothing.\n"


def rows_of(parts: Iterable[Mapping[str, Any]], depth: int = 0) -> Iterator[Row]:
    """What a body holds, flat: each part under how many others it stands."""
    for part in parts:
        if "one_of" in part:
            yield Row("", "", "", _number(part), "", depth)
            for branch in part["one_of"]:
                yield from rows_of(branch, depth + 1)
        else:
            holds = part["value"] + (f"; {part['unit']}" if part["unit"] else "")
            yield Row(part["element"], part["field"], holds, _number(part), part["meaning"], depth)
            yield from rows_of(part["holds"], depth + 1)


def _number(part: Mapping[str, Any]) -> str:
    least, most = part["least"], part["most"]
    if most == 1:
        number = "" if least else "0 or 1"
    else:
        number = f"{least} to {most}" if least != most else str(least)
    absent = f"; absent: {part['absent']}" if part.get("absent") else ""
    return number + absent + (f", numbered 1 to {part['numbered_to']}" if part.get("numbered_to") else "")


def described(variant: str) -> dict[str, Any]:
    """A body as data: its ``meaning``, its ``element`` and what that ``holds``; see the reference's page."""
    named, content = service(variant), body(variant)
    return {
        "variant": variant, "name": named.name, "meaning": content.note, "element": named.body_element,
        "holds": list(_inside(content)),
    }  # fmt: skip


def _inside(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, Sole):  # its one part has no field of its own: the whole is its value
        yield from map(_fieldless, _part(content.part))
    elif isinstance(content, Record):
        for attribute in content.attributes:
            yield _attribute(attribute)
        for each in content.parts:
            yield from _part(each)
    elif isinstance(content, Mapped) and _is_one(content):
        yield from map(_fieldless, _inside(content.content))


def _fieldless(part: dict[str, Any]) -> dict[str, Any]:
    return part if "one_of" in part else {**part, "field": ""}


def _is_one(content: Mapped) -> bool:
    """Whether the value is just that of the one thing that is held."""
    inside = (*content.content.attributes, *content.content.parts)
    return len(inside) == 1 and isinstance(inside[0], (Attribute, Element))


def _part(part: Part) -> Iterator[dict[str, Any]]:
    if isinstance(part, When):
        yield {**_element(part.element, part.element.field, 0, 1), "absent": "now"}
    elif isinstance(part, Element):
        yield _element(part, part.field, 0 if part.optional else 1, 1)
    elif isinstance(part, (Many, Indexed)):
        numbered = {"numbered_to": part.limit} if isinstance(part, Indexed) else {}
        yield {**_element(part.element, part.field, part.low, part.high), **numbered}
    elif isinstance(part, Choice):
        branches = [list(_part(branch)) for branch in part.parts]
        yield {"one_of": branches, "least": 0 if part.optional else 1, "most": 1}
    elif isinstance(part, Group):
        together = [held for each in part.parts for held in _part(each)]
        yield from [{"one_of": [together], "least": 0, "most": 1}] if part.optional else together


def _element(element: Element, field: str, least: int, most: int) -> dict[str, Any]:
    return {
        "element": element.name, "field": field, "value": _holds(element.content), "unit": element.unit,
        "meaning": element.note, "least": least, "most": most, "holds": list(_inside(element.content)),
    }  # fmt: skip


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "element": f"@{attribute.name}", "field": attribute.field, "value": attribute.content.wants,
        "unit": attribute.unit, "meaning": attribute.note, "least": 1, "most": 1, "holds": [],
    }  # fmt: skip


def _holds(content: Any) -> str:
    if content is EMPTY:
        return "nothing: its presence is its meaning"
    if isinstance(content, Mapped) and not _is_one(content):
        names = [each.name for each in elements(content)]
        return f"one value, of {', '.join(names if len(names) < _MANY else (*names[:3], '...', names[-1]))}"
    if isinstance(content, (Record, Sole, Mapped)):
        return ""
    return "its XML, unread" if isinstance(content, Complex) else str(content.wants)


_MANY = 8
"""From how many elements on that make one value not all are named."""
