"""What a device is set to (Service References 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gbsmart.gbcs.gbz.commands.prepayment import CREDIT_CONFIGURATION, PREPAYMENT_CONFIGURATIONS
from gbsmart.ground import DayMonth
from gbsmart.translation.mmc.conversions import scaled, text, trailing_digits
from gbsmart.translation.mmc.elements import element_type
from gbsmart.translation.mmc.mapping import Kept, Row, label, of, response

_SUSPENDED = {word: flags for flags, word in PREPAYMENT_CONFIGURATIONS.items()}
"""Payment control word to whether debt is suspended (when disabled, in emergency credit)."""
_GAS_MODE = label({CREDIT_CONFIGURATION: "Credit", **dict.fromkeys(_SUSPENDED, "Prepayment")})


def _suspended(which: int) -> Any:
    def convert(word: int) -> bool | None:
        return _SUSPENDED[word][which] if word in _SUSPENDED else None

    return convert


_PERIODS: Mapping[tuple[int, int], str] = {
    (1, 1): "Daily", (2, 1): "Weekly", (3, 1): "Monthly", (3, 3): "Quarterly", (3, 6): "SixMonthly",
    (3, 12): "Yearly",
}  # fmt: skip
"""Unit (low nibble of the duration type) and number of a gas meter's billing period."""


def _gas_calendar(start: datetime, duration_type: int, number: int) -> dict[str, Any] | None:
    """Start and periodicity; None for a period that MMC has no word for."""
    periodicity = _PERIODS.get((duration_type & 0x0F, number))
    return {"BillingPeriodStart": start, "Periodicity": periodicity} if periodicity else None


GAS_CALENDAR: Row = {
    "BillingCalendar": {
        "GasBillingCalendar": of(
            "billing_period_start", "billing_periodicity", "billing_periods", by=_gas_calendar
        )
    }
}

_WAN, _HAN, _ALARM, _LOGGED = 0x08, 0x10, 0x40, 0x03
"""Bits of an event configuration; the low three tell in which log an event goes."""
_LOG_BITS = 0x07


def _able(on: bool) -> str:
    return "Enable" if on else "Disable"


def _gas_behaviour(settings: Sequence[Mapping[str, int]] | None) -> dict[str, Any]:
    """The events that MMC has an element for; none where the meter returned nothing."""
    known = element_type("SupplierGSMEAlertsEvents").children or {}
    return {
        name: {
            "WANAlert": _able(bool(bits & _WAN)),
            "HANAlert": _able(bool(bits & _HAN)),
            "EventLog": _able(bits & _LOG_BITS == _LOGGED),
            "Alarm": _able(bool(bits & _ALARM)),
        }
        for name, bits in (
            (f"x{each['event_code']:04X}", each["event_configuration"]) for each in settings or ()
        )
        if name in known
    }


_LAST_DAY = 28
"""The last day of a month on which MMC has a billing period begin."""
_ENTRIES: Mapping[int, str] = {4: "Quarterly", 2: "SixMonthly", 1: "Yearly"}
"""How many days of a year an electricity meter's calendar names, to its periodicity."""


