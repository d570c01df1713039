"""Every octet of every message is named: the rows tile it, whatever it is."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from gbsmart.gbcs.alert_codes import alert_code, alert_codes
from gbsmart.gbcs.blocks import split
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation, concatenate
from gbsmart.gbcs.explain import Explanation, Row, RowKind, explain
from gbsmart.gbcs.explain.table import caption
from gbsmart.gbcs.message_codes import message_code, message_codes
from gbsmart.ground import Eui64, NotFound

from .keyring import FolderKeyring, vectors

SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")

CLOSE_LOAD_SWITCH = bytes.fromhex("D9200003E800010300090000 0A006AFF 01 01 120033".replace(" ", ""))


def header(cra: Cra = Cra.COMMAND, code: int = 0x004F) -> Header:
    return Header(cra, 1000, SUPPLIER, METER, OtherInformation(code))


def close_load_switch() -> Message:
    return Message(header(), CLOSE_LOAD_SWITCH, signature=bytes(64))


def assert_tiles(octets: bytes, rows: tuple[Row, ...]) -> None:
    at = 0
    for row in rows:
        assert row.offset == at, row
        assert row.octets == octets[at : at + row.length], row
        if row.parts:
            assert row.parts[0].offset == at
            assert sum(part.length for part in row.parts) == row.length, row
        assert row.name
        at += row.length
    assert at == len(octets)


def assert_whole(explanation: Explanation) -> None:
    assert_tiles(explanation.octets, explanation.rows)
    for content in explanation.opened:
        assert_tiles(content.octets, content.rows)


def named(explanation: Explanation, name: str) -> Row:
    return next(row for row in explanation.rows if row.name == name and row.kind is not RowKind.FRAME)


def test_a_command_is_named_by_its_form() -> None:
    told = explain(close_load_switch().encode())
    assert_whole(told)
    assert (told.kind, told.use_case, told.form) == ("signed pre-command", "ECS42", "ECS42")
    assert told.heading.startswith("ECS42 signed pre-command, message code 004F:")
    assert named(told, "originator").value == str(SUPPLIER)
    assert named(told, "message code").meaning.startswith("ECS42: ")
    assert named(told, "instance").value == "0-0:10.0.106.255"
    assert told.signature == told.mac.replace("absent", "")  # nothing to check with
    assert told.fault is None


def test_a_pre_command_without_signature_field_is_whole_too() -> None:
    bare = replace(close_load_switch(), signature=None)
    assert_whole(explain(bare.encode()))
    assert explain(bare.encode()).kind == "pre-command"


def test_content_without_a_form_is_still_taken_apart() -> None:
    told = explain(replace(close_load_switch(), header=header(code=0xFFFE)).encode())
    assert_whole(told)
    assert told.form == ""
    assert named(told, "message code").meaning == "not a message code of GBCS"
    assert named(told, "class").meaning == "script table"
    assert any("No form" in note for note in told.notes)


def test_an_alert_says_what_its_code_means() -> None:
    body = bytes.fromhex("0F 200003E8 00 0202 12 8F36 090C 07DF0101FF00000000800000")
    told = explain(Message(header(Cra.ALERT, 0x1000), body, signature=bytes(64)).encode())
    assert_whole(told)
    assert named(told, "alert_code").meaning == "Supply restored after 3 minutes or more (critical)"
    assert named(told, "time").meaning == "2015-01-01 00:00:00 UTC"


def test_a_fault_in_the_payload_is_shown_where_it_stands() -> None:
    data = bytearray(close_load_switch().encode())
    at = close_load_switch().payload_offset + len(CLOSE_LOAD_SWITCH) - 3
    data[at] = 0x77  # no data type
    told = explain(bytes(data))
    assert_whole(told)
    assert told.fault is not None
    assert told.fault.offset == at
    row = next(row for row in told.rows if row.kind is RowKind.FAULT)
    assert row.offset == at
    assert "0x77" in row.meaning
    assert named(told, "instance").value == "0-0:10.0.106.255"  # before it, everything has its name
    assert told.rows[-1].name == "s"  # and the signature after the payload too


@pytest.mark.parametrize(
    ("at", "octet"), [(0, 0xDE), (1, 0x08), (2, 0x04), (11, 0x09), (29, 0x0C), (30, 0x03), (33, 0x7F)]
)
def test_a_fault_in_the_envelope_is_shown_where_it_stands(at: int, octet: int) -> None:
    data = bytearray(close_load_switch().encode())
    data[at] = octet
    told = explain(bytes(data))
    assert_whole(told)
    assert told.fault is not None
    assert told.rows[-1].kind is RowKind.FAULT
    assert told.rows[-1].offset == min(told.fault.offset, len(data))


def test_what_a_form_does_not_expect_is_a_fault_of_the_form() -> None:
    other_script = CLOSE_LOAD_SWITCH[:-1] + b"\x34"
    told = explain(replace(close_load_switch(), payload=other_script).encode())
    assert_whole(told)
    assert told.fault is not None
    assert told.form == "ECS42"


def test_blocks_of_a_long_message() -> None:
    for block in split(close_load_switch(), size=40):
        told = explain(block.encode())
        assert_whole(told)
        assert told.message_code == 0x004F
        assert named(told, "block number").value == str(block.number)
        assert told.kind == f"block {block.number} of a command"
    assert_whole(explain(split(close_load_switch(), size=40)[0].encode()[:50]))


def test_messages_back_to_back() -> None:
    two = concatenate([close_load_switch(), close_load_switch()])
    told = explain(two)
    assert_whole(told)
    assert told.kind == "2 messages back to back"


@given(st.binary(max_size=120))
def test_noise_is_explained_as_noise(noise: bytes) -> None:
    told = explain(noise)
    assert_whole(told)
    assert told.fault is not None


def test_several_faults_at_once_are_no_surprise() -> None:
    unsigned = replace(close_load_switch(), signature=None, null_signature=True, mac=bytes(12))
    data = bytearray(unsigned.encode())
    data[15] = 0x07  # no such flag
    told = explain(bytes(data[:-20]))  # and the end is missing
    assert_whole(told)
    assert told.fault is not None


PROTECTED = replace(close_load_switch(), signature=None, null_signature=True, mac=bytes(12)).encode()


@pytest.mark.parametrize(
    ("control", "answers"),
    [
        ("00", "answers Publish Day Profile"),
        ("08", "answers Get Day Profiles"),
        ("10", "answers Publish Day Profile"),
    ],
)
def test_a_default_response_answers_the_command_that_came_the_other_way(control: str, answers: str) -> None:
    told = explain(response(0x006B, f"010901 01 0707 0005 {control} 01 0B 01 00"))
    assert named(told, "command_id").meaning == answers


@pytest.mark.parametrize(
    ("payload", "meaning"),
    [
        ("DA200003E80000 03 000000 03 0300 0300 0300", "Maximum demand active import: reset"),
        ("DA200003E80000 01 00 01 0300", ""),
    ],
)
def test_one_result_of_several_optional_items_could_be_of_any(payload: str, meaning: str) -> None:
    told = explain(response(0x005A, payload))
    assert told.form == "ECS57"
    first = next(row for row in told.rows if row.type == "null-data")
    assert first.meaning == meaning


def test_the_status_of_a_certificate_is_no_status_of_a_zigbee_command() -> None:
    replaced = "3014 3007 020102 03020780 0A0101 0400 0400 0400 0400"
    told = explain(response(0x0102, f"3025 0500 3021 020203E8 020102 3000 3016 {replaced}"))
    assert told.form == "CS02bSupplierBySupplier"
    assert told.fault is None
    status = named(told, "status")
    assert (status.value, status.meaning) == ("1", "")


def response(code: int, payload: str) -> bytes:
    answered = Header(Cra.RESPONSE, 1000, METER, SUPPLIER, OtherInformation(code))
    return Message(answered, bytes.fromhex(payload), signature=bytes(64)).encode()


READ_ATTRIBUTES = response(0x0074, "010901 01 0702 000D 08 00 01 0000 00 25 010203040506")
SEALED_ATTRIBUTES = response(0x0074, "010901 03 0702 0018 00 00 18 00 01 0011 31 00000000" + "00" * 12)
SEALED_REFUSAL = response(0x0074, "010901 03 0702 0018 00 00 18 00 0B 0011 31 00000000" + "00" * 12)
LONG_INTEGER = response(0x0102, "308207D4 028207D0" + "01" * 2000)
CREDENTIALS = response(0x0102, "300F 0500 300B 020203E8 020102 3000 3000")


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (SEALED_REFUSAL, "general command 0B is never encrypted"),
        (LONG_INTEGER, "an INTEGER of 2000 octets, not 9 at most"),
    ],
)
def test_what_no_device_sends_is_a_fault_and_no_surprise(octets: bytes, reason: str) -> None:
    told = explain(octets)
    assert_whole(told)
    assert told.fault is not None
    assert told.fault.reason == reason


@given(
    st.sampled_from(
        [close_load_switch().encode(), PROTECTED, READ_ATTRIBUTES, SEALED_ATTRIBUTES, CREDENTIALS]
    ),
    st.data(),
)
def test_a_changed_octet_never_breaks_the_explanation(whole: bytes, data: st.DataObject) -> None:
    octets = bytearray(whole)
    octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(octets)))
    for changed in (bytes(octets), bytes(octets[:cut])):
        told = explain(changed)
        assert_whole(told)
        json.dumps(told.to_json())
        told.to_html()


def test_the_json_shape_is_stable() -> None:
    told = explain(close_load_switch().encode()).to_json()
    assert list(told) == [
        "kind", "message_code", "use_case", "title", "form", "octets", "length",
        "signature", "mac", "fault", "notes", "rows", "opened",
    ]  # fmt: skip
    assert told["message_code"] == "004F"
    assert list(told["rows"][0]) == [
        "kind", "offset", "length", "hex", "span", "depth", "name", "type", "value", "meaning", "parts",
    ]  # fmt: skip
    assert json.loads(json.dumps(told)) == told


class Ids(HTMLParser):
    """Collects ids and the targets of links, and the tags that are open at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.targets.append((value or "")[1:])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_links_octets_and_rows() -> None:
    page = Ids()
    page.feed(explain(close_load_switch().encode()).to_html("p"))
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.targets) <= set(page.ids)


