"""What commands print: tables and lines for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from gbsmart.ground import Eui64


def plain(value: Any) -> Any:
    """A value as JSON has it: octets in hex, EUI-64s and times written, decimals as numbers in text, and
    what of a document was kept unread as its XML.
    """
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Eui64):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value, "f")
    return _plain_parts(value)


def _plain_parts(value: Any) -> Any:
    if (lxml := sys.modules.get("lxml.etree")) and isinstance(value, lxml._Element):
        return lxml.tostring(value, encoding="unicode", with_tail=False)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def print_json(value: Any) -> None:
    """Print one JSON value, indented."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n")


def print_lines(rows: Iterable[tuple[str, Any]]) -> None:
    """Print names and values in two columns; nested values are indented."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        lines = _shown(value)
        sys.stdout.write(f"{name:<{width}}  {lines[0]}\n")
        for line in lines[1:]:
            sys.stdout.write(f"{'':<{width}}  {line}\n")


def _shown(value: Any) -> list[str]:
    value = plain(value)
    if isinstance(value, dict | list) and value:
        return json.dumps(value, indent=1, ensure_ascii=False).splitlines()
    if isinstance(value, dict | list):
        return ["none"]
    return ["" if value is None else str(value)]
