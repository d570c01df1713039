"""The battery of a gas meter: it runs low, runs out, is replaced (SMETS 4.4, 4.6.4).

An emulated battery runs down when it is told to, not by itself. When it is used up the valve goes where the
supplier has set it to go then (6.7), and stays there; the meter says so, and goes on answering with what is
left (assumed: a real one falls silent some time later).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from gbsmart.devices.consumer import Action
from gbsmart.devices.device import Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, Reaction
from gbsmart.devices.meter import Meter
from gbsmart.devices.tampering import end_tampering, tamper
from gbsmart.devices.zcl import FAMILY, Subject, ZclServer
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.ground import InvalidValue

FULL: Final = 3_650
"""The days that a new battery lasts (assumed)."""
LOW: Final = 60
"""So many days before its end a battery counts as low (assumed)."""
POWER_LOST, BATTERY_LOW, BATTERY_REPLACED = 0x8F1D, 0x8F1F, 0x8F82
"""Alert codes (GBCS 16.2)."""
_LIFE: Final = "remaining_battery_life_in_days"
_COVER: Final = "battery cover"


def days_left(device: Device, now: datetime) -> int | None:
    """How long the battery lasts; None for a device without one."""
    if device.kind not in alert_code(POWER_LOST).raised_by.split():
        return None
    return int(_server(device).read(Subject(device, now), _LIFE))


def deplete(days: int = 0) -> Action[bool]:
    """Let the battery run down to so many days; whether that moved the valve.

    Raises :class:`InvalidValue` for a device without a battery, and for more days than are left.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        left = _days_left(device, now)
        if not 0 <= days <= left:
            raise InvalidValue(
                f"a battery of {left} days runs down to fewer", field="days",
                remedy="A new battery has more.",
            )  # fmt: skip
        _server(device).set(device, _LIFE, days)
        if days:
            if days <= LOW:
                report(device, BATTERY_LOW, now, reaction, EVENT)
            return False
        report(device, POWER_LOST, now, reaction, EVENT)
        wanted = device.supply_rules.at_depletion(device, now)
        if wanted is None:
            return False
        with device.changing(now, reaction):
            return cast("Meter", device.state).switch(wanted, now) is not None

    return action


def replace_battery() -> Action[bool]:
    """Put a new battery in, for which its cover is opened and closed; whether that disabled the supply.

    Raises :class:`InvalidValue` for a device without one.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> bool:
        _days_left(device, now)
        disabled = tamper(_COVER)(device, now, reaction)
        _server(device).set(device, _LIFE, FULL)
        report(device, BATTERY_REPLACED, now, reaction)
        end_tampering(_COVER)(device, now, reaction)
        return disabled

    return action


def _days_left(device: Device, now: datetime) -> int:
    left = days_left(device, now)
    if left is None:
        raise InvalidValue(f"a {device.kind} has no battery", field="device", remedy="Name a gas meter.")
    return left


def _server(device: Device) -> ZclServer:
    return cast("ZclServer", device.servers[FAMILY])
