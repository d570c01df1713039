"""GBZ use cases: From Date Times, calendars, settings by groups, logs, and answers that refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.envelope import Cra, Message
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.gbz.commands.calendar import NON_DISABLEMENT_CALENDAR
from gbsmart.gbcs.gbz.message import frames
from gbsmart.gbcs.gbz.zcl import read_values
from gbsmart.ground import NEVER, NOW, DayMonth, InvalidValue, MalformedMessage, When

from .messages import USER, header, writing

CREATED = datetime(2015, 1, 1, tzinfo=UTC)
JANUARY = datetime(2030, 1, 15, 9, tzinfo=UTC)
"""948013200 seconds after 2000."""


def command(name: str, values: dict[str, Any]) -> bytes:
    body = forms.form(name).command
    assert body is not None
    octets = body.put(values, writing(header(name, Cra.COMMAND)))
    found = codec.read(Message(header(name, Cra.COMMAND), octets))
    assert found is not None
    assert (found.form.name, found.values) == (name, body.canonical(values))
    return octets


def answer(name: str, payload: str | bytes) -> Outcome:
    octets = bytes.fromhex(payload) if isinstance(payload, str) else payload
    found = codec.read(Message(header(name, Cra.RESPONSE), octets), USER)
    assert found is not None
    assert found.form.name == name
    assert codec.rewrite(found, USER) == octets
    outcome: Outcome = found.values
    return outcome


WEEK = {
    "monday": 1, "tuesday": 1, "wednesday": 1, "thursday": 1, "friday": 1, "saturday": 2, "sunday": 2,
}  # fmt: skip
CONFIGURATION = {
    "issuer_event_id": CREATED, "execution_date_time": JANUARY,
    "emergency_credit_limit": 10_000_000, "emergency_credit_threshold": 100_000,
    "debt_recovery_rate_cap": -5, "low_credit_threshold": 5_000_000,
    "max_meter_balance": 25_000_000, "max_credit_threshold": 20_000_000,
    "days": [
        {"day": 1, "schedule": [{"start": 480, "non_disablement": False},
                                {"start": 1080, "non_disablement": True}]},
        {"day": 2, "schedule": [{"start": 0, "non_disablement": True}]},
    ],
    "weeks": [{"week": 1, **WEEK}],
    "seasons": [{"start": DayMonth(month=3, day=29), "week": 1}],
    "special_days": [{"date": DayMonth(month=12, day=25), "day": 2}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("when", "low_credit_warning", "calendar"),
    [(NOW, "00000000", 0), (JANUARY, "38818890", 948_013_200), (NEVER, "FFFFFFFF", 0xFFFFFFFE)],
)
def test_a_prepayment_configuration_takes_effect_at_one_time_written_in_three_ways(
    when: When, low_credit_warning: str, calendar: int
) -> None:
    octets = command("GCS05", {**CONFIGURATION, "execution_date_time": when})
    setting = bytes.fromhex(f"10 0705 000B {low_credit_warning} 01 02 09 404B4C00")
    assert octets.count(setting) == 1
    found = frames(codec.walk_payload(octets, 0, len(octets), Cra.COMMAND))
    assert found is not None
    assert [frame.from_date_time is not None for frame in found] == [False, False, True] + [False] * 7
    calendars = [read_values(frame.body) for frame in found if frame.cluster == 0x0707]
    assert {each["calendar_type"] for each in calendars if "calendar_type" in each} == {
        NON_DISABLEMENT_CALENDAR
    }
    assert calendars[0]["start_time"] == calendars[-1]["start_time"] == calendar


def test_a_component_has_a_from_date_time_where_its_use_case_says_so() -> None:
    octets = command("GCS15e", {"start": CREATED, "end": NEVER})
    undated = bytes.fromhex("0109 01 01 0705 0008 01 00 08 FEFFFFFF 05")
    assert octets == bytes.fromhex("0109 01 11 0705 000C 1C374A80 01 00 08 FEFFFFFF 05")
    assert codec.read(Message(header("GCS15e", Cra.COMMAND), undated)) is None


def test_times_that_do_not_agree_are_refused() -> None:
    octets = command("GCS05", CONFIGURATION)
    other = octets.replace(bytes.fromhex("38818890 01 02 09"), bytes.fromhex("38818891 01 02 09"))
    assert other != octets
    with pytest.raises(MalformedMessage, match="execution_date_time"):
        codec.read(Message(header("GCS05", Cra.COMMAND), other))


def test_debts_are_three_commands_alike() -> None:
    octets = command(
        "GCS04",
        {
            "issuer_event_id": CREATED,
            "time_debt_register_1": 1_000_000, "time_debt_register_2": -500_000,
            "debt_recovery_rate_1": 50_000, "debt_recovery_rate_period_1": 1,
            "debt_recovery_rate_2": 60_000, "debt_recovery_rate_period_2": 0,
            "payment_debt_register": 7, "debt_recovery_per_payment": 100,
        },
    )  # fmt: skip
    found = frames(codec.walk_payload(octets, 0, len(octets), Cra.COMMAND))
    assert found is not None
    debts = [read_values(frame.body) for frame in found]
    assert [each["debt_amount_type"] for each in debts] == [1, 3, 5]
    assert [each["debt_recovery_method"] for each in debts] == [0, 0, 1]
    assert [each["debt_amount"] for each in debts] == [1_000_000, -500_000, 7]
    assert [each["debt_recovery_balance_percentage"] for each in debts] == [0, 0, 100]


def test_events_are_set_by_groups_of_one_treatment() -> None:
    settings = [
        {"event_configuration": 0x5B, "event_codes": [0x81AA, 0x81AB]},
        {"event_configuration": 0x08, "event_codes": [0x810E]},
    ]
    octets = command("GCS20", {"issuer_event_id": CREATED, "event_settings": settings})
    assert octets[2] == 2
    with pytest.raises(InvalidValue) as refused:
        command("GCS20", {"issuer_event_id": CREATED, "event_settings": []})
    assert refused.value.field == "event_settings"


def test_a_device_answers_each_group_of_events_and_at_least_one() -> None:
    done, failed, skipped = "0708 0005 00 {} 0B 04 00", "0708 0005 00 {} 0B 04 C0", "0708 0005 00 {} 0B FF 01"
    components = [f"00{done}".format("00"), f"00{failed}".format("01"), f"01{skipped}".format("02")]
    assert answer("GCS20", "0109 03" + "".join(components)).results == (0, 0xC0, 1)
    with pytest.raises(MalformedMessage, match="at least 1"):
        answer("GCS20", "0109 00")


@pytest.mark.parametrize(
    ("name", "log", "control"),
    [("CS10a", 3, 0x13), ("CS10a", 6, 0x16), ("CS10b", 4, 0x04), ("CS10b", 7, 0x07)],
)
def test_a_log_is_asked_for_of_the_meter_or_of_the_proxy(name: str, log: int, control: int) -> None:
    assert command(name, {"log_id": log, "start": CREATED, "end": JANUARY})[11] == control


def test_a_log_is_of_its_own_use_case() -> None:
    with pytest.raises(InvalidValue) as refused:
        command("CS10a", {"log_id": 4, "start": CREATED, "end": JANUARY})
    assert refused.value.field == "log_id"


def test_an_event_log_is_rows_and_an_empty_one_no_failure() -> None:
    entry = "03 1F8F 804A371C 00" + "03 5481 814A371C 02 009B"
    body = "19 00 01 0200 00 01 00" + entry
    size = len(bytes.fromhex(body))
    outcome = answer("CS10a", f"0109 01 01 0709 {size:04X} {body}")
    assert outcome.success
    first, second = outcome.values["log_entries"]
    assert (first["log_code"], first["timestamp"], first["other_information"]) == (0x8F1F, CREATED, b"")
    assert (second["log_id"], second["log_code"], second["other_information"]) == (3, 0x8154, b"\x00\x9b")
    assert answer("CS10a", "0109 01 01 0709 0005 08 00 0B 00 8B").success


@pytest.mark.parametrize(
    ("name", "did", "did_not"),
    [
        ("CS11", "0709 0004 09 00 02 08", "0709 0004 09 00 02 00"),
        ("GCS31", "0702 0005 09 00 0D 0200", "0702 0005 09 00 0D FFFF"),
        ("CS01b", "0705 000D 09 00 03 00 01000000 00 02000000", "0705 000D 09 00 03 01 FFFFFFFF 00 FFFFFFFF"),
    ],
)
def test_some_answers_refuse_by_what_is_in_them(name: str, did: str, did_not: str) -> None:
    assert answer(name, f"0109 01 01 {did}").results == (0,)
    assert answer(name, f"0109 01 01 {did_not}").results == (1,)


@pytest.mark.parametrize("frame_control", ["08", "18"])
def test_an_answer_wants_a_default_response_or_not_and_is_written_again_so(frame_control: str) -> None:
    outcome = answer("GCS46", f"0109 01 01 0702 0010 {frame_control} 00 01 0703 00 41 08 3132333435363738")
    assert outcome.values == {"site_id": b"12345678"}


@pytest.mark.parametrize(
    ("name", "payload", "reason"),
    [
        ("GCS60", "0702 000B 08 00 01 000A 00 23 E0673500 | 0705 0005 08 01 0B FF 01", ""),
        ("GCS21j", "0705 0003 08 00 01", "0 attributes where 1"),
        ("GCS21j", "0705 000F 08 00 01 0000 00 19 940C 0000 00 19 940C", "2 attributes where 1"),
        ("GCS21j", "0705 000B 08 00 01 0100 00 2B 01000000", "attribute 0000, which was asked for"),
    ],
)
def test_a_device_answers_for_each_attribute_in_order(name: str, payload: str, reason: str) -> None:
    components = payload.split("|")
    last = len(components) - 1
    octets = f"0109 {len(components):02X}" + "".join(
        f"{int(index == last):02X}{each}" for index, each in enumerate(components)
    )
    if not reason:
        assert answer(name, octets).results == (0, 1)
        return
    with pytest.raises(MalformedMessage, match=reason):
        answer(name, octets)


def test_a_mark_that_cancels_in_other_fields_does_not_in_this_one() -> None:
    octets = command("GCS02", {"issuer_event_id": CREATED, "execution_date_time": NEVER})
    other = octets.replace(bytes.fromhex("FFFFFFFF 940C"), bytes.fromhex("FEFFFFFF 940C"))
    assert other != octets
    with pytest.raises(MalformedMessage, match="execution_date_time"):
        codec.read(Message(header("GCS02", Cra.COMMAND), other))


def test_what_is_sealed_is_counted() -> None:
    outcome = Outcome(
        {f"current_tier_{tier}_summation_delivered": tier for tier in range(1, 5)}
        | {"divisor": 1000, "multiplier": 1, "unit_of_measure": 1}
    )
    response = forms.form("GCS13c").response
    assert response is not None
    sent = header("GCS13c", Cra.RESPONSE)
    octets = response.put(outcome, writing(sent))
    found = codec.read(Message(sent, octets), USER)
    assert found is not None
    assert found.values.values == outcome.values
    for at, reason in ((8, "header control 01"), (9, "frame counter 1")):
        with pytest.raises(MalformedMessage, match=reason):
            codec.read(Message(sent, octets[:at] + b"\x01" + octets[at + 1 :]), USER)


def test_the_display_in_the_home_tops_up_as_a_remote_party_does() -> None:
    wan, home = (command(name, {"utrn": "73794156880950804485"}) for name in ("CS01b", "PCS01"))
    assert (wan[11], home[11]) == (0, 2)
    assert wan[12:] == home[12:]
