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
from gbsmart.devices.meter import Meter
from gbsmart.ground import InvalidValue

T = TypeVar("T")
Action: TypeAlias = Callable[[Device, datetime, Reaction], T]


def top_up(digits: str) -> Action[Credited]:
    """Type in a UTRN; what became of it. Spaces and hyphens between the digits do not matter."""
    return lambda device, now, reaction: _accounting(device).enter(device, digits, now, reaction)


def activate_emergency_credit() -> Action[bool]:
    """Take the emergency credit that is offered; False where none is."""
    return lambda device, now, reaction: _accounting(device).activate_emergency_credit(device, now, reaction)


def restore_supply() -> Action[bool]:
    """Press the button that restores an armed supply; False where it is not armed."""

    def press(device: Device, now: datetime, reaction: Reaction) -> bool:
        _accounting(device)
        with device.changing(now, reaction):
            return cast("Meter", device.state).restore(now)

    return press


def _accounting(device: Device) -> Accounting:
    if device.accounting is None:
        raise InvalidValue(
            f"a {device.kind} has no supply and no account", field="device",
            remedy="Name the meter that it is for; only a UTRN finds its meter from the PPMID.",
        )  # fmt: skip
    return device.accounting
