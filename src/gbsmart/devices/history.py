"""Rows of numbers that a device keeps of past moments; a full log forgets its oldest.

Balances at midnights, registers at the ends of billing periods, payments: each log is one slot of memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from gbsmart.devices.memory import Memory
from gbsmart.store import from_micros, to_micros

_DAY: Final = timedelta(days=1)


class Row(NamedTuple):
    """What was so at a moment."""

    moment: datetime
    numbers: tuple[int, ...]


class History(NamedTuple):
    """A log: its slot, how many numbers a row has, and how many rows it holds."""

    slot: str
    width: int
    most: int

    def rows(self, memory: Memory) -> list[Row]:
        """Every row, oldest first."""
        found = _layout(self.width).iter_unpack(memory.get(self.slot) or b"")
        return [Row(from_micros(micros), tuple(numbers)) for micros, *numbers in found]

    def add(self, memory: Memory, rows: Iterable[tuple[datetime, Sequence[int]]]) -> None:
        """Keep more rows, later than those kept."""
        layout = _layout(self.width)
        new = b"".join(layout.pack(to_micros(moment), *numbers) for moment, numbers in rows)
        if new:
            kept = (memory.get(self.slot) or b"") + new
            memory.put(self.slot, kept[-self.most * layout.size :])


@cache
def _layout(width: int) -> struct.Struct:
    return struct.Struct(f">{width + 1}q")


def midnights(after: datetime | None, until: datetime, most: int) -> Iterator[datetime]:
    """The last midnights (UTC) after a moment up to another, oldest first; at most so many."""
    today = until.replace(hour=0, minute=0, second=0, microsecond=0)
    for number in reversed(range(most)):
        at = today - _DAY * number
        if after is None or at > after:
            yield at
