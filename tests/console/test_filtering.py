"""The filter language: what is read, and where a wrong filter is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.console.filtering import FIELDS, LONGEST, FilterError, Octets, Spelling, Term, read_filter

NOW = datetime(2026, 1, 15, 18, tzinfo=UTC)


def test_terms_are_fields_with_values_and_bare_words() -> None:
    found = read_filter('state:answered,outcome-unknown -code:E* since:90m supply "enable supply"', NOW)
    assert found == (
        Term("state", ("answered", "outcome unknown")),
        Term("code", (Spelling("E", True),), negated=True),
        Term("since", (NOW - timedelta(minutes=90),)),
        Term("", ("supply",)),
        Term("", ("enable supply",)),
    )
    assert read_filter("   ", NOW) == ()


def test_a_party_is_known_by_its_beginning() -> None:
    (term,) = read_filter("device:00-DB-12", NOW)
    assert term.values == (Octets(bytes.fromhex("00DB120000000000"), bytes.fromhex("00DB12FFFFFFFFFF")),)


def test_a_variant_stands_for_those_that_begin_with_it() -> None:
    (term,) = read_filter("variant:4.1", NOW)
    assert set(term.values[0]) >= {"4.1.1", "4.1.2"}
    assert not any(each.startswith("4.10") for each in term.values[0])


@pytest.mark.parametrize("text", ["2026-01-15T17:00", "2026-01-15T17:00Z", "2026-01-15T18:00+01:00", "1h"])
def test_a_time_is_a_moment_in_utc_or_how_long_ago(text: str) -> None:
    (term,) = read_filter(f"since:{text}", NOW)
    assert term.values == (NOW - timedelta(hours=1),)


@pytest.mark.parametrize(
    ("text", "position", "length", "says"),
    [
        ("user:90 devise:00", 8, 6, "Did you mean device:?"),
        ("state:", 0, 6, "needs a value"),
        ("state:answered,", 0, 15, "needs a value"),
        ("state:answred", 6, 7, "did you mean answered?"),
        ("code:I0,X99", 8, 3, "no DUIS response code"),
        ("variant:99", 8, 2, "no Service Reference Variant"),
        ("since:yesterday", 6, 9, "neither a time ago nor a date"),
        ("device:zz", 7, 2, "not an EUI-64"),
        ("id:1:2", 3, 3, "not a RequestID"),
        ("kind:critica", 5, 7, "did you mean critical?"),
        ('detail:"not closed', 7, 11, "not closed"),
    ],
)
def test_a_wrong_filter_says_what_is_wrong_and_where(
    text: str, position: int, length: int, says: str
) -> None:
    with pytest.raises(FilterError) as wrong:
        read_filter(text, NOW)
    assert (wrong.value.position, wrong.value.length) == (position, length)
    assert says in str(wrong.value)


def fault_of(text: str) -> FilterError | None:
    try:
        read_filter(text, NOW)
    except FilterError as wrong:
        return wrong
    return None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_filter_or_an_error_inside_it(text: str) -> None:
    fault = fault_of(text)
    assert fault is None or 0 <= fault.position < len(text)


def test_a_filter_ends() -> None:
    with pytest.raises(FilterError):
        read_filter("a" * (LONGEST + 1), NOW)


def test_every_field_is_read_by_its_own_example_and_named_in_the_documentation() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "console.md").read_text()
    for field in FIELDS:
        if "…" not in field.example:
            (term,) = read_filter(field.example, NOW)
            assert term.field == field.name
        assert f"`{field.name}:`" in page
