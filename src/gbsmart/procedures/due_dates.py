"""When what is due in a state falls due, by the calendar of England and Wales."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gbsmart.ground.working_days import civil_day, end_of, start_of
from gbsmart.procedures.declaration import Deadline, Field, Kind
from gbsmart.procedures.fields import typed
from gbsmart.procedures.spans import Span, after


def due_at(
    deadline: Deadline,
    within: Span | None,
    fields: Mapping[str, Field],
    data: Mapping[str, Any],
    since: datetime,
) -> datetime | None:
    """When ``deadline`` falls due in a case with these ``data``: ``within`` after ``since``, or on its day.

    None where it depends on a date that the case does not have.
    """
    if deadline.on and (given := typed(fields[deadline.on], data.get(deadline.on))) is not None:
        if fields[deadline.on].kind is Kind.MOMENT:
            assert isinstance(given, datetime)
            return given
        return start_of(given) if deadline.at_start else end_of(given)
    return None if within is None else end_of(after(civil_day(since), within))
