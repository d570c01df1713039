"""The vocabulary of time that DUIS and GBCS share: a moment, "now", "never", and dates with wildcards.

"Now" and "never" are not date-times: each wire format has its own mark for them (an absent element, a
time of zero, the year 3000), so they are values of their own.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NamedTuple, TypeAlias

from gbsmart.ground.errors import InvalidValue


class Moment(Enum):
    """What may stand in place of a date-time."""

    NOW = "now"
    NEVER = "never"  # cancels what was stored for a future date

    def __repr__(self) -> str:
        return self.name


NOW, NEVER = Moment.NOW, Moment.NEVER

When: TypeAlias = datetime | Moment
"""When an instruction takes effect: an aware UTC date-time, ``NOW``, or ``NEVER`` (cancellation)."""

LAST_DAY, SECOND_LAST_DAY = -1, -2
"""Days of the month counted from its end."""


class DayMonth(NamedTuple):
    """A date of a calendar in which any part may be left open (``None``: every year, month, day...).

    ``day`` may be :data:`LAST_DAY` or :data:`SECOND_LAST_DAY`; ``weekday`` is 1 Monday to 7 Sunday.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def checked(self) -> DayMonth:
        """Itself; raises :class:`InvalidValue` where a part is out of range."""
        for name, value, low, high in (
            ("year", self.year, 1900, 9999),
            ("month", self.month, 1, 12),
            ("day", self.day, 1, 31),
            ("weekday", self.weekday, 1, 7),
        ):
            from_end = name == "day" and value in (LAST_DAY, SECOND_LAST_DAY)
            if value is not None and not from_end and not low <= value <= high:
                raise InvalidValue(f"{value} is not a {name}", field=name)
        return self

    def __str__(self) -> str:
        parts = [f"{self.year:04}" if self.year is not None else "*"]
        for part in (self.month, self.day):
            parts.append("*" if part is None else {-1: "last", -2: "second last"}.get(part, f"{part:02}"))
        return "-".join(parts) + (f" weekday {self.weekday}" if self.weekday else "")
