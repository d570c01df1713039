"""Places in the lists of cases and of what belongs to them, to go on from: a long list is read in parts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, tuple_

from gbsmart.ground import InvalidValue
from gbsmart.procedures.model import Case, Due, Entry, Notice
from gbsmart.store import from_micros, to_micros


class Place(NamedTuple):
    """By what lists are ordered: the moment, then what tells apart whatever has the same.

    ``number`` is that of a notice or an entry, or the entry with which the deadline ``name`` began to run.
    """

    at: datetime
    case: str
    number: int = 0
    name: str = ""

    def __str__(self) -> str:
        return f"{to_micros(self.at):x}.{self.case}.{self.number}.{self.name}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """What ``str`` wrote; raises :class:`InvalidValue`."""
        try:
            at, case, number, name = text.split(".", 3)
            place = cls(from_micros(int(at, 16)), case, int(number), name)
        except (ValueError, OverflowError):
            place = None
        if place is None or not (text.isprintable() and 0 <= place.number < 1 << 31):
            raise InvalidValue(
                "is no place in this list", field="after", remedy="Take it from the next link."
            )
        return place


def place_of(listed: Case | Due | Notice | tuple[str, Entry]) -> Place:
    """Where something stands in its list; an entry of a ledger is given with the reference of its case."""
    match listed:
        case Case():
            return Place(listed.opened_at, listed.reference)
        case Due():
            return Place(listed.due_at, listed.case, listed.entry, listed.name)
        case Notice():
            return Place(listed.sent_at, listed.case, listed.number)
        case (reference, entry):
            return Place(entry.at, reference, entry.number)


def in_order(
    wanted: Select[Any], *columns: ColumnElement[Any], after: Place | None, limit: int | None, falling: bool
) -> Select[Any]:
    """``wanted`` by the columns of a place, ``falling`` or rising: at most ``limit``, ``after`` a place."""
    wanted = wanted.order_by(*(each.desc() if falling else each for each in columns)).limit(limit)
    if after is None:
        return wanted
    row = tuple_(*columns)
    here = tuple_(*(literal(value, each.type) for value, each in zip(after, columns, strict=False)))
    return wanted.where(row < here if falling else row > here)
