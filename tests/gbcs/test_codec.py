"""The hard use cases read from the public test messages, every value as a person would say it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import NotAuthentic
from gbsmart.gbcs.shape import Sealed
from gbsmart.ground import NEVER, NOW, DayMonth, MalformedMessage

from .keyring import FolderKeyring, vectors

pytestmark = pytest.mark.corpus


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def clock(hour: int) -> time:
    return time(hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def messages(corpus: Path) -> dict[str, Message]:
    return {name: Message.parse(octets) for name, octets in vectors(corpus).items()}


@pytest.fixture(scope="module")
def keyring(corpus: Path) -> FolderKeyring:
    return FolderKeyring(corpus / "keystore")


class Reader:
    """Reads test messages by name, with the recipient's key."""

    def __init__(self, messages: dict[str, Message], keyring: FolderKeyring) -> None:
        self.messages = messages
        self.keyring = keyring

    def __call__(self, name: str, form: str) -> Any:
        found = codec.read(self.messages[name], self.keyring)
        assert found is not None
        assert found.form.name == form
        return found.values


@pytest.fixture(scope="module")
def read(messages: dict[str, Message], keyring: FolderKeyring) -> Reader:
    return Reader(messages, keyring)


# Protected reads


def test_ecs17b_reads_the_registers_of_a_single_element_meter(read: Reader) -> None:
    assert read("ECS17b_4.1.1_SINGLE_SUCCESS_COMMAND", "ECS17b") == {}
    assert read("ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE", "ECS17b") == Outcome(
        {
            "import_registers": {
                "active_import": 10,
                "active_import_unit": {"scaler": 0, "unit": 30},  # Wh
                "reactive_import": 10,
                "reactive_import_unit": {"scaler": 0, "unit": 32},  # varh
            }
        },
        (0,),
    )


def test_ecs17b_of_a_twin_element_meter_has_the_secondary_register_too(read: Reader) -> None:
    found = read("ECS17b_4.1.1_TWIN_SUCCESS_RESPONSE", "ECS17b")
    assert found.values["import_registers"]["secondary_active_import"] == 10


def test_ecs17b_stays_sealed_without_the_suppliers_key(messages: dict[str, Message]) -> None:
    found = codec.read(messages["ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE"])
    assert found is not None
    assert isinstance(found.values.values["sealed"], Sealed)
    assert codec.rewrite(found) == found.message.payload


@pytest.mark.parametrize(
    "name",
    [
        "ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE",
        "ECS22b_4.8.1_SINGLE_SUCCESS_RESPONSE",
        "GCS13a_4.1.1_ERROR_RESPONSE",
    ],
)
def test_what_stays_sealed_has_one_name_everywhere(messages: dict[str, Message], name: str) -> None:
    found = codec.read(messages[name])
    assert found is not None
    assert list(found.values.values) == ["sealed"]


def test_a_sealed_value_that_was_altered_is_not_authentic(
    messages: dict[str, Message], keyring: FolderKeyring
) -> None:
    whole = messages["ECS17b_4.1.1_SINGLE_SUCCESS_RESPONSE"]
    octets = bytearray(whole.payload)
    octets[-10] ^= 1  # inside the tag, before the results
    with pytest.raises(NotAuthentic):
        codec.read(Message(whole.header, bytes(octets)), keyring)


def test_ecs22b_reads_a_day_of_half_hours(read: Reader) -> None:
    assert read("ECS22b_4.8.1_SINGLE_SUCCESS_COMMAND", "ECS22b") == {
        "read_log_period": {"start": at(2014, 12, 31), "end": at(2015, 1, 1)}
    }
    found = read("ECS22b_4.8.1_SINGLE_SUCCESS_RESPONSE", "ECS22b")
    rows = found.values["active_import_profile"]
    assert found.results == (0,)
    assert [row["time"] for row in rows] == list(range(473299200, 473385600 + 1, 1800)), "both ends"
    assert [row["primary"] for row in rows[:6]] == [95, 243, 187, 153, 39, 39]
    assert {frozenset(row) for row in rows} == {frozenset({"time", "primary"})}
    refused = read("ECS22b_4.8.1_ERROR_RESPONSE", "ECS22b")
    assert (refused.failed_at, refused.code, refused.values) == (0, 1, {})


# Tariffs

UNUSED = 0xFFFFFFFF
ALL_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def week(number: int, working: int, weekend: int) -> dict[str, int]:
    return {"week": number, **dict.fromkeys(ALL_WEEK[:5], working), **dict.fromkeys(ALL_WEEK[5:], weekend)}


