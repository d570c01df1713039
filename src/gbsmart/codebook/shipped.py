"""What we ship: the first 51 versions of the Code as events, its structure, summaries, terms and errata.

Read from the tables in ``data/``; :mod:`~gbsmart.codebook.seeding` puts it into a library.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from gbsmart.codebook.enacting import event_row, instrument_row
from gbsmart.codebook.model import Basis, Change, Instrument, Kind, Verb
from gbsmart.codebook.references import CODE, place_of
from gbsmart.ground.working_days import start_of

SUMMARY = "Summary by gbsmart, not the text of the Code"
"""The source of what we wrote ourselves."""


class Summary(NamedTuple):
    """What a provision reads where no text is held: its heading, and our summary ("" where there is none)."""

    heading: str
    body: str


TABLES = ("structure", "instruments", "events", "summaries", "terms", "aliases", "errata")
"""Those that are put into a library."""


class Happened(NamedTuple):
    """An event by its key, such as ``4.8/2/1``: the first of the second instrument of version 4.8."""

    key: str
    instrument: str
    decided: Instrument
    change: Change

    def row(self, instrument: int) -> dict[str, Any]:
        """As it is stored, of the instrument of this number."""
        return event_row(instrument, self.decided.effective, self.change, self.change.target)


@cache
def table(name: str) -> str:
    """A table in ``data/``, as it is shipped."""
    return files("gbsmart.codebook").joinpath("data", f"{name}.csv").read_text("utf-8")


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table."""
    return csv.DictReader(table(name).splitlines())


def provisions() -> dict[str, dict[str, Any]]:
    """The documents and parts that we know of, by reference, in the order of the Code, as they are stored."""
    code = {"ref": CODE, "document": CODE, "parent": "", "kind": "code", "title": "Smart Energy Code"}
    placed: dict[str, dict[str, Any]] = {CODE: {**code, "place": place_of(CODE)}}
    for row in rows("structure"):
        ref, parent = row["ref"], row["parent"]
        placed[ref] = {
            "ref": ref, "document": ref if parent == CODE else placed[parent]["document"], "parent": parent,
            "kind": row["kind"], "title": row["title"], "place": place_of(ref),
        }  # fmt: skip
    return placed


def summaries() -> dict[str, Summary]:
    """What provisions read where no text is held, by reference: all that have a heading or a summary.

    A heading alone is found by its words too.
    """
    ours = {row["ref"]: row["summary"] for row in rows("summaries")}
    found = {ref: Summary(row["title"], ours.get(ref, "")) for ref, row in provisions().items()}
    return {ref: each for ref, each in found.items() if any(each)}


def versions() -> dict[str, dict[str, Any]]:
    """The versions by their numbers, as they are stored."""
    return {row["version"]: _version(row) for row in rows("instruments") if row["place"] == "1"}


def instruments() -> dict[str, tuple[Instrument, dict[str, Any]]]:
    """The instruments by their keys (``4.8/2`` is the second of version 4.8), and as they are stored."""
    found = {}
    for row in rows("instruments"):
        decided = _instrument(row)
        stored = instrument_row(row["version"], int(row["place"]), decided, row["base_version"])
        found[f"{row['version']}/{row['place']}"] = (decided, stored)
    return found


def events() -> list[Happened]:
    """What happened, in the order of the table."""
    decided = instruments()
    count: dict[str, int] = {}
    found = []
    for row in rows("events"):
        of = f"{row['version']}/{row['instrument']}"
        count[of] = count.get(of, 0) + 1
        found.append(Happened(f"{of}/{count[of]}", of, decided[of][0], _change(row)))
    return found


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
