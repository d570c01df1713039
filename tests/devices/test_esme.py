"""The emulated electricity meter, asked as a User asks it and answered as the public test messages are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gbsmart.devices.consumption import Home, Register
from gbsmart.gbcs import codec
from gbsmart.gbcs.dlms.apdu import Access, access_request
from gbsmart.gbcs.dlms.objects.control import SUPPLY_STATE
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.protection import Check, add_mac, verify_mac
from gbsmart.ground import NEVER, NOW, DayMonth

from .town import ACB, NETWORK_OPERATOR, START, SUPPLIER, Town, public_town

READ_SUPPLY_STATE = 0x0052


@pytest.fixture
def town() -> Town:
    return Town()


def vector(corpus: Path, folder: str, name: str) -> Message:
    (found,) = (corpus / "rtds" / folder).glob(f"*{name}_GBCS.HEX")
    return Message.parse(bytes.fromhex(found.read_text().strip()))


def command_values(message: Message) -> Any:
    reading = codec.read(message)
    assert reading is not None
    return reading.values


def structure(payload: bytes, message: Message) -> list[str]:
    """The types of a payload's leaves, in order."""
    tree = codec.walk_payload(payload, 0, len(payload), message.header.cra)
    return [leaf.kind.name for leaf in tree.leaves()]


def test_import_registers_are_the_homes_and_sealed_to_who_asks(town: Town) -> None:
    home = Home(town.plans[0].seed)
    for number, originator in ((1000, SUPPLIER), (1200, NETWORK_OPERATOR)):
        outcome = town.ask("ECS17b", {}, town.esme, number, originator)
        assert outcome.success
        registers = outcome.values["import_registers"]
        assert registers["active_import"] == home.register(Register.ACTIVE_IMPORT, START)
        assert registers["reactive_import"] == home.register(Register.REACTIVE_IMPORT, START)


def test_a_stranger_cannot_open_what_is_sealed(town: Town) -> None:
    (reaction,) = town.give((town.esme, town.command("ECS17b", {}, town.esme, 1000)))
    message = Message.parse(reaction.response)
    town.outside.withdraw(town.outside.certificate(SUPPLIER, "keyAgreement"))  # type: ignore[arg-type]
    reading = codec.read(message, town.outside)
    assert reading is not None
    assert "active_import" not in repr(reading.values.values)


def test_answers_have_the_shape_of_the_public_ones(town: Town, corpus: Path) -> None:
    scenarios = (
        ("4.1.1_ECS17b", "SINGLE_SUCCESS"), ("4.11.1_ECS24", "SUCCESS"), ("7.1_ECS42", "SUCCESS"),
        ("7.2_ECS43", "SUCCESS"), ("3.2_ECS12", "SUCCESS"), ("1.1.1_ECS01a", "IMMEDIATE_TOU_SUCCESS"),
    )  # fmt: skip
    for number, (folder, scenario) in enumerate(scenarios, 1):
        asked = vector(corpus, folder, f"{scenario}_COMMAND")
        answered = vector(corpus, folder, f"{scenario}_RESPONSE")
        name = folder.split("_")[1]
        values = command_values(asked)
        octets = town.command(name, values, town.esme, number)
        (reaction,) = town.give((town.esme, octets))
        assert reaction.response is not None, (name, reaction.log)
        ours = Message.parse(reaction.response)
        assert (ours.mac is None) == (answered.mac is None)
        assert (ours.header.date_time is None) == (answered.header.date_time is None)
        if name != "ECS24":  # whose tables are of the length that the supplier gave them
            assert structure(ours.payload, ours) == structure(answered.payload, answered)