ECS01A_FUTURE = {
    "seasons": [
        {"name": "winter", "start": DayMonth(2014, 10, 27), "week": 1},
        {"name": "summer", "start": DayMonth(2015, 3, 29), "week": 2},
    ],
    "weeks": [week(1, 1, 3), week(2, 2, 3)],
    "days": [
        {"day": 1, "schedule": [{"start": clock(0), "action": 102}, {"start": clock(7), "action": 101}]},
        {"day": 2, "schedule": [{"start": clock(6), "action": 101}, {"start": clock(23), "action": 102}]},
        {"day": 3, "schedule": [{"start": clock(0), "action": 1}]},
    ],
    "special_days": [{"date": DayMonth(2015, 5, 1), "day": 1}, {"date": DayMonth(None, 12, 25), "day": 3}],
    "thresholds_1": [10000, UNUSED],
    "thresholds_2": [40000, UNUSED],
    **{f"thresholds_{tier}": [UNUSED] for tier in range(3, 9)},
    "currency_is_gbp": True,
    "standing_charge": {"scale": -5, "charge": 20000},
    "import_tariff": {"scale": -5, "prices": {0x01: 2121, 0xA1: 2289, 0xA2: 4002, 0xB1: 3546, 0xB2: 6969}},
    "execution_date_time": at(2030, 1, 15, 9),
}


def test_ecs01a_sets_a_tariff_from_a_date(read: Reader) -> None:
    assert read("ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS_PRECOMMAND", "ECS01a") == ECS01A_FUTURE


def test_ecs01a_is_cancelled_by_never_and_set_at_once_by_now(read: Reader) -> None:
    cancelled = read("ECS01a_1.1.1_CANCELLATION_TOU_BLOCK_SUCCESS_COMMAND", "ECS01a")
    assert cancelled == {**ECS01A_FUTURE, "execution_date_time": NEVER}
    assert read("ECS01a_1.1.1_IMMEDIATE_TOU_SUCCESS_COMMAND", "ECS01a")["execution_date_time"] is NOW


def test_ecs01a_stops_at_the_first_item_that_fails(read: Reader) -> None:
    refused = read("ECS01a_1.1.1_IMMEDIATE_ERROR_RESPONSE", "ECS01a")
    assert refused == Outcome({}, (0,) * 19 + (1, 250))
    assert (refused.failed_at, refused.code, refused.success) == (19, 1, False)


def test_ecs24_reads_the_tariff_in_force(read: Reader) -> None:
    assert read("ECS24_4.11.1_SUCCESS_RESPONSE", "ECS24") == Outcome(
        {
            "active_tariff_price": 1,
            "active_tariff_price_scale": {"scaler": -5, "unit": 254},
            "seasons": [{"name": "all", "start": DayMonth(2015, 1, 1), "week": 1}],
            "weeks": [week(1, 1, 2)],
            "days": [
                {
                    "day": 1,
                    "schedule": [{"start": clock(7), "action": 101}, {"start": clock(23), "action": 102}],
                },
                {"day": 2, "schedule": [{"start": clock(0), "action": 1}]},
            ],
            "special_days": [
                {"date": DayMonth(2015, 5, 1), "day": 2},
                {"date": DayMonth(2015, 12, 25), "day": 2},
            ],
            "thresholds_1": [10000, UNUSED, UNUSED],
            "thresholds_2": [10000, UNUSED, UNUSED],
            **{f"thresholds_{tier}": [UNUSED] * 3 for tier in range(3, 9)},
            "currency_is_gbp": True,
            "standing_charge": {"scale": -5, "charge": 20000},
            "import_tariff": ECS01A_FUTURE["import_tariff"],
        },
        (0,) * 17,
    )


def test_ecs24_delivers_what_it_can_before_it_fails(read: Reader) -> None:
    refused = read("ECS24_4.11.1_ERROR_RESPONSE", "ECS24")
    assert refused.results == (0,) * 15 + (1, 250)
    assert refused.values.keys() & {"standing_charge", "import_tariff"} == set()
    assert refused.values["currency_is_gbp"] is True


GCS01A_FUTURE = {
    "issuer_event_id": at(2015, 1, 1),
    "seasons": [{"start": DayMonth(None, 3, 20), "week": 1}],
    "weeks": [week(1, 1, 1)],
    "days": [{"day": 1, "schedule": [{"start": 0, "tier": 0}]}],
    "special_days": [],
    "block_tariff": True,
    "thresholds": [1_000_000, 2_000_000, 3_000_000],
    "thresholds_in_use": 3,
    "currency": 826,
    "standing_charge": 54794,
    "prices": {0: 9600, 1: 10200, 2: 10750, 3: 11000},
    "execution_date_time": at(2030, 1, 15, 9),
}


