"""DLMS use cases: which controller is meant, what a device numbers otherwise, and what shrinks."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.dlms.objects.registers import ACTIVE_IMPORT_PROFILE
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import NEVER, DayMonth, InvalidValue, MalformedMessage

from .messages import ACB, METER, STRANGER, USER, header, writing

AT_NINE = datetime(2030, 1, 15, 9, tzinfo=UTC)
NINE = time(9, tzinfo=UTC)


def command(name: str, values: dict[str, Any]) -> str:
    """The command's octets after the invoke id, in hexadecimal, once they were read as this form again."""
    body = forms.form(name).command
    assert body is not None
    head = header(name, Cra.COMMAND)
    octets = body.put(values, writing(head))
    found = codec.read(Message(head, octets))
    assert found is not None
    assert (found.form.name, found.values) == (name, body.canonical(values))
    return octets[5:].hex().upper()


def answer(name: str, items: str) -> Outcome:
    """What an access response of these items (data, then results) says; it is written again as it was."""
    octets = bytes.fromhex("DA 200003E8 0000" + items)
    found = codec.read(Message(header(name, Cra.RESPONSE), octets), USER)
    assert found is not None
    assert codec.rewrite(found, USER) == octets
    outcome: Outcome = found.values
    return outcome


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"execution_date_time": "now"}, "'now' is not a date-time, now or never"),
        ({"execution_date_time": None}, "None is not a date-time, now or never"),
        ({"standing_charge": {"scale": 0}}, "standing_charge: {'scale': 0} is not a unit charge"),
        ({"import_tariff": {"scale": 0, "prices": {1: 1, 2: None}}}, "None is not a long"),
        ({"import_tariff": {"scale": 0, "prices": [1]}}, "import_tariff.prices: a list does not fit"),
    ],
)
def test_what_a_long_command_cannot_say_is_named(change: dict[str, Any], message: str) -> None:
    prices = {"scale": -5, "prices": {1: 2289}}
    charge = {"scale": -5, "charge": 20000}
    values = {"standing_charge": charge, "import_tariff": prices, "execution_date_time": AT_NINE}
    written = command("ECS01b", values)
    assert written.count("07EE010FFF090000008000FF") == 2  # said for both activations
    with pytest.raises(InvalidValue, match=message):
        command("ECS01b", values | change)


# One of several objects


def test_the_controller_stands_in_the_object_and_in_the_word() -> None:
    octets = command(
        "ECS47a",
        {
            "controller": 3, "start_date_time": AT_NINE, "end_date_time": NEVER,
            "commanded_state_level": 50, "input_from_controlled_load": True,
        },
    )  # fmt: skip
    assert "00005E2C7701" in octets, "0-0:94.44.119.1, the start of a setting of controller 3"
    assert "00005E2C7702" in octets
    assert octets.endswith("122332"), "input, controller 3, 50 per cent"


@pytest.mark.parametrize(
    ("name", "values", "word"),
    [
        ("ECS47Activate", {"controller": 1, "duration": 30}, "0111"),
        ("ECS47Deactivate", {"controller": 3, "duration": 60}, "0312"),
        ("ECS47Reset", {"controller": 5}, "0520"),
    ],
)
def test_a_switch_is_told_by_one_code_what_to_do(name: str, values: dict[str, int], word: str) -> None:
    assert command(name, values).endswith("12" + word)


def test_another_controller_in_the_word_than_in_the_object_is_refused() -> None:
    octets = bytes.fromhex(
        "D9 200003E8 00 02 02 0001 00005E2C7501 02 03 0009 00000A0067FF 01 02 12001E 120211"
    )
    with pytest.raises(MalformedMessage, match="controller is 2 here and 1 before"):
        codec.read(Message(header("ECS47Activate", Cra.COMMAND), octets))


