"""What the people of a home do at a meter, or at the PPMID beside it (SMETS 4.5.2, 5.6.2, PPMIDTS).

Each is an action for :meth:`~gbsmart.devices.service.Street.perform`: done to the meter, of which its
reaction (alerts, log entries) tells.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, TypeVar, cast

from gbsmart.devices.accounting import Accounting, Credited
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import Reaction
from gbsmart.devices.meter import Meter, Supply
from gbsmart.ground import InvalidValue

T = TypeVar("T")
Action: TypeAlias = Callable[[Device, datetime, Reaction], T]


def top_up(digits: str) -> Action[Credited]:
    """Type in a UTRN; what became of it. Spaces and hyphens between the digits do not matter."""
    return lambda device, now, reaction: _accounting(device).enter(device, digits, now, reaction)


def activate_emergency_credit() -> Action[bool]:
    """Take the emergency credit that is offered; False where none is."""
    return lambda device, now, reaction: _accounting(device).activate_emergency_credit(device, now, reaction)


COVER_REMOVED, LOCKED, TOO_MUCH_FLOW = 0x8F74, 0x81BE, 0x81BF
"""Alert codes (GBCS 16.2)."""


def restore_supply(flow: int = 0) -> Action[bool]:
    """Press the button that restores an armed supply; False where it is not armed, or too much gas flows.

    ``flow`` (dm3/h) is what flows while a gas meter looks whether an appliance was left on; above what its
    supplier allows the valve closes again, and the supply stays armed.
    """

    def press(device: Device, now: datetime, reaction: Reaction) -> bool:
        accounting, meter = _accounting(device), cast("Meter", device.state)
        greatest = device.supply_rules.greatest_flow(device, now)
        if meter.supply is Supply.ARMED and 0 < greatest < flow:
            accounting.say(device, TOO_MUCH_FLOW, now, reaction)
            return False
        with device.changing(now, reaction):
            return meter.restore(now)

    return press


def open_cover() -> Action[bool]:
    """Take the cover off a meter, which tells its supplier; whether that disabled the supply."""

    def open_it(device: Device, now: datetime, reaction: Reaction) -> bool:
        accounting, meter = _accounting(device), cast("Meter", device.state)
        accounting.say(device, COVER_REMOVED, now, reaction, "security")
        if not device.supply_rules.is_locked_by_tampering(device, now):
            return False
        with device.changing(now, reaction):
            disabled = meter.switch(Supply.OFF, now) is Supply.OFF
        if disabled:
            accounting.say(device, LOCKED, now, reaction)
        return disabled

    return open_it


def _accounting(device: Device) -> Accounting:
    if device.accounting is None:
        raise InvalidValue(
            f"a {device.kind} has no supply and no account", field="device",
            remedy="Name the meter that it is for; only a UTRN finds its meter from the PPMID.",
        )  # fmt: skip
    return device.accounting
