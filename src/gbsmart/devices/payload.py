"""What a command asks, as the server of its family reads it."""

from __future__ import annotations

from collections.abc import Sequence

from gbsmart.gbcs import codec
from gbsmart.gbcs.dlms.scanning import Item, items_of, scan_request
from gbsmart.gbcs.envelope import Cra
from gbsmart.gbcs.tree import Node


class Payload:
    """A command's payload: its tree, walked when somebody needs it, and for DLMS its items."""

    __slots__ = ("_items", "_octets", "_tree")

    def __init__(self, octets: bytes) -> None:
        """Raises :class:`~gbsmart.ground.MalformedMessage` for what is no payload of any family."""
        self._octets = octets
        self._items = scan_request(octets)
        self._tree = self._walk() if self._items is None else None

    def _walk(self) -> Node:
        return codec.walk_payload(self._octets, 0, len(self._octets), Cra.COMMAND)

    @property
    def tree(self) -> Node:
        """The whole of it, walked."""
        if self._tree is None:
            self._tree = self._walk()
        return self._tree

    @property
    def items(self) -> Sequence[Item]:
        """The items of an Access-Request; raises :class:`~gbsmart.ground.MalformedMessage` for another."""
        if self._items is None:
            self._items = items_of(self._octets, self.tree)
        return self._items
