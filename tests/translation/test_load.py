"""Auxiliary load: what a request leaves out, its message leaves out; each switch is spoken of by itself."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest

from gbsmart.ground import NEVER, DayMonth, InvalidValue

from .asking import OTHER, asked, said

DAY = DayMonth(month=6, day=21)
AT = {"switch_time": time(9, tzinfo=UTC), "start_date": DAY, "end_date": DayMonth(month=12, day=21)}


def test_descriptions_are_given_for_the_switches_that_have_one() -> None:
    names = asked("6.14.1", "ESME", {"alcs_hcalcs_descriptions": {2: "HEATER", 5: "CAR"}})
    assert said(names) == {
        "auxiliary_controller_2_description": "HEATER", "auxiliary_controller_5_description": "CAR",
    }  # fmt: skip


def switching(**changes: Any) -> dict[str, Any]:
    entry = {
        "activate_deactivate_switch": {"index": 2, "activate_switch": True},
        "special_days_applicability": (1,), "days_of_week_applicability": ("Sunday",),
        "alcs_schedule_dates_and_time": AT,
    }  # fmt: skip
    days = {1: DAY, 7: DAY}
    return {"alcs_hcalcs_connection_schedules": [entry], "alcs_hcalcs_special_days": days, **changes}


def test_a_schedule_has_a_bit_for_each_special_day_that_it_defines() -> None:
    values = said(asked("6.14.2", "ESME", switching(), gbcs_version="3.2"))
    (entry,) = values["auxiliary_schedule"]
    assert (entry["special_days"], entry["days_of_week"]) == ("10", "0000001")
    assert entry["action"] == {"controller": 2, "switch_on": True}
    assert [day["day"] for day in values["auxiliary_special_days"]] == [1, 7]
    assert not any("type" in name for name in values)


def test_a_switch_is_in_the_meter_or_a_device_of_its_own() -> None:
    types = {1: {"alcs": True}, 3: {"hcalcs": OTHER}}
    body = switching(switch_types_and_ids=types, execution_date_time=NEVER)
    values = said(asked("6.14.2", "ESME", body, gbcs_version="3.2"))
    assert values["auxiliary_controller_1_type_and_identifier"] == bytes(8)
    assert values["auxiliary_controller_3_type_and_identifier"] == OTHER
    assert values["execution_date_time"] is NEVER


@pytest.mark.parametrize("inward", [False, True])
def test_a_controller_holds_its_load_to_a_level_of_either_direction(inward: bool) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    body: dict[str, Any] = {
        "auxiliary_controller_n": 4, "commanded_state_level": 30, "start_date_time": moment,
        "end_date_time": moment.replace(day=3),
    }  # fmt: skip
    if inward:
        body["input_from_controlled_load"] = True
    for variant in ("7.13", "7.16"):
        assert said(asked(variant, "SAPC", body))["input_from_controlled_load"] is inward


def test_the_boost_button_is_changed_for_the_switches_named() -> None:
    chosen = (False, True, False, False, True)
    added = said(asked("7.9", "ESME", {"add_to_boost_button": chosen}))
    assert added == {"boost_function_control_2": True, "boost_function_control_5": True}
    removed = said(asked("7.10", "ESME", {"remove_from_boost_button": chosen}))
    assert removed == {"boost_function_control_2": False, "boost_function_control_5": False}
    with pytest.raises(InvalidValue, match="names no switch"):
        asked("7.9", "ESME", {"add_to_boost_button": (False,) * 5})
