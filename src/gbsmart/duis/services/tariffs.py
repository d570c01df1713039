"""Service Reference 1: tariffs and prices."""

from __future__ import annotations

from gbsmart.duis.schema import Complex

BODIES: dict[str, Complex] = {}
