"""Readings: registers, logs of daily reads, profiles (Service References 4.1 to 4.8, A1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from gbsmart.translation.mmc.conversions import (
    cubic_metres,
    each_by,
    moment,
    numbered,
    numbered_volumes,
    powered,
    scaled,
    unit,
)
from gbsmart.translation.mmc.mapping import Each, Fixed, Kept, Row, of, response

_SCALE = ("multiplier", "divisor")


def _register(name: str, unit_name: str) -> Row:
    return {
        "Value": of(name, f"{name}_unit.scaler?", by=powered), unit_name: of(f"{name}_unit.unit", by=unit)
    }  # fmt: skip


_IMPORT = "import_registers"
REGISTERS = response(
    "ECS17b",
    row={
        "Electricity": Kept({
            "ActiveImportRegister": _register(f"{_IMPORT}.active_import", "ActiveEnergyUnit"),
            "ReactiveImportRegister": _register(f"{_IMPORT}.reactive_import", "ReactiveEnergyUnit"),
            "SecondaryActiveImportRegister": {
                "Value": f"{_IMPORT}.secondary_active_import",
            },
        })
    },
)  # fmt: skip
EXPORT_REGISTERS = response(
    "ECS17a",
    row={
        "ActiveExportRegister": _register("active_export", "ActiveEnergyUnit"),
        "ReactiveExportRegister": _register("reactive_export", "ReactiveEnergyUnit"),
    },
)
_MEASURED_IN_M3 = "the unit is m3 always"
TOU_REGISTERS = response(
    "ECS17d",
    row={
        "Electricity": Kept({
            "TariffTOURegisterCollection": {
                "TOUPrimaryRegisterValue": of("tariff_tou_registers.tou", by=numbered),
                "TOUSecondRegisterValue": of("tariff_tou_registers.secondary_tou", by=numbered),
            }
        })
    },
)  # fmt: skip


def _tariff_blocks(registers: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """The registers and counters of each block [assumed: of the sixteen of a block, registers first]."""
    return [
        {
            "@index": block,
            "RegisterMatrixTOUValue": numbered(registers[f"block_{block}"]),
            "CounterMatrixTOUValue": numbered(registers[f"block_{block}_counters"]),
        }
        for block in range(1, 5)
    ]


BLOCK_REGISTERS = response(
    "ECS17e",
    row={
        "TariffBlockTOURegisterCollection": {"TariffBlock": of("tariff_block_registers", by=_tariff_blocks)}
    },
)
ACTIVE_POWER = response(
    "ECS17c",
    row={
        "ActivePowerImport": {
            **_register("power_import.active_power_import", "Unit"),
        },
        "PrimaryActivePowerImportValue": "power_import.primary_active_power_import",
    },
)


def _demand(name: str) -> Row:
    return {
        "Value": name,
        "CaptureTime": of(f"{name}_capture_time", by=moment),
        "LastResetDateTime": of(f"{name}_last_reset", by=moment),
    }


_NO_DEMAND_UNIT = "MMC has no element for it"
MAXIMUM_DEMAND = (
    *response(
        "ECS18b",
        row={
            "MaxDemandConfigurableTimeActivePowerImport": _demand(
                "max_demand_configurable_time_active_power_import"
            ),
            "MaxDemandActiveEnergyImport": _demand("max_demand_active_energy_import"),
            "MaxDemandConfigurableTimePeriod": {
                "StartTime": "max_demand_configurable_time_period.start_time",
                "EndTime": "max_demand_configurable_time_period.end_time",
            },
        },
        left_out={
            "max_demand_configurable_time_active_power_import_unit": _NO_DEMAND_UNIT,
            "max_demand_active_energy_import_unit": _NO_DEMAND_UNIT,
        },
    ),
    *response(
        "ECS18a",
        row={"MaxDemandActiveEnergyExport": _demand("max_demand_active_energy_export")},
        left_out={"max_demand_active_energy_export_unit": _NO_DEMAND_UNIT},
    ),
)
GAS_REGISTER = response(
    "GCS13a",
    row={
        "Gas": Kept({
            "ConsumptionRegister": {
                "Value": of("current_summation_delivered", *_SCALE, by=scaled),
                "Unit": Fixed("m3", beside="unit_of_measure"),
            },
        })
    },
)  # fmt: skip
GAS_TOU = response(
    "GCS13c",
    row={
        "Gas": Kept({
            "TariffTOURegisterMatrix": {
                "TOURegisterMatrixValue": of(
                    *(f"current_tier_{tier}_summation_delivered?" for tier in range(1, 5)), *_SCALE,
                    by=each_by(scaled, 4),
                ),
            },
        })
    },
    left_out={"unit_of_measure": _MEASURED_IN_M3},
)  # fmt: skip
GAS_BLOCKS = response(
    "GCS13b",
    row={
        "ImportBlockCounters": {
            "TariffBlockCounterValue": of(
                *(f"current_no_tier_block_{block}_summation_delivered?" for block in range(1, 5)), *_SCALE,
                by=each_by(scaled, 4),
            ),
        }
    },
    left_out={"unit_of_measure": _MEASURED_IN_M3},
)  # fmt: skip

BLOCKS: Row = {
    f"TariffTOUBlock{block}RegisterMatrixValue": of(f"block_{block}", by=numbered) for block in range(1, 5)
}
_TIME: Row = {"Timestamp": of("time", by=moment)}
DAILY_READS = response(
    "ECS21a",
    row={
        "LogEntry": Each("daily_read_log", {
            **_TIME,
            "Electricity": {
                "ElecActiveImportRegisterConsumption": "active_import",
                "SecondaryActiveImportRegisterConsumption": "secondary_active_import",
                "SecondaryTariffTOURegisterMatrixValue": of("secondary_tou", by=numbered),
                "TariffTOURegisterMatrixValue": of("tou", by=numbered),
                **BLOCKS,
            },
        })
    },
)  # fmt: skip
_SNAPSHOT_TIME: Row = {"Timestamp": of("snapshot_time", by=moment)}
GAS_DAILY_READS = response(
    "GCS16a",
    row={
        "LogEntry": Each("snapshots", {
            **_SNAPSHOT_TIME,
            "Gas": {
                "GasActiveImportRegisterConsumption": of("current_summation_delivered", by=cubic_metres),
                "TariffBlockCounterMatrix": of("blocks", by=numbered_volumes),
                "TariffTOURegisterMatrix": of("tiers", by=numbered_volumes),
            },
        })
    },
)  # fmt: skip
ESME_BILLING: Row = {
    **_TIME,
    "ActiveImportRegisterValueConsumption": "active_import",
    "SecondaryActiveImportRegisterValueConsumption": "secondary_active_import",
    "TariffTOURegisterMatrixValue": of("tou", by=numbered),
    "SecondaryTariffTOURegisterMatrixValue": of("secondary_tou", by=numbered),
    **BLOCKS,
}
GSME_BILLING: Row = {
    **_SNAPSHOT_TIME,
    "ActiveImportRegisterValueConsumption": of("current_summation_delivered", by=cubic_metres),
    "BlockRegisterMatrixValue": of("blocks", by=numbered_volumes),
    "TariffTOURegisterMatrixValue": of("tiers", by=numbered_volumes),
}

IMPORT_PROFILE = response(
    "ECS22b",
    row={
        "LogEntry": Each("active_import_profile", {
            **_TIME,
            "Electricity": {"PrimaryValue": "primary", "SecondaryValue": "secondary"},
        })
    },
)  # fmt: skip


def sampled(content: Any) -> Any:
    """Samples as log entries: sample n was taken n intervals after the first."""

    def entries(start: datetime, interval: int, samples: Sequence[int]) -> list[dict[str, Any]]:
        return [
            {"Timestamp": start + timedelta(seconds=interval * n), **content(cubic_metres(volume))}
            for n, volume in enumerate(samples)
        ]

    return of("sample_start_time", "sample_request_interval", "samples", by=entries)


OTHER_PROFILES = (
    *response(
        "ECS22c",
        row={
            "LogEntry": Each(
                "reactive_import_profile", {"ReactiveEnergyImportedValue": "reactive_import", **_TIME}
            )
        },
    ),
    *response(
        "ECS22a",
        row={
            "LogEntry": Each("export_profile", {
                "ActiveEnergyExportedValue": "active_export",
                "ReactiveEnergyExportedValue": "reactive_export",
                **_TIME,
            })
        },
    ),
    *response(
        "ECS21c",
        row={
            "LogEntry": Each(
                "export_daily_read_log",
                {"ActiveExportRegisterValue": "active_export", "TimeStamp": of("time", by=moment)},
            )
        },
    ),
    *response(
        "ECS66",
        row={
            "Electricity": Kept({
                "LogEntry": Each("daily_consumption_log", {"Value": "consumption", **_TIME})
            })
        },
    ),
)  # fmt: skip

GAS_PROFILE = response("GCS17", row={"LogEntry": sampled(lambda volume: {"Gas": {"PrimaryValue": volume}})})

_DAY = timedelta(days=1)


def _days(start: datetime, samples: Sequence[int]) -> list[dict[str, Any]]:
    """Consumption day by day; the interval that the meter states cannot hold a day."""
    return [{"Value": cubic_metres(each), "Timestamp": start + n * _DAY} for n, each in enumerate(samples)]


GAS_DAILY_CONSUMPTION = response(
    "GCS61",
    row={"Gas": Kept({"LogEntry": of("sample_start_time", "samples", by=_days)})},
    left_out={"sample_request_interval": "the samples are one day apart"},
)

_BALANCES: Mapping[str, str] = {
    "EmergencyCreditBalance": "emergency_credit_balance",
    "AccumulatedDebtRegister": "accumulated_debt_register",
    "PaymentDebtRegister": "payment_debt_register",
    "TimeDebtRegister1": "time_debt_register_1",
    "TimeDebtRegister2": "time_debt_register_2",
    "MeterBalance": "meter_balance",
}
BALANCES = response(
    "ECS19", row={element: f"prepayment_balances.{name}" for element, name in _BALANCES.items()}
)
GAS_BALANCES = response(
    "GCS14",
    row={
        "EmergencyCreditBalance": "emergency_credit_remaining",
        "AccumulatedDebtRegister": "accumulated_debt",
        "PaymentDebtRegister": "debt_amount_3",
        "TimeDebtRegister1": "debt_amount_1",
        "TimeDebtRegister2": "debt_amount_2",
        "MeterBalance": "credit_remaining",
    },
    left_out={"price_trailing_digit": "always five decimals", "currency": "MMC has no element for it here"},
)

MAPPINGS = (
    *REGISTERS, *EXPORT_REGISTERS, *TOU_REGISTERS, *BLOCK_REGISTERS, *ACTIVE_POWER, *MAXIMUM_DEMAND,
    *DAILY_READS, *IMPORT_PROFILE, *OTHER_PROFILES, *BALANCES, *GAS_REGISTER, *GAS_TOU, *GAS_BLOCKS,
    *GAS_DAILY_READS, *GAS_PROFILE, *GAS_DAILY_CONSUMPTION, *GAS_BALANCES,
)  # fmt: skip
