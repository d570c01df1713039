"""Clocks: nothing in gbsmart reads the wall clock by itself, it is given one of these.

Every wait (retry, time-out, join window, schedule) runs on the given clock, so that a test can let a
day pass in a millisecond and a demonstration can run at any speed.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from gbsmart.ground.errors import InvalidValue


class Clock(Protocol):
    """Tells the time (aware, UTC) and waits."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...

    async def sleep_until(self, moment: datetime, *, idle: bool = False) -> None:
        """Return once :meth:`now` is at or past ``moment``.

        An ``idle`` sleeper only looks whether there is anything to do: nothing falls due when it wakes.
        """
        ...


LAST = datetime(3000, 1, 1, tzinfo=UTC)
"""Where every clock that is set or hurried stops: in DUIS a day of this year stands for "never"."""


class _Course(NamedTuple):
    """How a clock runs: it was ``start`` when the machine's counter was ``origin``; and how fast since."""

    origin: float
    start: datetime
    speed: float

    def now(self) -> datetime:
        """The present moment; at :data:`LAST` it stands still."""
        passed = (time.monotonic() - self.origin) * self.speed
        if passed < (LAST - self.start).total_seconds():
            return self.start + timedelta(seconds=passed)
        return LAST


class _Sleeper(NamedTuple):
    moment: datetime
    order: int
    idle: bool
    woken: asyncio.Future[None]


class SystemClock:
    """The machine's clock, or one that starts at ``start`` and runs ``speed`` times as fast.

    It may be set forward and its speed may be changed at any time, from any thread: whoever sleeps on it
    wakes at the right moment of it all the same, and those who wake at once do so in the order of their
    moments. At speed 0 it stands still, and only :meth:`set` and :meth:`advance` move it.
    """

    def __init__(self, *, start: datetime | None = None, speed: float = 1.0) -> None:
        self._course: _Course | None = None  # the machine's own clock
        self._sleepers: set[_Sleeper] = set()
        self._order = itertools.count()
        self._lock = threading.RLock()
        if start is not None:
            _check(start)
        if start is not None or speed != 1.0:
            self._course = _Course(time.monotonic(), start or datetime.now(UTC), _checked(speed))

    def now(self) -> datetime:
        """The present moment on this clock."""
        return datetime.now(UTC) if self._course is None else self._course.now()

    @property
    def is_the_machines(self) -> bool:
        """Whether it shows the machine's own time: it was given no other, and never set."""
        return self._course is None

    @property
    def speed(self) -> float:
        """How many of its seconds pass in one of the machine's; 0 where it stands still."""
        return 1.0 if self._course is None else self._course.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        with self._lock:
            self._run(self.now(), _checked(speed))

    def set(self, moment: datetime) -> None:
        """Go on from ``moment``, and wake whoever slept until then.

        Raises :class:`InvalidValue` for a moment before :meth:`now`, for a clock does not run back, and
        for one after :data:`LAST`.
        """
        _check(moment)
        with self._lock:
            if moment < (now := self.now()):
                raise InvalidValue(
                    f"a clock does not run back: {moment} is before {now}",
                    field="clock",
                    remedy="Set it to a later moment, or restore a snapshot of an earlier one.",
                )
            self._run(moment, self.speed)

    def advance(self, **units: float) -> None:
        """Move on by a :class:`~datetime.timedelta` of ``units`` (``hours=24``); raises as :meth:`set`."""
        with self._lock:
            try:
                moment = self.now() + timedelta(**units)
            except OverflowError:
                raise InvalidValue("that is beyond the calendar", field="clock") from None
            self.set(moment)

    def next_alarm(self) -> datetime | None:
        """The earliest moment for which somebody sleeps who is not only idle."""
        with self._lock:
            return min((one.moment for one in self._sleepers if not one.idle), default=None)

    async def sleep_until(self, moment: datetime, *, idle: bool = False) -> None:
        """Sleep until the clock has come to ``moment``, by running or by being set."""
        loop = asyncio.get_running_loop()
        if moment <= self.now():
            await asyncio.sleep(0)
        while True:
            with self._lock:
                left, speed = (moment - self.now()).total_seconds(), self.speed
                if left <= 0:
                    return
                sleeper = _Sleeper(moment, next(self._order), idle, loop.create_future())
                self._sleepers.add(sleeper)
            timer = loop.call_later(min(left / speed, _LONGEST), _wake, sleeper.woken) if speed else None
            try:
                await sleeper.woken
            finally:
                if timer is not None:
                    timer.cancel()
                with self._lock:
                    self._sleepers.discard(sleeper)

    def _run(self, moment: datetime, speed: float) -> None:
        """Run on from ``moment`` at ``speed``; all who sleep reckon anew how long they still have."""
        self._course = _Course(time.monotonic(), moment.astimezone(UTC), speed)
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        for sleeper in sorted(self._sleepers, key=lambda one: one[:2]):
            if not speed and sleeper.moment > moment:
                continue  # its timer, if it has one, finds that it is too early
            loop = sleeper.woken.get_loop()
            if loop is here:
                _wake(sleeper.woken)
            else:
                with suppress(RuntimeError):  # that loop has closed
                    loop.call_soon_threadsafe(_wake, sleeper.woken)


class ManualClock(SystemClock):
    """A clock that only moves when told to: the clock of tests."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start=start, speed=0.0)


_LONGEST = 3600.0
"""Seconds after which a sleeper reckons anew how long it still has."""


def _check(moment: datetime) -> None:
    if moment > LAST:
        raise InvalidValue(f"no clock here goes on after {LAST:%Y-%m-%d}", field="clock")


def _checked(speed: float) -> float:
    if not 0 <= speed < math.inf:
        raise InvalidValue(
            f"{speed} is no speed of a clock", field="speed", remedy="0 or more; 1 is real time."
        )
    return speed


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)


async def wait_for(event: asyncio.Event, clock: Clock, until: datetime | None) -> None:
    """Wait idly for an event, at the latest until a moment on ``clock``."""
    waits: list[asyncio.Task[object]] = [asyncio.create_task(event.wait())]
    if until is not None:
        waits.append(asyncio.create_task(clock.sleep_until(until, idle=True)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
