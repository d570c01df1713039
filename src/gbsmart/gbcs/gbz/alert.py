"""Alerts of GBZ forms: code, time, and what the use case adds."""

from __future__ import annotations

from typing import Any

from gbsmart.gbcs.form import Values
from gbsmart.gbcs.gbz.bodies import HEADER
from gbsmart.gbcs.gbz.message import write_alert_content
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.gbcs.shape import NOT_WRITABLE, Context, mismatch
from gbsmart.gbcs.tree import Branch, Node
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
