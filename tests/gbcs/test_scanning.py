"""The scan of an Access-Request says what the walk says, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.dlms.apdu import Access, Ref, Specification, access_request, walk_apdu
from gbsmart.gbcs.dlms.scanning import Item, items_of, scan_request
from gbsmart.gbcs.lengths import write_length
from gbsmart.ground import MalformedMessage

CLOCK = Ref.of(8, "0-0:1.0.0.255", 2)


def walked(payload: bytes) -> list[Item]:
    return items_of(payload, walk_apdu(payload, 0, len(payload)))


def request(*arguments: bytes) -> bytes:
    asked = Specification(Access.SET, CLOCK).octets
    return access_request(1_000, [(asked, argument) for argument in arguments])


@st.composite
def frames(draw: st.DrawFn, of: st.SearchStrategy[bytes]) -> bytes:
    members = draw(st.lists(of, max_size=4))
    return bytes([draw(st.sampled_from((1, 2))), len(members)]) + b"".join(members)


SCALARS = st.sampled_from([
    bytes.fromhex(text)
    for text in (
        "00", "0301", "0500000001", "0600000001", "0F01", "100001", "1101", "120001", "1601",
        "140000000000000001", "150000000000000001", "0900", "0902ABCD",
    )
])  # fmt: skip
ORDINARY = st.recursive(SCALARS, frames, max_leaves=30)
RARE = st.sampled_from([
    bytes.fromhex("0A024142"), bytes.fromhex("0C024142"), bytes.fromhex("0402C0"),
    b"\x09\x81\x80" + bytes(128),
])  # fmt: skip


@given(st.lists(ORDINARY, min_size=1, max_size=8))
def test_where_each_ordinary_argument_stands(arguments: list[bytes]) -> None:
    payload = request(*arguments)
    found = scan_request(payload)
    assert found is not None
    assert found == walked(payload)
    assert [each.octets for each in found] == arguments
    assert [each.argument.encode() for each in found] == arguments


@given(st.lists(ORDINARY | RARE, min_size=1, max_size=6), st.data())
def test_of_what_is_broken_it_says_what_the_walk_says_or_nothing(arguments: list[bytes], data: Any) -> None:
    payload = bytearray(request(*arguments))
    at = data.draw(st.integers(0, len(payload) - 1))
    payload[at] = data.draw(st.integers(0, 255))
    broken = bytes(payload[: data.draw(st.integers(1, len(payload)))])
    found = scan_request(broken)
    if found is not None:
        assert found == walked(broken)


@pytest.mark.parametrize(
    "argument",
    [
        b"\x0a\x02AB",
        b"\x09\x81\x80" + bytes(128),
        b"\x01\x81\x80" + bytes(128),
        b"\x01\x01" * 20 + b"\x00",
        b"\x77",
        b"\x06\x00",
    ],
    ids=["text", "long octets", "long array", "deep", "no type of data", "cut short"],
)
def test_of_what_is_not_ordinary_it_says_nothing(argument: bytes) -> None:
    assert scan_request(request(argument)) is None


def test_a_selection_is_left_to_the_walk() -> None:
    asked = bytes([Access.GET_WITH_SELECTION]) + CLOCK.octets + b"\x01\x00"
    payload = access_request(1_000, [(asked, b"\x00")])
    assert scan_request(payload) is None
    (item,) = walked(payload)
    assert (item.access, item.ref, len(item.selection)) == (Access.GET_WITH_SELECTION, CLOCK, 2)


@pytest.mark.parametrize("payload", [b"", b"\xd9", b"\xd9" + bytes(6), b"\xda" + bytes(20), b"\x01\x09\x00"])
def test_another_message_is_none(payload: bytes) -> None:
    assert not scan_request(payload)


def test_items_are_of_a_request_alone() -> None:
    notification = b"\x0f" + bytes(5) + b"\x02" + write_length(0)
    with pytest.raises(MalformedMessage, match="not an access request"):
        walked(notification)