@pytest.mark.parametrize(
    ("folder", "scenario"),
    [
        ("7.1_ECS42", "SUCCESS_COMMAND"),
        ("7.2_ECS43", "SUCCESS_COMMAND"),
        ("4.1.1_ECS17b", "SINGLE_SUCCESS_COMMAND"),
        ("3.2_ECS12", "SUCCESS_COMMAND"),
        ("6.18.2_ECS57", "SUCCESS_COMMAND"),
        ("1.1.1_ECS01a", "FUTURE_DATED_TOU_BLOCK_SUCCESS_COMMAND"),
        ("4.11.1_ECS24", "SUCCESS_COMMAND"),
        ("7.2_GCS32", "SUCCESS_COMMAND"),
        ("6.8_GCS25a", "SUCCESS_COMMAND"),
        ("1.1.1_GCS01a", "FUTURE_DATED_BLOCK_SUCCESS_COMMAND"),
        ("4.1.1_GCS13a", "RELIABLE_GSME_COMMAND"),
        ("1.1.1_GCS01a", "IMMEDIATE_TOU_SUCCESS_COMMAND"),
        ("6.15.1_CS02bSupplierBySupplier", "IMMEDIATE_SUCCESS_COMMAND"),
    ],
)
def test_public_commands_are_admitted_signature_and_all(corpus: Path, folder: str, scenario: str) -> None:
    """The vectors' own signatures, in cells of the vectors' own certificates; only the MAC, which needs
    the device's private key, is made again."""
    town = public_town(corpus)
    message = vector(corpus, folder, scenario)
    octets = add_mac(message, town.outside, ACB).encode()
    (reaction,) = town.give((message.header.recipient, octets))
    assert reaction.response is not None, reaction.log
    assert town.read(reaction.response).success


def test_supply_off_stops_the_register(town: Town) -> None:
    assert town.ask("ECS43", {}, town.esme, 1).success
    before = town.ask("ECS17b", {}, town.esme, 2).values["import_registers"]["active_import"]
    assert town.street.home(town.plans[0].hub).snapshot(town.clock.now()).electricity_supply == "off"
    town.clock.advance(hours=6)
    assert town.ask("ECS17b", {}, town.esme, 3).values["import_registers"]["active_import"] == before
    assert town.ask("ECS42", {}, town.esme, 4).success
    town.clock.advance(hours=6)
    after = town.ask("ECS17b", {}, town.esme, 5).values["import_registers"]["active_import"]
    home = Home(town.plans[0].seed)
    assert after - before == home.electricity_wh(START + timedelta(hours=6), START + timedelta(hours=12)) > 0


def test_the_profile_of_the_time_without_supply_is_nought(town: Town) -> None:
    town.clock.set(START.replace(hour=13, minute=0))
    town.ask("ECS43", {}, town.esme, 1)
    town.clock.advance(hours=2)
    period = {"start": START.replace(hour=12, minute=0), "end": START.replace(hour=14, minute=0)}
    rows = town.ask("ECS22b", {"read_log_period": period}, town.esme, 2).values["active_import_profile"]
    assert len(rows) == 5
    assert [row["primary"] > 0 for row in rows] == [True, True, False, False, False]


def test_maximum_demand_is_reset_by_the_network_operator(town: Town) -> None:
    values = {"reset_maximum_demand_import": True}
    assert town.ask("ECS57", values, town.esme, 1, NETWORK_OPERATOR).success
    slot = town.street.device(town.esme).memory.under("reset/4")
    assert len(slot) == 1


def tariff(price: int, when: Any) -> dict[str, Any]:
    days = [{"day": 1, "schedule": [{"start": START.timetz().replace(hour=0, minute=0), "action": 1}]}]
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
    return {
        "seasons": [{"name": "winter", "start": DayMonth(month=1, day=1), "week": 1}],
        "weeks": [{"week": 1, **week}],
        "days": days,
        "special_days": [],
        **{f"thresholds_{k}": [0xFFFFFFFF] * 3 for k in range(1, 9)},
        "currency_is_gbp": True,
        "standing_charge": {"scale": -4, "charge": 6_000},
        "import_tariff": {"scale": -5, "prices": {1: price}},
        "execution_date_time": when,
    }


def price_in_force(town: Town, counter: int) -> int:
    return town.ask("ECS24", {}, town.esme, counter).values["active_tariff_price"]


def test_a_tariff_is_in_force_at_once(town: Town) -> None:
    assert town.ask("ECS01a", tariff(30_000, NOW), town.esme, 1).success
    assert price_in_force(town, 2) == 30_000


