"""Clocks: nothing in gbsmart reads the wall clock by itself, it is given one of these.

Every wait (retry, time-out, join window, schedule) runs on the given clock, so that a test can let a
day pass in a millisecond and a demonstration can run at any speed.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time (aware, UTC) and waits."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return once :meth:`now` is at or past ``moment``."""
        ...


class SystemClock:
    """The machine's clock, or one that starts at ``start`` and runs ``speed`` times as fast."""

    def __init__(self, *, start: datetime | None = None, speed: float = 1.0) -> None:
        self._origin = time.monotonic()
        self._start = start
        self._speed = speed

    def now(self) -> datetime:
        """The present moment on this clock."""
        if self._start is None and self._speed == 1.0:
            return datetime.now(UTC)
        start = self._start or datetime.now(UTC)
        if self._start is None:
            self._start = start
        return start + timedelta(seconds=(time.monotonic() - self._origin) * self._speed)

    async def sleep_until(self, moment: datetime) -> None:
        """Wait in real time, divided by the speed."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left / self._speed, 3600.0))


class ManualClock:
    """A clock that only moves when told to: the clock of tests and of time travel."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        """Sleep until :meth:`set` or :meth:`advance` passes ``moment``."""
        if moment <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._order), woken))
        await woken

    def set(self, moment: datetime) -> None:
        """Move to ``moment`` (never back) and wake whoever slept until then, in order."""
        if moment < self._now:
            raise ValueError(f"a clock does not run back: {moment} is before {self._now}")
        self._now = moment
        while self._sleepers and self._sleepers[0][0] <= moment:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    def advance(self, **units: float) -> None:
        """Move on by a :class:`~datetime.timedelta` of ``units`` (``hours=24``)."""
        self.set(self._now + timedelta(**units))
