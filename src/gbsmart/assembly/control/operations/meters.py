"""Money at the meters: what an account holds, top-ups typed in, emergency credit, the button on the meter."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gbsmart.assembly.control.model import Asked, EuiText, Operation, Told
from gbsmart.assembly.street import LocalStreet
from gbsmart.gbcs.utrn import ValueClass
from gbsmart.ground import Eui64, InvalidValue, NotFound

if TYPE_CHECKING:
    from gbsmart.assembly.system import System
    from gbsmart.devices import Device


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


def _meter(system: System, eui: Eui64) -> Device:
    hub = system.street.hub_of(eui)
    if hub is None:
        raise NotFound(f"{eui} is not in this street")
    return next(each for each in system.street.home(hub).devices.values() if each.eui == eui)


async def account(system: System, asked: Which) -> Account:
    """What a meter's account holds now."""
    _road(system)
    meter, now = _meter(system, asked.device), system.clock.now()
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
)  # fmt: skip
