"""The gas meter (GSME, SMETS section 4)."""

from __future__ import annotations

from typing import Final

from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import Meter
from gbsmart.ground import Eui64

KIND: Final = "GSME"


def device(eui: Eui64, memory: Memory, credentials: Credentials, meter: Meter) -> Device:
    """A gas meter."""
    return Device(eui, KIND, memory, credentials, {}, meter)
