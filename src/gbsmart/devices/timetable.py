"""Schedules of an ESME and a SAPC (class 10): which entries run when, and the periods that they make.

An entry runs at a time of day, on days of the week or on special days of the schedule's own table. A day
that is a special day takes the entries of that special day, any other those of its day of the week. So a
supplier declares the periods in which a supply is not disabled for lack of credit (SMETS 5.7.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from gbsmart.devices.tariff import falls_on

Row = Mapping[str, Any]
_LOOKED_BACK, _LOOKED_AHEAD = 7, 8
"""Days around a moment: an entry may be for one day of the week only."""
_START: Final = "START"


def spared_until(schedule: Sequence[Row], special_days: Sequence[Row], moment: datetime) -> datetime | None:
    """The end of the period that ``moment`` lies in; None where it lies in none.

    A period that is started and never stopped ends a day after the moment, to be looked at again.
    """
    if not schedule:
        return None
    turns = sorted(_turns(schedule, special_days, moment))
    begun = [starts for at, starts in turns if at <= moment]
    if not begun or not begun[-1]:
        return None
    return next((at for at, starts in turns if at > moment and not starts), moment + timedelta(days=1))


def _turns(
    schedule: Sequence[Row], special_days: Sequence[Row], moment: datetime
) -> Iterator[tuple[datetime, bool]]:
    """The moments around ``moment`` at which a period starts (True) or stops."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(-_LOOKED_BACK, _LOOKED_AHEAD):
        for at, entry in running(schedule, special_days, midnight + timedelta(days=days)):
            yield at, entry["action"] == _START


def running(
    schedule: Sequence[Row], special_days: Sequence[Row], day: datetime
) -> Iterator[tuple[datetime, Row]]:
    """The entries that run on the day that begins at ``day``, each with its moment, as they are listed.

    The first place of an entry's bit string is Monday, or the first special day.
    """
    special = next(
        (place for place, row in enumerate(special_days) if falls_on(row["date"], day.date())), None
    )
    places, place = ("days_of_week", day.weekday()) if special is None else ("special_days", special)
    for entry in schedule:
        if entry[places][place : place + 1] == "1" and _is_within(entry, day):
            time = entry["time"]
            yield day + timedelta(hours=time.hour, minutes=time.minute, seconds=time.second), entry


def _is_within(entry: Row, day: datetime) -> bool:
    """Whether a day lies within the dates of an entry, both included; without years they come every year.

    A date that leaves month or day open bounds nothing.
    """
    start, end = entry["start"], entry["end"]
    if not all(each.month and isinstance(each.day, int) for each in (start, end)):
        return True
    if start.year and end.year:
        bounds = (start.year, start.month, start.day), (end.year, end.month, end.day)
        return bounds[0] <= (day.year, day.month, day.day) <= bounds[1]
    first, last, today = (start.month, start.day), (end.month, end.day), (day.month, day.day)
    return first <= today <= last if first <= last else today >= first or today <= last
