"""What a reading of a COSEM object asks for: which device, when, and which entries of a log (GBCS 7.2.10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.meter import HALF_HOUR
from gbsmart.gbcs.dlms.apdu import Result
from gbsmart.gbcs.dlms.protected import PERIOD
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.ground import MalformedMessage


class Period(NamedTuple):
    """A period of a log, both ends included."""

    start: datetime
    end: datetime


class View(NamedTuple):
    """What a source is asked: by which device, at what moment, for which period, since which reset."""

    device: Device
    moment: datetime
    period: Period | None = None
    since: datetime | None = None

    def wants(self, moment: datetime) -> bool:
        """Whether an entry of that moment is asked for, and came after the log was last cleared."""
        if self.since is not None and moment < self.since:
            return False
        return self.period is None or self.period.start <= moment <= self.period.end

    def span(self, depth: timedelta) -> tuple[datetime, datetime]:
        """From when to when a log of half-hours of this depth is asked for.

        The half-hour in which the period ends is the last; nothing is asked for where the end comes first.
        """
        start, end = self.moment - depth, self.moment
        if self.since is not None:
            start = max(start, self.since)
        if self.period is not None:
            start, end = max(start, self.period.start), min(end, self.period.end + HALF_HOUR)
        return start, end


def value_of(node: Node) -> Any:
    """The value of a leaf; raises :class:`CannotDo` for anything else."""
    if not isinstance(node, Leaf):
        raise CannotDo(Result.TYPE_UNMATCHED)
    return node.value


def parts(node: Node, count: int | None = None) -> list[Node]:
    """What a structure holds, ``count`` of them where that is given; raises :class:`CannotDo`."""
    if not isinstance(node, Branch) or count not in (None, len(node.children)):
        raise CannotDo(Result.TYPE_UNMATCHED)
    return node.children


def selected(selection: Sequence[Node]) -> Period:
    """The period of a range descriptor: seconds since 2000, both ends included."""
    if len(selection) != 2 or value_of(selection[0]) != 1:
        raise CannotDo(Result.SCOPE_OF_ACCESS_VIOLATED, "only ranges are selected")
    _, start, end, _ = parts(selection[1], 4)
    return Period(read_time(value_of(start)), read_time(value_of(end)))


def restricted(node: Node, context: Context) -> Period | None:
    """The restriction of a protected object: none (0) or a range of dates (1)."""
    kind, bounds = parts(node, 2)
    if value_of(kind) == 0:
        return None
    try:
        return Period(**PERIOD.take(bounds, context))
    except MalformedMessage as wrong:
        raise CannotDo(Result.TYPE_UNMATCHED, str(wrong)) from None
