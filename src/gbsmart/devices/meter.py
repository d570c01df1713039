"""What stands behind an emulated meter: consumption by seed and time, and the supply that can be off.

While the supply is off nothing counts: the spans in which it was off are kept, and a register reads
what the home would have used less what fell into them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, NamedTuple

from gbsmart.devices.consumption import HalfHour, Home, Register, log_entries
from gbsmart.devices.memory import Memory
from gbsmart.store import from_micros, to_micros

HALF_HOUR: Final = timedelta(minutes=30)
DAY: Final = timedelta(days=1)
SUPPLY_ARMED: Final = 0x8F32
"""Alert code: the supply was armed."""
_SPAN: Final = struct.Struct(">qq")


class Supply(IntEnum):
    """The state of the supply (SMETS 5.6.2.2): numbered as ZigBee's supply status."""

    OFF = 0
    ARMED = 1
    ON = 2


class Span(NamedTuple):
    """A time without supply; ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None


class Meter:
    """One meter of a home: its registers, profiles and supply, on a device's memory.

    ``home`` is what its people use, by seed and time.
    """

    def __init__(self, home: Home, memory: Memory) -> None:
        self.home = home
        self._lately: dict[tuple[Register, datetime], int] = {}
        self._lately_by: tuple[Home, bytes | None] = home, None
        self._memory = memory

    # --- supply ---

    @property
    def supply(self) -> Supply:
        """Whether the supply is on, off, or waits for the consumer to restore it."""
        return Supply(self._memory.number("supply/state", Supply.ON))

    def switch(self, state: Supply, moment: datetime) -> Supply | None:
        """Change the supply, and say to what; only :attr:`Supply.ON` lets energy flow.

        A supply that is on cannot be armed and stays on (assumed: arming lets the consumer end a
        disablement, and there is none). None where it was so already.
        """
        if state is self.supply or (state is Supply.ARMED and self.supply is Supply.ON):
            return None
        if (self.supply is Supply.ON) != (state is Supply.ON):
            spans = list(self._spans())
            if state is Supply.ON:
                spans[-1] = Span(spans[-1].start, moment)
            else:
                spans.append(Span(moment, None))
            self._keep(spans)
        self._memory.put_number("supply/state", state)
        return state

    def restore(self, moment: datetime) -> bool:
        """The consumer presses the button: an armed supply comes on. Says whether it did."""
        if self.supply is not Supply.ARMED:
            return False
        self.switch(Supply.ON, moment)
        return True

    # --- registers ---

    def reads(self, register: Register, moment: datetime) -> int:
        """What a register reads, in whole units of the register.

        Who settles an account asks for the same moments again and again.
        """
        home, off = self._lately_by
        if self.home is not home or self._memory.get(_OFF) is not off or len(self._lately) >= _MOST_LATELY:
            self._lately, self._lately_by = {}, (self.home, self._memory.get(_OFF))
        found = self._lately.get((register, moment))
        if found is None:
            found = self._lately[register, moment] = self._counted(register, moment)
        return found

    def _counted(self, register: Register, moment: datetime) -> int:
        reading = self.home.register(register, moment)
        for start, end in self._spans():
            if start < moment:
                reading -= self.home.used(register, start, min(end or moment, moment))
        return reading

    def half_hours(self, register: Register, start: datetime, end: datetime) -> Iterator[HalfHour]:
        """The entries of the profile log that begin from ``start`` on and are over by ``end``."""
        at = start + (-(start - _MIDNIGHT) % HALF_HOUR)
        return log_entries(lambda moment: self.reads(register, moment), at, end)

    def power_w(self, moment: datetime) -> int:
        """The active power import now, in W."""
        return self.home.import_power_w(moment) if self.supply is Supply.ON else 0

    def gas_litres_per_hour(self, moment: datetime) -> int:
        """The flow of gas now, in dm3/h."""
        return self.home.gas_flow_litres_per_hour(moment) if self.supply is Supply.ON else 0

    def _spans(self) -> Iterator[Span]:
        for start, end in _SPAN.iter_unpack(self._memory.get(_OFF) or b""):
            yield Span(from_micros(start), from_micros(end) if end else None)

    def _keep(self, spans: list[Span]) -> None:
        octets = b"".join(
            _SPAN.pack(to_micros(start), to_micros(end) if end is not None else 0) for start, end in spans
        )
        self._memory.put(_OFF, octets)


_OFF: Final = "supply/off"
"""Where a device remembers the spans in which its supply was off."""
_MOST_LATELY: Final = 32
_MIDNIGHT = from_micros(0)
