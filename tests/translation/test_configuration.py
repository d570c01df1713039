"""Configuration and events: the content of a request, the meter and the User choose the form."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from gbsmart.ground import InvalidValue

from .asking import asked, said

_LIMITS = {
    f"rms_{limit}_{part}": 30
    for limit in ("extreme_over_voltage", "extreme_under_voltage", "voltage_sag", "voltage_swell")
    for part in ("threshold", "measurement_period")
}
START, END = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
PERIOD = {"read_log_period": {"start_date_time": START, "end_date_time": END}}


def averages(over: int) -> dict[str, int]:
    return {
        "average_rms_over_voltage_threshold": over, "average_rms_under_voltage_threshold": 200,
        "average_rms_voltage_measurement_period": 60,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("phases", "count_on", "form"),
    [(1, False, "ECS29a"), (3, False, "ECS29b"), (1, True, "ECS29c"), (3, True, "ECS29d")],
)
def test_voltage_settings_go_by_phases_and_by_whether_counters_go_on(
    phases: int, count_on: bool, form: str
) -> None:
    body: dict[str, Any] = {"rms_voltage_settings": _LIMITS}
    if phases == 1:
        body["single_phase_voltage_settings"] = averages(261)
    else:  # in any order
        body["poly_phase_voltage_settings"] = [
            {"phase": phase, "phase_voltage_settings": averages(260 + phase)} for phase in (3, 1, 2)
        ]
    if count_on:
        body["rms_voltage_counters_not_reset"] = True
    translated = asked("6.5", "ESME", body)
    assert translated.form.name == form
    values = said(translated)
    assert [values[f"phase_{phase}_over_voltage_threshold"] for phase in range(1, phases + 1)] == [
        260 + phase for phase in range(1, phases + 1)
    ]


@pytest.mark.parametrize(
    ("variant", "one", "three"), [("6.2.1", "ECS26b", "ECS26k"), ("6.27", "ECS29e", "ECS29f")]
)
def test_phases_that_the_request_does_not_name_are_those_of_the_meter(
    variant: str, one: str, three: str
) -> None:
    assert asked(variant, "ESME", {}, esme_variant="AD").form.name == one
    assert asked(variant, "ESME", {}, esme_variant="CDE").form.name == three


def test_registers_of_maximum_demand_are_reset_one_by_one() -> None:
    body = {"max_demand_active_power_export_value": True}
    assert said(asked("6.18.2", "ESME", body)) == {"reset_maximum_demand_export": True}


def test_a_meter_with_one_element_has_one_number() -> None:
    body = {"import_mpa_ns": {"import_mpan": "1312345678111"}}
    assert said(asked("6.20.1", "ESME", body)) == {"import_mpans": {"import_mpan": "1312345678111"}}


def test_a_flow_of_gas_is_written_whole_or_in_ten_thousandths() -> None:
    body = {
        "supply_depletion_state": "Locked", "supply_tamper_state": "Unchanged", "stabilisation_period": 60,
        "measurement_period": 300,
    }  # fmt: skip
    whole = asked("6.7", "GSME", {**body, "uncontrolled_gas_flow_rate": 6}, gbcs_version="3.2")
    fine = asked("6.7", "GSME", {**body, "uncontrolled_gas_flow_rate_decimal": Decimal("0.0300")})
    assert (whole.form.name, said(whole)["uncontrolled_gas_flow_rate"]) == ("GCS24", 6)
    assert (fine.form.name, said(fine)["uncontrolled_gas_flow_rate"]) == ("GCS24a", 300)
    assert (said(fine)["supply_depletion_state"], said(fine)["supply_tamper_state"]) == (0, 3)


@pytest.mark.parametrize(
    ("kind", "early", "late"), [("ESME", "ECS30", "ECS30a"), ("GSME", "GCS25", "GCS25a")]
)
def test_a_calendar_by_months_goes_by_the_version_of_the_meter(kind: str, early: str, late: str) -> None:
    """GCS25a is for every periodicity; GCS25 is kept for what a hub taps off, says the table of use cases."""
    body = {
        "electricity_billing_calendar": {"billing_time": time(0, tzinfo=UTC), "monthly": 1},
        "gas_billing_calendar": {
            "periodicity": "Monthly", "billing_period_start": datetime(2026, 2, 1, tzinfo=UTC),
        },
    }  # fmt: skip
    old, new = (asked("6.8", kind, body, gbcs_version=version) for version in ("1.1", "4.3"))
    assert (old.form.name, new.form.name) == (early, late)
    if kind == "GSME":
        assert said(new) == {**said(old), "billing_periods": 1}


def test_an_older_gas_meter_knows_no_calendar_but_by_months() -> None:
    body = {
        "gas_billing_calendar": {
            "periodicity": "Quarterly", "billing_period_start": datetime(2026, 2, 1, tzinfo=UTC),
        }
    }  # fmt: skip
    with pytest.raises(InvalidValue, match="have no GCS25a"):
        asked("6.8", "GSME", body, gbcs_version="1.1")


@pytest.mark.parametrize(
    ("log", "kind", "form"),
    [
        ("Event", "ESME", "ECS35a"), ("Security", "ESME", "ECS35b"), ("PowerEvent", "ESME", "ECS35e"),
        ("ALCSEvent", "ESME", "ECS35g"), ("Event", "CHF", "ECS35c"), ("Security", "CHF", "ECS35d"),
        ("Event", "GSME", "CS10a"), ("Security", "GSME", "CS10b"), ("GSMEEvent", "GPF", "CS10a"),
    ],
)  # fmt: skip
def test_the_log_and_the_device_choose_the_form(log: str, kind: str, form: str) -> None:
    assert asked("6.13", kind, {**PERIOD, "log_to_read": log}).form.name == form


def test_a_network_operator_reads_what_concerns_it() -> None:
    assert asked("6.2.10", "ESME", {}, role="ED").form.name == "ECS25r2"
    assert asked("6.2.10", "ESME", {}, role="IS").form.name == "ECS25r1"


def test_the_gas_proxy_has_its_own_log_and_a_copy_of_the_meters() -> None:
    logs = {
        log: said(asked("6.13", "GPF", {**PERIOD, "log_to_read": log}))["log_id"]
        for log in ("Event", "GSMEEvent", "Security", "GSMESecurity")
    }
    assert logs == {"Event": 3, "GSMEEvent": 6, "Security": 4, "GSMESecurity": 7}


@pytest.mark.parametrize(
    ("log", "kind"), [("GSMEEvent", "GSME"), ("PowerEvent", "GPF"), ("ALCSEvent", "CHF")]
)
def test_a_log_that_a_device_does_not_have_is_refused(log: str, kind: str) -> None:
    with pytest.raises(InvalidValue, match="is not for this device") as refused:
        asked("6.13", kind, {**PERIOD, "log_to_read": log})
    assert refused.value.response_code == "E061301"


def test_alerts_of_the_other_fuel_are_refused() -> None:
    with pytest.raises(InvalidValue, match="gas_supplier_alerts") as refused:
        asked("6.22", "ESME", {"gas_supplier_alerts": {"x810e": "Enable"}})
    assert refused.value.response_code == "E062201"


def test_events_that_are_treated_alike_go_together() -> None:
    none = dict.fromkeys(("wan_alert", "han_alert", "event_log", "alarm"), "Disable")
    settings = {
        "x810e": {**none, "wan_alert": "Enable"}, "x8161": {**none, "event_log": "Enable"},
        "x8162": {**none, "wan_alert": "Enable"}, "x81c6": none,
    }  # fmt: skip
    values = said(asked("6.22", "GSME", {"gas_supplier_alert_event_settings": settings}))
    assert [(each["event_configuration"], each["event_codes"]) for each in values["event_settings"]] == [
        (0x08, [0x810E, 0x8162]), (0x03, [0x8161]), (0x00, [0x81C6]),
    ]  # fmt: skip


def test_all_channels_of_a_page_are_told_by_one_mask() -> None:
    percent = Decimal("2.5")
    body = dict.fromkeys(
        (
            "normal_limited_duty_cycle_threshold", "limited_critical_duty_cycle_threshold",
            "non_gsme_poor_comms_percentage_threshold", "local_ch_failure_percentage",
            "local_ch_retry_percentage",
        ),
        percent,
    ) | dict.fromkeys(
        (
            "maximum_sub_ghz_channel_changes_per_week", "gsme_curfew", "channel_quieter_threshold",
            "channel_noisier_threshold", "non_gsme_poor_comms_measurement_periods",
            "local_ch_noise_measurement_period",
        ),
        5,
    )  # fmt: skip
    channels: dict[str, Any] = {
        "lower_band_sub_ghz_channels0_to26": tuple(range(27)), "lower_band_sub_ghz_channels27_to34": (34,),
        "lower_band_sub_ghz_channels35_to61": (35, 61), "upper_band_sub_ghz_channels0_to26": (),
    }  # fmt: skip
    (written,) = said(asked("6.28", "CHF", {**body, **channels}, known=False)).values()
    assert written["page_28_mask"] == "11100" + "1" * 27
    assert written["page_29_mask"] == "11101" + "0" * 19 + "10000000"
    assert written["page_30_mask"] == "11110" + "1" + "0" * 25 + "1"
    assert written["page_31_mask"] == "11111" + "0" * 27
    assert written["local_ch_failure_percentage"] == 250
