"""The communications hub function (CHF)."""

from __future__ import annotations

from typing import Final

from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.ground import Eui64

KIND: Final = "CHF"


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: object) -> Device:
    """A hub."""
    return Device(eui, KIND, memory, credentials, {}, home)
