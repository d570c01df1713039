"""The HAN connected auxiliary load control switch (HCALCS, Schedule 9): it switches one load of the home.

The electricity meter commands it over the home's own network; the DCC addresses it as a Type 1 device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "HCALCS"
_SLOT: Final = "switch/closed"


class LoadSwitch:
    """The switch, on a device's memory: the load is ``off`` until the meter asks otherwise (assumed)."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def closed(self) -> bool:
        """Whether the load has supply."""
        return bool(self._memory.number(_SLOT))

    @property
    def position(self) -> str:
        """``on`` or ``off``."""
        return "on" if self.closed else "off"

    def switch(self, *, closed: bool) -> None:
        """Close or open it."""
        self._memory.put_number(_SLOT, int(closed))


def device(eui: Eui64, memory: Memory, credentials: Credentials, _home: Home) -> Device:
    """A load switch."""
    return Device(eui, KIND, memory, credentials, {"ASN1": AsnServer()}, LoadSwitch(memory))