def test_gcs01a_sets_a_block_tariff_on_a_gas_meter(read: Reader) -> None:
    assert read("GCS01a_1.1.1_FUTURE_DATED_BLOCK_SUCCESS_PRECOMMAND", "GCS01a") == GCS01A_FUTURE


def test_gcs01a_is_cancelled_by_another_mark_in_each_cluster(read: Reader) -> None:
    cancelled = read("GCS01a_1.1.1_CANCELLATION_BLOCK_SUCCESS_PRECOMMAND", "GCS01a")
    assert cancelled == {**GCS01A_FUTURE, "execution_date_time": NEVER}


def test_gcs01a_executes_nothing_after_the_component_that_fails(read: Reader) -> None:
    refused = read("GCS01a_1.1.1_FUTURE_DATED_BLOCK_ERROR_RESPONSE", "GCS01a")
    assert refused.results == (0, 0, 0, 0, 0, 0, 0xC0, 1)
    assert (refused.failed_at, refused.code) == (6, 0xC0)
    failed, skipped = refused.values["answers"][6:]
    assert (failed["cluster"], failed["command"], failed["status"]) == (0x0700, 6, 0xC0)
    assert (skipped["command"], skipped["status"]) == (0xFF, 1)


# Optional items, partly failed reads, calendars


def test_ecs57_resets_what_it_is_asked_to(read: Reader) -> None:
    assert read("ECS57_6.18.2_ALL_OPTIONALS_SUCCESS_COMMAND", "ECS57") == {
        "reset_maximum_demand_import": True,
        "reset_maximum_demand_import_configurable": True,
        "reset_maximum_demand_export": True,
    }
    assert read("ECS57_6.18.2_ALL_OPTIONALS_ERROR_RESPONSE", "ECS57") == Outcome({}, (0, 1, 250))


def test_gcs13a_delivers_the_other_attributes_where_one_fails(read: Reader) -> None:
    found = read("GCS13a_4.1.1_ERROR_RESPONSE", "GCS13a")
    assert found == Outcome(
        {"multiplier": 1, "unit_of_measure": 1, "current_summation_delivered": 12345}, (0,), {"divisor": 0xC0}
    )
    assert not found.success


def test_gcs25_sets_the_billing_calendar_in_two_clusters_commands(read: Reader) -> None:
    assert read("GCS25_6.8_SUCCESS_COMMAND", "GCS25") == {
        "issuer_event_id": at(2015, 1, 1),
        "billing_period_start": at(2015, 2, 1),
        "billing_periodicity": 0x23,  # months, from an unspecified point
    }
    assert read("GCS25_6.8_SUCCESS_RESPONSE", "GCS25").results == (0, 0)
    assert read("GCS25_6.8_ERROR_RESPONSE", "GCS25").results == (0, 0xC0)


# Credentials

SUPPLIER_ID = bytes.fromhex("90B3D51F30010000")
SIGNING, AGREEMENT, TOP_UP = (
    {"role": 2, "key_usage": "1", "cell_usage": None},
    {"role": 2, "key_usage": "00001", "cell_usage": None},
    {"role": 2, "key_usage": "00001", "cell_usage": 1},
)


def test_cs02b_replaces_a_suppliers_three_certificates(read: Reader) -> None:
    found = read("CS02bSupplierBySupplier_6.15.1_FUTURE_DATED_SUCCESS_COMMAND", "CS02bSupplierBySupplier")
    assert found["control"] == {
        "mode": 2,
        "symmetric_key": None,
        "skip_time_checks": None,
        "authorising_cell": SIGNING,
        "counter": 1001,
        "floor": 0,
        "specialist_floors": [{"usage": 0, "counter": 0}],
        "changes": None,
    }
    assert [each["cell"] for each in found["replacements"]] == [SIGNING, AGREEMENT, TOP_UP]
    assert [len(each["certificate"]) for each in found["replacements"]] == [432, 405, 406]
    assert [len(each) for each in found["path_certificates"]] == [420]
    assert found["execution_date_time"] == at(2030, 1, 15)


def test_cs02b_answers_now_or_by_an_alert_later(read: Reader) -> None:
    later = read("CS02bSupplierBySupplier_6.15.1_FUTURE_DATED_SUCCESS_RESPONSE", "CS02bSupplierBySupplier")
    assert later == Outcome({"outcome": None})
    now = read("CS02bSupplierBySupplier_6.15.1_IMMEDIATE_SUCCESS_RESPONSE", "CS02bSupplierBySupplier")
    assert now.results == (0, 0, 0)
    outcome = now.values["outcome"]
    assert (outcome["counter"], outcome["mode"]) == (1000, 2)
    assert outcome["changes"] == [{"role": 2, "floor": 0, "specialist_floors": [{"usage": 0, "counter": 0}]}]
    assert [each["cell"] for each in outcome["replacements"]] == [SIGNING, AGREEMENT, TOP_UP]
    assert {each["existing_id"] for each in outcome["replacements"]} == {SUPPLIER_ID}
    alert = read("CS02bSupplierBySupplier_6.15.1_8F67_FUTURE_DATED_ERROR_ALERT", "CS02b alert")
    assert (alert["alert_code"], alert["time"]) == (0x8F67, at(2030, 1, 15))
    assert [each["status"] for each in alert["outcome"]["replacements"]] == [0, 10, 0]  # no trust anchor


