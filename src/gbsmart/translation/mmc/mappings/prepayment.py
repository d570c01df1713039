"""Prepayment: answers that say more than a result (1.6, 2.2), balances and settings (4.13, 4.18)."""

from __future__ import annotations

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.translation.mmc.conversions import minutes, together
from gbsmart.translation.mmc.mapping import Each, Row, label, of, response
from gbsmart.translation.mmc.mappings.tariff import gas_seasons, gas_special_days

_EMPTY = "the Rsp element is empty: the result stands in DebugInfo"
_GAS_PERIOD = label({0: "HOURLY", 1: "DAILY"})
START_STOP = label({True: "START", False: "STOP"})


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
                    "NonDisablementAction": of("non_disablement", by=START_STOP),
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

MAPPINGS = (
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
