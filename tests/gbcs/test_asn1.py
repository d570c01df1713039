"""ASN.1 payloads: DER but for one width of length per message, certificates kept whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs import codec
from gbsmart.gbcs.asn1.ber import MAX_DEPTH, OPAQUE, WIDE, walk_ber, write_integer
from gbsmart.gbcs.asn1.shapes import INT, OCTETS
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Branch, Node
from gbsmart.ground import InvalidValue, MalformedMessage

from .keyring import vectors
from .messages import METER, SUPPLIER
from .values import certificate


def walk(data: bytes) -> Node:
    return walk_ber(data, 0, len(data))


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("020100", 0),
        ("02017F", 127),
        ("02020080", 128),
        ("020180", -128),
        ("0202FF7F", -129),
        ("020900FFFFFFFFFFFFFFFF", 2**64 - 1),
        ("0A0105", 5),
        ("0101FF", 255),
        ("0500", None),
        ("0403010203", b"\x01\x02\x03"),
        ("03020780", "1"),
        ("03020308", "00001"),
        ("030100", ""),
        ("180F32303330303131353039303030305A", datetime(2030, 1, 15, 9, tzinfo=UTC)),
        ("83020080", 128),
        ("8003ABCDEF", b"\xab\xcd\xef"),
    ],
)
def test_primitive_types(octets: str, value: object) -> None:
    node = walk(bytes.fromhex(octets))
    assert [leaf.value for leaf in node.leaves()] == [value]
    assert node.encode().hex().upper() == octets


@given(st.integers(-(2**71), 2**71 - 1))
def test_integers_have_no_octet_too_many(value: int) -> None:
    octets = write_integer(value)
    assert int.from_bytes(octets, "big", signed=True) == value
    assert len(octets) == 1 or octets[:2].hex()[:3] not in (
        "000",
        "001",
        "002",
        "003",
        "004",
        "005",
        "006",
        "007",
        "ff8",
    )


@pytest.mark.parametrize("value", [6, 2**33, "six", None, [6]])
def test_what_is_no_octets_is_not_written(value: object) -> None:
    """Not six zeros for a six, nor eight thousand million for a great number."""
    with pytest.raises(InvalidValue):
        OCTETS.put(value, Context(Header(Cra.COMMAND, 1, SUPPLIER, METER, OtherInformation(8))))


def test_an_integer_beyond_64_bits_is_not_written() -> None:
    with pytest.raises(InvalidValue):
        INT.put(2**80, Context(Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(0x0102))))


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("30", 1, id="no length"),
        pytest.param("3080", 1, id="an indefinite length"),
        pytest.param("30810100", 1, id="a length of one octet in the long form"),
        pytest.param("3082000100", 1, id="a length below 128 in the wide form"),
        pytest.param("3083000100", 1, id="a length in three octets that fits in two"),
        pytest.param("3084000000", 1, id="an oversized length"),
        pytest.param("3003020100FF", 5, id="octets after the payload"),
        pytest.param("30050201", 0, id="a value that runs past the end"),
        pytest.param("3003020200", 2, id="a member that runs past its sequence"),
        pytest.param("02020001", 2, id="an integer with a superfluous octet"),
        pytest.param("0202FFFF", 2, id="a negative integer with a superfluous octet"),
        pytest.param("0200", 2, id="an empty integer"),
        pytest.param("020A01000000000000000000", 2, id="an integer beyond 64 bits"),
        pytest.param("050100", 2, id="a NULL with content"),
        pytest.param("01020101", 2, id="a BOOLEAN of two octets"),
        pytest.param("030108", 2, id="unused bits of no octet"),
        pytest.param("03020701", 2, id="an unused bit that is set"),
        pytest.param("180B323033303031313530395A", 2, id="a time without minutes"),
        pytest.param("180F32303330313331353039303030305A", 2, id="a thirteenth month"),
        pytest.param("060155", 0, id="an object identifier outside a certificate"),
        pytest.param("0C0141", 0, id="a type that GBCS does not use"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found_where_it_is(octets: str, offset: int) -> None:
    with pytest.raises(MalformedMessage) as refused:
        walk(bytes.fromhex(octets))
    assert refused.value.offset == offset


def test_nesting_is_bounded() -> None:
    data = b"\x05\x00"
    for _ in range(MAX_DEPTH):
        data = bytes((0x30, len(data))) + data
    assert walk(data).encode() == data
    with pytest.raises(MalformedMessage, match="deeper"):
        walk(bytes((0x30, len(data))) + data)


# Lengths of 128 to 255: in one octet or in two, but one way in one message.

NARROW = bytes.fromhex("0481C8") + bytes(200)
BROAD = bytes.fromhex("048200C8") + bytes(200)


def sequence(*members: bytes) -> bytes:
    content = b"".join(members)
    assert len(content) > 255
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


@pytest.mark.parametrize("member", [NARROW, BROAD], ids=["81", "82 00"])
def test_either_width_is_written_as_it_came(member: bytes) -> None:
    data = sequence(member, member)
    tree = walk(data)
    assert tree.encode() == data
    assert isinstance(tree, Branch)
    assert (tree.framing is WIDE.framing(0x30)) == (member is BROAD)


def test_a_wide_message_stays_wide_when_a_value_grows() -> None:
    tree = walk(sequence(BROAD, b"\x04\x01\x00", bytes(2) and b"\x05\x00" * 30))
    assert isinstance(tree, Branch)
    tree.children[1].value = bytes(130)  # type: ignore[union-attr]
    assert bytes.fromhex("04820082") + bytes(130) in tree.encode()


def test_both_widths_in_one_message_are_refused() -> None:
    with pytest.raises(MalformedMessage) as refused:
        walk(sequence(NARROW, BROAD))
    assert refused.value.offset == 4 + len(NARROW) + 1


def test_a_certificate_keeps_its_own_octets_and_says_nothing_of_the_width() -> None:
    inside = certificate(bytes(60))  # its own lengths are narrow
    data = sequence(BROAD, inside)
    tree = walk(data)
    assert tree.encode() == data
    leaves = list(tree.leaves())
    assert leaves[1].kind is OPAQUE
    assert leaves[1].value == inside


@pytest.mark.corpus
def test_sixteen_test_messages_are_wide_and_written_again_so(corpus: Path) -> None:
    wide = []
    for name, octets in vectors(corpus).items():
        message = Message.parse(octets)
        tree = codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)
        if isinstance(tree, Branch) and tree.framing is WIDE.framing(0x30):
            wide.append(name)
            assert codec.walk(octets).encode() == octets, name
    assert len(wide) == 16
    assert {name.partition("_")[0] for name in wide} > {"CS02aMAC", "CS02fMAC", "CS02fSignature"}
