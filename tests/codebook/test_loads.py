"""A person's own text is loaded, looked at, and compared between two dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from gbsmart.codebook import telling
from gbsmart.codebook.comparing import compare_states, notes, told, written
from gbsmart.codebook.loads import Load, TextFile, keep, load_of, loads, prepare
from gbsmart.codebook.searching import search
from gbsmart.codebook.service import provision_at, provisions_at
from gbsmart.codebook.tables import term
from gbsmart.codebook.tables import text as texts
from gbsmart.codebook.texts import View, read_text, split
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.store import Store, open_store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = (
    "SECTION H: SERVICES\n\nH4 ANSWERS\n\nH4.1 The DCC shall answer.\n\nH4.2 It keeps its answers for a year."
)
SECOND = FIRST.replace("shall answer", "must answer")
THIRD = FIRST.replace("shall answer", "may answer").replace(
    "H4.2", "H4.2 Nobody else answers for it.\n\nH4.3"
)


def day(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def text_file(text: str, name: str = "h.txt") -> TextFile:
    return TextFile(name, text.encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/code.db")
    store.migrate("codebook")
    yield store
    store.close()


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.transaction() as connection:
        yield connection


@pytest.fixture
def loaded(connection: Connection) -> list[Load]:
    """Section H as three texts that follow each other."""
    texts = zip((FIRST, SECOND, THIRD), (2014, 2015, 2016), strict=True)
    return [keep(connection, prepare([text_file(text)]), at=day(year), now=NOW) for text, year in texts]


def test_what_was_loaded_reads_so_from_its_date(connection: Connection, loaded: list[Load]) -> None:
    assert provision_at(connection, "H4.1", day(2015)).text == "The DCC must answer."
    assert (
        provision_at(connection, "H4.1", datetime(2014, 12, 31, tzinfo=UTC)).text == "The DCC shall answer."
    )
    assert provision_at(connection, "H4.3", day(2016)).text == "It keeps its answers for a year."
    with pytest.raises(NotFound):
        provision_at(connection, "H4.3", day(2015))


def test_a_text_changed_twice_shows_the_first_against_the_last(
    connection: Connection, loaded: list[Load]
) -> None:
    compared = compare_states(connection, "2014-06-01", "2016-06-01", "H")
    assert [(each.ref, each.fate, each.moved_from) for each in compared.changes] == [
        ("H4.1", "changed", ""), ("H4.2", "added", ""), ("H4.3", "moved", "H4.2"),
    ]  # fmt: skip
    assert "The DCC [-shall-]{+may+} answer." in written(compared, "text", NOW).decode()
    assert "must" not in written(compared, "html", NOW).decode()
    octets = written(compared, "docx", NOW, "A. Lawyer")
    old = {each.ref: each.text for each in split(read_text(octets, "h.docx", View.OLD), "H").clauses}
    assert old["H4.1"] == "The DCC shall answer."
    assert "H4.3" not in old
    assert notes(compared) == []


def test_what_took_effect_in_between_is_told_where_no_word_changed(library: Connection) -> None:
    compared = compare_states(library, "2016-06-05", "2016-11-08", "H")
    assert compared.changes == ()
    text = written(compared, "text", NOW).decode()
    assert "no words differ" in text
    assert "2016-06-06, version 4.11: activated: H1, H2, H3.22." in text
    assert "2016-11-08, version 5.0: activated: H3 except H3.27, H4, H5," in text
    whole = told(compare_states(library, "2016-08-16", "2016-08-17"))
    assert [(each["target"], each["modification"]) for each in whole["events"]] == [
        ("D6.3", "SECMP0017"), ("D6.4", "SECMP0017"),
    ]  # fmt: skip


def test_a_clause_is_told_with_its_paragraphs(connection: Connection) -> None:
    text = "SECTION H\n\nH4 ANSWERS\n\nH4.1 It answers:\n\n(a) by day:\n\n(i) soon; or\n\n(b) by night."
    keep(connection, prepare([text_file(text)]), at=day(2014), now=NOW)
    within = telling.whole(connection, "H4", day(2014))["within"]
    assert [(each["ref"], each["text"]) for each in within] == [
        ("H4.1", "It answers:"), ("H4.1(a)", "by day:"), ("H4.1(a)(i)", "soon; or"), ("H4.1(b)", "by night."),
    ]  # fmt: skip
    assert [each["ref"] for each in telling.whole(connection, "H", day(2014))["within"]] == ["H4"]


def test_a_clause_alone_is_compared_too(connection: Connection, loaded: list[Load]) -> None:
    told_of = told(compare_states(connection, "2014-06-01", "2015-06-01", "h4.1"))
    assert told_of["counts"]["changed"] == 1
    assert told_of["differences"][0]["text"] == [
        {"act": "same", "text": "The DCC "}, {"act": "removed", "text": "shall"},
        {"act": "added", "text": "must"}, {"act": "same", "text": " answer."},
    ]  # fmt: skip


def test_what_is_in_neither_state_is_not_found(connection: Connection, loaded: list[Load]) -> None:
    with pytest.raises(NotFound):
        compare_states(connection, "2010-01-01", "2011-01-01", "H4.1")


def test_a_text_with_faults_is_loaded_in_part_or_not_at_all(connection: Connection) -> None:
    prepared = prepare([text_file(f"{FIRST}\n\nH4.1 Again.")])
    with pytest.raises(InvalidValue, match=r"1 paragraphs have no place.*line 9: H4\.1 stands there twice"):
        keep(connection, prepared, at=day(2014), now=NOW)
    load = keep(connection, prepared, at=day(2014), now=NOW, partial=True)
    assert [(each.text, each.fault) for each in load.left_out] == [("H4.1 Again.", True)]


def test_several_files_are_one_text(connection: Connection) -> None:
    one, two = FIRST.split("H4.2")
    load = keep(
        connection,
        prepare([text_file(one, "a.txt"), text_file(f"H4.2{two}", "b.txt")]),
        at=day(2014),
        now=NOW,
    )
    assert load.source == "a.txt, b.txt"
    assert load.refs == ("H", "H4", "H4.1", "H4.2")
    assert load_of(connection, load.id) == load == loads(connection)[0]


def test_sub_paragraphs_and_definitions_keep_the_order_of_the_text(connection: Connection) -> None:
    marks = ["i", "ii", "iii", "iv", "v", "vi", "ix"]
    text = (
        "H1.1 Thus:\n\n"
        + "".join(f"({mark}) x;\n\n" for mark in marks)
        + 'H1.2 Here:\n\n"Zoo" means z.\n\n"An Ant" means a.'
    )
    keep(connection, prepare([text_file(text)], "H"), at=day(2014), now=NOW)
    refs = [each.ref for each in provisions_at(connection, day(2014), "H")]
    assert refs == ["H", "H1", "H1.1", *(f"H1.1({mark})" for mark in marks), "H1.2", "H1.2:Zoo", "H1.2:AnAnt"]


def test_capital_labels_are_kept_as_printed(connection: Connection) -> None:
    text = "H4.1 Thus:\n\n(a) x:\n\n(i) y:\n\n(A) z."
    keep(connection, prepare([text_file(text)], "H"), at=day(2014), now=NOW)
    assert provision_at(connection, "H4.1(a)(i)(A)", day(2014)).text == "z."
    assert provision_at(connection, "h4.1(A)", day(2014)).text == "x:"


def test_definitions_enter_the_register_of_terms(connection: Connection) -> None:
    for year, meaning in ((2016, "two days"), (2014, "a day:\n\n(a) of the week; or\n\n(b) of the year")):
        text = f'A1.1 Here:\n\n"Due Day" means {meaning}.'
        keep(connection, prepare([text_file(text)], "A"), at=day(year), now=NOW)
    held = connection.execute(select(term).order_by(term.c.since)).all()
    assert [(row.term, row.definition, row.source, row.since, row.until) for row in held] == [
        ("Due Day", "means a day:\n(a) of the week; or\n(b) of the year.", "A1.1", day(2014), day(2016)),
        ("Due Day", "means two days.", "A1.1", day(2016), None),
    ]


def test_a_text_that_is_loaded_twice_is_held_once(connection: Connection) -> None:
    for text in (FIRST, FIRST, SECOND):
        keep(connection, prepare([text_file(text)]), at=day(2014), now=NOW)
    held = connection.execute(select(texts.c.body).where(texts.c.provision.like("H4.%"))).scalars()
    assert sorted(held) == ["It keeps its answers for a year.", "The DCC must answer."]
    assert [each.ref for each in search(connection, "answer shall", day(2015))] == []
    assert [each.ref for each in search(connection, "must answer", day(2015))] == ["H4.1"]


def test_a_clause_that_a_text_has_no_more_ends_and_one_that_it_has_again_begins(
    connection: Connection,
) -> None:
    for year, text in ((2014, FIRST), (2015, FIRST.partition("H4.2")[0]), (2016, FIRST)):
        keep(connection, prepare([text_file(text)]), at=day(year), now=NOW)
    assert [provision_at(connection, "H4.2", day(year)).since for year in (2014, 2016)] == [
        day(2014),
        day(2016),
    ]
    with pytest.raises(NotFound, match="since 2014-01-01 until 2015-01-01, and since 2016-01-01"):
        provision_at(connection, "H4.2", day(2015))
