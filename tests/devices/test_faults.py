"""Devices under faults that are switched on: results they answer, refusals, silence, wrong counters."""

from __future__ import annotations

from typing import Any

import pytest

from gbsmart.devices.faults import FAULTS, named
from gbsmart.devices.results import AsnStatus, Status
from gbsmart.gbcs.dlms.apdu import Result
from gbsmart.gbcs.envelope import Message
from gbsmart.ground import Eui64, Faults, InvalidValue, NotFound

from .test_credentials import replacement
from .town import NETWORK_OPERATOR, SUPPLIER, Town, smki

READ, CLOSE, READ_GAS = "ECS17b", "ECS43", "GCS13a"


@pytest.fixture
def town() -> Town:
    built = Town()
    built.street.faults = Faults(FAULTS, built.clock, seed=1)
    return built


def switch(town: Town, name: str, **told: Any) -> Faults:
    town.street.faults.on(name, told)
    return town.street.faults


def give(town: Town, form: str, counter: int, device: Eui64 | None = None) -> Any:
    eui = device or town.esme
    (reaction,) = town.give((eui, town.command(form, {}, eui, counter)))
    return reaction


@pytest.mark.parametrize("result", [Result.TEMPORARY_FAILURE, Result.OBJECT_UNDEFINED])
def test_an_item_of_a_dlms_command_fails_with_a_chosen_result(town: Town, result: Result) -> None:
    faults = switch(town, "dlms-result", result=named(result), form=CLOSE, times=1)
    outcome = town.ask(CLOSE, {}, town.esme, 1)
    assert not outcome.success
    assert outcome.results[0] == result
    assert town.ask(CLOSE, {}, town.esme, 2).success
    assert faults.counters()["dlms-result"] == (2, 1)
    (hit,) = faults.hits()
    assert hit.about == f"{SUPPLIER}:{town.esme}:1"
    assert hit.detail == f"item 1: {named(result)}"


def test_an_item_that_a_command_does_not_have_does_not_fail(town: Town) -> None:
    faults = switch(town, "dlms-result", item=99)
    assert town.ask(CLOSE, {}, town.esme, 1).success
    assert faults.counters()["dlms-result"] == (1, 0)


@pytest.mark.parametrize("status", [Status.HARDWARE_FAILURE, Status.INVALID_VALUE])
def test_a_component_of_a_gbz_command_fails_with_a_chosen_status(town: Town, status: Status) -> None:
    faults = switch(town, "zcl-status", result=named(status), times=1)
    outcome = town.ask(READ_GAS, {}, town.gsme, 1)
    assert not outcome.success
    assert status in outcome.results
    assert town.ask(READ_GAS, {}, town.gsme, 2).success
    assert faults.counters()["zcl-status"] == (2, 1)


def test_a_cell_is_not_replaced_and_has_a_chosen_status(town: Town) -> None:
    faults = switch(town, "asn1-status", result="no-trust-anchor", times=1)
    new = [(entry.use, entry.certificate) for entry in smki().entries if entry.certificate.holder == SUPPLIER]
    role = new[0][1].role
    mine = [(use, each) for use, each in new if each.role == role and use is not None]

    def ask(counter: int) -> Any:
        values = replacement(counter, 2, role, mine[:1], role)  # type: ignore[arg-type]
        return town.ask("CS02bSupplierBySupplier", values, town.esme, counter)

    assert ask(1).results[0] == AsnStatus.NO_TRUST_ANCHOR
    assert ask(2).results[0] == AsnStatus.SUCCESS
    assert faults.counters()["asn1-status"] == (2, 1)


@pytest.mark.parametrize(
    ("reason", "code"), [("no-authority", 0x8F30), ("not-authentic", 0x8F53), ("not-trusted", 0x8F3D)]
)
def test_a_command_is_refused_in_silence_and_left_undone(town: Town, reason: str, code: int) -> None:
    faults = switch(town, "device-refuses", reason=reason, times=1)
    assert give(town, CLOSE, 1).response is None
    assert town.security_log(town.esme) == [(code, "a fault that is switched on")]
    assert town.street.log(town.esme, "event") == []
    assert town.ask(CLOSE, {}, town.esme, 1).success  # its counter was not used up
    assert faults.counters()["device-refuses"] == (2, 1)


