"""The emulated gas meter and its proxy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gbsmart.devices.consumption import Home, Register
from gbsmart.gbcs import codec
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.gbz.bodies import message as gbz_message
from gbsmart.gbcs.gbz.commands import (
    CHANGE_SUPPLY,
    CONSUMER_TOP_UP,
    CREDIT_ADJUSTMENT,
    GET_SAMPLED_DATA,
    GET_SEASONS,
)
from gbsmart.gbcs.gbz.commands.calendar import CURRENT_TARIFF_CALENDAR_ID
from gbsmart.gbcs.gbz.message import frames
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.gbcs.protection import add_mac
from gbsmart.gbcs.sealed import open_sealed
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.ground import NEVER, NOW, DayMonth, Eui64
from gbsmart.keys import Certificate, KeyUse

from .town import ACB, NETWORK_OPERATOR, OTHER_USER, START, SUPPLIER, Town

EVENT = {"issuer_event_id": START}
VALVE_CLOSED, ARMED, VALVE_OPEN = 0, 1, 2


@pytest.fixture
def town() -> Town:
    return Town()


def test_the_consumption_register_is_the_homes_and_sealed(town: Town) -> None:
    home = Home(town.plans[0].seed)
    outcome = town.ask("GCS13a", {}, town.gsme, 1, NETWORK_OPERATOR)
    assert outcome.values == {
        "divisor": 1_000, "multiplier": 1, "unit_of_measure": 1,
        "current_summation_delivered": home.register(Register.GAS_VOLUME, START),
    }  # fmt: skip


def test_the_proxy_answers_with_what_it_mirrors_and_says_so(town: Town) -> None:
    (own,) = town.give((town.gsme, town.command("GCS13a", {}, town.gsme, 1)))
    (mirrored,) = town.give((town.gpf, town.command("GCS13a", {}, town.gpf, 2)))
    assert Message.parse(own.response).header.date_time[-1] == 0x00  # type: ignore[index]
    assert Message.parse(mirrored.response).header.date_time[-1] == 0x04  # type: ignore[index]
    home = town.street.home(town.plans[0].hub)
    stale = home.last_contact(START)
    assert START - timedelta(minutes=30) < stale <= START
    expected = Home(town.plans[0].seed).register(Register.GAS_VOLUME, stale)
    assert town.read(mirrored.response).values["current_summation_delivered"] == expected


def test_the_valve_closes_and_the_register_stands(town: Town) -> None:
    outcome = town.ask("GCS32", EVENT, town.gsme, 1)
    assert outcome.success
    assert outcome.values["supply_status"] == VALVE_CLOSED
    before = town.ask("GCS13a", {}, town.gsme, 2).values["current_summation_delivered"]
    town.clock.advance(hours=12)
    assert town.ask("GCS13a", {}, town.gsme, 3).values["current_summation_delivered"] == before
    assert town.ask("GCS39", EVENT, town.gsme, 4).values["supply_status"] == ARMED
    meter = town.street.device(town.gsme).state
    assert meter.restore(town.clock.now())
    town.clock.advance(hours=24)
    assert town.ask("GCS13a", {}, town.gsme, 5).values["current_summation_delivered"] > before


def test_arming_leaves_an_open_valve_open(town: Town) -> None:
    assert town.ask("GCS39", EVENT, town.gsme, 1).values["supply_status"] == VALVE_OPEN
    before = town.ask("GCS13a", {}, town.gsme, 2).values["current_summation_delivered"]
    town.clock.advance(hours=24)
    assert town.ask("GCS13a", {}, town.gsme, 3).values["current_summation_delivered"] > before


@pytest.mark.parametrize("proposed", [2, 3, 0xFF])
def test_a_valve_is_never_opened_from_afar(town: Town, proposed: int) -> None:
    assert town.ask("GCS32", EVENT, town.gsme, 1).values["supply_status"] == VALVE_CLOSED
    content = CHANGE_SUPPLY.layout.write({"issuer_event_id": 1, "proposed_supply_status": proposed})
    (answer,) = components(town, 0x0085, 2, (0x0702, bytes((0x01, 0, 0x0B)) + content))
    assert answer["status"] == 0x87
    assert town.ask("GCS33", {}, town.gsme, 3).values["supply_status"] == VALVE_CLOSED


def tariff(when: Any, price: int) -> dict[str, Any]:
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
    return {
        **EVENT,
        "execution_date_time": when,
        "seasons": [{"start": DayMonth(month=1, day=1), "week": 1}],
        "weeks": [{"week": 1, **week}],
        "days": [{"day": 1, "schedule": [{"start": 0, "tier": 1}]}],
        "special_days": [],
        "block_tariff": False,
        "thresholds_in_use": 0,
        "currency": 826,
        "standing_charge": 31_000,
        "thresholds": None,
        "prices": {1: price, 2: 0, 3: 0, 4: 0},
    }


def components(town: Town, code: int, counter: int, *given: tuple[int, bytes]) -> list[dict[str, Any]]:
    """What the gas meter answers to components written by hand: (cluster, frame) each."""
    payload = gbz_message([(0, cluster, frame) for cluster, frame in given])
    message = Message(Header(Cra.COMMAND, counter, SUPPLIER, town.gsme, OtherInformation(code)), payload)
    (reaction,) = town.give((town.gsme, town.protect(message)))
    assert reaction.response is not None, reaction.log
    answer = Message.parse(reaction.response)
    tree = codec.walk_payload(answer.payload, 0, len(answer.payload), Cra.RESPONSE)
    found = frames(tree)
    assert found is not None
    return [{leaf.name: leaf.value for node in each.body for leaf in node.leaves()} for each in found]


def seasons(town: Town, counter: int) -> list[int]:
    """The calendars whose seasons are read back as those in force."""
    wanted = GET_SEASONS.layout.write({"issuer_calendar_id": CURRENT_TARIFF_CALENDAR_ID})
    answers = components(town, 0x009F, counter, (0x0707, bytes((0x01, 0, 0x03)) + wanted))
    return [answer["issuer_calendar_id"] for answer in answers]


def held(town: Town, name: str) -> Any:
    from gbsmart.devices import gsme
    from gbsmart.devices.zcl import Subject

    return gsme.server().read(Subject(town.street.device(town.gsme), town.clock.now()), name)


def test_a_tariff_is_in_force_at_once(town: Town) -> None:
    assert town.ask("GCS01a", tariff(NOW, 7_100), town.gsme, 1).success
    assert held(town, "tier_1_block_1_price") == 7_100
    assert held(town, "standing_charge") == 31_000


def test_a_tariff_for_later_brings_one_alert_for_each_instruction(town: Town) -> None:
    later = START + timedelta(days=3)
    assert town.ask("GCS01a", tariff(later, 7_200), town.gsme, 4).success
    assert held(town, "tier_1_block_1_price") == 6_300
    town.clock.set(later)
    with town.street.store.transaction() as connection:
        alerts = town.street.activate(connection, later)
    readings = [town.read(octets) for _, octets in alerts]
    assert {(r["cluster"], r["command"]) for r in readings} == {
        (0x0707, 0x00), (0x0707, 0x04), (0x0700, 0x04), (0x0700, 0x05),
    }  # fmt: skip
    assert {(r["alert_code"], r["originator_counter"], r["time"]) for r in readings} == {(0x8F66, 4, later)}
    assert held(town, "tier_1_block_1_price") == 7_200


def test_a_tariff_for_later_is_cancelled(town: Town) -> None:
    later = START + timedelta(days=3)
    town.ask("GCS01a", tariff(later, 7_200), town.gsme, 4)
    assert town.ask("GCS01a", tariff(NEVER, 7_200), town.gsme, 5).success
    town.clock.set(later)
    with town.street.store.transaction() as connection:
        assert town.street.activate(connection, later) == []
    assert held(town, "tier_1_block_1_price") == 6_300


def test_the_seasons_of_one_calendar_are_not_anothers(town: Town) -> None:
    later = START + timedelta(days=3)
    first, second = ({"issuer_event_id": read_time(number)} for number in (0x1, 0x12))
    assert town.ask("GCS01a", {**tariff(NOW, 7_100), **first}, town.gsme, 1).success
    assert town.ask("GCS01a", {**tariff(later, 7_200), **second}, town.gsme, 2).success
    assert seasons(town, 3) == [0x1]
    with town.street.store.transaction() as connection:
        town.street.activate(connection, later)
    assert seasons(town, 4) == [0x12]


def test_tenancy_and_billing_calendar_are_kept(town: Town) -> None:
    assert town.ask("GCS09", {**EVENT, "restriction_date_time": START}, town.gpf, 1).success
    values = {**EVENT, "billing_period_start": START, "billing_periodicity": 3, "billing_periods": 1}
    assert town.ask("GCS25a", values, town.gsme, 2).success
    slots = town.street.device(town.gsme).memory.under("zcl/")
    assert len(slots) == 2
    assert len(town.street.device(town.gpf).memory.under("zcl/")) == 1


# --- an Unknown Remote Party and its certificate: read of a log, component by component ---


def agreement_of(town: Town) -> Certificate:
    """What the party lets answers be sealed to."""
    return town.outside.certificate(OTHER_USER, KeyUse.KEY_AGREEMENT)


def sampled(
    town: Town, counter: int, *, certificate: Certificate | None, earliest: Any = None, count: int = 4
) -> Any:
    """The read that public messages send for an unknown party, written by hand."""
    content = GET_SAMPLED_DATA.layout.write(
        {
            "sample_id": 1, "sample_type": 0, "number_of_samples": count,
            "earliest_sample_time": write_time(earliest or START - timedelta(days=10)),
        }
    )  # fmt: skip
    payload = gbz_message([(0, 0x0702, bytes((0x01, 0, 0x08)) + content)])
    der = certificate.der if certificate else None
    other = OtherInformation(0x00A0, OTHER_USER, 1003, None, der)
    message = Message(Header(Cra.COMMAND, counter, ACB, town.gpf, other), payload)
    (reaction,) = town.give((town.gpf, add_mac(message, town.outside, ACB).encode()))
    return Message.parse(reaction.response)


def test_an_unknown_remote_party_gets_what_only_it_can_open(town: Town) -> None:
    answer = sampled(town, 1, certificate=agreement_of(town))
    assert answer.header.recipient == ACB
    assert answer.header.other == OtherInformation(0x00A0, OTHER_USER, 1003)
    tree = codec.walk_payload(answer.payload, 0, len(answer.payload), Cra.RESPONSE)
    ((_, plain),) = open_sealed(tree, answer.header, town.outside)
    leaves = list(plain.leaves())
    samples = [leaf.value for leaf in leaves if leaf.name == "sample"]
    (start,) = (read_time(leaf.value) for leaf in leaves if leaf.name == "sample_start_time")
    home = Home(town.plans[0].seed)
    assert samples == [
        home.gas_litres(start + timedelta(days=n), start + timedelta(days=n + 1)) for n in range(4)
    ]


@pytest.mark.parametrize(
    "brought",
    [None, (SUPPLIER, KeyUse.KEY_AGREEMENT), (OTHER_USER, KeyUse.DIGITAL_SIGNATURE)],
    ids=["none", "another party's", "one that signs"],
)
def test_without_its_own_certificate_nothing_is_told(
    town: Town, brought: tuple[Eui64, KeyUse] | None
) -> None:
    answer = sampled(town, 1, certificate=town.outside.certificate(*brought) if brought else None)
    assert open_sealed(codec.walk_payload(answer.payload, 0, len(answer.payload), Cra.RESPONSE),
                       answer.header, town.outside) == []  # fmt: skip
    tree = codec.walk_payload(answer.payload, 0, len(answer.payload), Cra.RESPONSE)
    assert [leaf.value for leaf in tree.leaves() if leaf.name == "status"] == [0x7E]


def test_a_log_without_entries_answers_not_found(town: Town) -> None:
    answer = sampled(town, 1, certificate=agreement_of(town), earliest=START + timedelta(days=1))
    tree = codec.walk_payload(answer.payload, 0, len(answer.payload), Cra.RESPONSE)
    assert [leaf.value for leaf in tree.leaves() if leaf.name == "status"] == [0x8B]


# --- top ups ---


def top_up(town: Town, counter: int, utrn: str) -> dict[str, Any]:
    content = CONSUMER_TOP_UP.layout.write({"originating_device": 0, "top_up_code": utrn.encode()})
    (answer,) = components(town, 0x0097, counter, (0x0705, bytes((0x01, 0, 0x04)) + content))
    return answer


def adjust_balance(town: Town, counter: int, amount: int) -> int:
    """The status of an adjustment of the prepayment balance, in 10^-5 pounds."""
    values = {"issuer_event_id": counter, "credit_adjustment_type": 0, "credit_adjustment_value": amount}
    content = CREDIT_ADJUSTMENT.layout.write(values)
    (answer,) = components(town, 0x0086, counter, (0x0705, bytes((0x01, 0, 0x05)) + content))
    status: int = answer["status"]
    return status


def test_a_balance_that_would_not_fit_is_refused_in_words(town: Town) -> None:
    assert adjust_balance(town, 1, 2**31 - 1) == 0x00
    assert adjust_balance(town, 2, 1) == 0x87
    assert held(town, "credit_remaining") == 2**31 - 1
    utrn = make_utrn(town.outside, SUPPLIER, town.gsme, 6 << 32, 1250, ValueClass.PENCE)
    assert top_up(town, 6 << 32, utrn)["result_type"] == 1
    assert adjust_balance(town, 3, -(2**31 - 1)) == 0x00
    assert top_up(town, 7 << 32, utrn)["credit_remaining"] == 1_250_000


def test_a_genuine_utrn_adds_credit_once(town: Town) -> None:
    utrn = make_utrn(town.outside, SUPPLIER, town.gsme, 6 << 32, 1250, ValueClass.PENCE)
    assert top_up(town, 6 << 32, utrn)["credit_remaining"] == 1_250_000
    assert top_up(town, 7 << 32, utrn)["result_type"] == 1
    assert held(town, "credit_remaining") == 1_250_000
    forged = make_utrn(town.outside, SUPPLIER, town.gpf, 8 << 32, 1250, ValueClass.PENCE)
    assert top_up(town, 8 << 32, forged)["result_type"] == 1
