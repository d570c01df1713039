"""Prepayment: answers that say more than a result (1.6, 2.2), balances and settings (4.13, 4.18)."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.translation.mmc.conversions import bits_set, minutes, plain_date, together, week_days, wildcards
from gbsmart.translation.mmc.mapping import Each, Row, label, of, response
from gbsmart.translation.mmc.mappings.tariff import gas_seasons, gas_special_days

_EMPTY = "the Rsp element is empty: the result stands in DebugInfo"
_GAS_PERIOD = label({0: "HOURLY", 1: "DAILY"})
_START_STOP = label({True: "START", False: "STOP"})


def _gas_debt(number: int) -> Row:
    return {
        "DebtRecoveryRate": f"debt_recovery_amount_{number}",
        "DebtRecoveryRatePeriod": of(f"debt_recovery_frequency_{number}", by=_GAS_PERIOD),
    }


_GAS_CALENDAR: Row = {
    "DayProfiles": {
        "GasNonDisablementDayProfile": Each("days", {
            "TimeStartAction": Each(
                "schedule",
                {
                    "StartTime": of("start", by=minutes),
                    "NonDisablementAction": of("non_disablement", by=_START_STOP),
                },
                index="index",
            ),
            "GasDayName": "day",
        })
    },
    "WeekProfiles": {
        "WeekProfile": Each("weeks", {"WeekName": "week", "ReferencedDayName": of(*WEEKDAYS, by=together)})
    },
    "SeasonProfiles": {"Season": of("season_tables", by=gas_seasons)},
    "SpecialDays": {"SpecialDay": of("special_day_tables", by=gas_special_days("ReferencedDayName"))},
}  # fmt: skip

_GAS_SETTINGS: Row = {
    "DebtRecoveryPerPayment": "debt_recovery_top_up_percentage_3",
    "DebtRecoveryRateCap": "overall_debt_cap",
    "DisablementThreshold": "cut_off_value",
    "EmergencyCreditLimit": "emergency_credit_limit",
    "EmergencyCreditThreshold": "emergency_credit_threshold",
    "LowCreditThreshold": "low_credit_warning_level",
    "CreditMaxCreditThreshold": "max_credit_per_top_up",
    "MaxCreditMaxMeterBalance": "max_credit_limit",
    "Gas": {
        "NonDisablementCalendar": _GAS_CALENDAR,
        "DebtRecovery1": _gas_debt(1),
        "DebtRecovery2": _gas_debt(2),
    },
}


_PERIODS = label({3600: "HOURLY", 86400: "DAILY"})


def _debt(number: int) -> Row:
    return {
        "DebtRecoveryRate": f"debt_recovery_rate_{number}.charge",
        "DebtRecoveryRatePriceScale": f"debt_recovery_rate_{number}.scale",
        "DebtRecoveryRatePeriod": of(f"debt_recovery_period_{number}", by=_PERIODS),
    }


def _mode(how: Mapping[str, bool]) -> str:
    """The payment mode as what each credit pays tells it: only prepayment suspends debt or does not."""
    return "Prepayment" if "suspend_debt_disabled" in how else "Credit"


def _special_days(bits: str) -> list[dict[str, int]]:
    return [{"SpecialDayID": number} for number in bits_set(bits)]


_CALENDAR: Row = {
    "ElectricitySpecialDays": {
        "SpecialDay": Each("non_disablement_special_days", of("date", by=wildcards), index="index")
    },
    "ElectricityNonDisablementSchedule": Each("non_disablement_schedule", {
        "NonDisablementScript": "action",
        "SpecialDaysApplicability": {
            "SpecialDayApplicability": of("special_days", by=_special_days)
        },
        "DaysOfWeekApplicability": {"DayOfWeekApplicability": of("days_of_week", by=week_days)},
        "ScheduleDatesAndTime": {
            "SwitchTime": "time",
            "StartDate": of("start", by=plain_date),
            "EndDate": of("end", by=plain_date),
        },
    }),
}  # fmt: skip

MAPPINGS = (
    *response(
        "ECS26a",
        row={
            "DebtRecoveryPerPayment": "debt_recovery_per_payment",
            "DebtRecoveryRateCap": "debt_recovery_rate_cap",
            "DisablementThreshold": "disablement_threshold",
            "EmergencyCreditLimit": "emergency_credit_limit",
            "EmergencyCreditThreshold": "emergency_credit_threshold",
            "LowCreditThreshold": "low_credit_threshold",
            "CreditMaxCreditThreshold": "max_credit_threshold",
            "MaxCreditMaxMeterBalance": "max_meter_balance",
            "SuspendDebtDisabled": "credit_charges.suspend_debt_disabled",
            "SuspendDebtEmergency": "credit_charges.suspend_debt_emergency",
            "Electricity": {
                "PaymentMode": of("credit_charges", by=_mode),
                "NonDisablementCalendar": _CALENDAR,
                "DebtRecovery1": _debt(1),
                "DebtRecovery2": _debt(2),
            },
        },
        left_out={"debt_recovery_rate_cap_period": "MMC has no element for it"},
    ),
    *response("ECS82", row={"MeterBalance": "meter_balance"}),
    *response(
        "GCS02", "GCS03",
        left_out=dict.fromkeys(
            ("friendly_credit", "emergency_credit_limit", "emergency_credit_threshold"), _EMPTY
        ),
    ),
    *response(
        "CS01b",
        left_out=dict.fromkeys(
            ("result_type", "top_up_value", "source_of_top_up", "credit_remaining"), _EMPTY
        ),
    ),
    *response("GCS21b", row=_GAS_SETTINGS, left_out={"price_trailing_digit": "always five decimals"}),
    *response(
        "GCS60", "GCS60a",
        row={
            "MeterBalance": "bill_to_date_delivered",
            "Gas": {"MeterBalancePrepaymentMode": "credit_remaining"},
        },
    ),
)  # fmt: skip
