"""The register of defined terms."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from gbsmart.codebook import define, moment_of, provision_at, term, terms
from gbsmart.ground import InvalidValue, NotFound


def test_it_has_the_main_terms_from_the_version_that_brought_them(library: Connection) -> None:
    assert len(terms(library)) >= 120
    first = {each.term for each in terms(library, moment_of("2013-09-23"))}
    assert "Panel" in first
    assert "Alt HAN Forum" not in first
    forum = term(library, "alt han forum")
    assert (forum.term, forum.source, forum.version_from) == ("Alt HAN Forum", "Z1", "4.14")
    assert forum.since == moment_of("2016-07-13")


def test_every_term_is_defined_in_a_place_that_exists(library: Connection) -> None:
    for each in terms(library):
        assert provision_at(library, each.source, moment_of("2018-12-05")).ref == each.source
        assert each.definition.endswith(".")


def test_it_says_what_leans_on_what(library: Connection) -> None:
    board = term(library, "Change Board")
    assert board.uses == ("Sub-Committee", "Modification Proposal")
    assert "Modification Report" in board.used_by
    assert "D8" in board.provisions
    assert "Party" in term(library, "Party Category").uses  # "Parties" in the definition


def test_the_longer_of_two_terms_is_meant(library: Connection) -> None:
    member = term(library, "Consumer Member")
    assert "Panel Member" in member.uses
    assert "Panel" not in member.uses


def test_a_term_may_be_defined_anew(library: Connection) -> None:
    define(library, "Panel", "Another body.", "C2", since=moment_of("2019-06-01"))
    define(library, "Panel", "A body between.", "C2", since=moment_of("2019-03-01"))
    said = [term(library, "Panel", moment_of(f"2019-0{month}-01")).definition for month in (2, 3, 6)]
    assert said == ["The body that governs the Code.", "A body between.", "Another body."]
    assert term(library, "Panel").definition == "Another body."


def test_an_unknown_term_names_the_nearest(library: Connection) -> None:
    with pytest.raises(NotFound, match="Change Board"):
        term(library, "Chang Board")
    with pytest.raises(InvalidValue, match="a name and a meaning"):
        define(library, " ", "x", "A1", since=moment_of("2019-06-01"))
