"""Which price of a tariff is in force: the switching table read for a moment (SMETS 5.7.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.ground import DayMonth, DayOfMonth

Row = Mapping[str, Any]


def register_in_force(
    seasons: Sequence[Row], weeks: Sequence[Row], days: Sequence[Row], special_days: Sequence[Row],
    moment: datetime,
) -> int | None:  # fmt: skip
    """The time-of-use register (from 1) that counts at ``moment`` (UTC), or None where no table says."""
    schedule = _schedule_of(seasons, weeks, days, special_days, moment.date())
    elapsed = _into_the_day(moment)
    begun = [(_into_the_day(row["start"]), row["action"]) for row in schedule]
    return max((entry for entry in begun if entry[0] <= elapsed), default=(0, None))[1]


def _schedule_of(
    seasons: Sequence[Row], weeks: Sequence[Row], days: Sequence[Row], special_days: Sequence[Row],
    today: date,
) -> Sequence[Row]:  # fmt: skip
    """The day profile that is in force on a day; empty where no table says."""
    number = next((row["day"] for row in special_days if falls_on(row["date"], today)), None)
    if number is None:
        week_number = _season_of(seasons, today)
        week = next((row for row in weeks if row["week"] == week_number), None)
        if week is None:
            return ()
        number = week[WEEKDAYS[today.weekday()]]
    return next((row["schedule"] for row in days if row["day"] == number), ())


def switches(
    seasons: Sequence[Row], weeks: Sequence[Row], days: Sequence[Row], special_days: Sequence[Row],
    start: datetime, end: datetime, also: Sequence[datetime] = (),
) -> Iterator[tuple[datetime, int | None]]:  # fmt: skip
    """When the register that counts may change from ``start`` to ``end``, both included, and to which.

    ``also`` are moments between that are given too, without a change (None).
    """
    tables = (seasons, weeks, days, special_days)
    yield start, register_in_force(*tables, start)
    found: list[tuple[datetime, int | None]] = [(moment, None) for moment in also]
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight <= end:
        for row in _schedule_of(*tables, midnight.date()):
            moment = midnight + timedelta(seconds=_into_the_day(row["start"]))
            if start < moment <= end:
                found.append((moment, row["action"]))
        midnight += timedelta(days=1)
    yield from sorted(found, key=lambda each: each[0])
    yield end, None


def prices(
    changes: Iterable[tuple[datetime, int | None]], price_of: Callable[[int], int]
) -> Iterator[tuple[datetime, int]]:
    """From when which price holds: by the register that counts when (:func:`switches`) and its price.

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


def cost(steps: Iterable[tuple[datetime, int]], end: datetime, reads: Callable[[datetime], int]) -> int:
    """What is used until ``end`` costs: by what price holds from when on (:func:`prices`), and the meter."""
    total = 0
    for (begun, price), (over, _) in pairwise([*steps, (end, 0)]):
        if price and over > begun:
            total += price * (reads(over) - reads(begun))
    return total


def _into_the_day(moment: datetime | time) -> int:
    return moment.hour * 3_600 + moment.minute * 60 + moment.second


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
