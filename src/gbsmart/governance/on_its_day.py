"""Guards of the days that acts name: what happens on one happens not before it, and on none that is past."""

from __future__ import annotations

from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day, end_of, start_of
from gbsmart.procedures import Guard, Situation


def not_before(field: str, *, over: bool = False) -> Guard:
    """A guard: not before the day that a field of the case names has begun, or is ``over``."""

    def guard(situation: Situation) -> None:
        """Not before its day."""
        day = situation.value(field)
        if situation.at < (end_of(day) if over else start_of(day)):
            situation.refuse(f"not {'until the end of' if over else 'before'} {day:%d %B %Y}")

    return guard


def today_or_later(field: str) -> Guard:
    """A guard: the day that a field of the case names is not past."""

    def guard(situation: Situation) -> None:
        """For today or a later day."""
        if situation.value(field) < civil_day(situation.at):
            raise InvalidValue("is past", field=field, remedy="Name today or a later day.")

    return guard
