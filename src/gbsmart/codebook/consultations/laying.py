"""How long a draft lies before Parliament (section 89 of the Energy Act 2008).

40 days, beginning with the day on which the draft is laid (the later day, where it is laid before the two
Houses on different days). Not counted are the days on which Parliament is dissolved or prorogued, or on
which both Houses are adjourned for more than four days. The periods in which Parliament did not sit are
dated data, not rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gbsmart.ground import InvalidValue

PERIOD = 40
_LONGEST_UNCOUNTED = 4
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recess:
    """Parliament last sat on ``rose``, and again on ``returned``."""

    rose: date
    returned: date
    why: str = ""

    @property
    def days(self) -> int:
        """How many days lie between."""
        return (self.returned - self.rose).days - 1

    def __contains__(self, day: date) -> bool:
        return self.rose < day < self.returned


@dataclass(frozen=True, slots=True)
class Laying:
    """A count: the day on which the draft was laid, the last of the 40 days, and what was not counted."""

    laid: date
    last_day: date
    skipped: tuple[Recess, ...]

    @property
    def may_be_made(self) -> date:
        """The first day on which the modification may be made, if neither House has objected."""
        return self.last_day + _DAY


def count_laying(laid: date, recesses: Sequence[Recess], known_until: date) -> Laying:
    """Count the period of a draft laid on ``laid``.

    Raises :class:`InvalidValue` for a day on which Parliament did not sit, and where the count runs past
    ``known_until``, after which no recess is known.
    """
    stopping = [each for each in recesses if each.days > _LONGEST_UNCOUNTED]
    if any(laid in each for each in stopping):
        raise InvalidValue(f"Parliament did not sit on {laid}", field="laid", remedy="Name a day of sitting.")
    counted, day = 1, laid
    while counted < PERIOD:
        day += _DAY
        if day > known_until:
            raise InvalidValue(
                f"the recesses of Parliament are known until {known_until} only",
                field="laid",
                remedy="Give those of the period: --recess ROSE..RETURNED.",
            )
        counted += not _is_skipped(day, stopping)
    return Laying(laid, day, tuple(each for each in stopping if laid < each.returned and each.rose < day))


def _is_skipped(day: date, stopping: Iterable[Recess]) -> bool:
    return any(day in each for each in stopping)


def recesses_of(text: str) -> tuple[Recess, ...]:
    """The recesses in ``2019-02-14..2019-02-18,...``; raises :class:`InvalidValue`."""
    found = []
    for each in filter(None, map(str.strip, text.split(","))):
        rose, _, returned = each.partition("..")
        try:
            recess = Recess(date.fromisoformat(rose), date.fromisoformat(returned), "given")
        except ValueError:
            raise InvalidValue(
                f"{each!r} is no recess", field="recess", remedy="Write 2019-02-14..2019-02-18."
            ) from None
        if recess.returned <= recess.rose:
            raise InvalidValue(f"{each!r} ends before it begins", field="recess")
        found.append(recess)
    return tuple(found)
