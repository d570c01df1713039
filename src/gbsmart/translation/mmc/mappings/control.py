"""Supply and the clock: their states, and answers that say more than a result (6.11, 7.1 to 7.4, 8.1.1)."""

from __future__ import annotations

from typing import Any

from gbsmart.translation.mmc import statuses
from gbsmart.translation.mmc.mapping import label, of, response

SUPPLY_STATES = label({0: "Disabled", 1: "Enabled", 2: "Armed"})
VALVE_STATES = label({0: "Disabled", 1: "Armed", 2: "Enabled"})
"""A gas meter numbers the states in another order."""
CLOCK_STATUS = statuses.of_list({0: "reliable", 1: "invalid", 2: "unreliable"})
_INVALID, _DOUBTFUL = 0x01, 0x02
"""Bits of a clock's status."""


def _time_status(status: int) -> dict[str, Any]:
    """The status of an electricity meter's clock [assumed: its bits as DLMS has them]."""
    text = "invalid" if status & _INVALID else "unreliable" if status & _DOUBTFUL else "reliable"
    return {"@TimeStatusCode": status, "TimeStatus": text}


_EMPTY = "the Rsp element is empty: the result stands in DebugInfo"

MAPPINGS = (
    *response("ECS45", row={"SupplyState": of("supply_state", by=SUPPLY_STATES)}),
    *response(
        "GCS33",
        row={
            "SupplyState": of("supply_status", by=VALVE_STATES),
            "Gas": {"RemainingBatteryCapacity": "remaining_battery_life_in_days"},
        },
    ),
    *response(
        "ECS70",
        row={
            "DeviceTime": "device_time",
            "Electricity": {"ElecClockTimeStatus": of("time_status", by=_time_status)},
        },
    ),
    *response(
        "ECS27",
        row={
            "LoadLimitCounterValue": "load_limit_counter",
            "LoadLimitPowerThreshold": "load_limit_power_threshold",
            "LoadLimitPeriod": "load_limit_period",
            "LoadLimitRestorationPeriod": "load_limit_restoration_period",
            "LoadLimitSupplyState": of(
                "load_limit_disables_supply", by=label({True: "Disable", False: "Unchanged"})
            ),
        },
        left_out={"load_limit_counter_unit": "a count has no unit"},
    ),
    *response(
        "GCS28",
        row={
            "DeviceTime": "device_time",
            "Gas": {"GasClockTimeStatus": of("clock_status", by=CLOCK_STATUS)},
        },
    ),
    *response("GCS32", "GCS39", left_out={"issuer_event_id": _EMPTY, "supply_status": _EMPTY}),
)
