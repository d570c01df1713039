"""An erratum of a text that somebody loaded is kept, and found where the Code's own are."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Connection

from gbsmart.codebook import errata, history, moment_of, provision_at, term, version_at
from gbsmart.codebook.comparing import compare_states, written
from gbsmart.codebook.correcting import correct
from gbsmart.codebook.loads import TextFile, keep, prepare
from gbsmart.codebook.model import Erratum
from gbsmart.codebook.telling import changed_by
from gbsmart.ground import InvalidValue, NotFound

TEXT = (
    "SECTION H: SERVICES\n\nH4 ANSWERS\n\nH4.1 The DCC shal answer as H4.9 says.\n\n"
    'H4.2 Here:\n\n"Zonal Day" means a dya:\n\n(a) of the wek.\n'
)
LOADED, FOUND, LATER = (moment_of(f"{year}-01-01") for year in (2015, 2016, 2017))


@pytest.fixture
def loaded(either_library: Connection) -> Connection:
    """A library with a Section H of one's own."""
    _load(either_library, TEXT, LOADED)
    return either_library


def _load(connection: Connection, text: str, at: datetime) -> None:
    keep(connection, prepare([TextFile("h.txt", text.encode())]), at=at, now=LATER)


def test_it_is_read_so_from_its_date_on(loaded: Connection) -> None:
    assert correct(loaded, "h4.1", "shal ", "shall ", at=FOUND) == Erratum("H4.1", "shal ", "shall ", FOUND)
    assert errata(loaded)[-1] == Erratum("H4.1", "shal ", "shall ", FOUND)
    assert provision_at(loaded, "H4.1", LOADED).text == "The DCC shal answer as H4.9 says."
    found = provision_at(loaded, "H4.1", FOUND)
    assert (found.text, found.source) == ("The DCC shall answer as H4.9 says.", "h.txt")
    assert changed_by(found) == "corrected by an erratum"


def test_it_is_in_the_timeline_and_in_comparisons_and_in_no_version(loaded: Connection) -> None:
    version = version_at(loaded, FOUND)
    correct(loaded, "H4.1", "shal ", "shall ", at=FOUND)
    (kept,) = (each for each in history(loaded, "H4.1") if each.target == "H4.1")
    assert (kept.verb, kept.effective, kept.version) == ("corrected", FOUND, "")
    compared = compare_states(loaded, "2015-06-01", "2016-06-01", "H4.1")
    assert "[-shal-]{+shall+}" in written(compared, "text", FOUND).decode()
    assert version_at(loaded, FOUND) == version


def test_two_errata_of_one_provision_on_one_day(loaded: Connection) -> None:
    correct(loaded, "H4.1", "shal ", "shall ", at=FOUND)
    correct(loaded, "H4.1", "H4.9", "H4.2", at=FOUND)
    assert provision_at(loaded, "H4.1", FOUND).text == "The DCC shall answer as H4.2 says."


def test_a_text_that_is_loaded_for_a_later_date_has_its_own_words(loaded: Connection) -> None:
    correct(loaded, "H4.1", "shal ", "shall ", at=FOUND)
    _load(loaded, TEXT.replace("shal ", "may "), LATER)
    assert provision_at(loaded, "H4.1", LATER).text == "The DCC may answer as H4.9 says."


def test_the_heading_stays(loaded: Connection) -> None:
    _load(loaded, TEXT.replace("H4 ANSWERS\n\n", "H4 REPLIES\n\nThey are ansers.\n\n"), FOUND)
    correct(loaded, "H4", "ansers", "answers", at=FOUND)
    assert provision_at(loaded, "H4", FOUND).heading == "REPLIES"


@pytest.mark.parametrize(
    ("ref", "printed", "reading"), [("H4.2:ZonalDay", "dya", "day"), ("H4.2:ZonalDay(a)", "wek", "week")]
)
def test_the_register_of_terms_is_put_right_too(
    loaded: Connection, ref: str, printed: str, reading: str
) -> None:
    correct(loaded, ref, printed, reading, at=FOUND)
    before, after = (term(loaded, "Zonal Day", each).definition for each in (LOADED, FOUND))
    assert before == "means a dya:\n(a) of the wek."
    assert after == before.replace(printed, reading)


@pytest.mark.parametrize(
    ("ref", "printed", "reading", "told"),
    [
        ("H4.1", "s", "z", "has 's' 5 times"),
        ("H4.1", "wood", "would", "has 'wood' no times"),
        ("H4.1", " ", "x", "nothing is put right"),
        ("H4.1", "shal", "shal", "nothing is put right"),
        ("G1", "the", "a", "no text of the Code is held of G1"),
    ],
)
def test_what_cannot_be_put_right_is_refused(
    loaded: Connection, ref: str, printed: str, reading: str, told: str
) -> None:
    held = len(errata(loaded))
    with pytest.raises(InvalidValue, match=told):
        correct(loaded, ref, printed, reading, at=FOUND)
    assert len(errata(loaded)) == held


def test_a_provision_that_is_not_there_has_no_erratum(loaded: Connection) -> None:
    with pytest.raises(NotFound):
        correct(loaded, "H4.1", "shal", "shall", at=moment_of("2010-01-01"))
