"""The secondary element of a twin element meter: its own register, switching table and prices (SMETS 5.3).

A quarter as much as through the primary element is used through it, such as by storage heaters (assumed: the
consumption of a home knows one element).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast

from gbsmart.devices import identity
from gbsmart.devices.consumption import Register
from gbsmart.devices.cosem import Source, read
from gbsmart.devices.device import Device
from gbsmart.devices.meter import Meter
from gbsmart.devices.selection import View
from gbsmart.devices.tariff import SwitchingTable, prices
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.tariff import (
    SECONDARY_ACTION,
    SECONDARY_DAYS,
    SECONDARY_SEASONS,
    SECONDARY_SPECIAL_DAYS,
    SECONDARY_TARIFF,
    SECONDARY_TARIFF_PRICE,
    SECONDARY_TARIFF_PRICE_SCALE,
    SECONDARY_WEEKS,
)

_TWIN: Final = "B"
_TABLES: Final = (SECONDARY_SEASONS, SECONDARY_WEEKS, SECONDARY_DAYS, SECONDARY_SPECIAL_DAYS)
_PART: Final = 4
REGISTERS: Final = 4
"""Tariff TOU registers of the secondary element."""
_CURRENCY_UNIT: Final = 254


def is_twin(device: Device) -> bool:
    """Whether a meter has a secondary element: its variant says so."""
    return _TWIN in identity.variant_of(device)


def reads(meter: Meter, moment: datetime) -> int:
    """What the register of the secondary element reads (Wh)."""
    return meter.reads(Register.ACTIVE_IMPORT, moment) // _PART


def tou(device: Device, moment: datetime) -> list[int]:
    """What its TOU registers read: all counts in the first until a table of its own is in force.

    They are spread by the table in force now (assumed: no history of it is kept).
    """
    meter = cast("Meter", device.state)
    action = _table(device, moment).register_at(moment) or SECONDARY_ACTION + 1
    counts = [0] * REGISTERS
    counts[min(max(action - SECONDARY_ACTION, 1), REGISTERS) - 1] = reads(meter, moment)
    return counts


def _table(device: Device, moment: datetime) -> SwitchingTable:
    return SwitchingTable.shared(*(read(device, each, moment) for each in _TABLES))


def priced(device: Device, start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
    """From when which price of a kWh holds, in units of the tariff's scale."""
    tariff = read(device, SECONDARY_TARIFF, end)["prices"]
    return prices(
        _table(device, end).switches(start, end),
        lambda action: max(0, tariff.get(action - SECONDARY_ACTION, 0)),
    )


def scale(device: Device, moment: datetime) -> int:
    """The scale of its prices."""
    found: int = read(device, SECONDARY_TARIFF, moment)["scale"]
    return found


def _price(view: View) -> int:
    *_, (_, price) = priced(view.device, view.moment, view.moment)
    return price


SOURCES: Final[Mapping[Ref, Source]] = {
    SECONDARY_TARIFF_PRICE.ref: _price,
    SECONDARY_TARIFF_PRICE_SCALE.ref: lambda view: {
        "scaler": scale(view.device, view.moment), "unit": _CURRENCY_UNIT,
    },
}  # fmt: skip
INITIAL: Final[Mapping[Ref, Any]] = {
    SECONDARY_SEASONS.ref: [], SECONDARY_WEEKS.ref: [], SECONDARY_DAYS.ref: [],
    SECONDARY_SPECIAL_DAYS.ref: [], SECONDARY_TARIFF.ref: {"scale": -5, "prices": {1: 12_000}},
}  # fmt: skip
"""12 p/kWh, once a table of its own switches to a register."""
