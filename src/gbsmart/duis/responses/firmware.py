"""Warnings that firmware (11.1, 11.4) does not go to every device that was named."""

from __future__ import annotations

from gbsmart.duis.schema import Element, Record
from gbsmart.duis.terms import EUIS


def _left_out(name: str, why: str) -> Element:
    return Element(name, EUIS, optional=True, note=f"Devices that get none: {why}.")


_WARNING = Record(
    _left_out("InvalidDeviceIDList", "they are not in the inventory, or not the User's"),
    _left_out("NotCommissionedDeviceIDList", "they are not commissioned"),
    _left_out("NotApplicableFirmwareDeviceIDList", "the firmware is not for their model"),
    _left_out("OtherRequestInProgressList", "other firmware is on its way to them"),
    _left_out("InvalidGBCSVersionList", "the firmware speaks a GBCS version that may not follow theirs"),
)

PAYLOADS = (
    Element("DSPUpdateFirmwareWarning", _WARNING, note="Comes with the answer to 11.1."),
    Element("DSPUpdatePPMIDFirmwareWarning", _WARNING, note="Comes with the answer to 11.4."),
)
