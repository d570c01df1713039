"""Every response and alert rendered to MMC, validated, and read back without the renderer.

The reader here takes decoded values and the mapping's paths and looks each value up in the parsed XML: it
shares the declarations with the renderer, the conversions in them too, and nothing of its code. What a
mapping leaves out or converts wrongly it does not see: there the schema is the only judge.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from lxml import etree

from gbsmart.conformance.vectors import Vector
from gbsmart.duis import OfficialSchema, parse_xml, service_requests
from gbsmart.gbcs import Cra, Message, codec
from gbsmart.gbcs.codec import Reading
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.shape import Sealed
from gbsmart.ground import DayMonth, MalformedMessage
from gbsmart.keys import Keyring
from gbsmart.translation import mmc
from gbsmart.translation.mmc.mapping import Each, Field, Fixed, Kept
from gbsmart.translation.mmc.mappings import alert_mapping, response_mapping

_RA = f"{{{mmc.NAMESPACE}}}"


@dataclass(slots=True)
class MmcReport:
    """What became of the responses and alerts. ``with_data`` have more than header and raw data."""

    rendered: int = 0
    schema_valid: int | None = None
    with_data: int = 0
    raw_only: list[str] = field(default_factory=list)
    values_mapped: int = 0
    values_shown: int = 0


class Expected(NamedTuple):
    """One value that a document must show: the names (with occurrence) on the way, an attribute at most."""

    path: tuple[tuple[str, int], ...]
    attribute: str
    value: Any


def check_message(
    vector: Vector, message: Message, keyring: Keyring, schema: OfficialSchema | None, report: MmcReport
) -> list[str]:
    """Render one message and look its values up; returns what is wrong, and counts in ``report``."""
    if message.header.cra == Cra.COMMAND:
        return []
    problems: list[str] = []
    root = parse_xml(mmc.render(message, keyring, variant=variant_of(vector, message)))
    report.rendered += 1
    if schema is not None:
        try:
            schema.validate(root)
            report.schema_valid = (report.schema_valid or 0) + 1
        except MalformedMessage as fault:
            problems.append(str(fault))
    reading = codec.read(message, keyring)
    if has_data(root, reading):
        report.with_data += 1
    else:
        report.raw_only.append(vector.file)
        return problems
    assert reading is not None
    for each in expected(reading):
        report.values_mapped += 1
        if shows(root, each):
            report.values_shown += 1
        else:
            problems.append(f"{'/'.join(name for name, _ in each.path)} does not show {each.value!r}")
    return problems


def variant_of(vector: Vector, message: Message) -> str:
    """The variant in the name of a response's file; none for an alert, which nobody asked for."""
    if message.header.cra != Cra.RESPONSE:
        return ""
    known = service_requests()
    return next((part for part in vector.name.split("_") if part in known), "")


def has_data(root: etree._Element, reading: Reading | None) -> bool:
    """Whether a document says what the message says, not only who sent it and its octets."""
    if root.find(f".//{_RA}DeviceAlertContent") is not None:
        return True
    answered = root.find(f".//{_RA}SMETSData/*")
    if answered is None or reading is None:
        return False
    if len(answered):
        return True
    outcome: Outcome = reading.values
    said = root.findall(f".//{_RA}COSEMResponse") or root.findall(f".//{_RA}ZIGBEEClusterResponse")
    return len(said) >= len(outcome.results) if _is_debugged(reading.message) else True


def _is_debugged(message: Message) -> bool:
    """Whether DebugInfo tells the results: of DLMS and GBZ responses it does, of ASN.1 ones the Rsp does."""
    return message.payload[:1] == b"\xda" or message.payload[:2] == b"\x01\x09"


def expected(reading: Reading) -> Iterator[Expected]:
    """What the document of a message must show: its header, its results, and the values that are mapped."""
    header = reading.message.header
    top = (("Header", 0),)
    yield Expected((*top, ("BusinessOriginatorID", 0)), "", str(header.originator))
    yield Expected((*top, ("BusinessTargetID", 0)), "", str(header.recipient))
    yield Expected((*top, ("OriginatorCounter", 0)), "", header.counter)
    code = header.message_code.to_bytes(2, "big")
    yield Expected((*top, ("GBCSHexadecimalMessageCode", 0)), "", code)
    if header.other.party is not None:
        yield Expected((*top, ("SupplementaryRemotePartyID", 0)), "", str(header.other.party))
    yield from _answered(reading) if header.cra == Cra.RESPONSE else _alerted(reading)


