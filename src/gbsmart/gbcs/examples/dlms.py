"""Examples of DLMS bodies: access requests, access responses, data notifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, time
from typing import Any

from gbsmart.gbcs.dlms import arrays, protected, shapes
from gbsmart.gbcs.dlms import data as axdr
from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse
from gbsmart.gbcs.examples.leaves import Leaves, NoExample
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.shape import NOT_WRITABLE
from gbsmart.ground import NOW, DayMonth, InvalidValue

READ_WRITE_DENIED = 3
"""The result of an access that the device refuses (DLMS data-access-result)."""


def request(body: AccessRequest, leaves: Leaves) -> dict[str, Any]:
    """The values of a command that leaves out what may be left out."""
    values: dict[str, Any] = {}
    for item in body.items:
        if item.selected is not None:
            values.setdefault(item.selected_by, shape(item.selected, item.selected_by, leaves))
        if item.among:
            values.setdefault(item.chosen_by, 1)
        if item.argument is None or item.optional or item.valueless:
            continue
        if item.parts:
            values.update(shape(item.argument, item.name, leaves))
        elif item.name not in values:
            values[item.name] = shape(item.argument, item.name, leaves)
    return values or _one_optional(body, leaves)


def _one_optional(body: AccessRequest, leaves: Leaves) -> dict[str, Any]:
    """The first of what may be left out, where nothing else is asked."""
    for item in body.items:
        if not item.optional:
            return {}
        if item.argument is not None:
            return {item.name: True if item.valueless else shape(item.argument, item.name, leaves)}
    return {}


def response(body: AccessResponse, leaves: Leaves) -> Outcome:
    """An outcome in which every item succeeded."""
    values: dict[str, Any] = {}
    for item in body.items:
        if item.answer is not None:
            value = shape(item.answer, item.name, leaves)
            values.update(value if item.spread else {item.name: value})
    return Outcome(values, (0,) * len(body.items))


def refusal(body: AccessResponse) -> Outcome:
    """An outcome in which the first item was refused, and so nothing came after it."""
    return Outcome({}, (READ_WRITE_DENIED,) * len(body.items))


def shape(of: Any, name: str, leaves: Leaves) -> Any:
    """A value of any DLMS shape; raises :class:`NoExample`."""
    maker = _SHAPES.get(type(of))
    if maker is None:
        raise NoExample(f"no example of {of!r}")
    return maker(of, name, leaves)


def _scalar(of: shapes.Scalar, name: str, leaves: Leaves) -> Any:
    bounds = _BOUNDS.get(of.tag)
    if bounds is not None:
        return leaves.number(name, *bounds)
    return leaves.take(name, lambda value: _packs(of.tag, value), *_OTHERS[of.tag])


def _packs(tag: int, value: Any) -> bool:
    expected = _TYPES.get(tag)
    if expected is not None and not isinstance(value, expected):
        return False
    try:
        axdr.TAGGED[tag].pack(value)
    except NOT_WRITABLE:
        return False
    return True


def _signed(octets: int) -> tuple[int, int]:
    return -(1 << 8 * octets - 1), (1 << 8 * octets - 1) - 1


def _unsigned(octets: int) -> tuple[int, int]:
    return 0, (1 << 8 * octets) - 1


_BOUNDS: Mapping[int, tuple[int, int]] = {
    axdr.ENUM: _unsigned(1), axdr.UNSIGNED_8: _unsigned(1), axdr.UNSIGNED_16: _unsigned(2),
    axdr.UNSIGNED_32: _unsigned(4), axdr.UNSIGNED_64: _unsigned(8), axdr.INTEGER_8: _signed(1),
    axdr.INTEGER_16: _signed(2), axdr.INTEGER_32: _signed(4), axdr.INTEGER_64: _signed(8),
}  # fmt: skip
_OTHERS: Mapping[int, tuple[Any, ...]] = {
    axdr.BOOLEAN: (1,),
    axdr.OCTET_STRING: (b"\x01",),
    axdr.VISIBLE_STRING: ("Example",),
    axdr.UTF8_STRING: ("Example",),
    axdr.BIT_STRING: ("00000001",),
    axdr.NULL: (None,),
}
_TYPES: Mapping[int, type] = {
    axdr.OCTET_STRING: bytes,
    axdr.VISIBLE_STRING: str,
    axdr.UTF8_STRING: str,
    axdr.BIT_STRING: str,
}


def _iso(of: shapes.Iso, name: str, leaves: Leaves) -> Any:
    def converts(value: Any) -> bool:
        try:
            of.write(value)
        except (InvalidValue, *NOT_WRITABLE):
            return False
        return True

    known = _ISOS.get(of.name)
    if known is not None:
        return leaves.take(name, converts, known(name, leaves))
    try:
        return leaves.take(name, converts)
    except NoExample:
        return of.read(shape(of.of, name, leaves))


def _moment(_name: str, leaves: Leaves) -> Any:
    return leaves.now


def _day(_name: str, _leaves: Leaves) -> DayMonth:
    return DayMonth(None, 1, 1)


def _controller(_name: str, _leaves: Leaves) -> dict[str, int]:
    return {"controller": 1}


def _level(_name: str, _leaves: Leaves) -> dict[str, Any]:
    return {"controller": 1, "commanded_state_level": 50, "input_from_controlled_load": False}


def _blocks(_name: str, leaves: Leaves) -> dict[str, list[int]]:
    kinds = [f"block_{block}{what}" for block in range(1, 5) for what in ("", "_counters")]
    return {kind: [1_000 * leaves.next() for _ in range(8)] for kind in kinds}


_MPAN = "1000000000010"
_INSTRUCTION = {
    "message_code": 0x0019, "counter": 1, "class_id": 20, "instance": bytes.fromhex("00000D0000FF"),
    "attribute": 10,
}  # fmt: skip
_ISOS: Mapping[str, Callable[[str, Leaves], Any]] = {
    "date-time": _moment,
    "date-time of what may not have been": _moment,
    "date-time with its weekday": _moment,
    "date-time, now or never": lambda _, __: NOW,
    "date with wildcards": _day,
    "season start: a date with wildcards, and a time": lambda _, __: (
        DayMonth(None, 1, 1),
        time(0, tzinfo=UTC),
    ),
    "time of day": lambda _, __: time(0, tzinfo=UTC),
    "seconds since 2000": _moment,
    "name": lambda _, __: "Example",
    "octet": lambda _, __: 1,
    "daily reset": lambda _, __: True,
    "non-disablement script": lambda _, __: "START",
    "one threshold": lambda _, __: 0,
    "block registers and counters": _blocks,
    "period of each day": lambda _, __: {
        "start_time": time(16, tzinfo=UTC),
        "end_time": time(19, tzinfo=UTC),
    },
    "import MPANs": lambda _, __: {"import_mpan": _MPAN},
    "MPAN": lambda _, __: _MPAN,
    "sub-GHz channel log": lambda _, __: [
        {"time": 1, "code": 0x8154, "operating_channel": "0" * 32, "scan_trigger": b"\x00"}
    ],
    "undelivered message": lambda _, __: {
        "originator": bytes(8),
        "recipient": bytes(8),
        "cra": 1,
        "counter": 1,
    },
    "controller and level": _level,
    "action of the auxiliary calendar": lambda _, __: {"controller": 1, "switch_on": True},
    "controller to switch on": _controller,
    "controller to switch off": _controller,
    "controller to return to its calendar": _controller,
    "codes from 8000": lambda _, __: [0x8002],
    "codes from 8100": lambda _, __: [0x8154],
    "changes of codes from 8000": lambda _, __: {0x8002: True},
    "changes of codes from 8100": lambda _, __: {0x8154: True},
    "future dated instruction": lambda _, __: _INSTRUCTION,
    "UTRN": lambda _, __: "00000000000000000001",
    "credit and charge configuration": lambda _, __: {"twin_element": False},
}
"""Conversions by name, where the value does not follow from the wire's."""


