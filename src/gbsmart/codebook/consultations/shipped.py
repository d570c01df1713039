"""The data that is shipped: ten consultations and stages, their documents, and what is known of each.

Every date and every link says how sure it is. What became of the topics of the early stages is partly
inferred from the table of versions: a correction is a line of these files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files

from gbsmart.codebook.consultations.laying import Recess

TABLES = ("consultations", "topics", "events", "documents", "links", "corrections", "moves")
"""Those that are put into a register."""
_DATA = files("gbsmart.codebook.consultations") / "data"


@cache
def table(name: str) -> str:
    """A table as it is shipped."""
    return (_DATA / f"{name}.csv").read_text(encoding="utf-8")


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a shipped table."""
    return csv.DictReader(table(name).splitlines())


@cache
def recesses() -> tuple[Recess, ...]:
    """The periods in which Parliament did not sit."""
    return tuple(
        Recess(date.fromisoformat(row["rose"]), date.fromisoformat(row["returned"]), row["why"])
        for row in rows("recesses")
    )


def known_until() -> date:
    """The day after which no recess is known."""
    return max(each.returned for each in recesses())
