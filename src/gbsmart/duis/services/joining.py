"""Service References 8.7 to 8.13: who is on a home area network, and what hubs and proxies remember of it."""

from __future__ import annotations

from gbsmart.duis.lexical import Integer, OneOf
from gbsmart.duis.octets import Hex
from gbsmart.duis.schema import EMPTY, Complex, Element, Record
from gbsmart.duis.terms import DEVICE, EUI, EXECUTION, ID, MPAN, MPXN, OCTETS

_WHITELIST = Record(
    Element("JoinTimePeriod", Integer(1, 3600), unit="s", note="How long the device may join."),
    Element("InstallCode", Hex(6, 16), note="By which the device proves that it is meant."),
    Element("ImportMPxN", MPXN, optional=True, note="Of import by a meter that is added."),
    Element("SecondaryImportMPAN", MPAN, optional=True, note="Of its second element."),
    Element("ExportMPAN", MPAN, optional=True, note="Of export by it."),
)


def _other(note: str) -> Record:
    return Record(Element("OtherDeviceID", EUI, note="With whom."), note=note)


BODIES: dict[str, Complex] = {
    "8.7.1": _other("Lets a device take critical commands of another, or lets meter and proxy meet."),
    "8.7.2": _other("Lets a device talk to another."),
    "8.8.1": _other("Ends what lets a device take critical commands of another."),
    "8.8.2": _other("Ends what lets a device talk to another."),
    "8.9": Record(
        EXECUTION,
        Element(
            "ReadSecurityDetails", EMPTY, optional=True, note="With the hashes of link keys that a hub holds."
        ),
        note="The devices that a device knows; those of a hub with when each was last heard.",
    ),
    "8.11": Record(
        EXECUTION,
        DEVICE,
        Element("RequestType", OneOf(("Add", "Remove")), note="Which of both."),
        Element("AddDeviceToCHFWhitelist", _WHITELIST, optional=True, note="Where a device is added."),
        note="Lets a device onto a home area network, or off it.",
    ),
    "8.12.1": Record(
        Element("OldCHFID", EUI, note="The hub that was replaced."),
        note="Gives a new hub what the old one remembered of the home area network.",
    ),
    "8.12.2": Record(
        Element("OldGPFID", EUI, note="The gas proxy function that was replaced."),
        note="Gives a new gas proxy function what the old one remembered.",
    ),
    "8.13": Record(
        Element("OriginalRequestID", ID, optional=True, note="What the device answers."),
        Element("DeviceGBCSResponse", OCTETS, note="The device's GBCS message."),
        note="Gives the DCC the answer of a device to a command that was delivered by hand.",
    ),
}
