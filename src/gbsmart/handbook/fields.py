"""The fields of a message body in words: what each value is called, what it holds, its unit and meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from gbsmart.gbcs.asn1 import ber
from gbsmart.gbcs.asn1 import shapes as asn1
from gbsmart.gbcs.asn1.bodies import AsnBody, AsnChoice, AsnResponse, AsnValue
from gbsmart.gbcs.dlms import arrays, protected, shapes
from gbsmart.gbcs.dlms import data as axdr
from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse
from gbsmart.gbcs.dlms.notification import Notification
from gbsmart.gbcs.dlms.units import units_of_values
from gbsmart.gbcs.examples import dlms
from gbsmart.gbcs.examples.leaves import Leaves, Setting
from gbsmart.gbcs.form import Body
from gbsmart.gbcs.gbz import zcl
from gbsmart.gbcs.gbz.alert import GbzAlert, GbzCommandAlert
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.gbcs.gbz.bindings import Binding, Bound
from gbsmart.gbcs.gbz.bodies import GbzCommand, Read, Send
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.ground import DayMonth


class Field(NamedTuple):
    """One value. ``depth`` is how many it stands in; ``optional`` whether it may be absent."""

    name: str
    holds: str
    unit: str = ""
    meaning: str = ""
    optional: bool = False
    depth: int = 0


def fields_of(body: Body) -> list[Field]:
    """The fields of one body of a form, in order; what stands in several places is told once."""
    found: list[Field] = []
    seen: set[Field] = set()
    again = False
    for field in _fields(body):
        if field.depth == 0:
            again = field in seen
            seen.add(field)
        if not again:
            found.append(field)
    return found


def _fields(body: Body) -> Iterator[Field]:
    if isinstance(body, AccessRequest):
        yield from _asked(body)
    elif isinstance(body, AccessResponse):
        for item in body.items:
            if item.answer is not None:
                yield from _dlms(item.name, item.answer, item.title, optional=item.optional)
    elif isinstance(body, Notification):
        for name, member in body.shape.members:
            yield from _dlms(name, member, "")
    elif isinstance(body, (AsnBody, AsnResponse)):
        yield from _asn1_members(body.shape, 0)
    elif isinstance(body, AsnValue):
        yield from _asn1(body.name, body.shape, 0)
    elif isinstance(body, AsnChoice):
        for name, alternative in body.alternatives:
            if name:
                yield from _asn1(name, alternative, 0, optional=True)
    elif isinstance(body, GbzCommand):
        for part in body.components:
            if isinstance(part, Send):
                yield from _sent(part)
    elif isinstance(body, GbzResponse):
        for part in body.components:
            yield from _answered(part)
        yield Field("answers", "list", meaning="default responses, one for each component that has no other")
    elif isinstance(body, (GbzAlert, GbzCommandAlert)):
        yield Field("alert_code", "uint 16", meaning="what happened")
        yield Field("time", "UTCTime", meaning="when")
        if isinstance(body, GbzCommandAlert):
            yield from _bound(body.command, body.bindings, 0)
        else:
            for name in body.content.values():
                yield Field(name, "octets or a number")


# --- DLMS ---

_SEALED = "encrypted to the reader"


def _asked(body: AccessRequest) -> Iterator[Field]:
    for item in body.items:
        if item.selected is not None:
            yield from _dlms(item.selected_by, item.selected, "which part of the log")
        if item.among:
            yield Field(item.chosen_by, f"1 to {len(item.among)}", meaning="which of several")
        if item.argument is None:
            continue
        if item.valueless:
            if item.optional:
                yield Field(item.name, "true", meaning=item.title, optional=True)
        elif item.parts:
            for name in item.parts:
                yield Field(name, _words(item.argument), meaning=item.title, optional=item.optional)
        else:
            yield from _dlms(item.name, item.argument, item.title, optional=item.optional)


def _dlms(name: str, of: Any, meaning: str, depth: int = 0, *, optional: bool = False) -> Iterator[Field]:
    if isinstance(of, (shapes.Opt, shapes.Nullable)):
        yield from _dlms(name, of.of, meaning, depth, optional=True)
        return
    if isinstance(of, protected.ProtectedAnswer) and isinstance(of.sealed.of, shapes.Struct):
        for member, shape in of.sealed.of.members:
            yield from _dlms(member, shape, _SEALED, depth)
        return
    if isinstance(of, protected.SealedValue):
        of, meaning = of.of, _SEALED
    if not name or isinstance(of, (shapes.Const, shapes.Yes, protected.Protection)):
        return
    yield Field(name, _words(of), units_of_values().get(name, ""), meaning, optional, depth)
    yield from _dlms_inside(of, depth + 1)


def _dlms_inside(of: Any, depth: int) -> Iterator[Field]:
    numbered = isinstance(of, arrays.Counted)
    if isinstance(of, (arrays.Array, arrays.Counted)):
        of = of.of
    if isinstance(of, shapes.Iso):  # what it is converted to has members of its own
        yield from _members(dlms.shape(of, "", Leaves(Setting())), depth)
    elif isinstance(of, shapes.Struct):
        for name, member in of.members:
            if not (numbered and name == "index"):  # the value leaves it out
                yield from _dlms(name, member, "", depth)
    elif isinstance(of, arrays.Compact):
        for column, tag, *times in of.columns:
            words = _scalar(tag) + (f", {times[0]} of them" if times else "")
            yield Field(column, words, units_of_values().get(column, ""), "", column in of.optional, depth)
    elif isinstance(of, protected.ProtectedRequest) and of.period:
        yield from _dlms_inside(protected.PERIOD, depth)


_KINDS: Mapping[type, str] = {
    bool: "true or false", int: "a whole number", str: "text", bytes: "octets",
    datetime: "date and time, UTC", time: "time of day, UTC", DayMonth: "date with wildcards",
    list: "list", dict: "structure",
}  # fmt: skip


def _members(value: Any, depth: int) -> Iterator[Field]:
    """The members of a value of the domain, as an example has them."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(name, str):
                holds = _KINDS.get(type(member), "")
                yield Field(name, holds, units_of_values().get(name, ""), depth=depth)
                yield from _members(member, depth + 1)


