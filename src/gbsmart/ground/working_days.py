"""Working Days and the civil days of Great Britain, in which the Code counts its deadlines.

A Working Day is any day but a Saturday, a Sunday, and what is a public holiday in England and Wales
(SEC Section A1). Days begin and end by the clocks of London, so that a deadline of a day is an hour
earlier in UTC while summer time lasts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gbsmart.ground.errors import InvalidValue

LONDON = ZoneInfo("Europe/London")
"""Where the days of the Code are counted."""
_SATURDAY = 5
_LONGEST = 5_000
"""Working Days beyond which no deadline of the Code lies: twenty years."""


def is_working_day(day: date) -> bool:
    """Whether ``day`` is a Working Day."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day that is ``count`` Working Days after ``day`` (before it, where ``count`` is negative).

    The day itself is not counted. With 0 it is ``day``, or the next Working Day where it is none. Raises
    :class:`InvalidValue` for a count that no deadline has.
    """
    if abs(count) > _LONGEST:
        raise InvalidValue(f"{count} Working Days is no deadline", field="working_days")
    step = timedelta(days=-1 if count < 0 else 1)
    while count == 0 and not is_working_day(day):
        day += step
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many Working Days lie after ``start`` up to and including ``end``; negative if it is earlier."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


def civil_day(moment: datetime) -> date:
    """The day that it is in London at ``moment``."""
    return moment.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """The moment (UTC) at which ``day`` begins in London."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The moment (UTC) at which ``day`` is over in London: what is due on it is late from then on."""
    return start_of(day + timedelta(days=1))


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # a tenth of a second that only who counts days pays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))
