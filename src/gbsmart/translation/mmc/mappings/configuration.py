"""What a device is set to (Service References 6.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.gbz.commands.prepayment import CREDIT_CONFIGURATION, PREPAYMENT_CONFIGURATIONS
from gbsmart.translation.mmc.conversions import scaled, text, trailing_digits
from gbsmart.translation.mmc.elements import element_type
from gbsmart.translation.mmc.mapping import Row, label, of, response

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


def _periodicity(duration_type: int, number: int) -> str | None:
    return _PERIODS.get((duration_type & 0x0F, number))


GAS_CALENDAR: Row = {
    "BillingCalendar": {
        "GasBillingCalendar": {
            "BillingPeriodStart": "billing_period_start",
            "Periodicity": of("billing_periodicity", "billing_periods", by=_periodicity),
        }
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


MAPPINGS = (
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
