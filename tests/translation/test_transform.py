"""A Service Request becomes the message that the public vectors hold, octet for octet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gbsmart.duis import Request, RequestId, parse_request
from gbsmart.gbcs import Message
from gbsmart.ground import NOW, Eui64, InvalidValue
from gbsmart.translation import Facts, NoTranslation, correlate, transform

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
ELECTRICITY = Facts(datetime(2015, 1, 1, tzinfo=UTC), ACB, "ESME")
GAS = replace(ELECTRICITY, device_type="GSME")
PROXY = replace(ELECTRICITY, device_type="GPF")

PRE_COMMANDS = {
    "ECS01a_1.1.1_CANCELLATION_TOU_BLOCK_SUCCESS": ELECTRICITY,
    "ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS": ELECTRICITY,
    "ECS42_7.1_SUCCESS": ELECTRICITY,
    "ECS43_7.2_SUCCESS": ELECTRICITY,
    "GCS01a_1.1.1_CANCELLATION_BLOCK_SUCCESS": GAS,
    "GCS01a_1.1.1_FUTURE_DATED_BLOCK_SUCCESS": GAS,
    "GCS01a_1.1.1_IMMEDIATE_TOU_SUCCESS": GAS,
    "GCS32_7.2_SUCCESS": GAS,
}
COMMANDS = {
    "ECS12_3.2_SUCCESS": ELECTRICITY,
    "ECS17b_4.1.1_SINGLE_SUCCESS": ELECTRICITY,
    "ECS17b_4.1.1_TWIN_SUCCESS": ELECTRICITY,
    "ECS24_4.11.1_SUCCESS": ELECTRICITY,
    "GCS13a_4.1.1_SUCCESS_RELIABLE_GPF": PROXY,
}


def request_named(corpus: Path, name: str) -> Request:
    return parse_request((corpus / "duis-requests" / f"{name}_REQUEST_DUIS.XML").read_bytes()).message


def vector(corpus: Path, name: str) -> bytes:
    (path,) = (corpus / "rtds").rglob(f"{name}_GBCS.HEX")
    return bytes.fromhex(path.read_text())


def reading(counter: int = 1000) -> Request:
    return Request(RequestId(SUPPLIER, ESME, counter), 1, "4.1.1", {"execution_date_time": NOW})


@pytest.mark.corpus
@pytest.mark.parametrize("name", PRE_COMMANDS)
def test_a_critical_request_becomes_its_pre_command(corpus: Path, name: str) -> None:
    translated = transform(request_named(corpus, name), PRE_COMMANDS[name])
    assert translated.critical
    assert translated.message().encode() == vector(corpus, f"{name}_PRECOMMAND") + b"\x00"


@pytest.mark.corpus
@pytest.mark.parametrize("name", COMMANDS)
def test_any_other_request_becomes_its_command_but_for_the_mac(corpus: Path, name: str) -> None:
    translated = transform(request_named(corpus, name), COMMANDS[name])
    command = Message.parse(vector(corpus, f"{name}_COMMAND"))
    assert not translated.critical
    assert translated.message().inner_octets() == command.inner_octets()


@pytest.mark.corpus
def test_a_changed_octet_of_a_pre_command_is_found_and_named(corpus: Path) -> None:
    name = "ECS43_7.2_SUCCESS"
    request, octets = request_named(corpus, name), bytearray(vector(corpus, f"{name}_PRECOMMAND"))
    assert correlate(request, bytes(octets), ELECTRICITY).match
    octets[-1] ^= 1  # script 52, disable supply, becomes 53
    (difference,) = correlate(request, bytes(octets), ELECTRICITY).differences
    assert (difference.request, difference.precommand) == ("52", "53")
    assert difference.offset == len(octets) - 3


@pytest.mark.corpus
def test_the_time_of_creation_is_the_pre_commands_own(corpus: Path) -> None:
    name = "GCS32_7.2_SUCCESS"
    later = replace(GAS, now=GAS.now + timedelta(days=4000))
    assert correlate(request_named(corpus, name), vector(corpus, f"{name}_PRECOMMAND"), later).match


def test_an_unknown_remote_party_goes_through_the_access_control_broker() -> None:
    reads_tariff = Request(RequestId(SUPPLIER, ESME, 1000), 1, "4.11.1", {})
    translated = transform(reads_tariff, replace(ELECTRICITY, known=False))
    header = translated.header(dcc_counter=77)
    assert (header.originator, header.counter) == (ACB, 77)
    assert (header.other.party, header.other.party_counter) == (SUPPLIER, 1000)
    with pytest.raises(InvalidValue, match="counter"):
        translated.message()


def test_a_use_case_that_the_broker_may_not_send_is_refused_to_an_unknown_party() -> None:
    with pytest.raises(InvalidValue, match="only a party with credentials on the device may send ECS17b"):
        transform(reading(), replace(ELECTRICITY, known=False))


def test_the_facts_that_were_used_are_named() -> None:
    assert transform(reading(), ELECTRICITY).facts == {"device_type": "ESME", "known": True}


def test_a_device_that_the_variant_does_not_fit_has_no_translation() -> None:
    with pytest.raises(NoTranslation, match=r"4\.1\.1 has no GBCS form for device type PPMID"):
        transform(reading(), replace(ELECTRICITY, device_type="PPMID"))


def test_a_critical_request_needs_credentials_on_the_device() -> None:
    disable = Request(RequestId(SUPPLIER, ESME, 1), 4, "7.2", {})
    with pytest.raises(InvalidValue, match="credentials"):
        transform(disable, replace(ELECTRICITY, known=False))
