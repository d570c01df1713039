"""What a device refuses: with silence, an entry in its security log, and an alert to its supplier."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.protection import add_mac, sign
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse

from .town import ACB, NETWORK_OPERATOR, OTHER_USER, SECOND_SUPPLIER, START, SUPPLIER, Town

NO_AUTHORITY, NOT_AUTHENTIC, NOT_TRUSTED = 0x8F30, 0x8F53, 0x8F3D
NOT_FOR_ME, NOT_SUPPORTED, FORMAT_FAILED = 0x8F3E, 0x8F85, 0x8F1E
EVENT = {"issuer_event_id": START}


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


def refused(town: Town, octets: bytes, device: Eui64 | None = None) -> int:
    """The security log's code; fails unless the device is silent and has executed nothing."""
    device = device or town.esme
    (reaction,) = town.give((device, octets))
    assert reaction.response is None
    (entry,) = reaction.log
    assert entry.log == "security"
    alert = reaction.alerts[0]
    assert Message.parse(alert).header.recipient == SUPPLIER
    assert Message.parse(alert).signature is not None
    assert town.read(alert)["alert_code"] == entry.code
    assert entry.code == NOT_SUPPORTED or len(reaction.alerts) == 1
    assert town.security_log(device)[-1] == (entry.code, entry.note)
    return int(entry.code)


def test_the_alert_of_a_command_that_is_not_supported_names_it() -> None:
    town = Town()
    (reaction,) = town.give((town.esme, town.message("GCS32", EVENT, town.esme, 12).encode()))
    (alert,) = reaction.alerts
    assert town.read(alert)["rejected_command"] == bytes.fromhex("0081") + (12).to_bytes(8, "big")


def test_a_party_that_cannot_be_answered_under_a_mac_has_no_authority() -> None:
    """A load switch holds its supplier's signing certificate only."""
    town = Town()
    switch = town.plans[0].hcalcs
    assert switch is not None
    (reaction,) = town.give((switch, town.command("CS07", {}, switch, 1)))
    assert reaction.response is None
    assert [code for code, _ in town.security_log(switch)] == [NO_AUTHORITY]


def test_the_user_behind_a_command_that_is_not_supported_is_told_too() -> None:
    town = Town()
    other = OtherInformation(0x0081, party=OTHER_USER, party_counter=200)
    octets = town.message("GCS32", EVENT, town.esme, 12, ACB, other).encode()
    (reaction,) = town.give((town.esme, octets))
    told = [Message.parse(alert).header for alert in reaction.alerts]
    assert [(each.recipient, each.other.party, each.other.party_counter) for each in told] == [
        (SUPPLIER, None, None), (ACB, OTHER_USER, 200),
    ]  # fmt: skip
    assert {town.read(alert)["rejected_command"] for alert in reaction.alerts} == {
        bytes.fromhex("0081") + (12).to_bytes(8, "big")
    }


def test_devices_that_raise_no_such_alert_only_log_it() -> None:
    town = Town()
    (reaction,) = town.give((town.gpf, b"what is this"))
    assert (reaction.response, reaction.alerts) == (None, [])
    assert [code for code, _ in town.security_log(town.gpf)] == [FORMAT_FAILED]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere(town: Town, where: float, bit: int) -> None:
    octets = bytearray(town.command("ECS42", {}, town.esme, 10**9))
    octets[int(where * len(octets))] ^= 1 << bit
    refused(town, bytes(octets))


def test_a_mac_by_another_than_the_access_control_broker(town: Town) -> None:
    message = town.message("ECS17b", {}, town.esme, 1)
    octets = add_mac(message, town.outside, SUPPLIER).encode()
    assert refused(town, octets) == NOT_AUTHENTIC