def _calendar(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The periodicity that the entries make together; None for what MMC has no element for."""
    if not entries:
        return None
    date: DayMonth = entries[0]["date"]
    periodicity = _periodicity(date, len(entries))
    return {"BillingTime": entries[0]["time"], **periodicity} if periodicity else None


def _periodicity(date: DayMonth, entries: int) -> dict[str, Any] | None:
    if date.weekday is not None:
        return {"Weekly": date.weekday}
    if date.day is None:
        return {"Daily": {}}
    if not isinstance(date.day, int) or date.day > _LAST_DAY:
        return None
    if date.month is None:
        return {"Monthly": date.day}
    if entries not in _ENTRIES:
        return None
    return {_ENTRIES[entries]: {"DayOfMonth": date.day, "BillingPeriodStartMonth": date.month}}


CALENDAR: Row = {"BillingCalendar": {"ElectricityBillingCalendar": of("billing_calendar", by=_calendar)}}


def _behaviour(*groups: tuple[str, str]) -> Callable[[Sequence[int]], dict[str, Any]]:
    """A conversion of the codes that are enabled: every code of each group is told, enabled or not."""

    def convert(enabled: Sequence[int]) -> dict[str, Any]:
        return {element: _group(kind, enabled) for element, kind in groups}

    return convert


def _group(kind: str, enabled: Sequence[int]) -> dict[str, str]:
    codes = element_type(kind).children or {}
    return {name: _able(int(name[1:], 16) in enabled) for name in codes}


_SUPPLIER = _behaviour(
    ("SupplierESMECommon", "SupplierESMECommon"), ("SupplierESMEPolyPhase", "SupplierESMEPolyPhase")
)
_COMMON, _SINGLE, _POLY = (f"NetworkOperatorESME{part}" for part in ("Common", "SinglePhase", "PolyPhase"))


def _network_operator(enabled: Sequence[int]) -> dict[str, Any]:
    """A polyphase meter is told by an alert of one phase that is enabled [assumed]."""
    phases = _POLY if "Enable" in _group(_POLY, enabled).values() else _SINGLE
    return _behaviour((_COMMON, _COMMON), (phases, phases))(enabled)


_SUPPLIER_SETTINGS = {
    f"ElectricitySupplier{kind}Settings": of(name, by=_SUPPLIER)
    for kind, name in (
        ("WANAlert", "supplier_wan_alerts"), ("HANAlert", "supplier_han_alerts"),
        ("Alarm", "supplier_alarms"), ("Logging", "supplier_logging"),
    )
}  # fmt: skip

MAPPINGS = (
    *response("ECS26d", "ECS26l", row=CALENDAR),
    *response(
        "ECS26c",
        row={
            "RandomisedOffset": "randomised_offset",
            "RandomisedOffsetNumber": "randomised_offset_number",
            "RandomisedOffsetLimit": "randomised_offset_limit",
        },
    ),
    *response(
        "ECS26f",
        row={
            f"{level}PowerThreshold": f"instantaneous_power_thresholds.{name}_power_threshold"
            for level, name in (("LowMedium", "low_medium"), ("MediumHigh", "medium_high"))
        },
    ),
    *response(
        "ECS26j", row={"PaymentMode": of("payment_mode.mode", by=label({1: "Credit", 2: "Prepayment"}))}
    ),
    *response(
        "ECS40",
        row={
            "Electricity": {
                "ImportMPAN": "import_mpans.import_mpan",
                "SecondaryImportMPAN": "import_mpans.secondary_import_mpan",
                "ExportMPAN": "export_mpan",
            }
        },
    ),
    *response("ECS25r1", row={"ElectricitySupplierAlertEventSettings": Kept(_SUPPLIER_SETTINGS)}),
    *response(
        "ECS25r2",
        row={
            "ElectricityNetworkOperatorAlertEventSettings": Kept({
                "ElectricityNetworkOperatorWANAlertSettings": of(
                    "network_operator_wan_alerts", by=_network_operator
                ),
                "ElectricityNetworkOperatorLoggingSettings": of(
                    "network_operator_logging", by=_network_operator
                ),
            })
        },
    ),
    *response(
        "GCS21a",
        row={
            "CalorificValue": of("calorific_value", "calorific_value_trailing_digit", by=trailing_digits),
            "ConversionFactor": of(
                "conversion_factor", "conversion_factor_trailing_digit", by=trailing_digits
            ),
            "UncontrolledGasFlowRate": of(
                "uncontrolled_flow_threshold", "uncontrolled_flow_multiplier", "uncontrolled_flow_divisor",
                by=scaled,
            ),
            "FlowStabilisationPeriod": "flow_stabilisation_period",
            "FlowMeasurementPeriod": "flow_measurement_period",
        },
        left_out={
            "calorific_value_unit": "always MJ/m3",
            "uncontrolled_flow_threshold_unit_of_measure": "always m3/h",
        },
    ),
    *response(
        "GCS21d", "GCS21k", row=GAS_CALENDAR, left_out={"issuer_event_id": "MMC has no element for it"}
    ),
    *response(
        "GCS21j",
        row={
            "PaymentMode": of("payment_control_configuration", by=_GAS_MODE),
            "SuspendDebtDisabled": of("payment_control_configuration", by=_suspended(0)),
            "SuspendDebtEmergency": of("payment_control_configuration", by=_suspended(1)),
        },
    ),
    *response("GCS46", row={"Gas": {"MPRN": of("site_id", by=text)}}),
    *response(
        "GCS20r", row={"GasSupplierAlertEventSettings": of("event_settings?", by=_gas_behaviour)}
    ),
)  # fmt: skip
