"""A device's non-volatile memory: named slots of octets, and what has changed since the last commit.

Everything that a device must not forget (credentials, counters, values written, instructions pending)
is a slot. The street writes the changed slots in one transaction together with the response, so a
command and all that it did are durable together or not at all.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping


class Memory:
    """Slots by name. A name is a path such as ``cosem/0014...07``; a slot put to None is gone."""

    __slots__ = ("_changes", "_names", "_slots")

    def __init__(self, slots: Mapping[str, bytes] | None = None) -> None:
        self._slots: dict[str, bytes] = dict(slots or {})
        self._names = sorted(self._slots)  # in order, so that those under a prefix stand side by side
        self._changes: dict[str, bytes | None] = {}

    def get(self, slot: str) -> bytes | None:
        """The octets of a slot, or None where it is empty."""
        return self._slots.get(slot)

    def put(self, slot: str, octets: bytes) -> None:
        """Fill a slot; writing what it already holds is no change."""
        held = self._slots.get(slot)
        if held is None:
            insort(self._names, slot)
        if held != octets:
            self._slots[slot] = self._changes[slot] = octets

    def drop(self, slot: str) -> None:
        """Empty a slot."""
        if self._slots.pop(slot, None) is not None:
            del self._names[bisect_left(self._names, slot)]
            self._changes[slot] = None

    def under(self, prefix: str) -> list[str]:
        """The names of the filled slots that begin with ``prefix``, in order."""
        names = self._names
        first = after = bisect_left(names, prefix)
        while after < len(names) and names[after].startswith(prefix):
            after += 1
        return names[first:after]

    def number(self, slot: str, default: int = 0) -> int:
        """A slot that holds an unsigned number."""
        octets = self._slots.get(slot)
        return default if octets is None else int.from_bytes(octets, "big")

    def put_number(self, slot: str, value: int) -> None:
        """Keep an unsigned number of up to 64 bits."""
        self.put(slot, value.to_bytes(8, "big"))

    def mark(self) -> tuple[dict[str, bytes], dict[str, bytes | None]]:
        """How it is now, to go back to."""
        return dict(self._slots), dict(self._changes)

    def back_to(self, mark: tuple[dict[str, bytes], dict[str, bytes | None]]) -> None:
        """Be as it was at :meth:`mark`."""
        self._slots, self._changes = mark
        self._names = sorted(self._slots)

    def take_changes(self) -> dict[str, bytes | None]:
        """What has changed since this was last asked; None for slots that are gone."""
        changes, self._changes = self._changes, {}
        return changes

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)
