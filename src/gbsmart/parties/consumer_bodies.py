"""The bodies that speak for consumers under the Code, as dated reference data (SEC C3, D1).

The National Consumer Council was abolished on 1 April 2014, and version 2.2 of the Code (27 May 2014,
SECMP0001) put Citizens Advice and Citizens Advice Scotland in its place: what is so in law and what the
Code names differ for eight weeks.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class ConsumerBody(NamedTuple):
    """A consumer body: from and until when the Code names it, and it stands in law (None: no end known)."""

    name: str
    named_from: date | None
    named_until: date | None
    in_law_from: date | None
    in_law_until: date | None
    source: str

    def is_named(self, day: date) -> bool:
        """Whether the Code names it on that day."""
        return _is_within(day, self.named_from, self.named_until)

    def is_in_law(self, day: date) -> bool:
        """Whether it stands in law on that day."""
        return _is_within(day, self.in_law_from, self.in_law_until)


@cache
def consumer_bodies() -> tuple[ConsumerBody, ...]:
    """Every consumer body there was."""
    text = files("gbsmart.parties").joinpath("data", "consumer_bodies.csv").read_text("utf-8")
    return tuple(
        ConsumerBody(
            row["name"], _day(row["named_from"]), _day(row["named_until"]), _day(row["in_law_from"]),
            _day(row["in_law_until"]), row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_within(day: date, first: date | None, until: date | None) -> bool:
    return (first is None or first <= day) and (until is None or day < until)
