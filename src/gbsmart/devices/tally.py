"""How often something was so since the counter of it was last reset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from gbsmart.devices.cosem import Source, reset_at
from gbsmart.devices.history import History
from gbsmart.devices.memory import Memory
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.store import from_micros

_NO_UNIT: Final = 255
_NEVER: Final = from_micros(0)


class Tally(NamedTuple):
    """What a counter counts, kept in ``slot`` beside the reset since which it does."""

    slot: str
    counter: Attribute
    unit: Attribute

    def number(self, memory: Memory) -> int:
        """How often it was so."""
        rows = self._kept.rows(memory)
        return rows[0].numbers[0] if rows and rows[0].moment == self._reset(memory) else 0

    def add(self, memory: Memory) -> None:
        """It is so once more."""
        self._kept.add(memory, [(self._reset(memory), [self.number(memory) + 1])])

    @property
    def sources(self) -> Mapping[Ref, Source]:
        """What is read of the counter and of its unit, for it has none."""
        return {
            self.counter.ref: lambda view: self.number(view.device.memory),
            self.unit.ref: lambda _view: {"scaler": 0, "unit": _NO_UNIT},
        }

    @property
    def _kept(self) -> History:
        return History(self.slot, 1, 1)

    def _reset(self, memory: Memory) -> datetime:
        return reset_at(memory, self.counter.ref) or _NEVER
