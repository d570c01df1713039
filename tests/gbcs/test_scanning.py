"""The scan of an Access-Request says what the walk says, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.dlms.apdu import Access, Ref, Specification, access_request, walk_apdu
from gbsmart.gbcs.dlms.data import MAX_DEPTH
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


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Rows whose values differ and whose types do not."""
    kinds = draw(st.lists(SCALARS, max_size=5))
    count = draw(st.integers(0, 12))
    return bytes([1, count]) + b"".join(
        bytes([2, len(kinds)]) + b"".join(another_value(kind, number) for kind in kinds)
        for number in range(count)
    )


def another_value(scalar: bytes, number: int) -> bytes:
    """A value of the same type and length."""
    return scalar if len(scalar) < 2 or scalar[-1] == 0 else scalar[:-1] + bytes([number])


TABLES = tables()
ORDINARY = st.recursive(SCALARS | TABLES, frames, max_leaves=30)
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


PRICES = bytes([1, 80]) + b"".join(
    b"\x02\x02\x09\x02\x01" + bytes([number]) + b"\x10\x30" + bytes([number]) for number in range(80)
)


def test_a_table_ends_where_its_last_row_does() -> None:
    payload = request(b"\x02\x02" + PRICES + b"\x11\x01", b"\x00")
    assert scan_request(payload) == walked(payload)


@pytest.mark.parametrize(
    ("row", "replaced"),
    [(79, "02020902 0001 120000"), (79, "02020901 00 10000000"), (40, "02010902 0001 100000"), (0, "0202")],
    ids=["another type", "another length", "fewer members", "half a row"],
)
def test_of_a_table_every_row_is_looked_at(row: int, replaced: str) -> None:
    start, octets = 2 + 9 * row, bytes.fromhex(replaced)
    payload = request(PRICES[:start] + octets + PRICES[start + 9 :])
    try:
        asked = walked(payload)
    except MalformedMessage:
        assert scan_request(payload) is None
    else:
        assert scan_request(payload) == asked


def test_a_table_may_not_be_deeper_than_other_data() -> None:
    fits, too_deep = (request(b"\x02\x01" * deep + PRICES) for deep in (MAX_DEPTH - 2, MAX_DEPTH - 1))
    assert scan_request(fits) == walked(fits)
    assert scan_request(too_deep) is None
    with pytest.raises(MalformedMessage, match="nests deeper"):
        walked(too_deep)


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
