"""The in-home display (IHD, Schedule 9): use and cost of both fuels, as it hears them from meter and proxy.

It is a Type 2 device: it holds no remote party's credentials, and no message from outside is for it. What
it shows is computed from the electricity meter as it is now, and from the gas meter as the gas proxy last
heard it. Days, weeks and months are local ones; weeks begin on Mondays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from gbsmart.devices import esme, gsme
from gbsmart.devices.consumption import Register
from gbsmart.devices.consumption.civil_time import begins, calendar_date, locate
from gbsmart.devices.consumption.units import wh_from_litres
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import HALF_HOUR, Meter
from gbsmart.devices.tariff import register_in_force
from gbsmart.devices.zcl import Subject
from gbsmart.gbcs.dlms.objects.tariff import (
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    WEEKS,
)
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "IHD"
_KWH: Final = 1_000
_FIVE_PLACES: Final = 5
"""Money is shown in 10^-5 pounds."""

Price = Callable[[datetime], int]


class Spent(NamedTuple):
    """What was used (Wh) and what it cost (10^-5 pounds), since the beginning of a period."""

    since: datetime
    energy: int
    cost: int


class FuelScreen(NamedTuple):
    """One fuel. ``heard`` is how old it is; price per kWh and standing charge per day in 10^-5 pounds."""

    heard: datetime
    supply: str
    price: int
    standing_charge: int
    today: Spent
    this_week: Spent
    this_month: Spent


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
    device = home.devices[esme.KIND]
    price = _electricity_price(device, now)
    charge = esme.server().read(device, STANDING_CHARGE, now)
    daily = _shift(charge["charge"], charge["scale"])
    spent = [
        _spent(device.state, Register.ACTIVE_IMPORT, int, price, daily, since, now)
        for since in _beginnings(now)
    ]
    return FuelScreen(now, device.state.supply.name.lower(), price(now), daily, *spent)


def _gas(home: Home, heard: datetime) -> FuelScreen:
    device = home.devices[gsme.KIND]

    def reads(name: str) -> int:
        return int(gsme.server().read(Subject(device, heard), name))

    # the places after the point are the high half of the octet (ZCL D.4.2.2.4.8)
    places = -(reads("price_trailing_digit") >> 4)
    price = _shift(reads("tier_1_block_1_price"), places)
    daily = _shift(reads("standing_charge"), places)
    spent = [
        _spent(device.state, Register.GAS_VOLUME, wh_from_litres, lambda _: price, daily, since, heard)
        for since in _beginnings(heard)
    ]
    return FuelScreen(heard, device.state.supply.name.lower(), price, daily, *spent)


def _electricity_price(device: Device, now: datetime) -> Price:
    """The price per kWh at any moment, by the tariff that is in force now [assumed for earlier ones too]."""
    server = esme.server()
    seasons, weeks, days, special = (
        server.read(device, each, now) for each in (SEASONS, WEEKS, DAYS, SPECIAL_DAYS)
    )
    tariff = server.read(device, IMPORT_TARIFF, now)

    def price(moment: datetime) -> int:
        register = register_in_force(seasons, weeks, days, special, moment)
        return max(0, _shift(tariff["prices"].get(register or 0, 0), tariff["scale"]))

    return price


def _spent(
    meter: Meter,
    register: Register,
    energy: Callable[[int], int],
    price: Price,
    daily: int,
    since: datetime,
    until: datetime,
) -> Spent:
    """At the price of each half-hour, with the standing charge of every day begun."""
    prices = {
        since + HALF_HOUR * n: price(since + HALF_HOUR * n) for n in range((until - since) // HALF_HOUR)
    }
    changes = [since, *(after for before, after in pairwise(prices) if prices[before] != prices[after])]
    readings = [meter.reads(register, moment) for moment in (*changes, until)]
    used = [energy(after - before) for before, after in pairwise(readings)]
    cost = sum(each * price(moment) for each, moment in zip(used, changes, strict=True)) // _KWH
    days = locate(until).day - locate(since).day + 1
    return Spent(since, energy(readings[-1] - readings[0]), cost + days * daily)


def _beginnings(now: datetime) -> tuple[datetime, datetime, datetime]:
    """When the local day, week and month of ``now`` began."""
    today = locate(now).day
    date = calendar_date(today)
    return begins(today), begins(today - date.weekday()), begins(today - date.day + 1)


def _shift(amount: int, exponent: int) -> int:
    """An amount in 10^``exponent`` pounds, in 10^-5 pounds."""
    shift = exponent + _FIVE_PLACES
    factor = int(10 ** abs(shift))
    return amount * factor if shift >= 0 else amount // factor
