"""The HAN connected auxiliary load control switch (HCALCS, Schedule 9): it switches one load of the home.

The electricity meter commands it over the home's own network, by the auxiliary controller that names it; the
DCC addresses it as a Type 1 device.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from gbsmart.devices import electricity_load
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "HCALCS"


def position(switch: Device, meter: Device, now: datetime) -> str:
    """Whether the load is ``on``, as the electricity meter has it, or ``off``."""
    return "on" if electricity_load.is_on(meter, switch.eui, now) else "off"


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """A load switch."""
    return Device(eui, KIND, memory, credentials, {"ASN1": AsnServer()}, home)
