"""A-XDR data and the three application messages: what each octet means, and where a rule is broken."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.dlms.apdu import Ref, read_obis, show_obis, walk_apdu
from gbsmart.gbcs.dlms.arrays import Array, Compact, Matrix
from gbsmart.gbcs.dlms.data import MAX_DEPTH, pack_bits, unpack_bits, walk_data
from gbsmart.gbcs.dlms.data import UNSIGNED_32 as U32_TAG
from gbsmart.gbcs.dlms.moments import DATE_TIME, DAY_MONTH, TIME_OF_DAY, WHEN
from gbsmart.gbcs.dlms.shapes import FLAG, U8, Struct, read_octets
from gbsmart.gbcs.envelope import Cra, Header, OtherInformation
from gbsmart.gbcs.shape import Context, Shape
from gbsmart.ground import NEVER, NOW, DayMonth, InvalidValue, MalformedMessage
from gbsmart.ground.when import DayOfMonth

from .messages import METER, SUPPLIER

CONTEXT = Context(Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(0)))


def walk(text: str) -> list[object]:
    octets = bytes.fromhex(text)
    node, after = walk_data(octets, 0, len(octets))
    assert after == len(octets)
    assert node.encode() == octets
    return [leaf.value for leaf in node.leaves()]


@pytest.mark.parametrize(
    ("octets", "values"),
    [
        ("00", [None]),
        ("03FF", [255]),
        ("0303", [3]),
        ("0F80", [-128]),
        ("10FFFE", [-2]),
        ("05FFFFFFFF", [-1]),
        ("06FFFFFFFF", [0xFFFFFFFF]),
        ("14FFFFFFFFFFFFFFFE", [-2]),
        ("1180", [128]),
        ("12ABCD", [0xABCD]),
        ("1605", [5]),
        ("0900", [b""]),
        ("09020102", [b"\x01\x02"]),
        ("0A0241E9", ["A\u00e9"]),
        ("0C02C3A9", ["\u00e9"]),
        ("0409FF80", ["111111111"]),
        ("0100", []),
        ("02021101 0101 1202BC".replace(" ", ""), [1, 700]),
    ],
)
def test_data_types(octets: str, values: list[object]) -> None:
    assert walk(octets) == values


def test_a_compact_array_says_its_type_once() -> None:
    assert walk("13 0202 06 01 0002 11  0C 00000001 0A0B 00000002 0C0D".replace(" ", "")) == [
        1,
        10,
        11,
        2,
        12,
        13,
    ]


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("07", 0, id="an unknown tag"),
        pytest.param("1200", 0, id="a number cut short"),
        pytest.param("0905616263", 1, id="a string cut short"),
        pytest.param("098103616263", 1, id="a length that is not minimal"),
        pytest.param("0902FF", 1, id="a string longer than the rest"),
        pytest.param("02031101", 0, id="fewer members than announced"),
        pytest.param("0202110111", 4, id="a member cut short"),
        pytest.param("0404F8", 1, id="a padding bit set"),
        pytest.param("0C01FF", 2, id="text that is not UTF-8"),
        pytest.param("1309 0201", 0, id="a compact-array that runs past the end"),
        pytest.param("1301 0001", 4, id="a compact-array without a type"),
        pytest.param("1300 0101", 1, id="compact-array rows without octets"),
        pytest.param("1302 02 11 00 0101", 4, id="a column without octets"),
        pytest.param("1302 00 00", 1, id="rows of no columns"),
        pytest.param("1301 0000 11 0101", 1, id="rows of no elements"),
        pytest.param("1301 03E8 01 03E8 00 0100", 7, id="a million elements out of ten octets"),
        pytest.param("0201" * (MAX_DEPTH + 1) + "00", 2 * MAX_DEPTH, id="too deep"),
    ],
)
def test_a_broken_rule_is_found_where_it_is(octets: str, offset: int) -> None:
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedMessage) as refused:
        walk_data(data, 0, len(data))
    assert refused.value.offset == offset


@given(st.text("01", max_size=40))
def test_bits_are_packed_from_the_left(bits: str) -> None:
    assert unpack_bits(pack_bits(bits), len(bits), 0) == bits


# Application messages


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        pytest.param("D8200003E80000", 0, id="another message"),
        pytest.param(
            "D9200003E80001010001000060010 0FF0200".replace(" ", ""), 17, id="a specification without data"
        ),
        pytest.param("D9200003E800010500010000600100FF020100", 7, id="an unknown access choice"),
        pytest.param("D9200003E80001010001000060", 7, id="a specification cut short"),
        pytest.param("DA200003E800010000", 6, id="an echo of the request"),
        pytest.param("DA200003E803018102 00 01 00 01 0300", 5, id="a date-time"),
        pytest.param("DA200003E80000010001", 9, id="a result cut short"),
        pytest.param("DA200003E8000001000201000100", 9, id="a result too many"),
        pytest.param("DA200003E800000000FF", 9, id="octets after the message"),
    ],
)
def test_an_application_message_is_refused_where_it_breaks_a_rule(octets: str, offset: int) -> None:
    data = bytes.fromhex(octets)
    with pytest.raises(MalformedMessage) as refused:
        walk_apdu(data, 0, len(data))
    assert refused.value.offset == offset


def test_obis_codes() -> None:
    assert read_obis("1-0:1.8.0.255") == read_obis("1-0:1.8.0") == bytes((1, 0, 1, 8, 0, 255))
    assert show_obis(read_obis("0-0:94.44.3.2")) == "0-0:94.44.3.2"
    assert str(Ref.of(3, "1-0:1.8.0", 2)) == "3/1-0:1.8.0.255/2"
    with pytest.raises(InvalidValue):
        read_obis("1-0:x.8.0.255")


# Shapes


@pytest.mark.parametrize(
    ("shape", "value", "octets"),
    [
        (DATE_TIME, datetime(2015, 1, 1, 23, 50, 9, tzinfo=UTC), "090C 07DF 01 01 FF 17 32 09 00 8000 FF"),
        (WHEN, NOW, "090C 0000 00 00 00 00 00 00 00 8000 FF"),
        (WHEN, NEVER, "090C FFFF FF FF FF FF FF FF FF 8000 FF"),
        (DAY_MONTH, DayMonth(None, 12, 25, None), "0905 FFFF 0C 19 FF"),
        (DAY_MONTH, DayMonth(2015, 5, DayOfMonth.LAST, 7), "0905 07DF 05 FE 07"),
        (DAY_MONTH, DayMonth(None, None, DayOfMonth.SECOND_LAST), "0905 FFFF FF FD FF"),
        (TIME_OF_DAY, time(7, 30, tzinfo=UTC), "0904 07 1E 00 00"),
        (FLAG, True, "03FF"),
        (FLAG, False, "0300"),
    ],
)
def test_moments_and_days(shape: object, value: object, octets: str) -> None:
    data = bytes.fromhex(octets)
    assert shape.put(value, CONTEXT) == data  # type: ignore[attr-defined]
    assert read_octets(shape, data, CONTEXT) == value


def test_any_octet_but_zero_is_true() -> None:
    assert read_octets(FLAG, b"\x03\x01", CONTEXT) is True


@pytest.mark.parametrize(
    "octets", ["090C07DF02200000000000008000FF", "090C07DF01010000000000000000FF", "0904FF000000"]
)
def test_what_is_no_date_is_refused(octets: str) -> None:
    shape = TIME_OF_DAY if octets.startswith("0904") else DATE_TIME
    with pytest.raises(MalformedMessage):
        read_octets(shape, bytes.fromhex(octets), CONTEXT)


def test_a_wrong_value_is_named_by_its_path() -> None:
    shape = Struct(("rows", Array(Struct(("week", U8)), most=2)))
    for value, field in (
        ({"rows": [{"week": 1}, {"week": 256}]}, "rows.1.week"),
        ({"rows": [{}]}, "rows.0.week"),
        ({"rows": [{"week": 1}] * 3}, "rows"),
        ({}, "rows"),
    ):
        with pytest.raises(InvalidValue) as refused:
            shape.put(value, CONTEXT)
        assert refused.value.field == field


def test_a_price_matrix_holds_every_cell_those_without_a_price_too() -> None:
    matrix = Matrix(b"\x01\xa1")
    assert matrix.put({0xA1: -2}, CONTEXT).hex() == "0102020209010110000002020901a110fffe"
    assert matrix.put({}, CONTEXT).hex() == "0102020209010110000002020901a1100000"
    for value, reason in (({2: 1}, "no cell 02 in this matrix"), ({1: 1 << 15}, "32768 is not a long")):
        with pytest.raises(InvalidValue, match=reason):
            matrix.put(value, CONTEXT)


PROFILE = Struct(
    (
        "profile",
        Compact((("time", U32_TAG), ("primary", U32_TAG), ("secondary", U32_TAG)), frozenset({"secondary"})),
    )
)


@pytest.mark.parametrize(
    ("shape", "value", "field"),
    [
        pytest.param(WHEN, "2020-01-01", "", id="a text for a moment"),
        pytest.param(WHEN, datetime(2020, 1, 1), "", id="a moment without a time zone"),  # noqa: DTZ001
        pytest.param(DATE_TIME, datetime(2020, 1, 1), "", id="a date-time without a time zone"),  # noqa: DTZ001
        pytest.param(Struct(("prices", Matrix(b"\x01"))), {"prices": {300: 1}}, "prices", id="no such cell"),
        pytest.param(Struct(("rows", Array(U8))), {"rows": None}, "rows", id="None for rows"),
        pytest.param(PROFILE, {"profile": [{"time": 1}]}, "profile.0.primary", id="a column is missing"),
        pytest.param(
            PROFILE,
            {"profile": [{"time": 1, "primary": 1}, {"time": 2, "primary": 1, "secondary": 1}]},
            "profile.1.secondary",
            id="a column that the first row has not",
        ),
    ],
)
def test_what_cannot_be_written_is_an_invalid_value(shape: Shape, value: object, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        shape.put(value, CONTEXT)
    assert refused.value.field == field