# One alert of each family and content

NEW_YEAR = {"time": at(2015, 1, 1)}
ALERTS: dict[str, tuple[str, dict[str, Any]]] = {
    "GNCA-DLMS_NA_810E_ALERT": ("GNCA-DLMS", {"alert_code": 0x810E}),
    "GCA-ZigBee_NA_8F30_ALERT": ("GCA-ZigBee", {"alert_code": 0x8F30}),
    "MIIWA-DLMS_NA_81A0_ALERT": ("MIIWA-DLMS", {"alert_code": 0x81A0, "reason": b"\x00\x05"}),
    "MIIWA-ZigBee_NA_81A0_ALERT": ("MIIWA-ZigBee", {"alert_code": 0x81A0, "reason": 5}),
    "FDRA-ZigBee_NA_8F72_ALERT": (
        "FDRA-ZigBee", {"alert_code": 0x8F72, "manufacturer_image_hash": b"\xa1" * 32},
    ),
    "ECS80_NA_8F36_ALERT": (
        "ECS80",
        {
            "alert_code": 0x8F36, "outage_start": at(2014, 12, 31, 23, 50),
            "restored": at(2014, 12, 31, 23, 59),
        },
    ),
    "ECS100_NA_8F85_ALERT": (
        "ECS100", {"alert_code": 0x8F85, "rejected_command": bytes.fromhex("001200000000000186A0")},
    ),
    "ECS101_NA_8F86_INPUT_ALERT": (
        "ECS101",
        {
            "alert_code": 0x8F86, "controller": 35, "start": at(2015, 1, 1), "end": at(2015, 2, 1),
            "level": 100,
        },
    ),
    "ECS102_NA_8F87_OUTPUT_ALERT": ("ECS102", {"alert_code": 0x8F87, "controller": 17, "level": 100}),
    "ECS01a_1.1.1_8F66_FUTURE_DATED_TOU_BLOCK_SUCCESS_ALERT_CURRENCY_UNIT": (
        "FD-DLMS",
        {
            "alert_code": 0x8F66,
            "time": at(2030, 1, 15, 9),
            "instruction": {
                "message_code": 0x0019, "counter": 1008, "class_id": 9000,
                "instance": bytes((0, 0, 94, 44, 2, 0)), "attribute": 6,
            },
        },
    ),
    "GCS01a_1.1.1_8F66_FUTURE_DATED_BLOCK_SUCCESS_ALERT_PUBLISH_CALENDAR": (
        "FD-ZigBee",
        {
            "alert_code": 0x8F66, "time": at(2030, 1, 15, 9), "message_code": 0x006B,
            "originator_counter": 1005, "cluster": 0x0707, "frame_control": 9, "command": 0,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALERTS)
def test_alerts(read: Reader, name: str) -> None:
    form, values = ALERTS[name]
    assert read(name, form) == {**NEW_YEAR, **values}


def test_cs14_lists_the_devices_of_the_hub(read: Reader) -> None:
    log = read("CS14_NA_8F12_ALERT", "CS14")["device_log"]
    assert log["time"] == at(2015, 1, 1)
    assert [each["device_id"].hex() for each in log["devices"]] == ["00db1234567890a0", "00db1234567890a1"]


# All of them


def test_every_named_message_is_written_again_from_its_values(
    messages: dict[str, Message], keyring: FolderKeyring
) -> None:
    named = 0
    for name, message in messages.items():
        found = codec.read(message, keyring)
        if found is None:
            continue
        named += 1
        assert codec.rewrite(found, keyring) == message.payload, name
        body = found.form.body(message.header.cra)
        assert body is not None
        assert body.canonical(found.values) == found.values, name
    assert named >= 203


def test_values_that_stand_in_several_places_must_agree(messages: dict[str, Message]) -> None:
    """The activation date-time of ECS01a stands in six places: change one."""
    message = messages["ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS_PRECOMMAND"]
    written = bytes.fromhex("090C07EE010FFF090000008000FF")
    assert message.payload.count(written) == 6
    message = Message(message.header, message.payload[: -len(written)] + written.replace(b"\x0f", b"\x10", 1))
    with pytest.raises(MalformedMessage, match="execution_date_time"):
        codec.read(message)
