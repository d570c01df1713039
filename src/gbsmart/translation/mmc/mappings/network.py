"""What a network operator reads: voltages, and the gas taken within a day (Service Reference 4.10)."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.translation.mmc.conversions import moment
from gbsmart.translation.mmc.mapping import Each, Fixed, Kept, Row, of, response
from gbsmart.translation.mmc.mappings.reading import sampled


def _voltage(phase: int) -> Row:
    name = f"phase_{phase}"
    return {
        "AvgRMSOverVoltageCounter": {"Value": f"{name}_over_voltage_counter"},
        "AvgRMSUnderVoltageCounter": {"Value": f"{name}_under_voltage_counter"},
        "AvgRMSVoltageProfileDataLog": {
            "LogEntry": Each(
                f"{name}_voltage_profile", {"Value": "voltage", "Timestamp": of("time", by=moment)}
            ),
            "MeasurementPeriod": f"{name}_voltage_period",
        },
    }


def _units(*phases: int) -> dict[str, str]:
    return {
        f"phase_{phase}_{side}_voltage_counter_unit": "a count has no unit"
        for phase in phases
        for side in ("over", "under")
    }


_EXTREMES: Mapping[str, str] = {
    "ExtremeOverVoltage": "extreme_over_voltage", "ExtremeUnderVoltage": "extreme_under_voltage",
    "VoltageSag": "voltage_sag", "VoltageSwell": "voltage_swell",
}  # fmt: skip
_RMS: Row = {
    **{f"RMS{name}Threshold": f"rms_{field}_threshold" for name, field in _EXTREMES.items()},
    **{f"RMS{name}MeasurementPeriod": f"rms_{field}_measurement_period" for name, field in _EXTREMES.items()},
}


def _average(phase: int) -> Row:
    return {
        "AverageRMSOverVoltageThreshold": f"phase_{phase}_over_voltage_threshold",
        "AverageRMSUnderVoltageThreshold": f"phase_{phase}_under_voltage_threshold",
    }


MAPPINGS = (
    *response("ECS26b", row={"SinglePhaseVoltageSettings": _average(1), "RMSVoltageSettings": _RMS}),
    *response(
        "ECS26k",
        row={
            "PolyPhaseVoltageSettings": [
                {
                    "Phase": Fixed(phase, beside=f"phase_{phase}_over_voltage_threshold"),
                    "PhaseVoltageSettings": _average(phase),
                }
                for phase in (1, 2, 3)
            ],
            "RMSVoltageSettings": _RMS,
        },
    ),
    *response("ECS23", row={"Electricity": Kept({"SinglePhaseESME": _voltage(1)})}, left_out=_units(1)),
    *response(
        "ECS23b",
        row={
            "Electricity": Kept({
                "PolyPhaseESME": {
                    "PhaseVoltageOperationalData": [
                        {
                            "VoltageOperationalData": _voltage(phase),
                            "Phase": Fixed(phase, beside=f"phase_{phase}_under_voltage_counter"),
                        }
                        for phase in (1, 2, 3)
                    ],
                }
            })
        },
        left_out=_units(1, 2, 3),
    ),
    *response("GCS18", row={"Gas": Kept({"NetworkDataLog": {"LogEntry": sampled(lambda v: {"Value": v})}})}),
)  # fmt: skip
