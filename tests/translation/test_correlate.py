"""A Pre-Command that says something else than its request is told by name, place and meaning."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gbsmart.duis import Request, RequestId, parse_request
from gbsmart.gbcs import Message
from gbsmart.ground import NEVER, Eui64, MalformedMessage
from gbsmart.translation import Difference, correlate, recognised_facts, transform
from gbsmart.translation.binding import Facts

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
AT = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = Facts(AT, ACB, "ESME")
ASKED = Request(RequestId(SUPPLIER, METER, 1000), 4, "7.2", {})


def pre_command(request: Request = ASKED) -> bytes:
    return transform(request, FACTS).message().encode()


def told(octets: bytes, request: Request = ASKED) -> dict[str, Difference]:
    return {each.field: each for each in correlate(request, octets, FACTS).differences}


def test_the_pre_command_of_a_request_matches_it() -> None:
    assert correlate(ASKED, pre_command(), FACTS).match


def test_another_counter_is_told_in_the_header() -> None:
    octets = bytearray(pre_command())
    octets[10] ^= 1
    counter = told(bytes(octets))["originator counter"]
    assert (counter.offset, counter.request, counter.precommand) == (3, "1000", "1001")


def test_another_recipient_is_told() -> None:
    octets = bytearray(pre_command())
    octets[28] ^= 1
    recipient = told(bytes(octets))["recipient"]
    assert (recipient.offset, recipient.precommand) == (21, "00-DB-12-34-56-78-90-A1")


def test_octets_that_break_a_rule_differ_where_they_break_it() -> None:
    octets = bytearray(pre_command())
    octets[-4] = 0x35  # no type of data
    (difference,) = correlate(ASKED, bytes(octets), FACTS).differences
    assert (difference.offset, difference.request) == (len(octets) - 4, "")
    assert "0x35" in difference.precommand


def test_a_protected_message_is_no_pre_command() -> None:
    message = Message.parse(pre_command())
    message.mac, message.null_signature = bytes(12), True
    with pytest.raises(MalformedMessage):
        correlate(ASKED, message.encode(), FACTS)


def test_every_octet_matters() -> None:
    octets = pre_command()
    for place in range(len(octets) - 1):  # the last one is the null signature
        changed = bytearray(octets)
        changed[place] ^= 0x01
        assert not correlate(ASKED, bytes(changed), FACTS).match, place


def from_the_corpus(corpus: Path, name: str) -> tuple[Request, bytes]:
    document = (corpus / "duis-requests" / f"{name}_REQUEST_DUIS.XML").read_bytes()
    (path,) = (corpus / "rtds").glob(f"*/{name}_PRECOMMAND_GBCS.HEX")
    return parse_request(document).message, bytes.fromhex(path.read_text())


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "device_type"),
    [("ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS", "ESME"), ("GCS32_7.2_SUCCESS", "GSME")],
)
def test_facts_are_recognised_by_the_form_of_the_pre_command(
    corpus: Path, name: str, device_type: str
) -> None:
    request, octets = from_the_corpus(corpus, name)
    facts = recognised_facts(request, Message.parse(octets), AT, ACB)
    assert facts.device_type == device_type
    assert correlate(request, octets, facts).match


@pytest.mark.corpus
def test_a_moment_is_told_in_words(corpus: Path) -> None:
    request, octets = from_the_corpus(corpus, "ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS")
    request.values["execution_date_time"] = NEVER
    differences = correlate(request, octets, FACTS).differences
    assert {each.field for each in differences} == {"execution_date_time"}
    assert "2030-01-15" in differences[0].precommand
