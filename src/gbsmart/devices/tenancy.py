"""Change of tenancy: what a home used before a date is not for those who live there now (SMETS 5.6.3, 4.6.3).

A supplier sets the date on the electricity meter and on the gas proxy (3.2). From it on displays count from
that date, and show nothing that was said before it. Nothing is erased: remote parties read the logs as
before. A date may be set ahead; until it comes, the one before it holds.
"""

from __future__ import annotations

from datetime import datetime

from gbsmart.devices.memory import Memory
from gbsmart.store import from_micros, to_micros

_SINCE, _NEXT = "tenancy/since", "tenancy/next"


def begin(memory: Memory, date: datetime, now: datetime) -> None:
    """Restrict what is shown to what comes after a date, which may lie ahead."""
    if (held := since(memory, now)) is not None:
        memory.put_number(_SINCE, to_micros(held))
    memory.drop(_NEXT)
    # no device holds anything from before 1970, and 0 is no date
    memory.put_number(_SINCE if date <= now else _NEXT, max(1, to_micros(date)))


def since(memory: Memory, now: datetime) -> datetime | None:
    """From when on what a device holds is for those who live there now; None for all of it."""
    dates = (memory.number(each) for each in (_NEXT, _SINCE))
    return next((at for date in dates if date and (at := from_micros(date)) <= now), None)
