"""Service Reference 7: enabling, arming and disabling supply."""

from __future__ import annotations

from gbsmart.duis.schema import Complex, Record

BODIES: dict[str, Complex] = {"7.1": Record(), "7.2": Record()}
"""7.1 Enable Supply and 7.2 Disable Supply: neither says more than its name."""
