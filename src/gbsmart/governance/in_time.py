"""Acts that happen by themselves on a day, and that somebody may only do instead once it has come."""

from __future__ import annotations

from gbsmart.ground.working_days import end_of, start_of
from gbsmart.procedures import Guard, Situation


def not_before(field: str, *, over: bool = False) -> Guard:
    """A guard: not before the day that a field of the case names has begun, or is ``over``."""

    def guard(situation: Situation) -> None:
        """Not before its day."""
        day = situation.value(field)
        if situation.at < (end_of(day) if over else start_of(day)):
            situation.refuse(f"not {'until the end of' if over else 'before'} {day:%d %B %Y}")

    return guard
