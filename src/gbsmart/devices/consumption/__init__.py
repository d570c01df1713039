"""What an emulated home uses: a function of its seed and the time, never rows.

>>> from datetime import UTC, datetime
>>> home = Home(seed=7)
>>> home.electricity_wh(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
11152

Everything is integer arithmetic over BLAKE2b and SplitMix64, so the same seed is the same home on every
machine and every version of Python. :class:`Home` is the only name most callers need.
"""

from gbsmart.devices.consumption.home import (
    LEAST_VOLTS,
    MOST_VOLTS,
    HalfHour,
    Home,
    Register,
    log_entries,
)
from gbsmart.devices.consumption.units import (
    CALORIFIC_VALUE_KJ_PER_M3,
    VOLUME_CORRECTION_PER_100_000,
    litres_from_wh,
    wh_from_litres,
)

__all__ = [
    "CALORIFIC_VALUE_KJ_PER_M3",
    "LEAST_VOLTS",
    "MOST_VOLTS",
    "VOLUME_CORRECTION_PER_100_000",
    "HalfHour",
    "Home",
    "Register",
    "litres_from_wh",
    "log_entries",
    "wh_from_litres",
]
