"""Service Reference 7: enabling, arming and disabling supply."""

from __future__ import annotations

from gbsmart.duis.schema import Complex, Record

BODIES: dict[str, Complex] = {"7.1": Record(), "7.2": Record(), "7.3": Record(), "7.4": Record()}
"""7.1 Enable Supply, 7.2 Disable Supply, 7.3 Arm Supply, 7.4 Read Supply Status: none says more than
its name."""
