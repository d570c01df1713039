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
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from gbsmart.codebook.enacting import add_event, add_instrument
from gbsmart.codebook.model import BEGINNING, REWORDING, Basis, Change, Instrument, Kind, Verb
from gbsmart.codebook.readings import begin, end, place
from gbsmart.codebook.references import CODE
from gbsmart.codebook.tables import alias, erratum, version
from gbsmart.ground.working_days import start_of

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
        place(connection, CODE, title="Smart Energy Code", kind="code")
        for row in structure().values():
            place(connection, row.ref, title=row.title, kind=row.kind, parent=row.parent)
        _seed_readings(connection, _seed_events(connection))
        _seed_registers(connection)


class _Happened(NamedTuple):
    event: int
    effective: datetime
    change: Change


def _seed_events(connection: Connection) -> list[_Happened]:
    instruments: dict[tuple[str, str], tuple[int, Instrument]] = {}
    for row in rows("instruments"):
        decided = _instrument(row)
        if row["place"] == "1":
            major, _, minor = row["version"].partition(".")
            dated = start_of(decided.version_date) if decided.version_date else decided.effective
            told = {"number": row["version"], "major": int(major), "minor": int(minor), "effective": dated}
            connection.execute(insert(version).values(told))
        written = add_instrument(connection, row["version"], int(row["place"]), decided, row["base_version"])
        instruments[row["version"], row["place"]] = written, decided
    happened = []
    for row in rows("events"):
        of, decided = instruments[row["version"], row["instrument"]]
        change = _change(row)
        number = add_event(connection, of, decided.effective, change, change.target)
        happened.append(_Happened(number, decided.effective, change))
    return happened


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


def _seed_registers(connection: Connection) -> None:
    connection.execute(insert(alias), list(rows("aliases")))
    connection.execute(insert(erratum), list(rows("errata")))


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
