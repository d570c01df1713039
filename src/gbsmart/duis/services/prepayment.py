"""Service Reference 2: prepayment."""

from __future__ import annotations

from gbsmart.duis.lexical import Text
from gbsmart.duis.schema import Complex, Element, Record

BODIES: dict[str, Complex] = {
    "2.2": Record(Element("UTRN", Text(20, 20, r"[0-9]{20}"))),
}
"""2.2 Top Up Device: the digits of a Unique Transaction Reference Number, which the device checks."""
