"""What an answer brought: the named values of a device's response, or of the DCC's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from lxml import etree

from gbsmart.console.model import DCC, DEVICE, USER, Document
from gbsmart.duis import parse_response
from gbsmart.gbcs import Cra, Message, codec
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.gbcs.shape import Sealed
from gbsmart.ground import Eui64, GbsmartError
from gbsmart.keys import Keyring
from gbsmart.user.units import Quantity, quantities
from gbsmart.web import as_json

_SHOWN: Final = 100
"""The most entries of a log that the page lists; its JSON has all."""
_CARRIED: Final = frozenset({
    "service_reference", "service_reference_variant", "gbcs_payload", "pre_command",
})  # fmt: skip
"""What of a Service Response is no value of its own: the description, and whole messages."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value by its name, written out; a log or table has its entries under its ``columns``."""

    name: str
    text: str
    unit: str = ""
    columns: tuple[str, ...] = ()
    entries: tuple[tuple[str, ...], ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """The values of an answer, by name. ``sealed`` says that it holds some that no key at hand opens."""

    values: Mapping[str, Quantity]
    sealed: bool = False

    def rows(self) -> list[Value]:
        """The values for people."""
        return [_value(name, *quantity) for name, quantity in self.values.items()]

    def to_json(self) -> dict[str, Any]:
        """The values for programs: each with its unit ("" for none)."""
        return {
            name: {"value": _plain(quantity.value), "unit": quantity.unit}
            for name, quantity in self.values.items()
        }


def answered(documents: Sequence[Document], keyring: Keyring | None) -> Answered:
    """What the last answer among the documents of a journey says."""
    for document in reversed(documents):
        if document.sender == DEVICE and (found := _of_device(document.octets, keyring)):
            return found
        if (document.sender, document.receiver) == (DCC, USER) and (found := _of_dcc(document.octets)):
            return found
    return Answered({})


def _of_device(octets: bytes, keyring: Keyring | None) -> Answered | None:
    """Of a response the values; None where it has none."""
    try:
        message = Message.parse(octets)
    except GbsmartError:
        return None
    if message.header.cra is not Cra.RESPONSE:
        return None
    reading = None
    for keys in (keyring, None):  # where a seal cannot be opened, what is not sealed
        try:
            reading = codec.read(message, keys)
            break
        except GbsmartError:
            continue
    if reading is None or not isinstance(reading.values, Outcome):
        return None
    opened = {
        name: _timed(value) for name, value in reading.values.values.items() if not isinstance(value, Sealed)
    }
    sealed = len(opened) < len(reading.values.values)
    return Answered(quantities(opened), sealed) if opened or sealed else None


def _of_dcc(octets: bytes) -> Answered | None:
    try:
        response = parse_response(octets).message
    except GbsmartError:
        return None
    if response.kind != "ResponseMessage":
        return None
    values = {name: value for name, value in response.values.items() if name not in _CARRIED}
    return Answered(quantities(values)) if values else None


def _timed(value: Any) -> Any:
    """The entries of a log with their moments, which a meter writes as seconds since 2000."""
    if isinstance(value, Mapping):
        return {
            name: read_time(each) if name == "time" and isinstance(each, int) else _timed(each)
            for name, each in value.items()
        }
    return [_timed(each) for each in value] if isinstance(value, list) else value


# --- for people ---


def _value(name: str, value: Any, unit: str) -> Value:
    title = name.replace("_", " ").replace(".", ", ")
    if isinstance(value, list | tuple) and value and all(isinstance(each, Mapping) for each in value):
        columns = tuple(dict.fromkeys(key for each in value for key in each))
        entries = tuple(
            tuple(_text(each[key]) if key in each else "" for key in columns) for each in value[:_SHOWN]
        )
        titles = tuple(str(key).replace("_", " ") for key in columns)
        return Value(title, _many(len(value)), unit, titles, entries, max(len(value) - _SHOWN, 0))
    return Value(title, _text(value), unit)


def _many(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _text(value: Any) -> str:
    """A value written out for people."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    for kind, write in _WRITE:
        if isinstance(value, kind):
            return str(write(value))
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return "; ".join(f"{str(key).replace('_', ' ')}: {_text(each)}" for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_text(each) for each in value) or "none"
    return str(value)


_WRITE: tuple[tuple[type, Any], ...] = (
    (str, str),
    (Eui64, str),
    (bytes, lambda value: value.hex(" ").upper()),
    (int, "{:,}".format),
    (Decimal, "{:,f}".format),
    (datetime, lambda value: f"{value:%Y-%m-%d %H:%M:%S} UTC"),
    (date, date.isoformat),
    (time, time.isoformat),
    (etree._Element, lambda value: "".join(_leaves(value))),
)


def _leaves(element: etree._Element) -> Iterator[str]:
    """What is kept as XML, as the names and texts of its leaves."""
    for number, each in enumerate(one for one in element.iter(etree.Element) if not len(one)):
        yield f"{'; ' if number else ''}{etree.QName(each).localname}: {(each.text or '').strip()}"


# --- for programs ---


def _plain(value: Any) -> Any:
    if isinstance(value, etree._Element):
        return etree.tostring(value, encoding="unicode", with_tail=False)
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    try:
        return as_json(value)
    except TypeError:  # a time of day, octets unread
        return str(value)
