"""The body of a DLMS alert: a data notification of alert code, time stamp, and what the use case adds."""

from __future__ import annotations

from typing import Any

from gbsmart.gbcs.dlms.apdu import check_invoke_id, data_notification, long_invoke_id
from gbsmart.gbcs.dlms.shapes import Struct
from gbsmart.gbcs.form import Values
from gbsmart.gbcs.shape import Context, Shape, Unread, ended, mismatch
from gbsmart.gbcs.tree import Branch, Node


class Notification:
    """An alert of a DLMS form: alert code, time stamp, and what the use case adds."""

    def __init__(self, *members: tuple[str, Shape]) -> None:
        self.shape = Struct(*members)

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return tuple(name for name, _ in self.shape.members if name)

    def recognises(self, payload: Node) -> bool:
        """Whether the notification has as many members as this form."""
        if not isinstance(payload, Branch) or payload.name != "data-notification":
            return False
        body = payload.children[2]
        return isinstance(body, Branch) and len(body.children) == len(self.shape.members)

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values."""
        if not self.recognises(payload):
            mismatch(payload, "the alert of this form")
        assert isinstance(payload, Branch)
        check_invoke_id(payload, context.header.counter)
        return self.shape.take(payload.children[2], context)

    def scan(self, data: bytes, context: Context) -> dict[str, Any]:
        """The values straight from the octets."""
        if data[:6] != b"\x0f" + long_invoke_id(context.header.counter) + b"\x00":
            raise Unread
        values, at = self.shape.scan(data, 6, context)
        if len(values) != len(self.fields()):
            raise Unread
        return ended(values, data, at)

    def put(self, values: Values, context: Context) -> bytes:
        """The data notification."""
        return data_notification(context.header.counter, self.shape.put(values, context))

    def canonical(self, values: Values) -> dict[str, Any]:
        """Only what the form holds."""
        return {name: values[name] for name in self.fields()}
