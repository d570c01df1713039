"""Bindings: how the fields of a ZCL command correspond to the values of a form.

A field is bound to one value through a named conversion, or derived from others (a count, a kind); what
is neither is fixed by the command's declaration or by the use case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from gbsmart.gbcs.form import Values
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.gbcs.gbz.zcl import Field, read_date, read_time, read_values, write_date, write_time
from gbsmart.gbcs.shape import NOT_WRITABLE, Context, mismatch
from gbsmart.gbcs.tree import Leaf, Node
from gbsmart.ground import NEVER, NOW, InvalidValue, MalformedMessage, When

EMPTY: Mapping[str, int] = {}
_NO_END = 0xFFFFFFFE
_MARKS = (0, 0xFFFFFFFE, 0xFFFFFFFF)
"""Seconds that mean now, or never in one field or another, where something takes effect."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A ZCL field bound to the form's value ``name`` through a named conversion."""

    name: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def plain(name: str) -> Bound:
    """The field's number or string as it stands."""
    return Bound(name, _same, _same)


def text(name: str) -> Bound:
    """An octet string that holds characters."""
    return Bound(name, lambda octets: octets.decode("latin-1"), lambda value: value.encode("latin-1"))


def flag(name: str) -> Bound:
    """A BOOLEAN."""
    return Bound(name, {0: False, 1: True}.__getitem__, {False: 0, True: 1}.__getitem__)


def moment(name: str) -> Bound:
    """A UTCTime as an aware date-time."""
    return Bound(name, read_time, write_time)


def when(name: str, never: int = 0xFFFFFFFF) -> Bound:
    """A UTCTime in which 0 is now and ``never`` cancels; which mark cancels belongs to the field."""

    def read(seconds: int) -> When:
        if seconds in _MARKS and seconds not in (0, never):
            raise ValueError(f"{seconds:08X} cancels in other fields, not in this one")
        return NOW if seconds == 0 else NEVER if seconds == never else read_time(seconds)

    def write(value: When) -> int:
        if value is NOW:
            return 0
        return never if value is NEVER else _unmarked(value, *_MARKS)

    return Bound(name, read, write)


def until(name: str) -> Bound:
    """A UTCTime at which something ends, or FFFFFFFE where it never does."""

    def write(value: When) -> int:
        return _NO_END if value is NEVER else _unmarked(value, _NO_END)

    return Bound(name, lambda seconds: NEVER if seconds == _NO_END else read_time(seconds), write)


def _unmarked(value: When, *marks: int) -> int:
    """A date-time as seconds that do not mean something else in this field."""
    seconds = write_time(cast("datetime", value))
    if seconds in marks:
        raise InvalidValue(f"{value} means another thing here")
    return seconds


@dataclass(frozen=True, slots=True)
class Derived:
    """A ZCL field that follows from other values of the form (a count, a kind): checked when read."""

    of: Callable[[Values], int]


def count(name: str) -> Derived:
    """How many elements the list value ``name`` has."""
    return Derived(lambda values: len(values[name]))


def rows(name: str, **fields: Bound) -> Bound:
    """A repeat bound to the list value ``name``, its fields to the members of each element."""

    def read(raw: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{bound.name: bound.read(row[field]) for field, bound in fields.items()} for row in raw]

    def write(value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{field: bound.write(row[bound.name]) for field, bound in fields.items()} for row in value]

    return Bound(name, read, write)


def numbers(name: str, field: str) -> Bound:
    """A repeat of the one ``field``, bound to the list of numbers ``name``."""

    def read(raw: Sequence[Mapping[str, Any]]) -> list[int]:
        return [row[field] for row in raw]

    def write(value: Sequence[int]) -> list[dict[str, Any]]:
        return [{field: each} for each in value]

    return Bound(name, read, write)


def by_number(name: str, number: str, field: str) -> Bound:
    """A repeat of two fields, bound to the mapping ``name`` from the one, which is its key, to the other."""

    def read(raw: Sequence[Mapping[str, Any]]) -> dict[int, Any]:
        found = {row[number]: row[field] for row in raw}
        if len(found) != len(raw):
            raise ValueError(f"a {number} stands there twice")
        return found

    def write(value: Mapping[int, Any]) -> list[dict[str, Any]]:
        return [{number: key, field: each} for key, each in value.items()]

    return Bound(name, read, write)


