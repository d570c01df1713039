from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.duis import RequestId
from gbsmart.duis.lexical import Boolean, Eui, Euis, Identifier, Integer, Number, OneOf, Text
from gbsmart.ground import Eui64, InvalidValue

euis = st.binary(min_size=8, max_size=8).map(Eui64)
identifiers = st.builds(RequestId, euis, euis, st.integers(0, 2**64 - 1))


@given(identifiers)
def test_identifiers_are_written_and_read(name: RequestId) -> None:
    assert Identifier().read(Identifier().write(name)) == name
    assert Eui().read(Eui().write(name.target)) == name.target


def test_white_space_is_dropped_around_all_but_text_and_words() -> None:
    assert Integer(0, 9).read("\r\n\t 7 ") == 7
    assert Text().read(" 7 ") == " 7 "
    with pytest.raises(ValueError):
        OneOf(("GBP",)).read(" GBP")
    with pytest.raises(ValueError):
        Integer(0, 9).read("\u00a07")  # white space to Python, not to XML


def test_a_token_may_stand_between_white_space() -> None:
    assert OneOf(("Supplier",), token=True).read("\n Supplier ") == "Supplier"


def test_leading_zeros_make_no_number_long() -> None:
    assert Integer(0, 9).read("0" * 200 + "7") == 7
    with pytest.raises(ValueError, match="not a whole number"):
        Integer(None, None).read("7" * 101)


def test_a_number_keeps_the_decimals_that_it_was_written_with() -> None:
    percentage = Number(Decimal(1), Decimal(100), 2)
    for text in ("60.00", "60", "1.5", "100.0"):
        assert percentage.write(percentage.read(text)) == text
    assert percentage.read(" +60.000 ") == 60
    assert Number().write(Decimal("1E+2")) == "100"


def test_the_serial_number_of_a_certificate_is_of_any_length() -> None:
    assert Integer(None, None).read(str(-(2**160))) == -(2**160)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Integer(1, 16), "17", "says 17, not 1 to 16"),
        (Integer(1, 16), "1.0", "not a whole number"),
        (Integer(1, 16), "\u0661", "not a whole number"),
        (OneOf(("GBP", "ECB")), "EUR", "not one of GBP, ECB"),
        (Number(Decimal(1), Decimal(2), 1), "1.55", "says 1.55, which has more than 1 decimals"),
        (Number(Decimal(1), Decimal(2), 1), "2.1", "says 2.1, not 1 to 2"),
        (Number(Decimal(1), Decimal(2), 1, open=True), "2.0", "not more than 1, less than 2"),
        (Number(), "1e3", "not a number"),
        (Euis(), "90-B3-D5-1F-30-01-00-00, 90-B3-D5-1F-30-01-00-00", "holds white space"),
        (Euis(46), "90-B3-D5-1F-30-01-00-00,90-B3-D5-1F-30-01-00-00", "more than 1 EUI-64s"),
        (Boolean(), "yes", "not true or false"),
        (Text(4, 4, "[0-9]{4}"), "12a4", "not of the form"),
        (Text(1, 8), "", "has 0 characters"),
        (Eui(), "90B3D51F30010000", "not an EUI-64 such as"),
    ],
)
def test_what_cannot_be_read_is_explained(kind, text: str, reason: str) -> None:
    with pytest.raises((ValueError, InvalidValue), match=reason):
        kind.read(text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Integer(0, 9), True),
        (Integer(0, 9), 10),
        (Boolean(), 1),
        (Eui(), b"12345678"),
        (Identifier(), RequestId(Eui64(bytes(8)), Eui64(bytes(8)), 1 << 64)),
    ],
)
def test_what_cannot_be_written_is_refused(kind, value) -> None:
    with pytest.raises(ValueError):
        kind.write(value)


@pytest.mark.parametrize(
    "text",
    [
        "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:01",
        "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551616",
        "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:",
        "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:-1",
        "90-B3-D5-1F-30-01-00-0:000-DB-12-34-56-78-90-A0:1",
        "90-B3-D5-1F-30-01-00-  :00-DB-12-34-56-78-90-A0:1",
        "",
    ],
)
def test_a_request_id_has_one_spelling(text: str) -> None:
    with pytest.raises(InvalidValue, match="is not originator:target:counter"):
        RequestId.parse(text)
