"""A User asks, and gets an answer, a refusal, or a clear word that there was none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gbsmart.duis import SignatureMissing, parse_request
from gbsmart.gbcs import Message, MessageKind
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import Check
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.user import (
    AsyncUser,
    Delivery,
    DeviceRefused,
    HttpRefused,
    NoResponse,
    NotGenuine,
    PreCommandDiffers,
    Quantity,
    Refused,
    RequestFailed,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
)

from .conftest import QUICK
from .dcc import ACB, ESME, GSME, SUPPLIER, Dcc, Faults

Run = Callable[..., None]


def test_an_electricity_meter_is_read(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        reading = await user.read(ESME)
        assert reading.response_code == "I0"
        assert reading.values["import_registers"]["active_import"] == 1_234_567
        assert reading.quantities == {
            "active_import": Quantity(1_234_567, "Wh"),
            "reactive_import": Quantity(4_321, "varh"),
        }
        assert reading.response is not None
        assert (reading.response.form, reading.response.mac) == ("ECS17b", Check.VALID)
        assert [step.name for step in reading.steps] == [
            "Service Request",
            "acknowledgement",
            "Service Response",
        ]
        await dcc.settled()
        assert dcc.statuses == [204]
        assert [service for service, _ in dcc.bodies] == ["serviceS"]

    talk(conversation)


def test_a_gas_reading_is_decrypted_and_scaled(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        reading = await user.request("ReadInstantaneousImportRegisters", GSME)
        assert reading.quantities == {"current_summation_delivered": Quantity(Decimal("12.345"), "m3")}

    talk(conversation)


def test_a_critical_request_is_transformed_correlated_signed_and_sent_under_one_id(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        answer = await user.request("7.2", ESME)
        assert answer.outcome is not None
        assert answer.outcome.success
        assert answer.response is not None
        assert answer.response.signature is Check.VALID
        transform, command = (each for each in dcc.requests if each.service_reference_variant == "7.2")
        assert (transform.command_variant, command.command_variant) == (4, 5)
        assert transform.request_id == command.request_id == answer.exchange.original.request_id
        signed = Message.parse((command.values or {})["gbcs_payload"])
        assert signed.kind is MessageKind.SIGNED_PRE_COMMAND
        assert [step.name for step in answer.steps] == [
            "Service Request",
            "Pre-Command",
            "Signed Pre-Command",
            "acknowledgement",
            "Service Response",
        ]
        # the meter's type came from the inventory, because 7.2 goes to electricity and gas meters alike
        assert [service for service, _ in dcc.bodies] == ["serviceT", "serviceD", "serviceS"]

    talk(conversation)


def test_what_the_user_knows_of_its_devices_is_not_asked_for(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        await user.request("7.2", GSME)
        assert [service for service, _ in dcc.bodies] == ["serviceT", "serviceS"]

    talk(conversation, devices={GSME: "GSME"})


def test_a_pre_command_that_says_something_else_is_not_signed(talk: Run) -> None:
    def other_target(message: Message) -> Message:
        return Message(replace(message.header, recipient=GSME), message.payload, null_signature=True)

    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(tamper=other_target)
        with pytest.raises(PreCommandDiffers) as refused:
            await user.request("7.2", ESME)
        (difference,) = refused.value.differences
        assert (difference.request, difference.precommand) == (str(ESME), str(GSME))
        assert str(GSME) in str(refused.value)
        assert [service for service, _ in dcc.bodies] == ["serviceT"]

    talk(conversation, devices={ESME: "ESME"})


def test_a_local_command_comes_back_at_once(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        answer = await user.request("4.1.1", ESME, delivery=Delivery.LOCAL)
        assert answer.exchange.local_command is not None
        assert Message.parse(answer.exchange.local_command).header.recipient == ESME
        assert [service for service, _ in dcc.bodies] == ["serviceD"]

    talk(conversation)


def test_the_inventory_is_read(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        devices = await user.inventory(ESME)
        assert [each["device_type"] for each in devices] == ["ESME", "GSME"]
        assert dcc.requests[0].request_id.target == ACB

    talk(conversation)


# --- refusals and failures ---


def test_a_refusal_says_what_its_code_means(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(refuse="E2")
        with pytest.raises(Refused, match=r"refused request .* with E2: role not in the eligible list") as it:
            await user.read(ESME)
        assert (it.value.response_code, it.value.assumed) == ("E2", False)

    talk(conversation)


def test_an_assumed_meaning_is_shown_as_assumed(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(refuse="E49")
        with pytest.raises(Refused, match="assumed meaning"):
            await user.read(ESME)

    talk(conversation)


def test_a_dead_meter_leaves_the_outcome_unknown(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(alert=("N13", "E21"))
        with pytest.raises(NoResponse, match="N13, E21") as failed:
            await user.read(ESME)
        assert isinstance(failed.value, TimeoutError)
        dcc.faults = Faults(alert=("N12", "E20"))
        with pytest.raises(RequestFailed) as undelivered:
            await user.read(ESME)
        assert not isinstance(undelivered.value, TimeoutError)
        assert undelivered.value.alert_code == "N12"

    talk(conversation)


def test_silence_ends_with_the_users_patience(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(silent=True)
        with pytest.raises(TimedOut, match="the Service Response did not arrive"):
            await user.request("4.1.1", ESME, wait=timedelta(milliseconds=50))

    talk(conversation)


def test_a_devices_refusal_inside_i0_is_not_success(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(outcome=Outcome({}, (3,)))
        with pytest.raises(DeviceRefused, match="ECS43 failed at item 1 with code 3") as refused:
            await user.request("7.2", ESME)
        assert refused.value.outcome is not None
        assert refused.value.outcome.code == 3
        dcc.faults = Faults(
            outcome=Outcome({"multiplier": 1, "unit_of_measure": 1, "current_summation_delivered": 5}, (0,),
                            {"divisor": 192})
        )  # fmt: skip
        with pytest.raises(DeviceRefused, match="divisor failed with code 192"):
            await user.read(GSME)

    talk(conversation)


# --- what is not genuine ---


def test_a_wrong_mac_is_found_by_the_user(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(wrong_mac=True)
        with pytest.raises(NotGenuine, match=r"the MAC of the message .* is wrong"):
            await user.read(ESME)

    talk(conversation)


def test_an_answer_to_another_request_is_not_taken_for_this_one(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(answer_counter=5)
        with pytest.raises(NotGenuine, match="under counter 5"):
            await user.read(ESME)

    talk(conversation)


def test_acknowledgements_must_be_signed_by_the_dcc_and_about_the_request(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(unsigned=True, silent=True)
        with pytest.raises(SignatureMissing):
            await user.read(ESME)
        dcc.faults = Faults(wrong_signer=SUPPLIER, silent=True)
        with pytest.raises(NotGenuine, match="not by the DCC"):
            await user.read(ESME)
        dcc.faults = Faults(foreign=True, silent=True)
        with pytest.raises(UnexpectedAnswer, match=":7"):
            await user.read(ESME)

    talk(conversation)


# --- the road ---


def test_the_identical_octets_are_repeated_until_there_is_an_answer(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(unavailable=1, hang_up=1)
        reading = await user.read(ESME)
        assert reading.response_code == "I0"
        assert len(dcc.bodies) == 3
        assert len(set(dcc.bodies)) == 1
        assert len(dcc.requests) == 1

    talk(conversation)


def test_a_dcc_that_is_not_there_is_unreachable_and_a_bad_request_is_not_repeated(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(unavailable=99)
        with pytest.raises(Unreachable, match="HTTP 503"):
            await user.read(ESME)
        assert len(dcc.bodies) == QUICK.attempts
        dcc.faults = Faults(status=400)
        with pytest.raises(HttpRefused, match="HTTP 400: no"):
            await user.read(ESME)
        assert len(dcc.bodies) == QUICK.attempts + 1

    talk(conversation)


def test_an_answer_may_come_before_the_acknowledgement_and_twice(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        dcc.faults = Faults(early=True, twice=True)
        reading = await user.read(ESME)
        assert len(reading.messages) == 1
        await dcc.settled()
        assert dcc.statuses == [204, 204]

    talk(conversation)


def test_many_requests_are_in_flight_together(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        readings = await asyncio.gather(*(user.read(device) for device in (ESME, GSME) * 5))
        counters = [each.exchange.request.request_id.counter for each in readings]
        assert len(set(counters)) == 10
        assert all(each.response and each.response.proven for each in readings)

    talk(conversation)


# --- drafting ---


def test_a_request_is_drafted_by_name_and_fields(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        when = datetime(2026, 1, 1, tzinfo=UTC)
        request = user.draft("RestrictAccessForChangeOfTenancy", ESME, restriction_date_time=when)
        assert request.service_reference_variant == "3.2"
        assert (request.values or {})["restriction_date_time"] == when
        assert user.draft("4.1.1", ESME).request_id.counter > request.request_id.counter
        with pytest.raises(NotFound, match="neither a Service Reference Variant"):
            user.draft("99.9", ESME)
        with pytest.raises(InvalidValue, match="cannot be delivered by local"):
            user.draft("8.2", delivery=Delivery.LOCAL, device_id=ESME)

    talk(conversation)


def test_what_is_sent_is_what_was_drafted(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        request = user.draft("4.1.1", ESME)
        await user.answer(await user.send(request))
        assert parse_request(dcc.bodies[0][1]).message == request

    talk(conversation)


def test_a_place_in_a_sequence_stands_on_the_signed_pre_command_only(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        first = user.draft("7.2", ESME, first_in_sequence=True)
        await user.answer(await user.send(first))
        second = user.draft("4.1.1", ESME, preceding=first.request_id)
        await user.answer(await user.send(second))
        marks = [(each.command_variant, each.first_in_sequence, each.preceding) for each in dcc.requests]
        assert marks == [(4, False, None), (5, True, None), (1, False, first.request_id)]

    talk(conversation, devices={ESME: "ESME"})


def test_a_counter_that_is_given_is_not_passed_again(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        ahead = user.draft("4.1.1", ESME).request_id.counter + 1_000_000_000
        assert user.draft("4.1.1", ESME, counter=ahead).request_id.counter == ahead
        assert user.draft("4.1.1", ESME).request_id.counter == ahead + 1

    talk(conversation)
