"""The in-home display (IHD, Schedule 9): use and cost of both fuels, as it hears them from meter and proxy.

It is a Type 2 device: it holds no remote party's credentials, and no message from outside is for it. What
it shows is computed from the electricity meter as it is now, and from the gas meter as the gas proxy last
heard it. Days, weeks and months are local ones; weeks begin on Mondays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from gbsmart.devices import esme, gsme
from gbsmart.devices.consumption import Register
from gbsmart.devices.consumption.civil_time import begins, calendar_date, locate
from gbsmart.devices.consumption.units import wh_from_litres
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import Meter
from gbsmart.devices.tariff import cost
from gbsmart.devices.tariff_history import Charge
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "IHD"
_KWH: Final = 1_000


class Spent(NamedTuple):
    """What was used (Wh) and what it cost (10^-5 pounds), since the beginning of a period."""

    since: datetime
    energy: int
    cost: int


class FuelScreen(NamedTuple):
    """One fuel. ``heard`` is how old it is; price per kWh and standing charge per day in 10^-5 pounds.

    ``message`` is what its supplier last said to the consumer.
    """

    heard: datetime
    supply: str
    price: int
    standing_charge: int
    today: Spent
    this_week: Spent
    this_month: Spent
    message: str = ""


class Screen(NamedTuple):
    """What the display shows. ``power_w`` is the active power now."""

    power_w: int
    electricity: FuelScreen
    gas: FuelScreen


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """An in-home display: it serves nothing."""
    return Device(eui, KIND, memory, credentials, {}, home)


def screen(home: Home, now: datetime) -> Screen:
    """What an in-home display in ``home`` shows."""
    electricity: Meter = home.devices[esme.KIND].state
    return Screen(electricity.power_w(now), _electricity(home, now), _gas(home, home.last_contact(now)))


def _electricity(home: Home, now: datetime) -> FuelScreen:
    meter = home.devices[esme.KIND]
    return _fuel(meter, Register.ACTIVE_IMPORT, int, now, esme.message(meter, now))


def _gas(home: Home, heard: datetime) -> FuelScreen:
    meter = home.devices[gsme.KIND]
    return _fuel(meter, Register.GAS_VOLUME, wh_from_litres, heard, gsme.message(meter))


def _fuel(
    device: Device, register: Register, energy: Callable[[int], int], now: datetime, message: str
) -> FuelScreen:
    beginnings = _beginnings(now)
    assert device.accounting is not None
    charges = device.accounting.charges(device, min(beginnings), now)
    meter: Meter = device.state

    def wh(moment: datetime) -> int:
        return energy(meter.reads(register, moment))

    today, week, month = (_spent(wh, charges, since, now) for since in beginnings)
    price, standing = charges[-1].price, charges[-1].standing_charge
    return FuelScreen(now, meter.supply.name.lower(), price, standing, today, week, month, message)


def _spent(
    wh: Callable[[datetime], int], charges: Sequence[Charge], since: datetime, until: datetime
) -> Spent:
    """At the price that was in force when it was used, with the standing charge of every day begun.

    A day costs the standing charge in force at its end, as the meter's account has it.
    """
    steps = [(max(each.since, since), each.price) for each in _within(charges, since)]
    days = range(locate(since).day, locate(until).day + 1)
    standing = sum(_standing(charges, min(begins(day + 1), until)) for day in days)
    return Spent(since, wh(until) - wh(since), cost(steps, until, wh) // _KWH + standing)


def _within(charges: Sequence[Charge], since: datetime) -> list[Charge]:
    """Those in force from ``since`` on."""
    return [
        each
        for each, following in zip_longest(charges, charges[1:])
        if following is None or following.since > since
    ]


def _standing(charges: Sequence[Charge], end: datetime) -> int:
    """The standing charge that held just before ``end``."""
    return next((each for each in reversed(charges) if each.since < end), charges[0]).standing_charge


def _beginnings(now: datetime) -> tuple[datetime, datetime, datetime]:
    """When the local day, week and month of ``now`` began."""
    today = locate(now).day
    date = calendar_date(today)
    return begins(today), begins(today - date.weekday()), begins(today - date.day + 1)
