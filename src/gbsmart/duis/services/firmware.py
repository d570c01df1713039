"""Service Reference 11: firmware."""

from __future__ import annotations

from gbsmart.duis.lexical import Euis
from gbsmart.duis.octets import Base64, Hex
from gbsmart.duis.schema import Complex, Element, Record
from gbsmart.duis.terms import EXECUTION, FIRMWARE_VERSION


def _image(note: str) -> Record:
    return Record(
        Element("FirmwareImage", Base64(10_240_000), note="As its maker signed it."),
        FIRMWARE_VERSION,
        Element("DeviceIDList", Euis(1_199_999), note="The devices that get it, at most 50,000."),
        note=note,
    )


BODIES: dict[str, Complex] = {
    "11.1": _image("Has hubs bring a firmware image to meters, which keep it until it is activated."),
    "11.2": Record(EXECUTION, note="The version of the firmware that a device runs."),
    "11.3": Record(
        EXECUTION,
        Element("FirmwareHash", Hex(32, 32), note="Of the image that is meant."),
        note="Has a device change to the firmware image that it was brought.",
    ),
    "11.4": _image("Has hubs bring a firmware image to prepayment displays, which activate it themselves."),
}
