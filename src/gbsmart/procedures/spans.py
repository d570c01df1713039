"""Lengths of time as the Code counts them, and the day that is so long after another."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gbsmart.ground.working_days import add_working_days


class Unit(StrEnum):
    """In what a deadline is counted."""

    WORKING_DAYS = "Working Days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as the Code counts it; ``basis`` is S where a source says so, M from memory."""

    count: int
    unit: Unit = Unit.WORKING_DAYS
    basis: str = "M"

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


def working_days(count: int, basis: str = "M") -> Span:
    """So many Working Days."""
    return Span(count, Unit.WORKING_DAYS, basis)


def days(count: int, basis: str = "M") -> Span:
    """So many days."""
    return Span(count, Unit.DAYS, basis)


def months(count: int, basis: str = "M") -> Span:
    """So many months."""
    return Span(count, Unit.MONTHS, basis)


def after(start: date, span: Span) -> date:
    """The day that is ``span`` after ``start``; a month from the 31st ends on the last day of its month."""
    match span.unit:
        case Unit.WORKING_DAYS:
            return add_working_days(start, span.count)
        case Unit.DAYS:
            return start + timedelta(days=span.count)
        case Unit.MONTHS:
            year, month = divmod(start.year * 12 + start.month - 1 + span.count, 12)
            return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
