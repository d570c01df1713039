"""A library that was seeded by an older release is brought up to date, and keeps what people did to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from gbsmart import codebook
from gbsmart.codebook import Change, Instrument, Kind, Verb, moment_of, provision_at, shipped
from gbsmart.codebook.consultations import fill, reading, service
from gbsmart.codebook.consultations import shipped as shipped_register
from gbsmart.codebook.consultations.model import Consultation, ConsultationKind
from gbsmart.codebook.correcting import correct
from gbsmart.codebook.loads import TextFile, keep, prepare
from gbsmart.codebook.seeded import seeded
from gbsmart.store import Store

NOW = moment_of("2026-01-01")
Ship = Callable[..., None]
TEXT = 'SECTION H: SERVICES\n\nH4 ANSWERS\n\nH4.1 The DCC answers.\n\nH4.2 "Due Day" means a day.'


@pytest.fixture
def ship(monkeypatch: pytest.MonkeyPatch) -> Ship:
    """Ship what is shipped but for texts of one table that read otherwise; or, without any, as it is."""

    def changed(name: str = "", *otherwise: tuple[str, str], register: bool = False) -> None:
        monkeypatch.undo()
        room = shipped_register if register else shipped
        as_it_is = room.table

        def table(asked: str) -> str:
            text = as_it_is(asked)
            for old, new in otherwise if asked == name else ():
                assert old in text
                text = text.replace(old, new)
            return text

        if name:
            monkeypatch.setattr(room, "table", table)

    return changed


@pytest.fixture
def connection(store: Store, ship: Ship) -> Iterator[Connection]:
    """An empty library, on either database."""
    with store.transaction() as connection:
        yield connection


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Leave the library as it was before."""
    point = connection.begin_nested()
    yield
    point.rollback()


def seeded_then(connection: Connection, ship: Ship, name: str, *otherwise: tuple[str, str]) -> None:
    """Seed by older data, do what people do, and seed by what is shipped now."""
    ship(name, *otherwise)
    codebook.seed(connection)
    people_act(connection)
    ship()
    codebook.seed(connection)


def people_act(connection: Connection) -> None:
    """A text of one's own, its next state, an erratum, two instruments, and a term."""
    for text, day in ((TEXT, "2014-01-01"), (TEXT.replace("H4.2", "H4.3"), "2017-01-01")):
        keep(connection, prepare([TextFile("h.txt", text.encode())]), at=moment_of(day), now=NOW)
    correct(connection, "H4.1", "answers", "replies", at=moment_of("2015-01-01"))
    decide(connection, "2016-08-18", Change(Verb.AMENDED, "G1", "New words."))
    decide(
        connection,
        "2019-06-01",
        Change(Verb.DESIGNATED, "H99", "New.", "New", "H"),
        Change(Verb.DELETED, "G2"),
    )
    codebook.define(connection, "Alt HAN", "ours", "Z6", since=moment_of("2019-01-01"))


def decide(connection: Connection, day: str, *changes: Change) -> None:
    decided = Instrument((Kind.CHANGE_BOARD,), "a vote", moment_of(day))
    codebook.enact(connection, decided, changes)


def whole(connection: Connection) -> list[object]:
    """What the library says, but for the numbers of its rows."""
    told: list[object] = [
        (each.number, each.effective, each.instruments, [event._replace(id=0) for event in each.events])
        for each in codebook.versions(connection)
    ]
    for day in (
        "2013-09-23",
        "2014-06-01",
        "2015-06-01",
        "2016-08-18",
        "2017-06-01",
        "2018-12-05",
        "2020-01-01",
    ):
        told += codebook.provisions_at(connection, moment_of(day))
        told += codebook.terms(connection, moment_of(day))
    return [*told, *codebook.errata(connection), *codebook.search(connection, "Alt HAN")]


OLDER = [
    ("events", ("4.15,2,amended,D6.3", "4.15,2,amended,D6")),
    ("events", ("4.15,2,amended,D6.3,", "4.15,1,amended,D6.3,")),
    ("events", ("4.15,2,amended,D6.4,D6.3-D6.4,printed,SECMP0017,\n", "")),
    ("events", ("4.15,2,amended,D6.4,", "4.15,2,deleted,D6,D6,printed,,\n4.15,2,amended,D6.4,")),
    ("instruments", ("4.15,2,2016-08-17", "4.15,2,2016-08-16")),
    ("instruments", ("SECMP0017", "SECMP0071")),
    ("instruments", ("6.3,1,2018-12-05", "6.3,1,2018-12-06")),
    ("summaries", ("multi-party contract", "contract")),
    ("structure", ("H4,part,", "H4,clause,Old ")),
    ("structure", ("H4,part,", "H98,part,Gone,H,M,\nH4,part,")),
    ("terms", ("by which an organisation becomes a Party", "old")),
    ("terms", ("Alt HAN,Z6,4.14", "Alt HAN,Z6,5.0")),
    ("aliases", ("ETAD", "ETAX")),
    ("errata", ("page 660", "page 666")),
]
"""A table as an older release shipped it: what it said in the place of what it says now."""


@pytest.fixture(scope="module")
def as_shipped() -> dict[str, list[object]]:
    """By dialect, what a library says that was seeded by what is shipped now and in which people acted."""
    return {}


@pytest.mark.parametrize(("name", "older"), OLDER)
def test_what_was_shipped_otherwise_is_put_right(
    connection: Connection,
    ship: Ship,
    as_shipped: dict[str, list[object]],
    name: str,
    older: tuple[str, str],
) -> None:
    """It reads as a library that was seeded by what is shipped now and in which people did the same."""
    with undone(connection):
        seeded_then(connection, ship, name, older)
        carried = whole(connection)
    dialect = connection.dialect.name
    if dialect not in as_shipped:
        codebook.seed(connection)
        people_act(connection)
        as_shipped[dialect] = whole(connection)
    assert carried == as_shipped[dialect]