@pytest.mark.parametrize(
    ("scale", "price", "shown"),
    [(-5, 24_500, 24_500), (-4, 2_450, 24_500), (-6, 24_509, 2_450), (0, 1, 100_000)],
)
def test_a_price_is_shown_in_one_unit_whatever_the_tariffs_scale(
    town: Town, scale: int, price: int, shown: int
) -> None:
    wanted = {**tariff(price, NOW), "import_tariff": {"scale": scale, "prices": {1: price}}}
    assert town.ask("ECS01a", wanted, town.esme, 1).success
    home = town.street.home(town.plans[0].hub)
    assert home.snapshot(town.clock.now()).electricity_price == shown


def test_a_tariff_for_later_is_in_force_then_with_one_alert_for_each_activation(town: Town) -> None:
    later = START.replace(hour=18, minute=0)
    assert town.ask("ECS01a", tariff(31_000, later), town.esme, 7).success
    assert price_in_force(town, 8) == 24_500
    assert town.street.next_due() == later
    town.clock.set(later)
    with town.street.store.transaction() as connection:
        alerts = town.street.activate(connection, later)
    town.street.committed()
    assert price_in_force(town, 9) == 31_000
    readings = [town.read(octets) for _, octets in alerts]
    assert len(readings) == 6
    assert {reading["alert_code"] for reading in readings} == {0x8F66}
    assert {reading["instruction"]["counter"] for reading in readings} == {7}
    assert len({tuple(reading["instruction"].values()) for reading in readings}) == 6
    assert town.street.next_due() is None


def test_a_tariff_for_later_can_be_cancelled(town: Town) -> None:
    later = START + timedelta(days=2)
    town.ask("ECS01a", tariff(31_000, later), town.esme, 7)
    assert town.ask("ECS01a", tariff(31_000, NEVER), town.esme, 8).success
    town.clock.set(later)
    with town.street.store.transaction() as connection:
        assert town.street.activate(connection, later) == []
    assert price_in_force(town, 9) == 24_500


def test_the_first_failure_breaks_the_rest(town: Town) -> None:
    """Six octets of the request point to an object that no meter has."""
    message = town.message("ECS24", {}, town.esme, 5)
    payload = bytearray(message.payload)
    at = payload.index(bytes.fromhex("00005E2C020002"))  # the currency
    payload[at + 4] = 0x63
    message.payload = bytes(payload)
    message._inner = None
    (reaction,) = town.give((town.esme, town.protect(message)))
    answer = codec.walk(reaction.response).leaves()
    results = [leaf.value for leaf in answer if leaf.name == "result"]
    assert results == [0] * 14 + [4] + [250] * 2


def test_the_acb_may_read_the_tariff_for_itself(town: Town) -> None:
    assert town.ask("ECS24", {}, town.esme, 1, ACB).success


def supply_state(town: Town, counter: int) -> int:
    """Read as the public messages do, written by hand: no form reads it yet."""
    spec = (int(Access.GET).to_bytes(1, "big") + SUPPLY_STATE.ref.octets, b"\x00")
    header = Header(Cra.COMMAND, counter, SUPPLIER, town.esme, OtherInformation(READ_SUPPLY_STATE))
    message = Message(header, access_request(counter, [spec]))
    (reaction,) = town.give((town.esme, add_mac(message, town.outside, ACB).encode()))
    answer = Message.parse(reaction.response)
    assert verify_mac(answer, town.outside, ACB) is Check.VALID
    enum, state, *result = answer.payload[8:]
    assert (enum, result) == (0x16, [1, 1, 0])
    return state


def test_the_supply_is_armed_until_the_consumer_restores_it(town: Town) -> None:
    assert supply_state(town, 1) == 1
    town.ask("ECS43", {}, town.esme, 2)
    assert supply_state(town, 3) == 0
    town.ask("ECS44", {}, town.esme, 4)
    assert supply_state(town, 5) == 2
    assert town.street.device(town.esme).state.restore(town.clock.now())
    assert supply_state(town, 6) == 1


def test_arming_leaves_a_supply_on(town: Town) -> None:
    assert town.ask("ECS44", {}, town.esme, 1).success
    assert supply_state(town, 2) == 1
    home = town.street.home(town.plans[0].hub)
    assert home.snapshot(town.clock.now()).electricity_power_w > 0
