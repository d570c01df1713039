"""Money at the meters: what an account holds, top-ups typed in, emergency credit, the button on the meter."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, SecretStr

from gbsmart.assembly.control.model import Asked, EuiText, Operation, Told
from gbsmart.assembly.street import LocalStreet
from gbsmart.devices import Notice, battery, tampering
from gbsmart.devices.tampering import COVER, WAYS
from gbsmart.gbcs.utrn import ValueClass
from gbsmart.ground import Eui64, InvalidValue, NotFound

if TYPE_CHECKING:
    from gbsmart.assembly.system import System
    from gbsmart.devices import Device, Home


class Which(Asked):
    """Which meter."""

    device: EuiText


class Value(Which):
    """A top-up that the demonstration's supplier makes."""

    value: Annotated[int, Field(ge=0, le=8191)]
    pounds: Annotated[bool, Field(description="whether the value is in pounds; else in pence")] = False


class Digits(Asked):
    """A UTRN as it is typed in, and where: at a meter, or at the PPMID of its home."""

    device: EuiText
    utrn: Annotated[str, Field(max_length=40, description="20 digits; spaces and hyphens may be there")]


class Pressed(Which):
    """The boost button, and for how long its loads are to stay on."""

    minutes: Annotated[int, Field(gt=0, le=24 * 60)] = 60


class Tampered(Which):
    """A way of tampering with a meter."""

    way: Annotated[str, Field(description=", ".join(WAYS))] = COVER


class Depleted(Which):
    """How far a gas meter's battery is to run down."""

    days: Annotated[
        int, Field(ge=0, description="days that it still lasts; at 0 the meter loses its power")
    ] = 0


class Pin(Which):
    """A privacy PIN: four digits, or nothing for no PIN. It is kept out of all that is told and logged."""

    pin: Annotated[SecretStr, Field(max_length=40, description="four digits; empty for none")]


class Restored(Which):
    """The button that restores a supply, and what gas flows meanwhile."""

    flow: Annotated[int, Field(ge=0, description="dm3/h through an appliance left on")] = 0


class Made(Told):
    """A UTRN and the counter under which it may be sent."""

    utrn: str
    counter: int


class Credited(Told):
    """What a meter made of a UTRN: the credit in millipence, or why there is none.

    ``meter`` is the one that the UTRN went to, which follows from the UTRN where it was typed in at a PPMID.
    """

    meter: EuiText
    accepted: bool
    amount: int
    refusal: str


class Done(Told):
    """Whether the meter did it."""

    done: bool


class Event(Told):
    """An event that was shown or sounded."""

    at: datetime
    code: str
    event: str


class Screen(Told):
    """What a meter shows, and what it sounds.

    ``reading`` (Wh, or dm3 of gas), ``flow`` (W, or dm3/h) and ``used_today`` (in the half-hours that are
    over since midnight UTC, from a change of tenancy on) are empty while the privacy PIN hides them.
    ``events`` are those shown on the displays of the home.
    """

    supply: str
    behind_pin: bool
    reading: int | None
    flow: int | None
    used_today: int | None
    battery_days: int | None
    tampering: tuple[str, ...]
    events: tuple[Event, ...]
    last_alarm: Event | None
    alarm_sounds: bool


class Account(Told):
    """A meter's account, in millipence. ``bill`` is what is owed in credit mode where it is apart (gas)."""

    prepayment: bool
    supply: str
    meter_balance: int
    emergency_credit: int
    accumulated_debt: int
    time_debt_1: int
    time_debt_2: int
    payment_debt: int
    bill: int


def _road(system: System) -> LocalStreet:
    if isinstance(system.road, LocalStreet):
        return system.road
    raise InvalidValue("the homes of this system are in another process", field="device")


def _home(system: System, eui: Eui64) -> tuple[Home, Device]:
    """A device, in its home as it was last committed."""
    _road(system)
    hub = system.street.hub_of(eui)
    if hub is None:
        raise NotFound(f"{eui} is not in this street")
    home = system.street.home(hub)
    return home, next(each for each in home.devices.values() if each.eui == eui)


async def account(system: System, asked: Which) -> Account:
    """What a meter's account holds now."""
    (_, meter), now = _home(system, asked.device), system.clock.now()
    if meter.accounting is None:
        remedy = "Name the meter: what a PPMID shows is its meters' account."
        raise InvalidValue(f"a {meter.kind} has no account", field="device", remedy=remedy)
    return Account(
        prepayment=meter.accounting.terms(meter, now).prepayment,
        supply=meter.state.supply.name.lower(),
        **meter.accounting.balances(meter, now)._asdict(),
    )


async def make(system: System, asked: Value) -> Made:
    """The digits of a top-up by the supplier, to be typed in or sent (2.2)."""
    unit = ValueClass.POUNDS if asked.pounds else ValueClass.PENCE
    utrn, counter = await system.user.make_utrn(asked.device, asked.value, unit)
    return Made(utrn=utrn, counter=counter)


async def enter(system: System, asked: Digits) -> Credited:
    """Type a UTRN in at a meter, or at the PPMID, which carries it to the meter it is for."""
    meter = _road(system).meter_for(asked.device, asked.utrn)
    found = await _road(system).top_up(meter, asked.utrn)
    refusal = found.refusal.reason if found.refusal else ""
    return Credited(meter=meter, accepted=found.accepted, amount=found.amount, refusal=refusal)


async def lend(system: System, asked: Which) -> Done:
    """Take the emergency credit that a meter offers."""
    return Done(done=await _road(system).activate_emergency_credit(asked.device))


async def restore(system: System, asked: Restored) -> Done:
    """Press the button that restores an armed supply."""
    return Done(done=await _road(system).restore_supply(asked.device, asked.flow))


