"""Words are found in what is read at a moment."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from gbsmart.codebook import Clause, moment_of, search, searching, store_text
from gbsmart.codebook.references import place_of
from gbsmart.ground import InvalidValue


def test_words_are_found_in_any_form(either_library: Connection) -> None:
    hits = search(either_library, "vote weighted")
    assert [each.ref for each in hits] == ["Z1"]
    assert hits[0].heading == "The Alt HAN Forum"
    assert hits[0].is_summary
    assert "\x02votes\x03" in hits[0].snippet


def test_only_what_is_written_then_is_found(either_library: Connection) -> None:
    assert search(either_library, "weighted votes", moment_of("2016-07-12")) == []
    assert search(either_library, "weighted votes", moment_of("2016-07-13"))
    store_text(
        either_library, "Z", [Clause("Z1", "Forum", "Decisions by simple majority.")],
        at=moment_of("2017-01-01"), source="mine",
    )  # fmt: skip
    assert search(either_library, "weighted votes", moment_of("2018-01-01")) == []
    assert [each.ref for each in search(either_library, "simple majority")] == ["Z1"]
    assert [each.ref for each in search(either_library, "weighted votes", moment_of("2016-12-31"))] == ["Z1"]


def test_headings_are_found_also_where_there_are_no_other_words(either_library: Connection) -> None:
    assert "H2" in [each.ref for each in search(either_library, "supplier nominated agent")]
    (found,) = search(either_library, "Alt HAN Secretariat", moment_of("2016-07-13"))
    assert (found.ref, found.heading, found.snippet) == ("Z3", "Alt HAN Secretariat", "")
    assert not found.is_summary


@pytest.mark.parametrize("words", ["", "  ", '"', "(*)", "a " * 40])
def test_what_has_no_words_is_refused(either_library: Connection, words: str) -> None:
    with pytest.raises(InvalidValue, match="to look for"):
        search(either_library, words)


@pytest.mark.parametrize(
    "words", ['vote" OR "DCC', "heading:DCC", "NEAR(a b)", "vote*", "AND", "-dcc", "' OR 1=1"]
)
def test_what_a_search_language_means_is_only_words_here(either_library: Connection, words: str) -> None:
    search(either_library, words)


def test_words_that_are_everywhere_are_found_without_being_weighed(
    library: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighed = {each.ref for each in search(library, "DCC", moment_of("2016-07-13"), most=200)}
    monkeypatch.setattr(searching, "_MOST_WEIGHED", 3)
    found = [each.ref for each in search(library, "DCC", moment_of("2016-07-13"), most=200)]
    assert set(found) == weighed
    assert found == sorted(found, key=place_of)
    assert len(search(library, "DCC", most=5)) == 5
