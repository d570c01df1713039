"""The civil days of Great Britain: 23, 24 or 25 hours, by the Summer Time Order 2002.

People live by the clock on the wall, so a home's day runs from local midnight to local midnight. The rule
is computed, not looked up, so that no release of a time zone database can change a home's past.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from gbsmart.ground import InvalidValue

FIRST_YEAR: Final = 2010
LAST_YEAR: Final = 2100
EPOCH: Final = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
HORIZON: Final = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL: Final = date(FIRST_YEAR, 1, 1).toordinal()

HALF_HOUR: Final = 1_800_000_000  # microseconds
MINUTE: Final = 60_000_000

_SUNDAY: Final = 0  # of a proleptic Gregorian ordinal modulo 7


class Instant(NamedTuple):
    """A moment as its civil day sees it."""

    day: int
    """Days since 1 January 2010, local."""
    microsecond: int
    """Elapsed since local midnight; on a clock-change day it still counts real time."""


class SummerTime(NamedTuple):
    """The days, since the epoch, whose 01:00 UTC begins and ends British Summer Time."""

    begins: int
    ends: int


def _last_sunday(year: int, month: int) -> int:
    last = date(year, month, 31).toordinal()
    return last - (last - _SUNDAY) % 7 - EPOCH_ORDINAL


@lru_cache(maxsize=128)
def summer_time(year: int) -> SummerTime:
    """The last Sundays of March and October of ``year``."""
    return SummerTime(_last_sunday(year, 3), _last_sunday(year, 10))


@lru_cache(maxsize=4096)
def calendar_date(day: int) -> date:
    """The date of the civil day ``day``."""
    return date.fromordinal(day + EPOCH_ORDINAL)


def is_weekend(day: int) -> bool:
    """Whether ``day`` is a Saturday or a Sunday."""
    return (day + EPOCH_ORDINAL) % 7 in (6, _SUNDAY)


def weekend_days_before(day: int) -> int:
    """How many Saturdays and Sundays lie from the epoch (a Friday) up to, not including, ``day``."""
    weeks, rest = divmod(day, 7)
    return 2 * weeks + (0, 0, 1, 2, 2, 2, 2)[rest]


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, known to lie in the years that homes are modelled for.

    :raises InvalidValue: ``moment`` has no time zone, or lies outside 2010 to 2100.
    """
    if moment.tzinfo is None:
        raise InvalidValue("a moment needs a time zone", field="moment", remedy="Give it in UTC.")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    if not EPOCH <= moment <= HORIZON:
        raise InvalidValue(f"{moment.year} is not in {FIRST_YEAR} to {LAST_YEAR}", field="moment")
    return moment


def locate(moment: datetime) -> Instant:
    """The civil day of ``moment`` and how far into it ``moment`` is.

    :raises InvalidValue: as :func:`in_utc`.
    """
    moment = in_utc(moment)
    elapsed = moment - EPOCH
    summer = summer_time(moment.year)
    hour_of_epoch = elapsed.days * 24 + elapsed.seconds // 3_600
    ahead = summer.begins * 24 + 1 <= hour_of_epoch < summer.ends * 24 + 1
    day = (hour_of_epoch + ahead) // 24
    since_utc_midnight = (
        (elapsed.days - day) * 86_400 + elapsed.seconds + 3_600 * (summer.begins < day <= summer.ends)
    )
    return Instant(day, since_utc_midnight * 1_000_000 + elapsed.microseconds)


def local_half_hours(day: int) -> tuple[int, ...]:
    """The wall-clock half-hour (0 to 47) of each real half-hour of ``day``, in order.

    01:00 to 02:00 is missing where the clocks go forward and comes twice where they go back.
    """
    summer = summer_time(calendar_date(day).year)
    if day == summer.begins:
        return _SPRING
    if day == summer.ends:
        return _AUTUMN
    return _ORDINARY


def utc_half_hour_of_midnight(day: int) -> int:
    """The UTC half-hour (46 or 0) in which the local ``day`` begins."""
    summer = summer_time(calendar_date(day).year)
    return 46 if summer.begins < day <= summer.ends else 0


def begins(day: int) -> datetime:
    """The moment, in UTC, at which the local ``day`` begins."""
    return EPOCH + timedelta(days=day, hours=-1 if utc_half_hour_of_midnight(day) else 0)


_ORDINARY: Final = tuple(range(48))
_SPRING: Final = (0, 1, *range(4, 48))
_AUTUMN: Final = (0, 1, 2, 3, *range(2, 48))
