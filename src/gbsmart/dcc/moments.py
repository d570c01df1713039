"""Moments: when something next falls due in the DCC's store, and whether anything is moving now.

For whoever moves the clock of a running DCC: between two due moments nothing happens of its own accord.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gbsmart.dcc import dsp_schedules, outbox
from gbsmart.dcc.timeouts import WAITS
from gbsmart.store import Sql, from_micros, to_micros

# Each looks into one index.
_NEXTS = (
    *(Sql("SELECT min(due) FROM request WHERE state = '{state}' AND due > :now", state=one) for one in WAITS),
    Sql("SELECT min(deadline) FROM command WHERE state = 'sent' AND deadline > :now"),
    Sql("SELECT min(ready) FROM lane WHERE claim IS NULL AND ready > :now"),
)
_MOVING = (
    Sql("SELECT 1 FROM lane WHERE ready <= :now LIMIT 1"),
    Sql("SELECT 1 FROM lane WHERE claim IS NOT NULL LIMIT 1"),
)


def next_due(connection: Connection, *, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which something waits no longer: a request, an answer, a message."""
    parameters = {"now": to_micros(now)}
    found = [row[0] for statement in _NEXTS for row in statement.rows(connection, parameters)]
    moments = [from_micros(micros) for micros in found if micros is not None]
    elsewhere = (room.next_due(connection, now=now) for room in (outbox, dsp_schedules))
    return min((*moments, *(moment for moment in elsewhere if moment is not None)), default=None)


def is_moving(connection: Connection, *, now: datetime) -> bool:
    """Whether a lane has work at this moment or is being worked, or a message is due to its User."""
    parameters = {"now": to_micros(now)}
    lanes = any(statement.row(connection, parameters) is not None for statement in _MOVING)
    return lanes or outbox.is_moving(connection, now=now)
