"""Alerts of GBZ forms: code, time, and what the use case adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gbsmart.gbcs.form import Values
from gbsmart.gbcs.gbz.answers import check_frame_counters, open_frame, put_sealed, sealed_octets
from gbsmart.gbcs.gbz.bindings import Binding, bound_values, fixed_fields, take_fields, write_fields
from gbsmart.gbcs.gbz.bodies import HEADER, check_sequence, component
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.gbcs.gbz.message import (
    CLUSTER_SPECIFIC,
    NO_DEFAULT_RESPONSE,
    TO_CLIENT,
    frame,
    write_alert_content,
)
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.gbcs.shape import NOT_WRITABLE, SEALED, Context, Sealed, inside, mismatch
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import InvalidValue


class GbzAlert:
    """An alert of a GBZ form: code, time, and what the use case adds (nothing, or typed leaves)."""

    def __init__(self, *content: tuple[str, str]) -> None:
        """``content`` pairs the walk's leaf names with the form's value names."""
        self.content = dict(content)

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return ("alert_code", "time", *self.content.values())

    def recognises(self, payload: Node) -> bool:
        """Whether the alert holds just this content."""
        if not isinstance(payload, Branch) or payload.name != "gbz":
            return False
        found = [leaf.name for node in payload.children[4:] for leaf in node.leaves()]
        return payload.children[-1].name != "components" and found == list(self.content)

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values."""
        if not self.recognises(payload):
            mismatch(payload, "the alert of this form")
        leaves = list(payload.leaves())
        parts, content = leaves[1], leaves[4:]
        if parts.value != bool(self.content):
            mismatch(parts, f"{int(bool(self.content))} use case parts")
        values: dict[str, Any] = {"alert_code": leaves[2].value, "time": read_time(leaves[3].value)}
        values.update({self.content[leaf.name]: leaf.value for leaf in content})
        return values

    def put(self, values: Values, context: Context) -> bytes:
        """The alert; raises :class:`InvalidValue` naming what is missing or does not fit."""
        if missing := [name for name in self.fields() if name not in values]:
            raise InvalidValue("a value is missing", field=missing[0])
        given = {leaf: values[name] for leaf, name in self.content.items()}
        try:
            head = HEADER + bytes((bool(self.content),)) + int(values["alert_code"]).to_bytes(2, "big")
            return head + write_time(values["time"]).to_bytes(4, "big") + write_alert_content(given)
        except NOT_WRITABLE as wrong:
            raise InvalidValue(f"a value does not fit: {wrong}") from None

    def canonical(self, values: Values) -> dict[str, Any]:
        """Only what the form holds."""
        return {name: values[name] for name in self.fields()}


class GbzCommandAlert:
    """An alert that carries one ZCL command, sealed to its recipient (GBCS 16, billing data)."""

    def __init__(self, command: Command, fields: Mapping[str, Binding]) -> None:
        self.command = command
        self.bindings = fields
        self._fixed = fixed_fields(command, fields)

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return ("alert_code", "time", *(bound.name for bound in bound_values(self.bindings)))

    def recognises(self, payload: Node) -> bool:
        """Whether the alert carries just this command."""
        if not isinstance(payload, Branch) or payload.name != "gbz":
            return False
        carried = payload.children[4:]
        if len(carried) != 1 or carried[0].name != "component":
            return False
        found = frame(carried[0])
        ours = (self.command.cluster, self.command.to_client, self.command.id)
        return not found.general and (found.cluster, found.to_client, found.command) == ours

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values; what is sealed to another stays :class:`Sealed`."""
        if not self.recognises(payload):
            mismatch(payload, "the alert of this form")
        _, _, code, time, carried = cast("list[Leaf]", cast("Branch", payload).children)
        values: dict[str, Any] = {"alert_code": code.value, "time": read_time(time.value)}
        found = frame(carried)
        check_frame_counters([found])
        check_sequence([found])
        context.frame_controls = (found.frame_control,)
        if not found.encrypted:
            mismatch(carried, "a sealed component")
        with inside(found.body[0]):
            opened = open_frame(found, context)
            if opened is None:
                return {**values, SEALED: Sealed(sealed_octets(found.body[0]))}
            return {**values, **take_fields(self.command, self.bindings, opened, self._fixed, context)}

    def put(self, values: Values, context: Context) -> bytes:
        """The alert; raises :class:`InvalidValue` naming what is missing or does not fit."""
        if missing := [name for name in ("alert_code", "time") if name not in values]:
            raise InvalidValue("a value is missing", field=missing[0])
        try:
            head = HEADER + b"\x01" + int(values["alert_code"]).to_bytes(2, "big")
            head += write_time(values["time"]).to_bytes(4, "big")
        except NOT_WRITABLE as wrong:
            raise InvalidValue(f"a value does not fit: {wrong}") from None
        content = values.get(SEALED)
        if not isinstance(content, Sealed):
            content = self.command.layout.write(write_fields(self.bindings, values))
        control = CLUSTER_SPECIFIC | NO_DEFAULT_RESPONSE | (TO_CLIENT if self.command.to_client else 0)
        control = next(iter(context.frame_controls), control)
        carried = put_sealed(self.command.cluster, bytes((control, 0, self.command.id)), content, context)
        return head + component(*carried, last=True)

    def canonical(self, values: Values) -> dict[str, Any]:
        """Only what the form holds."""
        return {name: values[name] for name in self.fields()}
