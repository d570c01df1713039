"""Service Reference 3: what the customer sees on a meter, and what it keeps private."""

from __future__ import annotations

from gbsmart.duis.envelope import EXECUTION
from gbsmart.duis.lexical import DateTime
from gbsmart.duis.schema import Complex, Element, Record

BODIES: dict[str, Complex] = {
    "3.2": Record(
        EXECUTION,
        Element(
            "RestrictionDateTime",
            DateTime(),
        ),
    )
}
"""3.2 Restrict Access For Change Of Tenancy."""