def day_month(name: str) -> Bound:
    """A ZCL date (year less 1900, month, day, weekday; FF for any) as a date with wildcards."""

    return Bound(name, read_date, write_date)


Binding: TypeAlias = Bound | Derived
EVENT: Mapping[str, Binding] = {"issuer_event_id": moment("issuer_event_id")}
"""The time of command creation, which many commands carry as their event id."""


def write_fields(fields: Mapping[str, Binding], values: Values, path: str = "") -> dict[str, Any]:
    """ZCL field values from the form's; raises :class:`InvalidValue` naming what is missing or wrong."""
    written: dict[str, Any] = {}
    for name, bound in fields.items():
        if isinstance(bound, Derived):
            try:
                written[name] = bound.of(values)
            except KeyError as missing:
                raise InvalidValue("a value is missing", field=path + str(missing.args[0])) from None
            except NOT_WRITABLE as wrong:
                raise InvalidValue(
                    f"does not follow from the other values: {wrong}", field=path + name
                ) from None
            continue
        if bound.name not in values:
            raise InvalidValue("a value is missing", field=path + bound.name)
        try:
            written[name] = bound.write(values[bound.name])
        except InvalidValue as wrong:
            raise InvalidValue(wrong.reason, field=path + bound.name) from None
        except NOT_WRITABLE:
            raise InvalidValue(f"{values[bound.name]!r} does not fit", field=path + bound.name) from None
    return written


def take_fields(
    command: Command,
    fields: Mapping[str, Binding],
    nodes: Sequence[Node],
    fixed: Mapping[str, Any],
    context: Context,
) -> dict[str, Any]:
    """The form's values from a walked command; those of :func:`fixed_fields` are checked."""
    by_name = {node.name: node for node in nodes}
    raw = read_values(nodes)
    for name, wanted in fixed.items():
        if raw.get(name, wanted) != wanted:
            mismatch(by_name[name], f"{wanted!r}")
    values: dict[str, Any] = {}
    for name, bound in fields.items():
        if isinstance(bound, Derived):
            continue
        node = by_name.get(name)
        if node is None:
            raise MalformedMessage(f"{command.name} has no {name}", offset=nodes[0].offset if nodes else 0)
        try:
            value = bound.read(raw[name])
        except (ValueError, KeyError, OverflowError):
            mismatch(node, f"a {bound.name}")
        if context.meanings:
            node.meaning = str(value)
        agree(values, bound.name, value, node)
    return values


def check_derived(fields: Mapping[str, Binding], nodes: Sequence[Node], values: Values) -> None:
    """Check the fields that follow from other values, once all of them are read."""
    by_name = {node.name: node for node in nodes}
    for name, bound in fields.items():
        if isinstance(bound, Derived):
            node = cast("Leaf", by_name[name])
            if node.value != bound.of(values):
                mismatch(node, f"{bound.of(values)}, which follows from the other values")


def fixed_fields(
    command: Command, fields: Mapping[str, Binding], fixed: Mapping[str, int] = EMPTY
) -> dict[str, Any]:
    """What a command always says in the fields that are bound to no value of the form."""
    declared = {part.name: part.fixed for part in command.layout.parts if isinstance(part, Field)}
    return {
        name: value
        for name, value in {**declared, **fixed}.items()
        if value is not None and name not in fields
    }


def agree(values: dict[str, Any], name: str, value: Any, node: Node) -> None:
    """Take ``value`` under ``name``; one that stands in several places must be the same in all."""
    if name in values and values[name] != value:
        raise MalformedMessage(f"{name} is {value} here and {values[name]} before", offset=node.offset)
    values[name] = value


def bound_values(fields: Mapping[str, Binding]) -> list[Bound]:
    """The bindings that stand for a value of the form."""
    return [binding for binding in fields.values() if isinstance(binding, Bound)]
