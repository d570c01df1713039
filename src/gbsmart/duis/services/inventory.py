"""Service Reference 8: commissioning and the Smart Metering Inventory."""

from __future__ import annotations

from gbsmart.duis.alerts import MPXN
from gbsmart.duis.envelope import EUI, PROPERTY_FILTER, UPRN
from gbsmart.duis.schema import Choice, Complex, Element, Record

BODIES: dict[str, Complex] = {
    "8.2": Record(
        Choice(
            (
                Element("UPRN", UPRN),
                Element("DeviceID", EUI),
                Element("MPxN", MPXN, field="mpxn"),
                Element("PropertyFilter", PROPERTY_FILTER),
            )
        )
    )
}
"""8.2 Read Inventory: all devices at one property, by any of four keys."""