async def press(system: System, asked: Pressed) -> Done:
    """Press the boost button."""
    return Done(done=await _road(system).boost(asked.device, timedelta(minutes=asked.minutes)))


def _event(notice: Notice) -> Event:
    return Event(at=notice.moment, code=f"{notice.code:04X}", event=notice.name)


async def state(system: System, asked: Which) -> Screen:
    """What a meter shows, as its own display and those of its home have it."""
    return await asyncio.to_thread(_shown, *_home(system, asked.device), system.clock.now())


def _shown(home: Home, meter: Device, now: datetime) -> Screen:
    if meter.accounting is None:
        raise InvalidValue(f"a {meter.kind} shows no consumption", field="device", remedy="Name a meter.")
    shot = home.snapshot(now)
    electric = meter.kind == "ESME"
    hidden = meter.kind in shot.behind_pin
    today = shot.electricity_today if electric else shot.gas_today
    alarm = next((each for each in shot.alarms if each.meter == meter.kind), None)
    return Screen(
        supply=shot.electricity_supply if electric else shot.gas_supply,
        behind_pin=hidden,
        reading=shot.electricity_wh if electric else shot.gas_litres,
        flow=shot.electricity_power_w if electric else shot.gas_flow_litres_per_hour,
        used_today=None if hidden else sum(each.amount for each in today),
        battery_days=battery.days_left(meter, now),
        tampering=tampering.lasting(meter),
        events=tuple(_event(notice) for kind, notice in shot.notices if kind == meter.kind),
        last_alarm=None if alarm is None else _event(alarm.heard),
        alarm_sounds=alarm is not None and alarm.sounds,
    )


async def meddle(system: System, asked: Tampered) -> Done:
    """Tamper with a meter; done where that disabled the supply."""
    return Done(done=await _road(system).tamper(asked.device, asked.way))


async def mend(system: System, asked: Tampered) -> Done:
    """Put a meter in order again: close its cover, take the magnet away."""
    return Done(done=await _road(system).end_tampering(asked.device, asked.way))


async def run_down(system: System, asked: Depleted) -> Done:
    """Let a gas meter's battery run down; done where that moved the valve."""
    return Done(done=await _road(system).deplete(asked.device, asked.days))


async def new_battery(system: System, asked: Which) -> Done:
    """Put a new battery in; done where opening the meter disabled the supply."""
    return Done(done=await _road(system).replace_battery(asked.device))


async def confirm(system: System, asked: Which) -> Done:
    """Acknowledge the supplier's message; not done where none waits."""
    return Done(done=await _road(system).acknowledge(asked.device))


async def protect(system: System, asked: Pin) -> Done:
    """Set the privacy PIN at the meter; not done while the one in force was not entered."""
    return Done(done=await _road(system).set_pin(asked.device, asked.pin.get_secret_value()))


async def unlock(system: System, asked: Pin) -> Done:
    """Enter the privacy PIN; not done where it is another."""
    return Done(done=await _road(system).enter_pin(asked.device, asked.pin.get_secret_value()))


async def uncover(system: System, asked: Which) -> Done:
    """Take the cover off a meter; done where that disabled the supply."""
    return Done(done=await _road(system).open_cover(asked.device))


OPERATIONS = (
    Operation(
        "meters account", "GET", "/meters/{device}/account", "What a meter's account holds.",
        Which, Account, account,
    ),
    Operation(
        "meters utrn", "POST", "/meters/{device}/utrns", "Make a UTRN with the supplier's top-up key.",
        Value, Made, make,
    ),
    Operation(
        "meters topup", "POST", "/meters/{device}/top-ups", "Type a UTRN in at a meter or PPMID.",
        Digits, Credited, enter,
    ),
    Operation(
        "meters lend", "POST", "/meters/{device}/emergency-credit", "Take the emergency credit on offer.",
        Which, Done, lend,
    ),
    Operation(
        "meters restore", "POST", "/meters/{device}/supply", "Restore an armed supply by the meter's button.",
        Restored, Done, restore,
    ),
    Operation(
        "meters boost", "POST", "/meters/{device}/boost", "Press the boost button of an electricity meter.",
        Pressed, Done, press,
    ),
    Operation(
        "meters uncover", "POST", "/meters/{device}/cover", "Take the cover off a meter.",
        Which, Done, uncover,
    ),
    Operation(
        "meters state", "GET", "/meters/{device}/state", "What a meter shows and sounds.",
        Which, Screen, state,
    ),
    Operation(
        "meters tamper", "POST", "/meters/{device}/tampering", "Tamper with a meter.",
        Tampered, Done, meddle,
    ),
    Operation(
        "meters mend", "POST", "/meters/{device}/tampering/end", "Put a meter in order again.",
        Tampered, Done, mend,
    ),
    Operation(
        "meters deplete", "POST", "/meters/{device}/battery/depletion",
        "Let the battery of a gas meter run down.",
        Depleted, Done, run_down,
    ),
    Operation(
        "meters battery", "POST", "/meters/{device}/battery", "Put a new battery into a gas meter.",
        Which, Done, new_battery,
    ),
    Operation(
        "meters acknowledge", "POST", "/meters/{device}/message/acknowledgement",
        "Acknowledge the supplier's message on a display.",
        Which, Done, confirm,
    ),
    Operation(
        "meters pin", "POST", "/meters/{device}/pin", "Set a privacy PIN at a meter, or none.",
        Pin, Done, protect,
    ),
    Operation(
        "meters unlock", "POST", "/meters/{device}/pin/entry", "Enter the privacy PIN at a meter.",
        Pin, Done, unlock,
    ),
)  # fmt: skip