def test_a_summary_in_whose_place_a_text_was_loaded_is_put_right_all_the_same(
    connection: Connection, ship: Ship
) -> None:
    ship("summaries", ("multi-party contract", "contract"))
    codebook.seed(connection)
    at = codebook.version_named(connection, "1.0").effective
    keep(connection, prepare([TextFile("h.txt", TEXT.encode())]), at=at, now=NOW)
    ship()
    codebook.seed(connection)
    assert "multi-party" in provision_at(connection, "Code", at).text
    assert provision_at(connection, "H4.1", NOW).text == "The DCC answers."


def test_what_somebody_changed_stays_as_it_is(connection: Connection, ship: Ship) -> None:
    ship("terms", ("Equipment that carries", "Things that carry"))
    codebook.seed(connection)
    at = codebook.version_named(connection, "4.14").effective
    codebook.define(connection, "Alt HAN", "ours", "Z6", since=at)
    ship()
    codebook.seed(connection)
    assert codebook.term(connection, "Alt HAN", at).definition == "ours"


def test_a_version_of_ones_own_stays_where_its_number_is_shipped_later(
    connection: Connection, ship: Ship
) -> None:
    """From there on one's own Code is another than the published one."""
    rows = [f"{row}\n" for row in shipped.table("events").splitlines() if row.startswith("6.3,")]
    instrument = next(row for row in shipped.table("instruments").splitlines() if row.startswith("6.3,"))
    with pytest.MonkeyPatch.context() as older:
        as_it_is = shipped.table
        without = {"events": rows, "instruments": [f"{instrument}\n"]}

        def table(name: str) -> str:
            text = as_it_is(name)
            for row in without.get(name, ()):
                text = text.replace(row, "")
            return text

        older.setattr(shipped, "table", table)
        codebook.seed(connection)
        decide(connection, "2018-11-30", Change(Verb.AMENDED, "G1", "New words."))
    codebook.seed(connection)
    (own_one,) = codebook.version_named(connection, "6.3").instruments
    assert own_one.legal_basis == "a vote"
    assert provision_at(connection, "G1", NOW).text == "New words."


def test_a_folder_from_before_this_was_noted_is_brought_up_to_date(
    connection: Connection, ship: Ship
) -> None:
    """But for terms that read otherwise: whose they are nobody knows."""
    with undone(connection):
        ship("summaries", ("multi-party contract", "contract"))
        codebook.seed(connection)
        people_act(connection)
        codebook.define(connection, "Party", "ours", "A1", since=moment_of("2013-09-23"))
        connection.execute(delete(seeded))
        ship()
        codebook.seed(connection)
        carried = whole(connection)
    codebook.seed(connection)
    people_act(connection)
    codebook.define(connection, "Party", "ours", "A1", since=moment_of("2013-09-23"))
    assert carried == whole(connection)


@pytest.mark.parametrize(
    ("name", "older"),
    [
        ("consultations", ("New Smart Energy Code Content (Stage 3)", "Stage 3")),
        ("documents", ("D000-01,C-ADD,Consultation on", "D000-01,C-ADD,On")),
        ("documents", ("D000-01,C-ADD,", "D000-99,C-ADD,Gone,other,,,,,,,,page,\nD000-01,C-ADD,")),
        ("events", ("C-SEC1,,open,2012-11,source", "C-SEC1,,open,2012-10,memory")),
        ("corrections", ("DCC User Interface Specification", "DUIS")),
        ("moves", ("H5.33,H5.40", "H5.33,H5.41")),
        ("topics", ("C-SEC1,stage 1 code,change,version,1.0", "C-SEC1,stage 1 code,change,version,2.0")),
    ],
)
def test_a_consultation_that_was_shipped_otherwise_is_put_right(
    connection: Connection, ship: Ship, name: str, older: tuple[str, str]
) -> None:
    with undone(connection):
        ship(name, older, register=True)
        fill(connection, NOW)
        service.add_topic(connection, "C-JUL15", "of our own")
        before = _register(connection)
        ship()
        fill(connection, NOW)
        carried = _register(connection)
        assert carried != before
    fill(connection, NOW)
    service.add_topic(connection, "C-JUL15", "of our own")
    assert carried == _register(connection)


def test_a_consultation_that_somebody_changed_stays_as_it_is(connection: Connection, ship: Ship) -> None:
    ship("consultations", ("New Smart Energy Code Content (Stage", "Content (Stage"), register=True)
    fill(connection, NOW)
    service.add_topic(connection, "C-SEC3", "of our own")
    ship()
    fill(connection, NOW)
    assert reading.consultation(connection, "C-SEC3").title == "Content (Stage 3)"
    assert reading.consultation(connection, "C-SEC2").title == "New Smart Energy Code Content (Stage 2)"


def test_a_consultation_of_ones_own_gets_the_shipped_ones_beside_it(connection: Connection) -> None:
    mine = Consultation("C-OWN", "Ours", ConsultationKind.CONSULTATION, "planned", source="own")
    service.add_consultation(connection, mine, (), NOW)
    fill(connection, NOW)
    assert len(reading.consultations(connection)) == 11


def _register(connection: Connection) -> list[Any]:
    """What the register says, but for the order in which links were entered."""
    names = sorted(each.id for each in reading.consultations(connection))
    wholes = [reading.whole(connection, name) for name in names]
    return [replace(each, links=frozenset(each.links), back=frozenset(each.back)) for each in wholes]
