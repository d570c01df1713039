"""Simple types of time, in UTC: moments, days, times of day (:mod:`gbsmart.duis.lexical` has the others)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gbsmart.duis.document import WHITE_SPACE
from gbsmart.duis.forms import Form
from gbsmart.ground import NEVER, DayMonth, Moment

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?P<zone>Z?)\Z", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(?:\.\d+)?(?P<zone>Z?)\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?P<zone>Z?)\Z", re.ASCII)


_END_OF_DAY = "24:00:00"
"""As XML Schema may write midnight: that at the end of the day."""


def _in_utc(text: str, pattern: re.Pattern[str], what: str) -> str:
    found = pattern.match(text) or pattern.match(text := text.strip(WHITE_SPACE))
    if not found:
        raise ValueError(f"says {text[:40]!r}, not {what} in UTC")
    if not found["zone"]:
        raise ValueError(f"says {text!r} without a time zone: end it with Z")
    return text


def _written(microseconds: str, decimals: int) -> str:
    """A time with six decimals, without those that are zero and need not be there."""
    whole, _, digits = microseconds.partition(".")
    digits = digits.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{digits}Z" if digits else f"{whole}Z"


@dataclass(frozen=True, slots=True)
class DateTime:
    """A moment in UTC, which must end in ``Z``; written with at least ``decimals`` decimals.

    XML Schema allows any number of decimals: those beyond the microsecond are dropped.
    """

    decimals: int = 2

    @property
    def wants(self) -> str:
        """What it takes."""
        return "date and time, UTC"

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return Form("dateTime")

    def read(self, text: str) -> datetime:
        """The aware datetime."""
        text = _in_utc(text, _DATE_TIME, "a date and time")
        if text[11:19] == _END_OF_DAY:
            return datetime.fromisoformat(f"{text[:11]}00:00:00{text[19:]}") + timedelta(days=1)
        return datetime.fromisoformat(text)

    def write(self, value: Any) -> str:
        """The moment in UTC."""
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError(f"needs an aware datetime, not {value!r}")
        if value.tzinfo is not UTC:
            try:
                value = value.astimezone(UTC)
            except OverflowError:
                raise ValueError(
                    f"cannot be {value.isoformat()}: that is no year of four digits in UTC"
                ) from None
        return _written(value.isoformat(timespec="microseconds")[:26], self.decimals)


_NEVER = datetime(3000, 12, 31, tzinfo=UTC)


class Execution:
    """An ExecutionDateTime: a moment, or 3000-12-31T00:00:00Z for never (cancel)."""

    wants = "date and time, UTC; 3000-12-31T00:00:00Z is never"
    form = Form("dateTime")

    def read(self, text: str) -> datetime | Moment:
        """The moment, or :data:`NEVER`."""
        value = DateTime().read(text)
        return NEVER if value == _NEVER else value

    def write(self, value: Any) -> str:
        """The moment; never as its sentinel."""
        return DateTime().write(_NEVER if value is NEVER else value)


class TimeOfDay:
    """A time of day in UTC."""

    wants = "time of day, UTC"
    form = Form("time")

    def read(self, text: str) -> time:
        """The aware time."""
        text = _in_utc(text, _TIME, "a time of day")
        return time.fromisoformat(f"00:00:00{text[8:]}" if text.startswith(_END_OF_DAY) else text)

    def write(self, value: Any) -> str:
        """The time, with two decimals at least."""
        if not isinstance(value, time) or value.utcoffset() is None or value.utcoffset():
            raise ValueError(f"needs an aware time of day in UTC, not {value!r}")
        return _written(value.isoformat(timespec="microseconds")[:15], 2)


class Day:
    """A date in UTC."""

    wants = "date, UTC"
    form = Form("date")

    def read(self, text: str) -> date:
        """The date."""
        return date.fromisoformat(_in_utc(text, _DATE, "a date")[:10])

    def write(self, value: Any) -> str:
        """The date, with ``Z``."""
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValueError(f"needs a date, not {value!r}")
        return f"{value.isoformat()}Z"


class PlainDay(Day):
    """A date that names no zone, as those of schedules do (they are of UTC); one with ``Z`` is read too."""

    def read(self, text: str) -> date:
        """The date."""
        return super().read(text.strip(WHITE_SPACE).removesuffix("Z") + "Z")

    def write(self, value: Any) -> str:
        """The date, without a zone."""
        return super().write(value).removesuffix("Z")


_OPEN_YEAR = 0xFFFF


class YearlyDay:
    """A date in UTC whose year may be open, which is written as the year 65535: a :class:`DayMonth`."""

    wants = "date, UTC; the year 65535 is every year"
    form = Form("date")

    def read(self, text: str) -> DayMonth:
        """The day."""
        year, _, rest = text.strip(WHITE_SPACE).partition("-")
        every = year == str(_OPEN_YEAR)
        found = Day().read(f"{2000 if every else year}-{rest}")  # a leap year
        return DayMonth(None if every else found.year, found.month, found.day)

    def write(self, value: Any) -> str:
        """The date, with ``Z``."""
        if not isinstance(value, DayMonth) or value.month is None or value.weekday is not None:
            raise ValueError(f"needs a DayMonth with a month and no weekday, not {value!r}")
        if not isinstance(value.day, int):
            raise ValueError(f"needs a DayMonth with a day of the month, not {value!r}")
        day = Day().write(date(2000 if value.year is None else value.year, value.month, value.day))
        return day if value.year is not None else f"{_OPEN_YEAR}{day[4:]}"
