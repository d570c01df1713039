"""What we ship: the first 51 versions of the Code as events, its structure, summaries, terms and errata.

Read once from the tables in ``data/`` and put into a library that lacks them (:func:`seed`). Texts,
instruments and terms of one's own stay as they are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select

from gbsmart.codebook.enacting import add_events, add_instruments, event_row, instrument_row
from gbsmart.codebook.model import BEGINNING, REWORDING, Basis, Change, Instrument, Kind, Verb
from gbsmart.codebook.readings import begin, end, give_text, keep_texts, text_row
from gbsmart.codebook.references import CODE, place_of
from gbsmart.codebook.tables import alias, erratum, provision, reading, term, version
from gbsmart.ground.working_days import start_of
from gbsmart.store import from_micros

SUMMARY = "Summary by gbsmart, not the text of the Code"
"""The source of what we wrote ourselves."""


class Row(NamedTuple):
    """A document or part that we know of."""

    ref: str
    kind: str
    title: str
    parent: str
    confidence: str
    notes: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table in ``data/``."""
    text = files("gbsmart.codebook").joinpath("data", f"{name}.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())


@cache
def structure() -> dict[str, Row]:
    """The documents and parts that we know of, by reference, in the order of the Code."""
    return {row["ref"]: Row(**row) for row in rows("structure")}


def seed(connection: Connection) -> None:
    """Put what we ship into the library, once: a library that has the first version has all of it."""
    if connection.execute(select(version.c.number).where(version.c.number == "1.0")).first() is None:
        _seed_structure(connection)
        _seed_readings(connection, _seed_events(connection))
        _seed_summaries(connection)
        _seed_terms(connection)
        _seed_registers(connection)


def _seed_structure(connection: Connection) -> None:
    code = {"ref": CODE, "document": CODE, "parent": "", "kind": "code", "title": "Smart Energy Code"}
    placed = [{**code, "place": place_of(CODE)}]
    documents = {CODE: CODE}
    for row in structure().values():
        documents[row.ref] = row.ref if row.parent == CODE else documents[row.parent]
        placed.append({
            "ref": row.ref, "document": documents[row.ref], "parent": row.parent, "kind": row.kind,
            "title": row.title, "place": place_of(row.ref),
        })  # fmt: skip
    connection.execute(insert(provision), placed)


class _Happened(NamedTuple):
    event: int
    effective: datetime
    change: Change


def _seed_events(connection: Connection) -> list[_Happened]:
    table = list(rows("instruments"))
    decided = [_instrument(row) for row in table]
    connection.execute(insert(version), [_version(row) for row in table if row["place"] == "1"])
    numbers = add_instruments(
        connection,
        [
            instrument_row(row["version"], int(row["place"]), each, row["base_version"])
            for row, each in zip(table, decided, strict=True)
        ],
    )
    instruments = {
        (row["version"], row["place"]): (number, each)
        for row, number, each in zip(table, numbers, decided, strict=True)
    }
    happened = [(*instruments[row["version"], row["instrument"]], _change(row)) for row in rows("events")]
    numbers = add_events(
        connection,
        [event_row(of, decided.effective, change, change.target) for of, decided, change in happened],
    )
    return [
        _Happened(number, each.effective, change)
        for number, (_, each, change) in zip(numbers, happened, strict=True)
    ]


def _seed_readings(connection: Connection, happened: Sequence[_Happened]) -> None:
    """What begins and ends by events; then parts, which begin with what they lie in; then amendments."""
    for each in happened:
        if each.change.verb in BEGINNING and each.change.target:
            begin(connection, each.change.target, each.effective, event=each.event, text_id=None)
        elif each.change.verb is Verb.DELETED:
            end(connection, each.change.target, each.effective)
    began = {
        each.change.target: each.effective for each in reversed(happened) if each.change.verb in BEGINNING
    }
    for row in structure().values():
        if row.ref not in began and row.parent in began and row.parent != CODE:
            began[row.ref] = began[row.parent]
            begin(connection, row.ref, began[row.ref], event=None, text_id=None)
    for each in happened:
        if each.change.verb in REWORDING - BEGINNING:
            begin(connection, each.change.target, each.effective, event=each.event, text_id=None)


def _seed_summaries(connection: Connection) -> None:
    """Our summaries, each read wherever its provision is part of the Code and no other text is held."""
    first = select(reading.c.provision, func.min(reading.c.since).label("since")).group_by(
        reading.c.provision
    )
    began = {row.provision: row.since for row in connection.execute(first)}
    held = [
        text_row(
            row["ref"], "", row["summary"], source=SUMMARY, at=from_micros(began[row["ref"]]), is_summary=True
        )
        for row in rows("summaries")
    ]
    for number, row in zip(keep_texts(connection, held), held, strict=True):
        give_text(connection, row["provision"], number)


def _seed_terms(connection: Connection) -> None:
    dated = connection.execute(select(version.c.number, version.c.effective))
    effective = {row.number: row.effective for row in dated}
    defined = [
        {
            "term": row["term"], "definition": row["definition"], "source": row["source"],
            "since": effective[row["version"]],
        }
        for row in rows("terms")
    ]  # fmt: skip
    connection.execute(insert(term), defined)


def _seed_registers(connection: Connection) -> None:
    connection.execute(insert(alias), list(rows("aliases")))
    connection.execute(insert(erratum), list(rows("errata")))


def _version(row: dict[str, str]) -> dict[str, Any]:
    major, _, minor = row["version"].partition(".")
    effective = start_of(date.fromisoformat(row["version_date"] or row["effective"]))
    return {"number": row["version"], "major": int(major), "minor": int(minor), "effective": effective}


def _instrument(row: dict[str, str]) -> Instrument:
    return Instrument(
        kinds=tuple(map(Kind, _list(row["kinds"]))),
        legal_basis=row["legal_basis"],
        effective=start_of(date.fromisoformat(row["effective"])),
        decision_date=_day(row["decision_date"]),
        modifications=_list(row["modifications"]),
        reason=row["reason"],
        notes=row["notes"],
        version_date=_day(row["version_date"]),
    )


def _change(row: dict[str, str]) -> Change:
    return Change(
        Verb(row["verb"]), row["target"], printed=row["printed"], basis=Basis(row["basis"]),
        modification=row["modification"], excepted=_list(row["excepted"]),
    )  # fmt: skip


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
