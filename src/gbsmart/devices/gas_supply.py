"""What a supplier has set of a gas meter's supply: which flow is too much, what tampering does to it, and
what the end of its battery."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from gbsmart.devices.choices import SupplyRules
from gbsmart.devices.device import Device
from gbsmart.devices.meter import Supply
from gbsmart.devices.zcl import FAMILY, Subject, ZclServer

_LITRES: Final = 1_000
_LOCKED: Final = 0
"""The supply tamper state under which a meter that is opened closes its valve."""


def _held(device: Device, name: str, moment: datetime) -> int:
    return int(cast("ZclServer", device.servers[FAMILY]).read(Subject(device, moment), name))


def _greatest_flow(device: Device, moment: datetime) -> int:
    """The flow (dm3/h) that counts as uncontrolled while a supply is restored; 0 where none was set."""
    threshold, multiplier, divisor = (
        _held(device, f"uncontrolled_flow_{name}", moment) for name in ("threshold", "multiplier", "divisor")
    )
    return threshold * multiplier * _LITRES // max(1, divisor)


def _is_locked_by_tampering(device: Device, moment: datetime) -> bool:
    return _held(device, "supply_tamper_state", moment) == _LOCKED


def _at_depletion(device: Device, moment: datetime) -> Supply | None:
    """The supply states of ZigBee; whatever is none of them changes nothing."""
    held = _held(device, "supply_depletion_state", moment)
    return Supply(held) if held in tuple(Supply) else None


RULES: Final = SupplyRules(_greatest_flow, _is_locked_by_tampering, _at_depletion)
