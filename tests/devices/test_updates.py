"""Operational updates: a proportional controller does another thing, and its supplier hears what (8F88)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, time, timedelta
from typing import Any

import pytest

from gbsmart.devices import inspection
from gbsmart.gbcs.envelope import Message
from gbsmart.ground import NOW

from .test_electricity import EVERY_DAY, HOUR, NO_DATE, Meter
from .test_prepayment import do
from .town import LOAD_CONTROLLER, START, SUPPLIER, Town

UPDATED, LIMITED, LIMIT_ENDED = 0x8F88, 0x8F86, 0x8F87
TYPE = "auxiliary_controller_1_type_and_identifier"


@pytest.fixture
def meter() -> Meter:
    found = Meter()
    do(found, inspection.put({TYPE: b"\xff"}))
    return found


def command(meter: Meter, use_case: str, level: int, **values: Any) -> Sequence[bytes]:
    """Command or limit a level; the alerts."""
    meter.counter += 1
    given = {
        "controller": 1, "start_date_time": NOW, "end_date_time": START + 2 * HOUR,
        "commanded_state_level": level, "input_from_controlled_load": False, **values,
    }  # fmt: skip
    sender = SUPPLIER if use_case == "ECS47a" else LOAD_CONTROLLER
    octets = meter.town.command(use_case, given, meter.device, meter.counter, sender)
    (reaction,) = meter.town.give((meter.device, octets))
    assert reaction.response is not None
    alerts: Sequence[bytes] = reaction.alerts
    return alerts


def test_a_commanded_level_is_told_to_supplier_and_load_controller(meter: Meter) -> None:
    (alert,) = command(meter, "ECS47a", 80)
    header = Message.parse(alert).header
    assert (header.recipient, header.other.party) == (SUPPLIER, LOAD_CONTROLLER)
    values = meter.town.read(alert)
    assert values["alert_code"] == UPDATED
    assert json.loads(values["state"]) == {"outputState": 80, "inputState": 0}
    assert command(meter, "ECS47a", 80) == [], "the same again is no update"
    assert meter.wait(3 * HOUR) == [UPDATED], "the command is over"


def test_a_level_for_later_is_told_when_it_begins_and_when_it_ends(meter: Meter) -> None:
    assert command(meter, "ECS47a", 80, start_date_time=START + HOUR) == []
    assert meter.wait(30 * timedelta(minutes=1)) == []
    assert meter.wait(HOUR) == [UPDATED]
    assert meter.wait(HOUR) == [UPDATED]


def test_a_limit_updates_what_it_changes(meter: Meter) -> None:
    command(meter, "ECS47a", 80)
    told = [meter.town.read(each) for each in command(meter, "ECS47e", 30, end_date_time=START + HOUR)]
    assert [each["alert_code"] for each in told] == [LIMITED, UPDATED]
    assert json.loads(told[1]["state"])["outputState"] == 30
    assert meter.wait(90 * timedelta(minutes=1)) == [LIMIT_ENDED, UPDATED]


def test_the_calendar_updates_at_its_moments() -> None:
    meter = Meter()
    do(meter, inspection.put({TYPE: b"\xff", "randomised_offset_limit": 0}))

    def entry(at: int, level: int) -> dict[str, Any]:
        action = {"controller": 1, "commanded_state_level": level, "input_from_controlled_load": False}
        return {
            "action": action, "time": time(at, tzinfo=UTC), "days_of_week": EVERY_DAY, "special_days": "",
            "start": NO_DATE, "end": NO_DATE,
        }  # fmt: skip

    meter.ask(
        "ECS46d", auxiliary_special_days=[], auxiliary_schedule=[entry(9, 40), entry(15, 10)],
        execution_date_time=NOW,
    )  # fmt: skip
    assert meter.wait(timedelta(minutes=1)) == [UPDATED], "what began at nine is in force"
    assert meter.wait(4 * HOUR) == [UPDATED]
    assert meter.wait(24 * HOUR) == [UPDATED, UPDATED]


def test_a_switch_and_an_older_device_send_no_updates() -> None:
    assert command(Meter(), "ECS47a", 80) == []
    older = Meter(Town(gbcs_version="3.2"))
    do(older, inspection.put({TYPE: b"\xff"}))
    assert older.ask("ECS47Activate", controller=1, duration=30).success
    assert older.wait(HOUR) == []
