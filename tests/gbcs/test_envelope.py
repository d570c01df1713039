from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.envelope import (
    SENT_WITHOUT_MAC,
    Cra,
    Header,
    Message,
    MessageKind,
    OtherInformation,
    concatenate,
    read_messages,
)
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage

from .envelopes import messages
from .keyring import vectors

SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")


def read_or_fault(data: bytes) -> Message | MalformedMessage:
    try:
        return Message.parse(data)
    except MalformedMessage as fault:
        return fault


@given(messages())
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    octets = message.encode()
    read = Message.parse(octets)
    assert read == message
    assert read.encode() == octets
    assert octets[read.payload_offset :].startswith(message.payload)
    assert read.signed_octets() == message.signed_octets()
    assert read.mac_octets() == message.mac_octets()


@given(st.lists(messages(protected=True), max_size=5))
def test_concatenated_messages_come_apart_again(several: list[Message]) -> None:
    assert read_messages(concatenate(several)) == several


@given(messages(), st.data())
def test_no_octet_may_be_missing_or_too_many(message: Message, data: st.DataObject) -> None:
    octets = message.encode()
    cut = octets[: data.draw(st.integers(0, len(octets) - 1))]
    outcome = read_or_fault(cut)
    if isinstance(outcome, Message):
        # Only dropping the signature field whole can leave a message: the pre-command below it.
        assert outcome.kind is MessageKind.PRE_COMMAND
        assert len(octets) - len(cut) in (1, 65)
    else:
        assert outcome.offset is not None
        assert 0 <= outcome.offset <= len(cut)
    with pytest.raises(MalformedMessage):
        Message.parse(octets + b"\x05")


@given(messages(), st.data())
def test_whatever_is_read_is_written_the_same(message: Message, data: st.DataObject) -> None:
    octets = bytearray(message.encode())
    octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    outcome = read_or_fault(bytes(octets))
    if isinstance(outcome, Message):
        assert replace(outcome).encode() == bytes(octets)
    else:
        assert outcome.offset is not None


@given(st.binary(max_size=120))
def test_noise_is_malformed(noise: bytes) -> None:
    with pytest.raises(MalformedMessage):
        Message.parse(noise)


def pre_command(code: int = 0x004F) -> Message:
    return Message(Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(code)), b"\xd9\x20")


def test_the_kind_follows_from_flag_and_protection() -> None:
    bare = pre_command()
    signed = replace(bare, signature=bytes(64))
    assert bare.kind is replace(bare, null_signature=True).kind is MessageKind.PRE_COMMAND
    assert signed.kind is MessageKind.SIGNED_PRE_COMMAND
    assert replace(signed, mac=bytes(12)).kind is MessageKind.COMMAND
    assert replace(pre_command(0x0108), signature=bytes(64)).kind is MessageKind.COMMAND
    answer = replace(signed, header=replace(bare.header, cra=Cra.RESPONSE))
    assert answer.kind is MessageKind.RESPONSE


def test_a_null_signature_is_not_signed() -> None:
    bare = pre_command()
    null = replace(bare, null_signature=True)
    assert null.encode() == bare.encode() + b"\x00"
    assert null.signed_octets() == bare.signed_octets() == bare.encode()[1:]


@pytest.mark.parametrize(
    ("at", "octet", "where"),
    [
        (0, 0xDE, "grouping header"),
        (1, 0x08, "transaction identifier"),
        (2, 0x04, "CRA flag"),
        (11, 0x09, "originator"),
        (20, 0x07, "recipient"),
        (29, 0x0C, "date-time"),
        (30, 0x03, "other information"),
        (-1, 0x01, "signature"),
    ],
)
def test_a_wrong_constant_is_reported_where_it_stands(at: int, octet: int, where: str) -> None:
    data = bytearray(replace(pre_command(), null_signature=True).encode())
    data[at] = octet
    with pytest.raises(MalformedMessage) as caught:
        Message.parse(bytes(data))
    assert caught.value.offset == at % len(data)
    assert caught.value.where == where


