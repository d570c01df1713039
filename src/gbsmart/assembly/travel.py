"""Time travel: a whole running system taken to a later moment, with all that happens on the way.

A clock that were simply set forward would let everything of a year happen at its end. Here the clock
stands still at each moment at which something falls due (a request that the DCC holds, a schedule, a
time-out, a delivery, a deadline of the Code; what a device carries out or bills; what a sleeping program
wakes for), the system does all that it can do at that moment, and only then the clock goes on to the
next. So everything happens at its own moment and in order, the same each time.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gbsmart.ground import Blame, GbsmartError, InvalidValue
from gbsmart.ground.clock import LAST

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

PATIENCE = timedelta(minutes=1)
"""How long, in the machine's time, the system may take to settle at one moment: a User's service that
does not answer holds the clock up for as long as a delivery waits for it."""

_LOOK_EVERY = 0.001  # seconds of the machine's time
_TURNS = 50
"""Of the loop, in which programs of this process that a message reached may ask for more at the same
moment. One in another process is not waited for."""


class NotSettled(GbsmartError):
    """The system did not come to rest at a moment; the clock is where it stopped."""

    blame = Blame.WORLD


class Journey(NamedTuple):
    """How the clock went: from where, to where, and at how many moments it stood still."""

    began: datetime
    ended: datetime
    moments: int


async def travel(system: System, to: datetime | timedelta, *, patience: timedelta = PATIENCE) -> Journey:
    """Take a running system to the moment ``to``; its clock then runs on from there as it ran before.

    A timedelta counts from the moment at which the clock is held; nought lets what is under way end.
    One journey at a time: another waits its turn. Raises :class:`InvalidValue` for a moment that is past,
    is not aware or is after :data:`~gbsmart.ground.clock.LAST`, :class:`~gbsmart.ground.NotFound` where the
    street is in another process, whose clock is its own, and :class:`NotSettled`.
    """
    if isinstance(to, datetime) and to.tzinfo is None:
        raise InvalidValue(f"{to} has no time zone", field="clock", remedy="Say 2026-04-01T00:00:00Z.")
    system.wan  # noqa: B018 the street is here, or this says where
    async with system.travelling:
        clock, speed = system.clock, system.clock.speed
        clock.speed = 0
        try:
            began, moments = clock.now(), 0
            goal = _after(began, to) if isinstance(to, timedelta) else to
            if not began <= goal <= LAST:
                clock.set(goal)  # raises
            with system.dcc.in_haste():
                await settle(system, patience=patience)
                while (moment := await next_due(system)) is not None and moment <= goal:
                    clock.set(moment)
                    moments += 1
                    await settle(system, patience=patience)
                clock.set(goal)
                await settle(system, patience=patience)
            return Journey(began, goal, moments)
        finally:
            clock.speed = speed
            system.keep_clock()


def _after(began: datetime, by: timedelta) -> datetime:
    try:
        return began + by
    except OverflowError:
        raise InvalidValue("that is beyond the calendar", field="by") from None


async def next_due(system: System) -> datetime | None:
    """The next moment at which something falls due anywhere in the system, or a program wakes."""
    moments = (await system.dcc.next_due(), system.wan.next_due(), system.clock.next_alarm())
    now = system.clock.now()
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


async def settle(system: System, *, patience: timedelta = PATIENCE) -> None:
    """Let the system do all that it can do at this moment; raises :class:`NotSettled`.

    Meant for a clock that stands still.
    """
    try:
        async with asyncio.timeout(patience.total_seconds()):
            await system.dcc.catch_up()
            await _calm(system)
            while await system.dcc.catch_up():
                await _calm(system)
    except TimeoutError:
        raise NotSettled(
            f"the system has not come to rest at {system.clock.now()} after {patience.total_seconds():.0f} s",
            remedy="See the log: usually a User's service takes messages and does not answer.",
        ) from None


async def _calm(system: System) -> None:
    """Wait until nothing moves, and whoever heard of it has had his turns to do something about it."""
    while True:
        before = system.dcc.work_done
        if await _is_quiet(system):
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if await _is_quiet(system) and system.dcc.work_done == before:
                return
        await asyncio.sleep(_LOOK_EVERY)


async def _is_quiet(system: System) -> bool:
    # the DCC before and after the others: what goes from the one to the other in between is not missed
    return (
        await system.dcc.is_quiet()
        and all(user.is_quiet for user in system.users.values())
        and system.wan.is_quiet()
        and system.world.lapsing.is_quiet()
        and await system.dcc.is_quiet()
    )
