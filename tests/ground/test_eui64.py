"""An EUI-64 is its eight octets, and prints as the SEC writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.ground import Eui64, InvalidValue


def test_it_reads_both_forms_and_prints_one() -> None:
    supplier = Eui64.parse("90-b3-d5-1f-30-01-00-00")
    assert supplier == Eui64.parse("90B3D51F30010000") == bytes.fromhex("90b3d51f30010000")
    assert str(supplier) == "90-B3-D5-1F-30-01-00-00"
    assert supplier.compact == "90b3d51f30010000"


@given(st.binary(min_size=8, max_size=8))
def test_printing_and_reading_are_inverse(octets: bytes) -> None:
    assert Eui64.parse(str(Eui64(octets))) == octets


@pytest.mark.parametrize(
    "text", ["", "90-B3", "90-B3-D5-1F-30-01-00-0G", "90-B3-D5-1F-30-01-00-00-", "x" * 16]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="not an EUI-64"):
        Eui64.parse(text)


@given(st.binary(max_size=20).filter(lambda octets: len(octets) != 8))
def test_it_has_eight_octets(octets: bytes) -> None:
    with pytest.raises(InvalidValue, match="8 octets"):
        Eui64(octets)
