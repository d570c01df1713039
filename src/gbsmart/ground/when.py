"""Moments and days as both DUIS and GBCS mean them, where a plain datetime cannot say it.

The two languages write them differently (an absent element and a sentinel date in DUIS, zero and
all-ones octets in GBCS); these are the meanings they share.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NamedTuple, TypeAlias


class Moment(Enum):
    """The two moments that are not dates."""

    NOW = "now"
    """As soon as the message is processed: nothing is scheduled."""
    NEVER = "never"
    """Cancel what was scheduled: DUIS writes 3000-12-31T00:00:00Z."""

    def __repr__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.value


NOW = Moment.NOW
NEVER = Moment.NEVER

When: TypeAlias = datetime | Moment
"""An aware UTC datetime, :data:`NOW` or :data:`NEVER`."""


class DayOfMonth(Enum):
    """Days counted from the end of a month."""

    LAST = "last"
    SECOND_LAST = "secondLast"

    def __repr__(self) -> str:
        return self.name


class DayMonth(NamedTuple):
    """A day, any part of which may be left open (``None``): seasons and special days.

    ``month`` is 1 to 12, ``day`` 1 to 31 or a :class:`DayOfMonth`, ``weekday`` 1 (Monday) to 7.
    """

    year: int | None = None
    month: int | None = None
    day: int | DayOfMonth | None = None
    weekday: int | None = None
