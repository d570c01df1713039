"""Service Reference 8: commissioning and the Smart Metering Inventory."""

from __future__ import annotations

from gbsmart.duis.envelope import EUI, IMPORT_MPXN, PROPERTY_FILTER, UPRN
from gbsmart.duis.schema import Choice, Complex, Element, Record

BODIES: dict[str, Complex] = {
    "8.2": Record(
        Choice(
            (
                Element("UPRN", UPRN, meaning="Unique Property Reference Number"),
                Element("DeviceID", EUI),
                Element("MPxN", IMPORT_MPXN, field="mpxn", meaning="MPAN or MPRN of the metering point"),
                Element("PropertyFilter", PROPERTY_FILTER),
            )
        )
    )
}
"""8.2 Read Inventory: all devices at one property, by any of four keys."""