def test_the_html_escapes_what_the_message_holds() -> None:
    text = b"<script>alert(1)</script>"
    body = (
        bytes.fromhex("0F 200003E8 00 0203 12 8F88 090C 07DF0101FF00000000800000")
        + b"\x0c"
        + bytes([len(text)])
        + text
    )
    html = explain(Message(header(Cra.ALERT, 0x0123), body, signature=bytes(64)).encode()).to_html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_table_prints_every_row() -> None:
    console = Console(width=160, record=True, file=StringIO())
    told = explain(close_load_switch().encode())
    console.print(told.to_table())
    printed = console.export_text()
    assert told.heading.split(":")[0] in printed
    assert "0-0:10.0.106.255" in printed


def test_alert_codes_are_complete_and_well_formed() -> None:
    codes = alert_codes()
    assert len(codes) == 188
    assert {row.kind for row in codes.values()} == {"network", "non-critical", "critical"}
    assert {row.protection for row in codes.values()} == {"MAC", "signature"}
    assert all(number in message_codes() for row in codes.values() for number in row.message_codes)
    assert len({row.name for row in codes.values()}) == 188
    assert alert_code(0x8F12).message_codes == (0x0018,)
    with pytest.raises(NotFound):
        alert_code(0x1234)


def test_message_codes_name_their_use_case() -> None:
    assert len(message_codes()) == 240
    assert message_code(0x0027).use_case == "ECS17b"
    assert message_code(0x0074).devices == ("GSME", "GPF")
    with pytest.raises(NotFound):
        message_code(0xFFFE)


@pytest.mark.corpus
def test_every_octet_of_every_public_message_is_named(corpus: Path) -> None:
    keyring = FolderKeyring(corpus / "keystore")
    opened = 0
    signatures: dict[str, int] = {}
    macs: dict[str, int] = {}
    for name, octets in vectors(corpus).items():
        told = explain(octets, keyring, ACB)
        assert_whole(told)
        assert told.fault is None, name
        assert all(row.meaning != "answers " for row in told.rows if row.name == "command_id"), name
        opened += len(told.opened)
        signatures[told.signature] = signatures.get(told.signature, 0) + 1
        macs[told.mac] = macs.get(told.mac, 0) + 1
    assert signatures == {"valid": 405, "absent": 671}
    assert macs == {"valid": 676, "no key": 4, "absent": 396}
    assert opened == 46


def test_what_could_not_be_checked_is_said_in_words() -> None:
    message = replace(close_load_switch(), signature=None, null_signature=True, mac=bytes(12))
    unchecked = replace(explain(message.encode()), mac="no key")
    assert caption(unchecked)[0].endswith("; signature absent; MAC not checked (no key at hand)")
