"""View-models as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from gbsmart.ground import Eui64


def as_json(value: Any) -> Any:
    """``value`` as JSON values: moments in ISO 8601 and UTC, octets in hex, EUI-64s as they print.

    Takes dataclasses and named tuples (as objects), mappings, sequences, enumerations (their values) and
    decimals (as text). Raises :class:`TypeError` for anything else, which is a mistake of a view-model.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    for kind, write in _SIMPLE:
        if isinstance(value, kind):
            return write(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return as_json(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


_SIMPLE: tuple[tuple[type, Any], ...] = (
    (Enum, lambda value: as_json(value.value)),
    (str, str),
    (Eui64, str),
    (bytes, bytes.hex),
    (Decimal, str),
    (datetime, lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z")),
    (date, date.isoformat),
)
