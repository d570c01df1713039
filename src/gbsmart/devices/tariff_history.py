"""What a meter has charged and when: the prices that were in force before its tariff last changed.

A device remembers its tariff as it is now. What was used before a change cost the price of then, so whoever
settles the account of a meter before a change has the prices noted that were in force until that moment. How
far back they are kept is what a display needs for the cost of a month (SMETS 4.5.2, 5.6.2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from gbsmart.devices.memory import Memory
from gbsmart.devices.money import Terms
from gbsmart.store import from_micros, to_micros

KEPT_FOR: Final = timedelta(days=32)
"""The longest local month, with the hour that summer time adds to a day."""
_SLOT: Final = "tariff/history"
_UNTIL: Final = struct.Struct(">q")
_STEP: Final = struct.Struct(">qqq")
_CHARGED: Final = slice(_UNTIL.size, None)
"""Where a step says what is charged, after the moment since when."""


class Charge(NamedTuple):
    """What is charged from a moment on, until another follows: a kWh and a day, both in millipence."""

    since: datetime
    price: int
    standing_charge: int


class History(NamedTuple):
    """The charges of the past, oldest first, up to the moment ``until``; none where nothing was noted."""

    until: datetime | None
    charges: tuple[Charge, ...] = ()


def noted(memory: Memory) -> History:
    """What a device remembers of the tariffs that it had."""
    octets = memory.get(_SLOT)
    if octets is None:
        return History(None)
    steps = _STEP.iter_unpack(octets[_UNTIL.size :])
    charges = tuple(Charge(from_micros(since), price, standing) for since, price, standing in steps)
    return History(_noted_until(octets), charges)


def _noted_until(octets: bytes) -> datetime:
    (until,) = _UNTIL.unpack_from(octets)
    return from_micros(until)


def note(memory: Memory, terms: Terms, moment: datetime) -> None:
    """Remember what was in force until ``moment``: since the last note, by the terms that held meanwhile.

    A meter whose tariff changes all the time has a long history: what is known of it is not read for this.
    """
    octets = memory.get(_SLOT)
    earliest = moment - KEPT_FOR
    since, steps = earliest, b""
    if octets is not None:
        since, steps = max(_noted_until(octets), earliest), octets[_UNTIL.size :]
    if since >= moment:
        return
    for charge in _by_terms(terms, since, moment):
        step = _STEP.pack(to_micros(charge.since), charge.price, charge.standing_charge)
        if step[_CHARGED] != steps[-_STEP.size :][_CHARGED]:
            steps += step
    memory.put(_SLOT, _UNTIL.pack(to_micros(moment)) + steps[_over(steps, to_micros(earliest)) :])


def _over(steps: bytes, earliest: int) -> int:
    """How many octets of steps, oldest first, are of charges that another followed by ``earliest``."""
    over = 0
    while over + _STEP.size < len(steps) and _STEP.unpack_from(steps, over + _STEP.size)[0] <= earliest:
        over += _STEP.size
    return over


def charges(memory: Memory, terms: Terms, since: datetime, until: datetime) -> list[Charge]:
    """What was charged from ``since`` to ``until``; ``terms`` are those that hold now.

    The first begins at ``since``. Before the oldest note the oldest known is taken (nothing older is kept).
    """
    known = noted(memory)
    changed = since if known.until is None else max(since, known.until)
    past = [each for each in known.charges if each.since <= until]
    found = _joined([*past, *(_by_terms(terms, changed, until) if changed <= until else ())])
    at_start = next((each for each in reversed(found) if each.since <= since), found[0])
    return [at_start._replace(since=since), *(each for each in found if since < each.since)]


def _by_terms(terms: Terms, since: datetime, until: datetime) -> Iterator[Charge]:
    for moment, price in terms.prices(since, until):
        yield Charge(moment, price, terms.standing_charge)


def _joined(charges: list[Charge]) -> list[Charge]:
    """Without those that change nothing."""
    return charges[:1] + [after for before, after in pairwise(charges) if after[1:] != before[1:]]
