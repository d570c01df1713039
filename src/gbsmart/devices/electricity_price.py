"""The price of electricity in force: of a time-of-use register, or of the block being used (SMETS 5.7.4).

What the switching table names is a TOU register, or a TOU whose price depends on how much was used in it
since the billing period began: each of its up to four blocks has a price.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple, cast

from gbsmart.devices import billing, registers
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import read
from gbsmart.devices.device import Device
from gbsmart.devices.meter import Meter
from gbsmart.devices.tariff import SwitchingTable, prices, reached
from gbsmart.gbcs.dlms.objects.logs import BLOCK_REGISTERS, BLOCKS
from gbsmart.gbcs.dlms.objects.tariff import (
    BLOCK_ACTION,
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    THRESHOLDS,
    WEEKS,
)

_TABLES: Final = (SEASONS, WEEKS, DAYS, SPECIAL_DAYS)
_FIRST_BLOCK, _PER_BLOCK = 0xA0, 0x10
"""A cell of the price matrix: A1 is the first block of the first TOU, B1 its second block."""


class Tariff(NamedTuple):
    """The tariff of a device as it is at a moment: prices of a kWh, times ten to the power of ``scale``."""

    device: Device
    moment: datetime
    table: SwitchingTable
    prices: Mapping[int, int]
    scale: int

    def priced(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
        """From when which price holds between two moments; the first is at ``start``."""
        steps = self.table.switches(start, end)
        if any(action is not None and action > BLOCK_ACTION for _, action in steps):
            steps = list(self._by_blocks(steps))
        return prices(steps, lambda cell: max(0, self.prices.get(cell, 0)))

    def _by_blocks(self, steps: list[tuple[datetime, int | None]]) -> Iterator[tuple[datetime, int | None]]:
        """From when on which cell of the price matrix holds, by what the switching table says."""
        start, end = steps[0][0], steps[-1][0]
        used = registers.used(self.device, start)
        resets = {each for each in billing.ends(self.device.memory) if start < each <= end}
        if resets:
            steps = self.table.switches(start, end, sorted(resets))
        action = 0
        for (at, following), (until, _) in pairwise(steps):
            if at in resets:
                used = [0] * BLOCK_REGISTERS
            action = following or action
            tou = action - BLOCK_ACTION
            if tou < 1:
                yield at, action
            else:
                before = used[tou - 1]
                used[tou - 1] += self._between(at, until)
                yield from self._in_blocks(tou, before, used[tou - 1], at, until)

    def _in_blocks(
        self, tou: int, before: int, after: int, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, int]]:
        """The cells that a TOU goes through, of which so much was used ``before`` and ``after``."""
        limits = read(self.device, THRESHOLDS[tou - 1], self.moment)[: BLOCKS - 1]
        first = sum(limit <= before for limit in limits)
        yield start, _cell(first, tou)
        for block, limit in enumerate(limits[first:], first + 1):
            if after >= limit:
                yield reached(self._between, limit - before, start, end), _cell(block, tou)

    def _between(self, start: datetime, end: datetime) -> int:
        meter = cast("Meter", self.device.state)
        return meter.reads(Register.ACTIVE_IMPORT, end) - meter.reads(Register.ACTIVE_IMPORT, start)


def _cell(block: int, tou: int) -> int:
    return _FIRST_BLOCK + _PER_BLOCK * block + tou


def tariff_of(device: Device, moment: datetime) -> Tariff:
    """The tariff in force."""
    table = SwitchingTable.shared(*(read(device, each, moment) for each in _TABLES))
    matrix = read(device, IMPORT_TARIFF, moment)
    return Tariff(device, moment, table, matrix["prices"], matrix["scale"])


def price_at(device: Device, moment: datetime) -> int:
    """The price of a kWh at a moment, times ten to the power of the tariff's scale."""
    *_, (_, price) = tariff_of(device, moment).priced(moment, moment)
    return price
