"""Reading: a period as each family of devices takes it, and versions where bodies are equal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gbsmart.ground import NEVER, InvalidValue
from gbsmart.translation import NoTranslation

from .asking import asked, said

START, END = datetime(2025, 12, 1, tzinfo=UTC), datetime(2025, 12, 11, tzinfo=UTC)


def period(start: datetime = START, end: datetime = END) -> dict[str, Any]:
    return {"read_log_period": {"start_date_time": start, "end_date_time": end}}


def test_a_gas_meter_counts_what_an_electricity_meter_is_told_by_dates() -> None:
    assert said(asked("4.8.1", "ESME", period())) == {"read_log_period": {"start": START, "end": END}}
    assert said(asked("4.8.1", "GSME", period())) == {"start": START, "number_of_samples": 10 * 48 + 1}
    assert said(asked("4.17", "GPF", period())) == {"start": START, "number_of_samples": 11}


@pytest.mark.parametrize("variant", ["4.4.4", "4.4.5"])
def test_a_log_of_payments_may_have_no_end(variant: str) -> None:
    body = period(end=datetime(3000, 12, 31, tzinfo=UTC))
    assert said(asked(variant, "GSME", body))["end"] is NEVER
    assert said(asked(variant, "GSME", period()))["end"] == END


@pytest.mark.parametrize("variant", ["4.4.2", "4.4.3", "4.6.1", "4.14", "6.32"])
def test_a_period_does_not_end_before_it_starts(variant: str) -> None:
    kind = "CHF" if variant == "6.32" else "GSME"
    with pytest.raises(InvalidValue, match="ends before it starts") as refused:
        asked(variant, kind, period(END, START), known=kind != "CHF")
    assert refused.value.response_code == "E51"


@pytest.mark.parametrize(
    ("variant", "kind", "early", "late"),
    [
        ("2.1", "ESME", "ECS08", "ECS08a"), ("4.18", "GSME", "GCS60", "GCS60a"),
        ("6.2.3", "ESME", "ECS26d", "ECS26l"), ("6.2.3", "GPF", "GCS21d", "GCS21k"),
        ("6.2.4", "CHF", "ECS26i", "ECS26n"), ("6.24.1", "ESME", "CS02a", "CS02f"),
    ],
)  # fmt: skip
def test_the_version_of_the_device_decides_where_bodies_are_equal(
    variant: str, kind: str, early: str, late: str
) -> None:
    body = {"2.1": PREPAYMENT, "6.24.1": {"remote_party_roles": ("Supplier",)}}.get(variant, {})
    known = kind != "CHF"
    assert asked(variant, kind, body, known=known, gbcs_version="1.0").form.name == early
    assert asked(variant, kind, body, known=known, gbcs_version="4.3").form.name == late


PREPAYMENT = {
    "update_prepay_config_electricity": {
        **dict.fromkeys(
            (
                "debt_recovery_rate_cap", "emergency_credit_limit", "emergency_credit_threshold",
                "low_credit_threshold", "max_credit_threshold", "max_meter_balance",
            ),
            10,
        ),
        "electricity_non_disablement_calendar": {
            "electricity_special_days": {}, "electricity_non_disablement_schedules": [],
        },
    }
}  # fmt: skip


def test_what_a_type_of_device_does_not_have_it_is_not_asked_for() -> None:
    for variant, kind in (("4.1.3", "GSME"), ("4.1.4", "ESME"), ("4.2", "GPF"), ("4.17", "GSME")):
        with pytest.raises(NoTranslation):
            asked(variant, kind, period())
