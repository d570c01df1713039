"""How simple types are said in XML Schema."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.duis.forms import Form, listed, numbers_up_to, sized, whole
from gbsmart.duis.lexical import Identifier, Integer, OneOf, Text
from gbsmart.duis.octets import Base64, Hex


@given(st.integers(1, 1 << 70), st.data())
def test_numbers_up_to_a_bound_are_a_pattern(high: int, data: st.DataObject) -> None:
    pattern = numbers_up_to(high)
    for number in (0, high, high + 1, data.draw(st.integers(0, 2 * high))):
        assert (re.fullmatch(pattern, str(number)) is not None) == (number <= high)
    assert re.fullmatch(pattern, "00") is None


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (Integer(0, 0xFFFF_FFFF), Form("unsignedInt")),
        (Integer(1, 7), whole(1, 7)),
        (Text(), Form("string")),
        (Text(4, 4, "[0-9]{4}"), Form("string", (("pattern", "[0-9]{4}"), ("length", "4")))),
        (Text(0, 8), Form("string", (("maxLength", "8"),))),
        (OneOf(("a", "b"), token=True), listed(("a", "b"), "token")),
        (Hex(32, 32), sized("hexBinary", 32, 32)),
        (Base64(), Form("base64Binary")),
    ],
)
def test_the_facets_are_those_of_the_declaration(kind: Any, form: Form) -> None:
    assert kind.form == form


def test_an_identifier_is_a_pattern() -> None:
    ((_, pattern),) = Identifier.form.facets
    device = "00-DB-12-34-56-78-90-A0"
    assert re.fullmatch(pattern, f"{device}:{device}:18446744073709551615")
    assert not re.fullmatch(pattern, f"{device}:{device}:18446744073709551616")
    assert not re.fullmatch(pattern, f"{device}:{device}:01")