def _answered(reading: Reading) -> Iterator[Expected]:
    outcome: Outcome = reading.values
    body = (("Body", 0), ("ResponseMessage", 0))
    answer = (*body, ("SMETSData", 0), ("*", 0))
    yield Expected(answer, "MessageSuccess", outcome.success)
    mapped = response_mapping(reading.form)
    if mapped is not None:
        yield from _held(mapped.row, _values(reading, outcome.values), answer)
    if reading.message.payload[:1] == b"\xda":  # a DLMS access response has one result per item
        for position, result in enumerate(outcome.results):
            place = (*body, ("DebugInfo", 0), ("COSEMDebug", 0), ("COSEMResponse", position))
            yield Expected(place, "ResponseCode", result)


def _alerted(reading: Reading) -> Iterator[Expected]:
    content = (("Body", 0), ("DeviceAlertMessage", 0), ("DeviceAlertContent", 0))
    code: int = reading.values["alert_code"]
    if 0 <= code <= 0xFFFF:
        yield Expected((*content, ("GBCSHexAlertCode", 0)), "", code.to_bytes(2, "big"))
    yield Expected((*content, ("Timestamp", 0)), "", reading.values["time"])
    mapped = alert_mapping(reading.form)
    if mapped is not None:
        yield from _held(mapped.row, _values(reading, reading.values), (*content, ("Payload", 0)))


def _values(reading: Reading, values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "header": {"originator": reading.message.header.originator}}


Path = tuple[tuple[str, int], ...]


def _held(source: Any, values: Any, at: Path) -> Iterator[Expected]:
    """What a mapping's source gives, value by value, each with the place where it must stand."""
    match source:
        case str():
            yield from _leaves(_at(values, source), at)
        case Field():
            taken = [_at(values, path.rstrip("?")) for path in source.paths]
            needed = [each for each, path in zip(taken, source.paths, strict=True) if not path.endswith("?")]
            if all(each is not None for each in needed):
                yield from _leaves(source.convert(*taken) if source.convert else taken[0], at)
        case Fixed():
            if _at(values, source.beside) is not None:
                yield from _leaves(source.value, at)
        case Kept():
            yield from _held(source.row, values, at)
        case Each():
            yield from _rows(source, _at(values, source.path) or [], at)
        case list():
            yield from _several(source, values, at)
        case _:
            for name, inner in source.items():
                if name[:1] != "@":
                    yield from _held(inner, values, (*at, (name, 0)))


def _several(rows: list[Any], values: Any, at: Path) -> Iterator[Expected]:
    """What each of some rows gives; one that gives nothing takes no place."""
    number = 0
    for row in rows:
        held = list(_held(row, values, _nth(at, number)))
        yield from held
        number += bool(held)


def _rows(source: Each, rows: list[Any], at: Path) -> Iterator[Expected]:
    """What each row of a list gives, with its number; a sealed or empty one takes no place."""
    place = 0
    if source.most is not None and len(rows) > source.most:
        return
    for number, row in enumerate(rows, 1):
        there = _nth(at, place)
        held = [] if isinstance(row, Sealed) else list(_held(source.of or "", row, there))
        if held and source.index:
            yield Expected(there, source.index, number)
        yield from held
        place += bool(held)


def _leaves(value: Any, at: Path) -> Iterator[Expected]:
    """The single values in what a conversion made."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name[:1] == "@":
                yield Expected(at, name[1:], inner)
            else:
                yield from _leaves(inner, (*at, (name, 0)) if name else at)
        if not value:
            yield Expected(at, "", "")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, _nth(at, number))
    elif value is not None:
        yield Expected(at, "", value)


def _nth(at: Path, number: int) -> Path:
    return (*at[:-1], (at[-1][0], number))


def _at(values: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        if not isinstance(values, Mapping) or name not in values:
            return None
        values = values[name]
    return None if isinstance(values, Sealed) else values


def shows(root: etree._Element, wanted: Expected) -> bool:
    """Whether the document shows a value where it must stand."""
    place = root
    for name, number in wanted.path:
        found = [each for each in place if name in ("*", etree.QName(each).localname)]
        if number >= len(found):
            return False
        place = found[number]
    text = place.get(wanted.attribute) if wanted.attribute else place.text or ""
    return text is not None and _same(wanted.value, text)


def _same(value: Any, text: str) -> bool:
    try:
        return any(value == read(text) for read in _READERS[type(value)])
    except (KeyError, ValueError, InvalidOperation):
        return False


def _hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _day_month(text: str) -> DayMonth:
    year, month, day = map(int, text.split("-"))
    return DayMonth(None if year == _EVERY_YEAR else year, month, day)


_EVERY_YEAR = 65535
_READERS: Mapping[type, tuple[Callable[[str], Any], ...]] = {
    bool: ({"true": True, "false": False}.__getitem__,),
    int: (lambda text: Decimal(text),),
    Decimal: (Decimal,),
    datetime: (_moment,),
    DayMonth: (_day_month,),
    time: (time.fromisoformat,),
    bytes: (_hex, _base64),  # a text can be read as either: 5fe6E2Fd is
    str: (str,),
}
