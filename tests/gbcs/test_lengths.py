from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.ground import InvalidValue, MalformedMessage


@given(st.integers(0, 0xFFFFFF), st.binary(max_size=4))
def test_what_is_written_is_read(length: int, before: bytes) -> None:
    written = write_length(length)
    assert read_length(before + written + b"\xff", len(before)) == (length, len(before) + len(written))


@pytest.mark.parametrize(
    ("length", "octets"),
    [
        (0, "00"),
        (127, "7F"),
        (128, "8180"),
        (255, "81FF"),
        (256, "820100"),
        (65535, "82FFFF"),
        (65536, "83010000"),
    ],
)
def test_the_shortest_form_is_written(length: int, octets: str) -> None:
    assert write_length(length) == bytes.fromhex(octets)


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        *[
            (octets, 1)
            for octets in ("8100", "817F", "820080", "8200FF", "80", "8300FFFF", "8401000000", "FF", "")
        ],
        *[("81", 2), ("82", 2), ("8201", 3), ("830100", 4)],
    ],
)
def test_other_forms_are_refused_where_they_stand(octets: str, offset: int) -> None:
    with pytest.raises(MalformedMessage) as caught:
        read_length(b"\x00" + bytes.fromhex(octets), 1)
    assert caught.value.offset == offset


@pytest.mark.parametrize("length", [-1, 0x1000000])
def test_what_does_not_fit_is_not_written(length: int) -> None:
    with pytest.raises(InvalidValue):
        write_length(length)
