"""Configuring meters, and reading how they are configured (Service References 6.2 to 6.7, 6.12 and later).

Which of two use cases with equal bodies a device takes goes by its GBCS version (``gbcs.versions``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gbsmart.translation.binding import (
    BY_NETWORK_OPERATOR,
    ISSUER_EVENT_ID,
    Condition,
    From,
    Members,
    Source,
    all_of,
    binding,
    has,
    maybe,
    three_phases,
)

# --- load limiting ---

_LOAD_LIMIT = {
    "load_limit_disables_supply": From("load_limit_supply_state", lambda state: state == "Disable", "a flag"),
    **{
        name: From(name)
        for name in (
            "load_limit_power_threshold", "load_limit_period", "load_limit_restoration_period",
            "execution_date_time",
        )
    },
}  # fmt: skip

# --- voltage ---

_LIMITS: Mapping[str, Source] = {
    f"rms_{limit}_{part}": From(f"rms_voltage_settings.rms_{limit}_{part}")
    for limit in ("extreme_over_voltage", "extreme_under_voltage", "voltage_sag", "voltage_swell")
    for part in ("threshold", "measurement_period")
}
_AVERAGES = {
    "voltage_period": "average_rms_voltage_measurement_period",
    "over_voltage_threshold": "average_rms_over_voltage_threshold",
    "under_voltage_threshold": "average_rms_under_voltage_threshold",
}
_SINGLE_PHASE, _POLYPHASE = "single_phase_voltage_settings", "poly_phase_voltage_settings"
_COUNT_ON = has("rms_voltage_counters_not_reset")


def _of_phase(phase: int, name: str) -> From:
    def convert(settings: Sequence[Mapping[str, Any]]) -> Any:
        of = {each["phase"]: each["phase_voltage_settings"] for each in settings}
        return of[phase][name]

    return From(_POLYPHASE, convert, f"a setting of phase {phase}")


_ONE_PHASE: Mapping[str, Source] = {
    **_LIMITS, **{f"phase_1_{ours}": From(f"{_SINGLE_PHASE}.{theirs}") for ours, theirs in _AVERAGES.items()},
}  # fmt: skip
_ALL_PHASES: Mapping[str, Source] = {
    **_LIMITS,
    **{
        f"phase_{phase}_{ours}": _of_phase(phase, theirs)
        for phase in (1, 2, 3)
        for ours, theirs in _AVERAGES.items()
    },
}
_OF_POLYPHASE: Condition = has(_POLYPHASE)

# --- power and demand ---

_POWER = Members({name: From(name) for name in ("low_medium_power_threshold", "medium_high_power_threshold")})
_DEMAND_HOURS = Members(
    {name: From(f"maximum_demand_time_period_schedule.{name}") for name in ("start_time", "end_time")}
)
_RESETS = {
    "reset_maximum_demand_import": maybe("max_demand_active_power_import_value"),
    "reset_maximum_demand_import_configurable": maybe("max_demand_config_time_active_power_import_value"),
    "reset_maximum_demand_export": maybe("max_demand_active_power_export_value"),
}

# --- gas ---


def _in(parts: int) -> Any:
    """A decimal as a count of the parts of one."""
    return lambda value: int(Decimal(value) * parts)


_CONVERSION: Mapping[str, Source] = {
    "issuer_event_id": ISSUER_EVENT_ID,
    "conversion_factor": From("conversion_factor", _in(100_000), "a count of 0.00001"),
    "calorific_value": From("calorific_value", _in(10), "a count of 0.1 MJ/m3"),
}
_VALVE = {"Locked": 0, "Unchanged": 3}
_FLOW: Mapping[str, Source] = {
    "issuer_event_id": ISSUER_EVENT_ID,
    "stabilisation_period": From("stabilisation_period"),
    "measurement_period": From("measurement_period"),
    "supply_tamper_state": From("supply_tamper_state", _VALVE.__getitem__, "a state"),
    "supply_depletion_state": From("supply_depletion_state", _VALVE.__getitem__, "a state"),
}
_RATE = "uncontrolled_gas_flow_rate"
_DECIMAL_RATE = f"{_RATE}_decimal"
_FINE_FLOW = {**_FLOW, _RATE: From(_DECIMAL_RATE, _in(10_000), "a count of 0.0001 m3/h")}
_LOCKS = From("supply_tamper_state", lambda state: state == "Locked", "a flag")

BINDINGS = (
    binding("6.2.1", "ECS26k", when=three_phases),
    binding("6.2.1", "ECS26b"),
    binding("6.2.2", "ECS26c"),
    binding("6.2.3", "ECS26l"),
    binding("6.2.3", "ECS26d"),
    binding("6.2.3", "GCS21k"),
    binding("6.2.3", "GCS21d"),
    binding("6.2.5", "ECS26f"),
    binding("6.2.7", "ECS40"),
    binding("6.2.7", "GCS46"),
    binding("6.2.8", "GCS21a"),
    binding("6.2.9", "ECS26j"),
    binding("6.2.9", "GCS21j"),
    binding("6.2.10", "ECS25r2", when=BY_NETWORK_OPERATOR),
    binding("6.2.10", "ECS25r1"),
    binding("6.2.10", "GCS20r"),
    binding("6.4.1", "ECS28a", fields=_LOAD_LIMIT),
    binding("6.4.2", "ECS28b"),
    binding("6.5", "ECS29d", fields=_ALL_PHASES, when=all_of(_OF_POLYPHASE, _COUNT_ON)),
    binding("6.5", "ECS29b", fields=_ALL_PHASES, when=_OF_POLYPHASE),
    binding("6.5", "ECS29c", fields=_ONE_PHASE, when=_COUNT_ON),
    binding("6.5", "ECS29a", fields=_ONE_PHASE),
    binding("6.6", "GCS23", fields=_CONVERSION),
    binding("6.7", "GCS24a", fields=_FINE_FLOW, when=_DECIMAL_RATE, unspoken="E060701"),
    binding("6.7", "GCS24", fields={**_FLOW, _RATE: From(_RATE)}, when=_RATE, unspoken="E060701"),
    binding("6.12", "ECS34", fields={"instantaneous_power_thresholds": _POWER}),
    binding("6.18.1", "ECS37", fields={"max_demand_configurable_time_period": _DEMAND_HOURS}),
    binding("6.18.2", "ECS57", fields=_RESETS),
    binding("6.25", "ECS81", fields={"supply_locks_on_tamper": _LOCKS}),
    binding(
        "6.26", "ECS48",
        fields={
            "daily_tariff_block_counter_matrix_reset": From("daily_tariff_block_counter_matrix_reset")
        },
    ),
    binding("6.27", "ECS29f", when=three_phases),
    binding("6.27", "ECS29e"),
)  # fmt: skip
