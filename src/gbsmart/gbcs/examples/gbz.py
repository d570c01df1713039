"""Examples of GBZ bodies: commands, their answers, alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gbsmart.gbcs.examples.leaves import Leaves, NoExample
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.gbz import zcl
from gbsmart.gbcs.gbz.alert import GbzAlert, GbzCommandAlert
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.gbcs.gbz.bindings import EMPTY, Binding, Bound, fixed_fields
from gbsmart.gbcs.gbz.bodies import FAILURE, NOT_EXECUTED, GbzCommand, Read, Send
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.gbcs.shape import NOT_WRITABLE
from gbsmart.ground import NOW, DayMonth, GbsmartError

_TO_CLIENT = 0x08
_ROWS = range(1, 10)
"""How many rows a repeat is tried with: some lists have a least size."""


def command(body: GbzCommand, leaves: Leaves) -> dict[str, Any]:
    """The values of a command with one element in each list."""
    values: dict[str, Any] = {}
    for part in body.components:
        if isinstance(part, Read):
            continue
        found = _sent(part, leaves)
        if part.each:
            event = found.pop("issuer_event_id", None)
            if event is not None:
                values.setdefault("issuer_event_id", event)
            values.setdefault(part.each, [found])
        else:
            values = {**found, **values}
    return values


def _sent(part: Send, leaves: Leaves) -> dict[str, Any]:
    found = _bindings(part.command, part.fields, part.fixed, leaves)
    if part.from_date_time is not None:
        bound = part.from_date_time
        found[bound.name] = leaves.take(
            bound.name, lambda value: _writes(bound, value), leaves.now, bound.read(1)
        )
    return found


def response(body: GbzResponse, leaves: Leaves) -> Outcome:
    """An outcome in which every component succeeded."""
    outcome = Outcome({})
    answers: list[dict[str, int]] = []
    for sequence, part in enumerate(body.components):
        if isinstance(part, Read):
            for attribute in part.attributes:
                field = zcl.Field(attribute.name, attribute.type)
                outcome.values[attribute.name] = _wire(field, leaves)
        elif part.answer is None:
            answers.append(_default_response(part, sequence, part.command.id, 0))
        else:
            rows = _bindings(part.answer, part.answer_fields or {}, part.answer_fixed, leaves)
            if part.refused(rows):
                told, refused = next(iter(part.refusal.items()))
                rows[told] = 0 if refused else 1
            if part.answers:
                outcome.values.setdefault(part.answers, []).append(rows)
            else:
                outcome.values.update(rows)
    if answers:
        outcome.values["answers"] = answers
    outcome.results = (0,) * len(body.components)
    return outcome


def refusal(body: GbzResponse, leaves: Leaves) -> Outcome:
    """An outcome in which the first component failed, and so no later one was executed."""
    first = body.components[0]
    if isinstance(first, Send) and first.answer is not None and first.refusal:
        rows = _bindings(first.answer, first.answer_fields or {}, first.answer_fixed, leaves)
        return Outcome({**rows, **first.refusal}, (FAILURE,))
    answers = []
    for sequence, part in enumerate(body.components):
        asked = part.command.id if isinstance(part, Send) else 0
        code, status = NOT_EXECUTED if sequence else (asked, FAILURE)
        answers.append(_default_response(part, sequence, code, status))
    return Outcome({"answers": answers}, (FAILURE,) * len(answers))


def _default_response(part: Send | Read, sequence: int, asked: int, status: int) -> dict[str, int]:
    cluster = part.command.cluster if isinstance(part, Send) else part.cluster
    return {
        "sequence": sequence, "cluster": int(cluster), "command": asked, "status": status,
        "frame_control": _TO_CLIENT,
    }  # fmt: skip


def alert(body: GbzAlert, leaves: Leaves) -> dict[str, Any]:
    """The values of an alert."""
    values = {"alert_code": leaves.number("alert_code", 0, 0xFFFF), "time": leaves.now}
    for leaf, name in body.content.items():
        octets = leaf == "content"
        values[name] = (
            leaves.take(name, lambda value: isinstance(value, bytes), b"\x00")
            if octets
            else leaves.number(name, 0, 0xFF)
        )
    return values


def command_alert(body: GbzCommandAlert, leaves: Leaves) -> dict[str, Any]:
    """The values of an alert that carries a command."""
    code = leaves.number("alert_code", 0, 0xFFFF)
    return {
        "alert_code": code,
        "time": leaves.now,
        **_bindings(body.command, body.bindings, EMPTY, leaves),
    }


def _bindings(
    of: Command, fields: Mapping[str, Binding], fixed: Mapping[str, int], leaves: Leaves
) -> dict[str, Any]:
    known = fixed_fields(of, fields, fixed)
    found: dict[str, Any] = {}
    for name, binding in fields.items():
        if isinstance(binding, Bound) and binding.name not in found:
            found[binding.name] = _bound(of, name, binding, known, leaves)
    return found


def _bound(of: Command, name: str, binding: Bound, fixed: Mapping[str, int], leaves: Leaves) -> Any:
    """A value of the domain that a field can hold."""
    part = _part(of, name, fixed)
    candidates = (binding.read(raw) for raw in _raw(part, leaves) if _stands(binding, raw))
    if isinstance(part, zcl.Field) and part.type is zcl.UTC_TIME:
        return leaves.take(binding.name, lambda value: _writes(binding, value), leaves.now, *candidates)
    return leaves.take(binding.name, lambda value: _writes(binding, value, part), *candidates)


def _raw(part: zcl.Field | zcl.Repeat, leaves: Leaves) -> Iterator[Any]:
    """Wire values, the likeliest first."""
    if isinstance(part, zcl.Repeat):
        for count in (*_ROWS, 0):
            yield [{field.name: _wire(field, leaves) for field in part.of} for _ in range(count)]
        return
    yield _wire(part, leaves)
    if isinstance(part.type, zcl.Scalar):
        yield from range(min(256, 1 << (8 * part.type.width - part.type.signed)))
        yield (1 << 8 * part.type.width) - 1


def _wire(field: zcl.Field, leaves: Leaves) -> Any:
    """A wire value of a ZCL field."""
    if field.type is zcl.DATE:
        return zcl.write_date(DayMonth(None, 1, 1))
    if field.type is zcl.UTC_TIME:
        return zcl.write_time(leaves.now)
    if isinstance(field.type, zcl.Text):
        kind = str if field.type.text else bytes
        return leaves.take(field.name, lambda value: isinstance(value, kind), "Example", b"Example")
    low = -(1 << 8 * field.type.width - 1) if field.type.signed else 0
    return leaves.number(field.name, low, (1 << 8 * field.type.width - field.type.signed) - 1)


def _part(of: Command, name: str, fixed: Mapping[str, int]) -> zcl.Field | zcl.Repeat:
    def search(parts: Any) -> zcl.Field | zcl.Repeat | None:
        for part in parts:
            if isinstance(part, zcl.Switch):
                if (found := search(part.cases[fixed[part.on]])) is not None:
                    return found
            elif part.name == name:
                found_part: zcl.Field | zcl.Repeat = part
                return found_part
        return None

    found = search(of.layout.parts)
    if found is None:
        raise NoExample(f"{of.name} has no part {name}")
    return found


def _stands(binding: Bound, raw: Any) -> bool:
    """Whether a wire value means something that is written as itself."""
    try:
        return bool(binding.write(binding.read(raw)) == raw)
    except (GbsmartError, *NOT_WRITABLE):
        return False


def _writes(binding: Bound, value: Any, part: zcl.Field | zcl.Repeat | None = None) -> bool:
    """Whether a value of the domain can be written."""
    try:
        raw = binding.write(value)
        if isinstance(part, zcl.Field):
            part.type.write(raw)
        return bool(binding.read(raw) == value) or value is NOW
    except (GbsmartError, *NOT_WRITABLE):
        return False
