"""Device management (Service References 6.2.4, 6.11, 8.1.1, 8.9, 11.2 and 11.3).

Which of two use cases with equal bodies a device takes goes by its GBCS version (``gbcs.versions``): that
it does is from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gbsmart.translation.binding import COUNTER, Body, From, Members, Source, binding
from gbsmart.translation.bindings.credentials import AT

_FIRMWARE: Mapping[str, Source] = {
    "firmware_hash": From("firmware_hash"), "counter": COUNTER, "execution_date_time": AT,
}  # fmt: skip


def _latest(clock: Body) -> datetime:
    """The latest time that a clock set now may show."""
    current: datetime = clock["current_date_time"]
    return (current + timedelta(seconds=clock["tolerance_period"])).replace(microsecond=0)


_CURRENT = From("current_date_time", lambda moment: moment.replace(microsecond=0), "a time")
_LATEST = From("", _latest, "the latest time")
_ELECTRICITY_CLOCK = {"valid_time_range": Members({"start": _CURRENT, "end": _LATEST})}
_GAS_CLOCK = {"current_date_time": _CURRENT, "latest_date_time": _LATEST}

BINDINGS = (
    binding("6.2.4", "ECS26m"),
    binding("6.2.4", "ECS26e"),
    binding("6.2.4", "ECS26n"),
    binding("6.2.4", "ECS26i"),
    binding("6.2.4", "GCS21m"),
    binding("6.2.4", "GCS21e"),
    *(binding(variant, "ECS70", fields=_ELECTRICITY_CLOCK) for variant in ("6.11", "8.1.1")),
    *(binding(variant, "GCS28", fields=_GAS_CLOCK) for variant in ("6.11", "8.1.1")),
    binding("8.9", "CCS07", when="read_security_details"),
    binding("8.9", "CCS06"),
    binding("8.9", "CCS05CCS04"),
    binding(
        "8.9", "CS07",
        refuses={"read_security_details": "E080902"},
    ),
    binding("11.2", "ECS52"),
    binding("11.2", "GCS38"),
    binding("11.2", "CS08"),
    binding("11.3", "CS06", fields=_FIRMWARE),
)  # fmt: skip
