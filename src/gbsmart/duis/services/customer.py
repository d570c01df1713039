"""Service References 3 and 9: what the customer sees on a meter, and what it keeps private."""

from __future__ import annotations

from gbsmart.duis.lexical import OneOf, Text
from gbsmart.duis.schema import Complex, Element, Record
from gbsmart.duis.terms import EXECUTION, MOMENT

BODIES: dict[str, Complex] = {
    "3.1": Record(
        EXECUTION,
        Element("SupplierMessage", Text(1, 116, "[ -~]+"), note="What it says."),
        note="Shows a message on the meter and on in-home displays.",
    ),
    "3.2": Record(
        EXECUTION,
        Element("RestrictionDateTime", MOMENT, note="What is older is no longer shown."),
        note="Hides the consumption of a former tenant from the displays in the home.",
    ),
    "3.3": Record(
        Element(
            "ESMEEventLogType",
            OneOf(("ESME", "ALCS")),
            optional=True,
            note="Which log of an electricity meter: its own, or that of auxiliary load switches.",
        ),
        note="Empties an event log.",
    ),
    "3.4": Record(
        EXECUTION,
        Element("SupplierName", Text(1, 15, "[ -~]+"), note="As the display has room for it."),
        Element("SupplierTelephoneNumber", Text(1, 18, "[0-9 ]+"), note="Where the customer can call."),
        note="Has the meter show another supplier.",
    ),
    "3.5": Record(note="Removes the customer's privacy PIN from a meter."),
    "9.1": Record(
        note="Has the DCC make up four digits, show them on the meter and tell the User what they are."
    ),
}