@pytest.mark.parametrize(("at", "octet"), [(1, 1), (6, 9), (8, 0x31), (12, 1)])
def test_a_mac_header_has_one_form(at: int, octet: int) -> None:
    data = bytearray(replace(pre_command(), null_signature=True, mac=bytes(12)).encode())
    data[at] = octet
    with pytest.raises(MalformedMessage) as caught:
        Message.parse(bytes(data))
    assert caught.value.offset == at


@pytest.mark.parametrize("mac", [None, bytes(12)])
def test_only_commands_go_unprotected_or_doubly_protected(mac: bytes | None) -> None:
    header = Header(Cra.ALERT, 1, METER, SUPPLIER, OtherInformation(0x0018))
    inner = Message(header, b"\x0f", signature=None if mac is None else bytes(64)).encode()
    whole = (
        inner
        if mac is None
        else b"\xdd" + bytes(6) + bytes([len(inner) + 17]) + b"\x11" + bytes(4) + inner + mac
    )
    with pytest.raises(MalformedMessage):
        Message.parse(whole)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (Message(Header(Cra.COMMAND, -1, SUPPLIER, METER, OtherInformation(1)), b""), "header.counter"),
        (
            Message(Header(Cra.COMMAND, 1, SUPPLIER, METER, OtherInformation(1 << 16)), b""),
            "other.message_code",
        ),
        (
            Message(Header(Cra.COMMAND, 1, SUPPLIER, METER, OtherInformation(1), bytes(12)), b""),
            "header.date_time",
        ),
        (replace(pre_command(), signature=bytes(63)), "signature"),
        (replace(pre_command(), mac=bytes(12)), "null_signature"),
        (replace(pre_command(), mac=bytes(11), null_signature=True), "mac"),
        (
            Message(Header(Cra.COMMAND, 1, SUPPLIER, METER, OtherInformation(1, None, 7)), b""),
            "other.party",
        ),
        (
            Message(
                Header(Cra.COMMAND, 1, SUPPLIER, METER, OtherInformation(1, SUPPLIER, 7, None, b"no")), b""
            ),
            "other.certificate",
        ),
    ],
)
def test_what_has_no_form_is_not_written(message: Message, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        message.encode()
    assert caught.value.field == field


def test_a_pre_command_is_never_among_concatenated_messages() -> None:
    with pytest.raises(InvalidValue):
        concatenate([pre_command()])
    with pytest.raises(MalformedMessage):
        read_messages(pre_command().encode())


@pytest.mark.corpus
def test_every_vector_is_read_and_written_the_same(corpus: Path) -> None:
    kinds: Counter[MessageKind] = Counter()
    for name, data in vectors(corpus).items():
        message = Message.parse(data)
        kinds[message.kind] += 1
        assert message.encode() == data, name
        assert replace(message).encode() == data, name  # a copy has no octets to fall back on
        assert data[message.payload_offset :].startswith(message.payload), name
    assert kinds == {
        MessageKind.PRE_COMMAND: 155,
        MessageKind.COMMAND: 421,
        MessageKind.RESPONSE: 422,
        MessageKind.ALERT: 78,
    }


@pytest.mark.corpus
def test_all_protected_vectors_in_one_octet_string(corpus: Path) -> None:
    protected = [Message.parse(data) for name, data in vectors(corpus).items() if "PRECOMMAND" not in name]
    assert len(protected) == 921
    assert read_messages(concatenate(protected)) == protected


@pytest.mark.corpus
def test_commands_without_a_mac_are_of_the_codes_that_have_none(corpus: Path) -> None:
    parsed = [Message.parse(data) for name, data in vectors(corpus).items() if name.endswith("COMMAND")]
    without = [m for m in parsed if m.mac is None and m.signature is not None]
    assert len(without) == 4
    assert {m.header.message_code for m in without} <= SENT_WITHOUT_MAC
