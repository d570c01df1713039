"""GBCS messages in responses: what devices said, and what is to be signed or delivered to them."""

from __future__ import annotations

from gbsmart.duis.lexical import Text
from gbsmart.duis.octets import Hex
from gbsmart.duis.schema import Element, Record
from gbsmart.duis.terms import FREE, GBCS_PAYLOAD, U16

_FUTURE_DATED = (b"\x8f\x66", b"\x8f\x67")

PAYLOADS = (
    GBCS_PAYLOAD,
    Element(
        "PreCommand",
        Record(Element("GBCSVersion", FREE, note="That of the device."), GBCS_PAYLOAD),
        note="What a critical request was transformed to, for the User to hold against it and sign.",
    ),
    Element("LocalCommand", Record(GBCS_PAYLOAD), note="A Command for the User to deliver by hand."),
    Element(
        "FutureDatedDeviceAlertMessage",
        Record(
            Element(
                "FutureDatedAlertCode",
                Hex(2, 2, _FUTURE_DATED),
                note="8F66: an instruction was carried out; 8F67: it failed.",
            ),
            GBCS_PAYLOAD,
            Element("InstructionNumber", U16, note="Which of them this is about."),
            Element("TotalCommandInstructions", U16, note="How many instructions the command has."),
        ),
        note="What came of a command that a device held until its time.",
    ),
    Element(
        "CINMessage",
        Record(
            GBCS_PAYLOAD,
            Element("CustomerIdentificationNumber", Text(4, 4, "[0-9]{4}"), note="The digits on the meter."),
        ),
        note="Answers 9.1: what the customer reads out, to show that the meter is theirs.",
    ),
)