def _words(of: Any) -> str:
    """What a DLMS shape holds."""
    if isinstance(of, shapes.Scalar):
        return _scalar(of.tag)
    if isinstance(of, shapes.Flag):
        return "true or false"
    if isinstance(of, shapes.Iso):
        return of.name
    if isinstance(of, arrays.Array):
        least = f"{of.least} to " if of.least else "up to "
        return f"list, {least}{of.most:,}" if of.most < 1 << 16 else "list"
    if isinstance(of, arrays.Counted):
        return f"list, up to {of.most:,}"
    if isinstance(of, arrays.Matrix):
        return f"prices by cell, {len(of.cells)} cells"
    if isinstance(of, arrays.Compact):
        return "rows of a log"
    if isinstance(of, protected.ProtectedRequest):
        return "a period"
    return "structure" if isinstance(of, shapes.Struct) else ""


_BITS = {
    axdr.UNSIGNED_8: "0 to 255", axdr.UNSIGNED_16: "0 to 65,535", axdr.UNSIGNED_32: "0 to 4,294,967,295",
    axdr.INTEGER_8: "-128 to 127", axdr.INTEGER_16: "-32,768 to 32,767",
    axdr.INTEGER_32: "-2,147,483,648 to 2,147,483,647", axdr.ENUM: "a number that stands for something",
}  # fmt: skip


def _scalar(tag: int) -> str:
    return _BITS.get(tag) or axdr.TAGGED[tag].name


# --- ASN.1 ---

_PRIMITIVES = {
    ber.BOOLEAN: "true or false", ber.INTEGER: "a whole number", ber.ENUMERATED: "a whole number",
    ber.BIT_STRING: "bits", ber.OCTET_STRING: "octets", ber.GENERALIZED_TIME: "date and time, UTC",
}  # fmt: skip


def _asn1_members(of: asn1.Seq, depth: int) -> Iterator[Field]:
    for name, member in of.members:
        if name:
            yield from _asn1(name, member, depth)


def _asn1(name: str, of: Any, depth: int, *, optional: bool = False) -> Iterator[Field]:
    if isinstance(of, asn1.Optional):
        yield from _asn1(name, of.of, depth, optional=True)
    elif isinstance(of, asn1.Primitive):
        labels = "; ".join(f"{value} {label}" for value, label in (of.labels or {}).items())
        yield Field(name, _PRIMITIVES.get(of.universal, "nothing"), "", labels, optional, depth)
    elif isinstance(of, asn1.Certificate):
        yield Field(name, "a certificate, DER", optional=optional, depth=depth)
    elif isinstance(of, asn1.SeqOf):
        yield Field(name, "list", optional=optional, depth=depth)
        inner = of.of
        if isinstance(inner, asn1.Seq):
            yield from _asn1_members(inner, depth + 1)
        else:
            yield from _asn1("each", inner, depth + 1)
    elif isinstance(of, asn1.Seq):
        yield Field(name, "sequence", optional=optional, depth=depth)
        yield from _asn1_members(of, depth + 1)


# --- GBZ ---


def _sent(part: Send) -> Iterator[Field]:
    if part.each:
        yield Field(part.each, "list", meaning=f"one {part.command.name} for each")
    depth = 1 if part.each else 0
    yield from _bound(part.command, part.fields, depth, optional=bool(part.given))
    if part.from_date_time is not None:
        yield Field(part.from_date_time.name, "UTCTime", meaning="from when on", depth=depth)


def _answered(part: Send | Read) -> Iterator[Field]:
    if isinstance(part, Read):
        for each in part.attributes:
            yield Field(each.name, each.type.kind.name, each.unit, each.meaning)
    elif part.answer is not None:
        if part.answers:
            yield Field(part.answers, "list", meaning=f"one for each {part.answer.name}")
        yield from _bound(part.answer, part.answer_fields or {}, 1 if part.answers else 0)


def _bound(
    command: Command, bindings: Mapping[str, Binding], depth: int, *, optional: bool = False
) -> Iterator[Field]:
    parts = {part.name: part for part in _parts(command.layout.parts)}
    for name, binding in bindings.items():
        part = parts.get(name)
        if not isinstance(binding, Bound) or part is None:
            continue
        if isinstance(part, zcl.Repeat):
            yield Field(binding.name, "list", "", "", optional, depth)
            for each in part.of:
                yield Field(each.name, each.type.kind.name, each.unit, each.meaning, False, depth + 1)
        else:
            yield Field(binding.name, part.type.kind.name, part.unit, part.meaning, optional, depth)


def _parts(parts: Any) -> Iterator[zcl.Field | zcl.Repeat]:
    for part in parts:
        if isinstance(part, zcl.Switch):
            for case in part.cases.values():
                yield from _parts(case)
        else:
            yield part