def test_a_command_is_carried_out_and_never_answered(town: Town) -> None:
    faults = switch(town, "device-silent", form=CLOSE, times=1)
    assert give(town, CLOSE, 1).response is None
    assert len(town.street.log(town.esme, "event")) == 1
    assert give(town, CLOSE, 1).response is None  # replay protection holds: this one is refused
    assert len(town.street.log(town.esme, "event")) == 1
    assert town.ask(CLOSE, {}, town.esme, 2).success
    assert faults.counters()["device-silent"] == (2, 1)


def test_a_response_bears_another_counter(town: Town) -> None:
    faults = switch(town, "device-wrong-counter", by=7, times=1)
    reaction = give(town, READ, 1)
    assert Message.parse(reaction.response).header.counter == 8
    town.read(reaction.response)  # and is genuine all the same
    assert Message.parse(give(town, READ, 2).response).header.counter == 2
    assert faults.counters()["device-wrong-counter"] == (2, 1)


@pytest.mark.parametrize("how", ["other-key", "unknown"])
@pytest.mark.parametrize("whose", ["user", "dcc"])
def test_a_device_finds_another_certificate_in_a_cell(town: Town, how: str, whose: str) -> None:
    faults = switch(town, "device-credentials", how=how, whose=whose, times=1)
    assert give(town, CLOSE, 1).response is None
    ((code, note),) = town.security_log(town.esme)
    assert code == (0x8F3D if whose == "user" else 0x8F53)
    assert "MAC" in note or "signature" in note or "Broker" in note
    assert town.ask(CLOSE, {}, town.esme, 1).success
    assert faults.counters()["device-credentials"] == (2, 1)


def test_a_fault_is_narrowed_to_a_device_its_type_a_form_or_a_code(town: Town) -> None:
    faults = town.street.faults
    with pytest.raises(NotFound):
        faults.on("device-silent", {"form": "ECS99z"})
    with pytest.raises(NotFound):
        faults.on("device-silent", {"code": "FFFF"})
    with pytest.raises(InvalidValue):
        faults.on("device-silent", {"code": "no code"})
    code = Message.parse(town.command(READ, {}, town.esme, 1)).header.message_code
    for told, silenced in (
        ({"device": town.esme}, {READ, CLOSE}),
        ({"type": "GSME"}, {READ_GAS}),
        ({"form": READ}, {READ}),
        ({"code": f"{code:04x}"}, {READ}),
    ):
        faults.clear()
        faults.on("device-silent", told)
        fresh = [(READ, town.esme), (CLOSE, town.esme), (READ_GAS, town.gsme)]
        base = int(town.clock.now().timestamp())
        town.clock.advance(seconds=10)
        met = {
            form
            for number, (form, device) in enumerate(fresh)
            if give(town, form, base + number, device).response is None
        }
        assert met == silenced, told


def test_the_same_seed_gives_the_same_faults() -> None:
    def story() -> list[bool]:
        built = Town()
        built.street.faults = Faults(FAULTS, built.clock, seed=4)
        switch(built, "device-silent", share="0.5")
        return [give(built, READ, counter).response is None for counter in range(1, 21)]

    told = story()
    assert told == story()
    assert {True, False} == set(told)


def test_a_network_operator_is_not_the_supplier(town: Town) -> None:
    """A fault does not open a door: whoever may not, still may not."""
    switch(town, "dlms-result")
    (reaction,) = town.give((town.esme, town.command(CLOSE, {}, town.esme, 1, NETWORK_OPERATOR)))
    assert reaction.response is None
    assert town.street.faults.counters()["dlms-result"] == (0, 0)
