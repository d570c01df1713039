"""Whom to call: the supplier's name and telephone number on the meter's display (SMETS 5.7.4.8)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.objects.attribute import EXTENDED_DATA, attribute
from gbsmart.gbcs.dlms.shapes import TEXT

SUPPLIER_TELEPHONE_NUMBER = attribute(
    "supplier_telephone_number", EXTENDED_DATA, "0-0:96.13.0.255", 2, TEXT,
    "Contact details: the supplier's telephone number",
)  # fmt: skip
SUPPLIER_NAME = attribute(
    "supplier_name", EXTENDED_DATA, "0-0:96.13.1.255", 2, TEXT, "Contact details: the supplier's name"
)
