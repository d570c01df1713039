"""Service Reference 3: what the customer sees on a meter, and what it keeps private."""

from __future__ import annotations

from gbsmart.duis.envelope import EXECUTION
from gbsmart.duis.lexical import DateTime, Text
from gbsmart.duis.schema import Complex, Element, Record

BODIES: dict[str, Complex] = {
    "3.2": Record(
        EXECUTION,
        Element(
            "RestrictionDateTime",
            DateTime(),
        ),
    ),
    "3.4": Record(
        EXECUTION,
        Element("SupplierName", Text(1, 15, "[ -~]+")),
        Element("SupplierTelephoneNumber", Text(1, 18, "[0-9 ]+")),
    ),
}
"""3.2 Restrict Access For Change Of Tenancy and 3.4 Update Supplier Name."""
