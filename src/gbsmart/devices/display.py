"""What a meter's own display shows, and to whom (SMETS 4.4.5, 5.5.6): not what its privacy PIN hides, and
nothing from before a change of tenancy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from gbsmart.devices import esme, gpf, gsme, privacy, tenancy
from gbsmart.devices.consumption import HalfHour, Register, wh_from_litres
from gbsmart.devices.meter import Meter

if TYPE_CHECKING:
    from gbsmart.devices.home import Home


class Face(NamedTuple):
    """A meter's display: its register, what flows now, today's half-hours (UTC) that are over.

    Of what the PIN hides it shows nothing (None, or empty).
    """

    supply: str
    reading: int | None
    flow: int | None
    today: tuple[HalfHour, ...]


class Measured(NamedTuple):
    """How a fuel is measured: its register, what flows, and what an amount in the register is in Wh."""

    register: Register
    flow: Callable[[Meter, datetime], int]
    energy: Callable[[int], int]


MEASURED: Final[Mapping[str, Measured]] = {
    esme.KIND: Measured(Register.ACTIVE_IMPORT, Meter.power_w, int),
    gsme.KIND: Measured(Register.GAS_VOLUME, Meter.gas_litres_per_hour, wh_from_litres),
}
KEEPS_TENANCY: Final[Mapping[str, str]] = {esme.KIND: esme.KIND, gsme.KIND: gpf.KIND}
"""Type of meter to the device that is told of a change of tenancy (3.2)."""


def face(home: Home, kind: str, now: datetime) -> Face:
    """What the meter of this type shows in a home."""
    device, measured = home.devices[kind], MEASURED[kind]
    meter = cast("Meter", device.state)
    supply = meter.supply.name.lower()
    if privacy.is_locked(device, now):
        return Face(supply, None, None, ())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = max(midnight, restricted_since(home, kind, now) or midnight)
    today = tuple(meter.half_hours(measured.register, begins, now))
    return Face(supply, meter.reads(measured.register, now), measured.flow(meter, now), today)


def restricted_since(home: Home, kind: str, now: datetime) -> datetime | None:
    """From when on what a meter holds is for those who live there now."""
    return tenancy.since(home.devices[KEEPS_TENANCY[kind]].memory, now)
