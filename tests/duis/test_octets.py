import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.duis.octets import Base64, Hex


@given(st.binary())
def test_octets_are_written_and_read(octets: bytes) -> None:
    assert Base64().read(Base64().write(octets)) == octets
    assert Hex().read(Hex().write(octets)) == octets


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Hex(6, 16), "0011", "has 2 octets, not 6 to 16"),
        (Hex(2, 2, (b"\x8f\x66", b"\x8f\x67")), "8F68", "says 8F68, not 8F66 or 8F67"),
        (Hex(2, 2), "8F", "has 1 octets, not 2"),
        (Hex(), "0x8F", "not pairs"),
        (Base64(), "AAA", "is not base64"),
        (Base64(3), "AAAAAA==", "has 4 octets; 3 are allowed"),
    ],
)
def test_what_cannot_be_read_is_explained(kind, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        kind.read(text)


@pytest.mark.parametrize("kind", [Base64(), Hex()])
def test_text_is_no_octets(kind) -> None:
    with pytest.raises(ValueError, match="needs octets, not str"):
        kind.write("AA==")
