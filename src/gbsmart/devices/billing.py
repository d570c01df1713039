"""The billing calendar: when a billing period ends, and what a meter then does (SMETS 4.6.2, 5.7.4.7).

At the end of a period a meter notes the moment, by which its billing data log is read later, and sends
what its registers read as an alert to its supplier. A meter's clock is in UTC, and so is its calendar.
"""

from __future__ import annotations

import calendar
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from gbsmart.devices import schedule
from gbsmart.devices.device import Device, Routine
from gbsmart.devices.exchange import LogEntry, Reaction
from gbsmart.devices.memory import Memory
from gbsmart.devices.tariff import falls_on
from gbsmart.store import from_micros, to_micros

ROUTINE: Final = "BILLING"
_WHAT: Final = f"{ROUTINE}:calendar"
_ENDS: Final = "billing/ends"
PERIODS: Final = 12
"""How many ended periods a billing data log holds."""
BILLING_DATA_LOGGED: Final = 0x8F0A
_MOMENT: Final = struct.Struct(">q")
_DAY: Final = timedelta(days=1)
_LEAP_CYCLE: Final = 8 * 366
"""A day of the year that exists comes again within eight years."""


def ends(memory: Memory) -> list[datetime]:
    """When the last billing periods ended, oldest first."""
    return [from_micros(micros) for (micros,) in _MOMENT.iter_unpack(memory.get(_ENDS) or b"")]


def plan(memory: Memory, moment: datetime | None) -> None:
    """Hold the end of the current period, in the place of one held before; None: there is none."""
    schedule.withdraw(memory, _WHAT)
    if moment is not None:
        schedule.hold(memory, moment, _WHAT, b"")


def ending(
    family: str,
    next_end: Callable[[Device, datetime], datetime | None],
    data: Callable[[Device, datetime], Mapping[str, Any]],
) -> Routine:
    """What a type of meter does at the end of a billing period.

    ``next_end`` says from its calendar when the next one ends, ``data`` what its alert holds.
    """

    def routine(device: Device, moment: datetime, reaction: Reaction) -> None:
        kept = [*ends(device.memory), moment][-PERIODS:]
        device.memory.put(_ENDS, b"".join(_MOMENT.pack(to_micros(each)) for each in kept))
        reaction.alerts.append(device.alert(BILLING_DATA_LOGGED, family, moment, data(device, moment)))
        reaction.log.append(LogEntry(moment, "event", BILLING_DATA_LOGGED))
        plan(device.memory, next_end(device, moment))

    return routine


def next_by_dates(rows: Sequence[Mapping[str, Any]], after: datetime) -> datetime | None:
    """The first moment after ``after`` that one of the rows (``time``, ``date`` with wildcards) means."""
    found = [moment for row in rows if (moment := _next_date(row, after)) is not None]
    return min(found, default=None)


def _next_date(row: Mapping[str, Any], after: datetime) -> datetime | None:
    at: time = row["time"]
    day = after.date()
    for _ in range(_LEAP_CYCLE):
        if falls_on(row["date"], day) and (moment := datetime.combine(day, at)) > after:
            return moment
        day += _DAY
    return None


def next_by_periods(start: datetime, days: int, months: int, after: datetime) -> datetime | None:
    """The first moment after ``after`` of those that come every ``days``, or ``months``, from ``start``.

    In a month that is too short the period ends on its last day (assumed). None where nothing repeats.
    """
    if start > after:
        return start
    if days:
        return start + _DAY * days * ((after - start) // (_DAY * days) + 1)
    if not months:
        return None
    number = ((after.year - start.year) * 12 + after.month - start.month) // months
    moment = _months_on(start, number * months)
    return moment if moment > after else _months_on(start, (number + 1) * months)


def _months_on(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))
