"""What a ResponseMessage can hold beside its Service Reference, grouped by what it answers."""

from __future__ import annotations

from gbsmart.duis.responses import coverage, firmware, inventory, messages, scheduling
from gbsmart.duis.schema import Element

PAYLOADS: tuple[Element, ...] = (
    *messages.PAYLOADS,
    *inventory.PAYLOADS,
    *scheduling.PAYLOADS,
    *firmware.PAYLOADS,
    *coverage.PAYLOADS,
)
"""The payloads of a ResponseMessage, of which it has one or none."""