@pytest.mark.parametrize("controller", [0, 6, None, "1"])
def test_there_are_five_controllers(controller: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        command("ECS47Activate", {"controller": controller, "duration": 1})
    assert refused.value.field == "controller"


# Lists that shrink


def test_only_the_descriptions_that_are_given_are_sent() -> None:
    octets = command("ECS46a", {"auxiliary_controller_2_description": "Immersion heater"})
    assert octets.startswith("0001" + "02000100005E2C000C02" + "01" + "0A10")


def test_boost_is_taken_away_as_it_is_given() -> None:
    given = command("ECS62", {"boost_function_control_1": True, "boost_function_control_4": False})
    assert given.endswith("02" + "03FF" + "0300")


# What a device says in its own way


def test_special_days_that_a_device_numbers_from_0_keep_their_number() -> None:
    day = "0203 12{:04X} 0905 FFFF0C19FF 1101"
    one = answer("ECS26a", _prepayment(f"0101{day.format(1)}")).values["non_disablement_special_days"]
    assert one == [{"date": DayMonth(month=12, day=25), "day": 1}]
    zero = answer("ECS26a", _prepayment(f"0101{day.format(0)}")).values["non_disablement_special_days"]
    assert zero == [{"index": 0, "date": DayMonth(month=12, day=25), "day": 1}]


def _prepayment(special_days: str) -> str:
    """The answer of ECS26a up to its special days: all behind failed."""
    rate = "0203 0202 0F00 0FFB 0203 120000 0906 000000000000 0F00 0101 0202 0900 10 1388"
    return f"12 {rate} {special_days} {'00' * 16} 12 0100 0100 0101 {'01FA' * 15}"


@pytest.mark.parametrize(
    "nothing", ["0100", "13 0203 06 12 09 00"], ids=["of no type", "of entries of the log"]
)
def test_an_empty_log_is_an_array_of_one_kind_or_another(nothing: str) -> None:
    assert answer("ECS35a", f"01 {nothing} 01 0100").values == {"event_log": []}


@pytest.mark.parametrize("secondary", ["", " 06"], ids=["single element", "twin element"])
def test_an_empty_log_tells_of_its_meter_also_where_it_is_sealed(secondary: str) -> None:
    columns = bytes.fromhex(f"02 {'03' if secondary else '02'} 06 06{secondary}")
    context = writing(header("ECS22b", Cra.RESPONSE))
    context.empty = {ACTIVE_IMPORT_PROFILE.shape: b"\x13" + columns + b"\0"}
    response = forms.form("ECS22b").response
    assert response is not None
    octets = response.put(Outcome({"active_import_profile": []}), context)
    assert answer("ECS22b", octets[7:].hex()).values == {"active_import_profile": []}


def test_a_season_may_begin_at_another_time_than_midnight() -> None:
    season = "0203 0901 53 090C 07DF0314FF {}0000 008000FF 0901 01"

    def seasons(at: str) -> Any:
        items = f"07 00 00 00 00 0101 {season.format(at)} 00 00"
        results = "07 0101 0101 0101 0101 0100 0101 0101"
        return answer("ECS24b", items + results).values["secondary_seasons"]

    assert seasons("00") == [{"name": "S", "start": DayMonth(2015, 3, 20), "week": 1}]
    assert seasons("09") == [{"name": "S", "start": DayMonth(2015, 3, 20), "time": NINE, "week": 1}]


def test_an_attribute_that_is_read_twice_must_be_the_same_both_times() -> None:
    def rate(charge: str) -> str:
        return f"0203 0202 0F00 0FFB 0203 120000 0906 000000000000 0F00 0101 0202 0900 10 {charge}"

    items = f"12 {rate('1388')} 00 00 {rate('1389')} {'00' * 14} 12 0100 0101 0101 0100 {'01FA' * 14}"
    with pytest.raises(MalformedMessage, match="debt_recovery_rate_1 is"):
        answer("ECS26a", items)


def test_a_controller_that_is_not_there_is_null() -> None:
    items = "0A 0900 00 0901FF 00 00 0C027B7D 00 00 00 00"
    found = answer("ECS61e", items + "0A" + "0100" * 10).values
    assert found["auxiliary_controller_1_type_and_identifier"] == b""
    assert found["auxiliary_controller_2_type_and_identifier"] is None
    assert found["auxiliary_controller_1_state_and_associated_information"] == "{}"


@pytest.mark.parametrize(
    ("octets", "mpans"),
    [
        ("090D" + b"1200012345678".hex(), {"import_mpan": "1200012345678"}),
        (
            "091A" + b"12000123456781200087654321".hex(),
            {"import_mpan": "1200012345678", "secondary_import_mpan": "1200087654321"},
        ),
    ],
    ids=["single element", "twin element"],
)
def test_a_twin_element_meter_has_two_import_mpans(octets: str, mpans: dict[str, str]) -> None:
    found = answer("ECS40", f"02 {octets} 090D {b'1300012345678'.hex()} 02 0100 0100")
    assert found.values == {"import_mpans": mpans, "export_mpan": "1300012345678"}


def test_a_demand_that_was_never_reached_has_no_time() -> None:
    def capture_time(octets: str) -> Any:
        items = f"04 090C07EE0101FF000000008000FF 0600000000 02020F00161B {octets} 04 0100 0100 0100 0100"
        return answer("ECS18a", items).values["max_demand_active_energy_export_capture_time"]

    assert capture_time("0900") is None
    assert capture_time("090CFFFFFFFFFFFFFFFFFF8000FF") is NEVER
    assert capture_time("090C07EE010FFF090000008000FF") == datetime(2030, 1, 15, 9, tzinfo=UTC)


# An unknown remote party


@pytest.mark.parametrize("way", range(4))
def test_a_protected_read_for_an_unknown_remote_party_is_read_however_it_names_it(way: int) -> None:
    """No public message shows how: what is read is written again as it was."""
    other = OtherInformation(forms.form("ECS66").code, party=STRANGER, party_counter=77)
    head = Header(Cra.COMMAND, 1000, ACB, METER, other)
    body = forms.form("ECS66").command
    assert body is not None
    values = {"read_log_period": {"start": AT_NINE, "end": AT_NINE}}
    context = writing(head)
    context.protected_way = way
    octets = body.put(values, context)
    title, counter = ((STRANGER, ACB)[way // 2], (1000, 77)[way % 2])
    assert bytes(title) in octets
    assert b"\x04" + counter.to_bytes(8, "big") in octets
    found = codec.read(Message(head, octets))
    assert found is not None
    assert found.values == values
    assert codec.rewrite(found) == octets


# Behaviours at events


def test_a_change_names_its_codes_and_leaves_the_others_alone() -> None:
    octets = command("ECS25a", {"supplier_wan_alerts_changes": {0x8100: True, 0x81FF: False}})
    bits = octets[octets.index("04820200") + 8 :]
    mask, settings = bits[:64], bits[64:]
    assert int(mask, 16) == 1 << 255 | 1
    assert int(settings, 16) == 1


def test_a_network_operator_has_codes_of_its_own() -> None:
    with pytest.raises(InvalidValue, match="8154 is not one of 8000 to 80FF"):
        command("ECS25b", {"network_operator_wan_alerts_changes": {0x8154: True}})


# In words


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        (
            "ECS47a",
            {
                "controller": 5, "start_date_time": NEVER, "end_date_time": NEVER,
                "commanded_state_level": 100, "input_from_controlled_load": False,
            },
            "controller 5, commanded state level 100, input from controlled load no",
        ),
        ("ECS25a", {"supplier_wan_alerts_changes": {0x8154: True, 0x8155: False}}, "8154 on, 8155 off"),
    ],
    ids=["a level", "alerts"],
)  # fmt: skip
def test_what_a_value_means_is_said_in_words(name: str, values: dict[str, Any], words: str) -> None:
    form = forms.form(name)
    assert form.command is not None
    context = writing(header(name, Cra.COMMAND))
    context.meanings = True
    octets = form.command.put(values, context)
    tree = codec.walk_payload(octets, 0, len(octets), Cra.COMMAND)
    form.command.take(tree, context)
    assert words in {leaf.meaning for leaf in tree.leaves()}


# As the public messages have it


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("6.4.1_ECS28a/ECS28a_6.4.1_FUTURE_DATED_SUCCESS_COMMAND", {"load_limit_power_threshold": 6900}),
        (
            "2.3_ECS07/ECS07_2.3_SUCCESS_COMMAND",
            {"debt_recovery_rate_2": {"scale": -1, "charge": 15}, "time_debt_register_2": 15000},
        ),
        (
            "6.18.1_ECS37/ECS37_6.18.1_SUCCESS_COMMAND",
            {
                "max_demand_configurable_time_period": {
                    "start_time": time(17, tzinfo=UTC), "end_time": time(22, tzinfo=UTC),
                },
            },
        ),
        (
            "6.22_ECS25a2/ECS25a2_6.22_SUCCESS_COMMAND",
            {"supplier_alarms_changes": dict.fromkeys((0x8154, 0x8155, 0x8161, 0x8162), True)},
        ),
        ("8.11_CCS01/CCS01_8.11_SUCCESS_COMMAND", {"join_time_period": 90}),
    ],
    ids=["load limit", "debt", "time of maximum demand", "alarms", "a device for the hub"],
)  # fmt: skip
def test_values_are_those_of_the_request(corpus: Path, file: str, values: dict[str, Any]) -> None:
    octets = bytes.fromhex((corpus / "rtds" / f"{file}_GBCS.HEX").read_text())
    found = codec.read(Message.parse(octets))
    assert found is not None
    assert {name: found.values[name] for name in values} == values
