"""The systems of the Code: which of those that it speaks of run here, where, and which test shows it.

The Code and the consultations that made it speak of registers, bodies, processes and documents. Those about
governance, modifications, membership, transition and reform are listed here. One *runs* where there is a
page of the console for it and a test that drives it as a user would; the others are *named*, with the room
in which they will run.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

RUNNING, NAMED = "running", "named"


class System(NamedTuple):
    """A system of the Code: ``link`` is its page where it runs, ``place`` the room where it will run."""

    id: str
    name: str
    area: str
    section: str
    status: str
    link: str
    test: str
    place: str


@lru_cache(maxsize=1)
def systems() -> tuple[System, ...]:
    """Every system, by its number."""
    text = (files("gbsmart.governance") / "data" / "systems.csv").read_text(encoding="utf-8")
    return tuple(map(_read, csv.DictReader(text.splitlines())))


def _read(row: dict[str, str]) -> System:
    where, test = row["where"], row["test"]
    runs = bool(test)
    return System(
        row["id"], row["name"], row["area"], row["section"], RUNNING if runs else NAMED,
        where if runs else "", test, "" if runs else where,
    )  # fmt: skip
