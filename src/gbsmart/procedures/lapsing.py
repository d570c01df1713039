"""Deadlines pass: whoever keeps a system's clock lets each have its consequence at its own moment.

What is due stands in the database, so nothing is lost while no system runs: what passed meanwhile has its
consequence, in order and as of its own moment, when one starts again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from gbsmart.ground import Clock, SystemClock
from gbsmart.procedures import reading
from gbsmart.procedures.consequences import lapse
from gbsmart.procedures.declaration import Procedures
from gbsmart.procedures.model import Due
from gbsmart.store import Bell, Store

TOPIC = "cases"
"""What the bell rings for when somebody acted in a case."""
LOOK_AGAIN = timedelta(minutes=1)
"""After how long, by the machine's clock, it is looked for what another process wrote."""
_log = structlog.get_logger(__name__)


class Lapsing:
    """Lets deadlines pass from :meth:`start` to :meth:`stop`; made on the loop on which it runs."""

    def __init__(self, store: Store, procedures: Procedures, clock: Clock) -> None:
        self._store = store
        self._procedures = procedures
        self._clock = clock
        self._bell = Bell()
        self._machine = SystemClock()
        self._ending = False
        self._seen: int | None = None
        self._next: datetime | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, after what is under way."""
        self._ending = True
        self.ring()
        await self._task

    def ring(self) -> None:
        """Somebody acted in a case: what is due next may be something else. From any thread."""
        self._bell.ring(TOPIC)

    def is_quiet(self) -> bool:
        """Whether nothing that has fallen due, or was heard of, still waits for its consequence."""
        heard = self._seen == self._bell.mark(TOPIC)
        return heard and (self._next is None or self._next > self._clock.now())

    async def _run(self) -> None:
        while not self._ending:
            mark = self._bell.mark(TOPIC)
            try:
                self._next = await asyncio.to_thread(self._lapse)
            except self._store.broken:
                _log.exception("deadlines wait for the database", again_in=LOOK_AGAIN)
                self._next = None
            await self._wait(mark)

    def _lapse(self) -> datetime | None:
        """Let pass all that has fallen due; when something next falls due."""
        while not self._ending:
            if self._store.perform(self._lapse_first) is None:
                with self._store.reading() as connection:
                    return reading.next_due(connection)
        return None

    def _lapse_first(self, connection: Connection) -> Due | None:
        return lapse(connection, self._procedures, self._clock.now())

    async def _wait(self, mark: int) -> None:
        until = self._machine.now() + LOOK_AGAIN
        waits = [asyncio.ensure_future(self._bell.wait(TOPIC, mark, self._machine, until))]
        if self._next is not None:
            waits.append(asyncio.ensure_future(self._due(self._next)))
        await asyncio.sleep(0)  # they wait from now on
        self._seen = mark
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
                with suppress(asyncio.CancelledError):
                    await each

    async def _due(self, moment: datetime) -> bool:
        await self._clock.sleep_until(moment)
        return True