def test_a_repeated_and_an_older_counter() -> None:
    town = Town()
    octets = town.command("ECS42", {}, town.esme, 50)
    assert town.give((town.esme, octets))[0].response is not None
    assert refused(town, octets) == NOT_AUTHENTIC
    assert refused(town, town.command("ECS43", {}, town.esme, 49)) == NOT_AUTHENTIC
    assert town.give((town.esme, town.command("ECS43", {}, town.esme, 51)))[0].response is not None


def test_counters_of_one_role_do_not_bind_another() -> None:
    town = Town()
    town.ask("ECS42", {}, town.esme, 10_000)
    assert town.ask("ECS17b", {}, town.esme, 5, NETWORK_OPERATOR).success


def test_reads_may_be_repeated() -> None:
    town = Town()
    octets = town.command("ECS17b", {}, town.esme, 50)
    first, again = town.give((town.esme, octets), (town.esme, octets))
    assert first.response == again.response is not None


def test_a_signature_by_another_key(town: Town) -> None:
    message = town.message("ECS42", {}, town.esme, 2 * 10**9)
    forged = town.outside.sign(NETWORK_OPERATOR, message.signed_octets())
    octets = add_mac(replace(message, signature=forged), town.outside, ACB).encode()
    assert refused(town, octets) == NOT_TRUSTED


def test_a_critical_command_without_a_signature(town: Town) -> None:
    octets = add_mac(town.message("ECS42", {}, town.esme, 2 * 10**9), town.outside, ACB).encode()
    assert refused(town, octets) == NOT_AUTHENTIC


@pytest.mark.parametrize("originator", [NETWORK_OPERATOR, SECOND_SUPPLIER, ACB])
def test_an_originator_in_no_cell_of_a_role_that_may(town: Town, originator: Eui64) -> None:
    octets = town.command("ECS42", {}, town.esme, 3 * 10**9, originator)
    assert refused(town, octets) == NO_AUTHORITY


def test_a_message_for_another_device(town: Town) -> None:
    assert refused(town, town.command("ECS42", {}, town.gsme, 4 * 10**9)) == NOT_FOR_ME


def test_a_command_of_another_type_of_device(town: Town) -> None:
    assert refused(town, town.command("GCS32", {"issuer_event_id": town.clock.now()}, town.esme, 1)) == (
        NOT_SUPPORTED
    )


def test_a_response_is_no_command(town: Town) -> None:
    header = Header(
        Cra.RESPONSE,
        1,
        SUPPLIER,
        town.esme,
        OtherInformation(town.message("ECS42", {}, town.esme, 1).header.message_code),
    )
    octets = sign(Message(header, b"\xda\x20\x00\x00\x01\x00\x00\x00\x00"), town.outside).encode()
    assert refused(town, octets) == NOT_FOR_ME


def test_what_is_no_message_at_all(town: Town) -> None:
    for octets in (b"", b"\xdd", bytes(80), b"\xdf" * 200):
        refused(town, octets)


# --- Unknown Remote Parties ---


def unknown_party(town: Town, code: int, *, certificate: bool) -> OtherInformation:
    der = town.outside.certificate(OTHER_USER, KeyUse.KEY_AGREEMENT).der if certificate else None
    return OtherInformation(code, OTHER_USER, 1003, None, der)


def test_an_unknown_remote_party_is_answered_by_way_of_the_acb(town: Town) -> None:
    code = town.message("ECS24", {}, town.esme, 1).header.message_code
    octets = town.command("ECS24", {}, town.esme, 77, ACB, unknown_party(town, code, certificate=False))
    (reaction,) = town.give((town.esme, octets))
    answer = Message.parse(reaction.response)
    assert answer.header.recipient == ACB
    assert answer.header.other == OtherInformation(code, OTHER_USER, 1003)
    assert town.read(reaction.response).success


def test_only_the_acb_speaks_for_an_unknown_remote_party(town: Town) -> None:
    code = town.message("ECS24", {}, town.esme, 1).header.message_code
    octets = town.command("ECS24", {}, town.esme, 78, SUPPLIER, unknown_party(town, code, certificate=False))
    assert refused(town, octets) == NO_AUTHORITY