def _struct(of: shapes.Struct, _name: str, leaves: Leaves) -> dict[str, Any]:
    return {
        name: shape(member.of if isinstance(member, shapes.Opt) else member, name, leaves)
        for name, member in of.members
        if name
    }


def _array(of: arrays.Array, name: str, leaves: Leaves) -> list[Any]:
    return [shape(of.of, name, leaves) for _ in range(max(of.least, min(of.most, 1)))]


def _counted(of: arrays.Counted, name: str, leaves: Leaves) -> list[dict[str, Any]]:
    row = shape(of.of, name, leaves)
    return [{member: value for member, value in row.items() if member != "index"}]


def _matrix(of: arrays.Matrix, _name: str, _leaves: Leaves) -> dict[int, int]:
    return {cell: 24_500 - 100 * place for place, cell in enumerate(of.cells[:2])}


def _compact(of: arrays.Compact, _name: str, leaves: Leaves) -> list[dict[str, Any]]:
    def cell(column: str, tag: int) -> Any:
        return _scalar(shapes.Scalar(tag), column, leaves)

    return [
        {
            name: [cell(name, tag) for _ in range(times[0])] if times else cell(name, tag)
            for name, tag, *times in of.columns
            if name not in of.optional
        }
    ]


_SHAPES: Mapping[type, Callable[[Any, str, Leaves], Any]] = {
    shapes.Scalar: _scalar,
    shapes.Flag: lambda _, __, ___: True,
    shapes.Const: lambda _, __, ___: None,
    shapes.Yes: lambda _, __, ___: None,
    shapes.Nullable: lambda of, name, leaves: shape(of.of, name, leaves),
    shapes.Either: lambda of, name, leaves: shape(of.of, name, leaves),
    shapes.Iso: _iso,
    shapes.Struct: _struct,
    arrays.Array: _array,
    arrays.Counted: _counted,
    arrays.Matrix: _matrix,
    arrays.Compact: _compact,
    protected.ProtectedRequest: lambda of, name, leaves: (
        shape(protected.PERIOD, name, leaves) if of.period else None
    ),
    protected.ProtectedAnswer: lambda of, name, leaves: shape(of.sealed, name, leaves),
    protected.SealedValue: lambda of, name, leaves: shape(of.of, name, leaves),
    protected.Protection: lambda _, __, ___: None,
}
