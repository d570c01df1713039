"""The in-home display (IHD, Schedule 9): use and cost of both fuels, as it hears them from meter and proxy.

It is a Type 2 device: it holds no remote party's credentials, and no message from outside is for it. What
it shows is computed from the electricity meter as it is now, and from the gas meter as the gas proxy last
heard it. Days, weeks and months are local ones; weeks begin on Mondays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from gbsmart.devices import esme, events, gsme, messages, privacy
from gbsmart.devices.consumption.civil_time import begins, calendar_date, locate
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.display import MEASURED, restricted_since
from gbsmart.devices.events import Notice
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

    ``message`` is what its supplier last said to the consumer, ``notices`` are the events that the meter has
    shown. What was spent is None while the meter's privacy PIN hides it, and counts from a change of tenancy
    on.
    """

    heard: datetime
    supply: str
    price: int
    standing_charge: int
    today: Spent | None
    this_week: Spent | None
    this_month: Spent | None
    message: str = ""
    notices: tuple[Notice, ...] = ()


class Screen(NamedTuple):
    """What the display shows. ``power_w`` is the active power now, None while the privacy PIN hides it."""

    power_w: int | None
    electricity: FuelScreen
    gas: FuelScreen


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """An in-home display: it serves nothing."""
    return Device(eui, KIND, memory, credentials, {}, home)


def screen(home: Home, now: datetime) -> Screen:
    """What an in-home display in ``home`` shows."""
    meter = home.devices[esme.KIND]
    return Screen(
        None if privacy.is_locked(meter, now) else cast("Meter", meter.state).power_w(now),
        _fuel(home, meter, now, now),
        _fuel(home, home.devices[gsme.KIND], home.last_contact(now), now),
    )


def _message(device: Device, restriction: datetime | None, now: datetime) -> str:
    """What the supplier said to those who live there now, until they acknowledge it."""
    if not messages.is_shown(device.memory, restriction):
        return ""
    return esme.message(device, now) if device.kind == esme.KIND else gsme.message(device)


def _fuel(home: Home, device: Device, heard: datetime, now: datetime) -> FuelScreen:
    measured, restriction = MEASURED[device.kind], restricted_since(home, device.kind, now)
    beginnings = [min(max(each, restriction or each), heard) for each in _beginnings(heard)]
    assert device.accounting is not None
    charges = device.accounting.charges(device, min(beginnings), heard)
    meter: Meter = device.state

    def wh(moment: datetime) -> int:
        return measured.energy(meter.reads(measured.register, moment))

    locked = privacy.is_locked(device, now)
    today, week, month = (None if locked else _spent(wh, charges, since, heard) for since in beginnings)
    price, standing = charges[-1].price, charges[-1].standing_charge
    return FuelScreen(
        heard, meter.supply.name.lower(), price, standing, today, week, month,
        _message(device, restriction, now), events.shown(device, heard, restriction),
    )  # fmt: skip


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
