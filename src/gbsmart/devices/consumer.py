"""What the people of a home do at a meter, or at the PPMID beside it (SMETS 4.5.2, 5.6.2, PPMIDTS).

Each is an action for :meth:`~gbsmart.devices.service.Street.perform`: done to the meter, of which its
reaction (alerts, log entries) tells.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias, TypeVar, cast

from gbsmart.devices.accounting import Accounting, Credited
from gbsmart.devices.device import Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Reaction
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


TOO_MUCH_FLOW: Final = 0x81BF
OBEYED, NOT_OBEYED = 0x8161, 0x8162
"""Alert and event codes (GBCS 16.2): the last two are of a command at the user interface."""


def restore_supply(flow: int = 0) -> Action[bool]:
    """Press the button that restores an armed supply; False where it is not armed, or too much gas flows.

    ``flow`` (dm3/h) is what flows while a gas meter looks whether an appliance was left on; above what its
    supplier allows the valve closes again, and the supply stays armed.
    """

    def press(device: Device, now: datetime, reaction: Reaction) -> bool:
        _accounting(device)  # only what has an account has a supply
        meter = cast("Meter", device.state)
        greatest = device.supply_rules.greatest_flow(device, now)
        if meter.supply is Supply.ARMED and 0 < greatest < flow:
            report(device, TOO_MUCH_FLOW, now, reaction, EVENT)
            return False
        with device.changing(now, reaction):
            done = meter.restore(now)
        report(device, OBEYED if done else NOT_OBEYED, now, reaction, EVENT)
        return done

    return press


def check_meter(device: Device, wanted: str) -> None:
    """Raise :class:`InvalidValue` for a device that has nothing of the kind, for it is no meter."""
    if not isinstance(device.state, Meter):
        raise InvalidValue(f"a {device.kind} has no {wanted}: a meter has", field="device")


def _accounting(device: Device) -> Accounting:
    if device.accounting is None:
        raise InvalidValue(
            f"a {device.kind} has no supply and no account", field="device",
            remedy="Name the meter that it is for; only a UTRN finds its meter from the PPMID.",
        )  # fmt: skip
    return device.accounting
