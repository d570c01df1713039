"""Service Reference 4: reading from meters."""

from __future__ import annotations

from gbsmart.duis.envelope import EXECUTION
from gbsmart.duis.schema import Complex, Record

BODIES: dict[str, Complex] = {"4.1.1": Record(EXECUTION), "4.3": Record(EXECUTION), "4.11.1": Record()}
"""4.1.1 Read Instantaneous Import Registers: energy imported so far, now or at a moment.
4.3 Read Instantaneous Prepay Values: balances and debts, now or at a moment.
4.11.1 Read Tariff (Primary Element): the tariff in force, which an Other User may read too."""
