"""What each emulated device is: maker, model and firmware, as it says of itself and as it was registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from gbsmart.devices.cosem import Source
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.identity import (
    DEVICE_IDENTIFIER,
    FIRMWARE_VERSION,
    MANUFACTURER,
    METER_VARIANT,
    MODEL_TYPE,
)


class Make(NamedTuple):
    """A device model: ``manufacturer`` has 4 letters, ``model`` up to 8, ``firmware`` 4 octets."""

    manufacturer: str
    model: str
    firmware: bytes

    @property
    def model_type(self) -> bytes:
        """The model in the 8 octets of the device's own register."""
        return self.model.ljust(8).encode("ascii")


_FIRST = bytes.fromhex("00000001")
MAKES: Final[Mapping[str, Make]] = {
    kind: Make("GBSM", model, _FIRST)
    for kind, model in {
        "CHF": "HUB1", "GPF": "HUB1", "ESME": "EM01", "GSME": "GM01",
        "PPMID": "PP01", "HCALCS": "HC01", "IHD": "IH01", "SAPC": "SA01",
    }.items()
}  # fmt: skip
"""Type of device to its model: made up."""

VARIANT: Final = "identity/variant"
"""The slot of an electricity meter's variant: its letters."""
SINGLE_ELEMENT: Final = "A"
GBCS_VERSION: Final = "identity/gbcs"
"""The slot of the GBCS version of a home's devices, in the memory of its hub."""


_RUNNING: Final = "firmware/running"


def firmware_of(device: Device) -> bytes:
    """The version of the firmware that runs."""
    return device.memory.get(_RUNNING) or MAKES[device.kind].firmware


def run(memory: Memory, version: bytes) -> None:
    """Run another version from now on."""
    memory.put(_RUNNING, version)


def make_of(view: View) -> Make:
    """The model of the device that is asked."""
    return MAKES[view.device.kind]


def variant_of(device: Device) -> str:
    """The letters of an electricity meter's variant."""
    return (device.memory.get(VARIANT) or SINGLE_ELEMENT.encode("ascii")).decode("ascii")


SOURCES: Final[Mapping[Ref, Source]] = {
    FIRMWARE_VERSION.ref: lambda view: firmware_of(view.device),
    DEVICE_IDENTIFIER.ref: lambda view: bytes(view.device.eui),
    METER_VARIANT.ref: lambda view: variant_of(view.device).encode("ascii"),
    MODEL_TYPE.ref: lambda view: make_of(view).model_type,
    MANUFACTURER.ref: lambda view: make_of(view).manufacturer.encode("ascii"),
}
