"""When a notice counts as received (SEC M10).

By hand when it is left; by post on the second Working Day after posting; by email or fax an hour after
it was sent, or at 09:00 on the next Working Day where that is not within 09:00 to 17:00 of a Working
Day. The rules for email and fax are from memory, so they stand here as data and nowhere else.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import LONDON, add_working_days, is_working_day

_OPENS, _CLOSES = time(9), time(17)


class Channel(NamedTuple):
    """A way to serve a notice: received so many Working Days, or so long, after it was sent."""

    name: str
    title: str
    working_days: int = 0
    after: timedelta = timedelta(0)
    office_hours: bool = False


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("hand", "by hand"),
        Channel("post", "by first-class post", working_days=2),
        Channel("email", "by email", after=timedelta(hours=1), office_hours=True),
        Channel("fax", "by fax", after=timedelta(hours=1), office_hours=True),
        Channel("system", "over a system that the Code names", after=timedelta(0)),
    )
}


def received_at(channel: str, sent_at: datetime) -> datetime:
    """The moment (UTC) at which what was sent by ``channel`` at ``sent_at`` counts as received.

    Raises :class:`InvalidValue` for a channel that M10 does not know.
    """
    rule = CHANNELS.get(channel)
    if rule is None:
        raise InvalidValue(
            f"{channel!r} is no way to serve a notice",
            field="channel",
            remedy=f"One of {', '.join(CHANNELS)}.",
        )
    there = (sent_at + rule.after).astimezone(LONDON)
    if rule.working_days:
        day = add_working_days(there.date(), rule.working_days)
        there = datetime.combine(day, _OPENS, LONDON)
    elif rule.office_hours:
        there = _in_office_hours(there)
    return there.astimezone(sent_at.tzinfo)


def _in_office_hours(there: datetime) -> datetime:
    day = there.date()
    if is_working_day(day) and there.timetz().replace(tzinfo=None) < _OPENS:
        return datetime.combine(day, _OPENS, LONDON)
    if is_working_day(day) and there.timetz().replace(tzinfo=None) <= _CLOSES:
        return there
    return datetime.combine(add_working_days(day, 1), _OPENS, LONDON)
