"""Payment requests (Service References 1.5, 1.6 and 2.x)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.translation.binding import (
    ISSUER_EVENT_ID,
    Binding,
    Fact,
    Fixed,
    From,
    Members,
    Source,
    binding,
)
from gbsmart.translation.bindings.calendars import gas_seasons, numbered_days, schedule, special_days, weeks

_PREPAYMENT, _CREDIT = "prepayment_mode", "credit_mode"
_ADJUST, _RESET = "adjust_meter_balance", "reset_meter_balance"


def _is_twin(letters: str) -> bool:
    """Whether an ESME of this variant measures two elements."""
    return letters.startswith("B")


def _debt_suspension(prepayment: Mapping[str, Any]) -> dict[str, Any]:
    return {name: prepayment[name] for name in ("suspend_debt_disabled", "suspend_debt_emergency")}


def _adjusted(mode: str) -> tuple[Binding, Binding]:
    """Electricity has one balance for both modes, gas one for each."""
    path = f"{mode}.{_ADJUST}"
    return (
        binding("1.5", "ECS04a", fields={_ADJUST: From(path)}, when=path),
        binding(
            "1.5", "GCS40a" if mode == _PREPAYMENT else "GCS40c",
            fields={"issuer_event_id": ISSUER_EVENT_ID, "adjustment": From(path)}, when=path,
        ),
    )  # fmt: skip


def _reset(mode: str) -> tuple[Binding, Binding]:
    path = f"{mode}.{_RESET}"
    return (
        binding("1.5", "ECS04b", when=path),
        binding(
            "1.5", "GCS40b" if mode == _PREPAYMENT else "GCS40d",
            fields={"issuer_event_id": ISSUER_EVENT_ID}, when=path,
        ),
    )  # fmt: skip


_TWIN = Fact("esme_variant", _is_twin)
_AT = {"execution_date_time": From("execution_date_time")}
_THRESHOLD = {"disablement_threshold": From("prepayment.disablement_threshold")}

# --- configuration (2.1) ---

_LIMITS = (
    "debt_recovery_rate_cap", "emergency_credit_limit", "emergency_credit_threshold",
    "low_credit_threshold", "max_credit_threshold", "max_meter_balance",
)  # fmt: skip
_OF_ELECTRICITY, _OF_GAS = "update_prepay_config_electricity", "update_prepay_config_gas"
_CALENDAR = "electricity_non_disablement_calendar"
_GAS_CALENDAR = f"{_OF_GAS}.gas_non_disablement_calendar"
_WEEK = 7 * 24 * 3600


def _non_disablement(calendar: Mapping[str, Any]) -> list[dict[str, Any]]:
    return schedule(
        calendar["electricity_non_disablement_schedules"], calendar["electricity_special_days"],
        "schedule_dates_and_time", lambda entry: entry["non_disablement_script"],
    )  # fmt: skip


def _gas_days(profiles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "day": each["gas_day_name"],
            "schedule": [
                {
                    "start": action["start_time"].hour * 60 + action["start_time"].minute,
                    "non_disablement": action["non_disablement_action"] == "START",
                }
                for action in each["time_start_actions"]
            ],
        }
        for each in profiles
    ]


_ELECTRICITY: Mapping[str, Source] = {
    **{name: From(f"{_OF_ELECTRICITY}.{name}") for name in _LIMITS},
    "debt_recovery_rate_cap_period": Fixed(_WEEK),
    "non_disablement_special_days": From(
        f"{_OF_ELECTRICITY}.{_CALENDAR}.electricity_special_days", numbered_days, "special days"
    ),
    "non_disablement_schedule": From(f"{_OF_ELECTRICITY}.{_CALENDAR}", _non_disablement, "a schedule"),
    **_AT,
}
_GAS: Mapping[str, Source] = {
    "issuer_event_id": ISSUER_EVENT_ID,
    **{name: From(f"{_OF_GAS}.{name}") for name in _LIMITS},
    "days": From(f"{_GAS_CALENDAR}.day_profiles", _gas_days, "days"),
    "weeks": From(f"{_GAS_CALENDAR}.week_profiles", weeks, "weeks"),
    "seasons": From(f"{_GAS_CALENDAR}.season_profiles", gas_seasons, "seasons"),
    "special_days": From(f"{_GAS_CALENDAR}.special_days", special_days, "special days"),
    **_AT,
}

# --- debt (2.3) ---

_SECONDS = {"HOURLY": 3600, "DAILY": 24 * 3600}
_FREQUENCIES = {"HOURLY": 0, "DAILY": 1}
_BY_PAYMENT = {name: From(name) for name in ("payment_debt_register", "debt_recovery_per_payment")}


def _electricity_debt(number: int) -> dict[str, Source]:
    path = f"elec_debt_recovery{number}"
    rate = {
        "charge": From(f"{path}.debt_recovery_rate"),
        "scale": From(f"{path}.debt_recovery_rate_price_scale"),
    }
    return {
        f"time_debt_register_{number}": From(f"time_debt_register{number}"),
        f"debt_recovery_rate_{number}": Members(rate),
        f"debt_recovery_period_{number}": From(
            f"{path}.debt_recovery_rate_period", _SECONDS.__getitem__, "a period"
        ),
    }


def _gas_debt(number: int) -> dict[str, Source]:
    path = f"gas_debt_recovery{number}"
    return {
        f"time_debt_register_{number}": From(f"time_debt_register{number}"),
        f"debt_recovery_rate_{number}": From(f"{path}.debt_recovery_rate"),
        f"debt_recovery_rate_period_{number}": From(
            f"{path}.debt_recovery_rate_period", _FREQUENCIES.__getitem__, "a period"
        ),
    }


_ELECTRICITY_DEBT: Mapping[str, Source] = {**_electricity_debt(1), **_electricity_debt(2), **_BY_PAYMENT}
_GAS_DEBT: Mapping[str, Source] = {
    "issuer_event_id": ISSUER_EVENT_ID, **_gas_debt(1), **_gas_debt(2), **_BY_PAYMENT,
}  # fmt: skip

BINDINGS = (
    *_adjusted(_PREPAYMENT), *_adjusted(_CREDIT), *_reset(_PREPAYMENT), *_reset(_CREDIT),
    binding(
        "1.6", "ECS02", when="credit",
        fields={"credit_charges": Members({"twin_element": _TWIN}), **_AT},
    ),
    binding(
        "1.6", "ECS03", when="prepayment",
        fields={
            **_AT, **_THRESHOLD,
            "credit_charges": Members({
                "suspend_debt_disabled": From("prepayment.suspend_debt_disabled"),
                "suspend_debt_emergency": From("prepayment.suspend_debt_emergency"),
                "twin_element": _TWIN,
            }),
        },
    ),
    binding("1.6", "GCS02", fields={"issuer_event_id": ISSUER_EVENT_ID, **_AT}, when="credit"),
    binding(
        "1.6", "GCS03", when="prepayment",
        fields={
            "issuer_event_id": ISSUER_EVENT_ID, **_AT, **_THRESHOLD,
            "debt_suspension": From("prepayment", _debt_suspension, "debt suspension"),
        },
    ),
    binding("2.2", "CS01a", fields={"utrn": From("utrn")}),
    binding("2.2", "CS01b", fields={"utrn": From("utrn")}),
    binding("2.1", "ECS08a", fields=_ELECTRICITY),
    binding("2.1", "ECS08", fields=_ELECTRICITY),
    binding("2.1", "GCS05", fields=_GAS),
    binding("2.3", "ECS07", fields=_ELECTRICITY_DEBT),
    binding("2.3", "GCS04", fields=_GAS_DEBT),
    binding("2.5", "ECS09"),
    binding("2.5", "GCS06"),
)  # fmt: skip
