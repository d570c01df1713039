"""Which price of a tariff is in force: the switching table read for a moment (SMETS 5.7.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, TypeAlias

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.ground import DayMonth, DayOfMonth

Row = Mapping[str, Any]


class SwitchingTable:
    """Which register counts when: the seasons, their weeks, the days of these, and days that are special.

    What a day's profile says is looked up once for each day that is asked for, so no row may be changed.
    """

    def __init__(
        self, seasons: Sequence[Row], weeks: Sequence[Row], days: Sequence[Row], special_days: Sequence[Row]
    ) -> None:
        self._rows = (seasons, weeks, days, special_days)
        self._seasons, self._special_days = seasons, special_days
        self._weeks = {row["week"]: row for row in reversed(weeks)}
        self._days = {
            row["day"]: sorted((_into_the_day(start["start"]), start["action"]) for start in row["schedule"])
            for row in reversed(days)
        }
        self._schedules: dict[date, Schedule] = {}

    @classmethod
    def shared(
        cls, seasons: Sequence[Row], weeks: Sequence[Row], days: Sequence[Row], special_days: Sequence[Row]
    ) -> SwitchingTable:
        """That of these very rows, made once: a supplier gives one table to thousands of meters."""
        key = (id(seasons), id(weeks), id(days), id(special_days))  # for good: the table holds them
        table = _SHARED.get(key)
        if table is None:
            if len(_SHARED) >= _MOST_SHARED:
                _SHARED.clear()
            table = _SHARED[key] = cls(seasons, weeks, days, special_days)
        return table

    def register_at(self, moment: datetime) -> int | None:
        """The time-of-use register (from 1) that counts at ``moment`` (UTC), or None where no table says."""
        return self.switches(moment, moment)[0][1]

    def switches(
        self, start: datetime, end: datetime, also: Sequence[datetime] = ()
    ) -> list[tuple[datetime, int | None]]:
        """When the register that counts may change from ``start`` to ``end``, both included, and to which.

        ``also`` are moments between that are given too, without a change (None).
        """
        counting: int | None = None
        found: list[tuple[datetime, int | None]] = [(moment, None) for moment in also]
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        begun, over = start - midnight, end - midnight
        for elapsed, action in self._schedule_of(midnight.date()):
            if elapsed <= begun:
                counting = action
            elif elapsed <= over:
                found.append((midnight + elapsed, action))
        while (midnight := midnight + _DAY) <= end:
            over = end - midnight
            today = self._schedule_of(midnight.date())
            found += [(midnight + elapsed, action) for elapsed, action in today if elapsed <= over]
        found.sort(key=itemgetter(0))
        return [(start, counting), *found, (end, None)]

    def _schedule_of(self, today: date) -> Schedule:
        """The day profile that is in force on a day; empty where no table says."""
        found = self._schedules.get(today)
        if found is None:
            if len(self._schedules) >= _MOST_DAYS:
                self._schedules.clear()
            found = self._schedules[today] = self._days.get(self._day_of(today), [])
        return found

    def _day_of(self, today: date) -> Any:
        for row in self._special_days:
            if falls_on(row["date"], today):
                return row["day"]
        week = self._weeks.get(_season_of(self._seasons, today))
        return None if week is None else week[WEEKDAYS[today.weekday()]]


_MOST_SHARED: Final = 256
_SHARED: Final[dict[tuple[int, int, int, int], SwitchingTable]] = {}
_MOST_DAYS: Final = 1_000

Schedule: TypeAlias = "list[tuple[timedelta, int]]"
"""From when on in a day (UTC) which register counts, in order."""


def prices(
    changes: Iterable[tuple[datetime, int | None]], price_of: Callable[[int], int]
) -> Iterator[tuple[datetime, int]]:
    """From when which price holds: by the register that counts when (:meth:`SwitchingTable.switches`) and
    its price.

    Where no table says which register counts, it is that of no register.
    """
    price: int | None = None
    for moment, action in changes:
        following = price_of(action or 0) if price is None or action is not None else price
        if following != price:
            price = following
            yield moment, following


def reached(
    used: Callable[[datetime, datetime], int], amount: int, start: datetime, end: datetime
) -> datetime:
    """The first second from ``start`` by which an amount has been used, which it has by ``end``."""
    low, high = 0, -(-(end - start) // _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if used(start, start + _SECOND * middle) >= amount:
            high = middle
        else:
            low = middle
    return min(end, start + _SECOND * high)


_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def cost(steps: Iterable[tuple[datetime, int]], end: datetime, reads: Callable[[datetime], int]) -> int:
    """What is used until ``end`` costs: by what price holds from when on (:func:`prices`), and the meter."""
    total = 0
    for (begun, price), (over, _) in pairwise([*steps, (end, 0)]):
        if price and over > begun:
            total += price * (reads(over) - reads(begun))
    return total


def _into_the_day(start: time) -> timedelta:
    return timedelta(hours=start.hour, minutes=start.minute, seconds=start.second)


def falls_on(pattern: DayMonth, day: date) -> bool:
    """Whether ``day`` is one that a date with wildcards means."""
    return (
        pattern.year in (None, day.year)
        and pattern.month in (None, day.month)
        and pattern.weekday in (None, day.isoweekday())
        and _day_fits(pattern.day, day)
    )


def _day_fits(wanted: int | DayOfMonth | None, day: date) -> bool:
    if not isinstance(wanted, DayOfMonth):
        return wanted in (None, day.day)
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day.day == last.day - (wanted is DayOfMonth.SECOND_LAST)


def _season_of(seasons: Sequence[Row], today: date) -> int | None:
    """The week of the season that began last; a start without a year comes every year."""
    begun: list[tuple[date, int]] = []
    for row in seasons:
        start: DayMonth = row["start"]
        day = start.day if isinstance(start.day, int) else 1
        for year in (today.year, today.year - 1) if start.year is None else (start.year,):
            try:
                begins = date(year, start.month or 1, day)
            except ValueError:
                continue
            if begins <= today:
                begun.append((begins, row["week"]))
    return max(begun)[1] if begun else None
