"""Writing: a tree of values as an MMC document, its elements in the order of the schema.

A *content* is what stands in an element: a mapping of child names (``"@name"`` is an attribute, ``""`` the
text beside attributes), a list where the element repeats, or a plain value. None leaves an element out,
an empty mapping writes it empty.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from gbsmart.ground import DayMonth, InvalidValue
from gbsmart.translation.mmc.elements import NAMESPACE, ROOT, ElementType, element_type


def write_document(content: Mapping[str, Any]) -> bytes:
    """The document, without white space between elements.

    Raises :class:`InvalidValue` naming the element that the schema does not have, or whose value does not
    fit its kind.
    """
    out = ['<?xml version="1.0" encoding="UTF-8"?>']
    _write(ROOT, content, element_type(ROOT), out, f' xmlns:ra="{NAMESPACE}"')
    return "".join(out).encode("utf-8")


def _write(name: str, content: Any, of: ElementType, out: list[str], extra: str = "") -> None:
    if isinstance(content, Mapping):
        out.append(f"<ra:{name}{extra}{_attributes(content, of)}>")
        if "" in content:
            out.append(_text(content[""], of))
        _write_children(content, of, out)
    else:
        out.append(f"<ra:{name}{extra}>{_text(content, of)}")
    out.append(f"</ra:{name}>")


def _attributes(content: Mapping[str, Any], of: ElementType) -> str:
    given = {name[1:]: value for name, value in content.items() if name.startswith("@")}
    if unknown := given.keys() - set(of.attributes):
        raise InvalidValue(f"{of.name} has no attribute {min(unknown)}")
    return "".join(
        f" {name}={quoteattr(plain(given[name]))}" for name in of.attributes if given.get(name) is not None
    )


def _write_children(content: Mapping[str, Any], of: ElementType, out: list[str]) -> None:
    children = of.children or {}
    if unknown := [name for name in content if name and name[0] != "@" and name not in children]:
        raise InvalidValue(f"MMC has no such element in {of.name or 'an empty element'}", field=unknown[0])
    for name in children:
        held = content.get(name)
        if held is None:
            continue
        for each in held if isinstance(held, list) else (held,):
            try:
                child = of.child(name)
                assert child is not None
                _write(name, each, child, out)
            except InvalidValue as wrong:
                path = f"{name}/{wrong.field}" if wrong.field else name
                raise InvalidValue(wrong.reason, field=path) from None


def _text(value: Any, of: ElementType) -> str:
    if not of.text:
        raise InvalidValue(f"{value!r} stands where MMC has no text")
    if isinstance(value, (bytes, bytearray)):
        if of.text == "base64Binary":
            return base64.b64encode(value).decode("ascii")
        if of.text == "hexBinary":
            return value.hex().upper()
    fits = _FITS[of.text]
    if not isinstance(value, fits) or (isinstance(value, bool) and bool not in fits):
        raise InvalidValue(f"{value!r} is not a {of.text}")
    return escape(plain(value))


_FITS: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "decimal": (int, Decimal), "boolean": (bool,),
    "dateTime": (datetime,), "date": (DayMonth,), "time": (time,), "hexBinary": (), "base64Binary": (),
}  # fmt: skip


_EVERY_YEAR = 65535
"""What DUIS writes where the year is left open."""


def plain(value: Any) -> str:
    """A value as XML text: moments in UTC with Z, numbers without exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, time):
        return f"{value:%H:%M:%S}Z"
    if isinstance(value, DayMonth):
        return f"{_EVERY_YEAR if value.year is None else value.year:04d}-{value.month:02d}-{value.day:02d}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
