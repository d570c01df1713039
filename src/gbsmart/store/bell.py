"""A bell: it wakes workers early, and losing a ring loses nothing.

Work is found by looking in the database. A bell only saves the wait until the next look, so a ring
carries no content, rings may be merged, and every wait has an end. In one process a ring is an event
of the loop; on PostgreSQL it is also a NOTIFY, heard by the bells of other processes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self, cast

from gbsmart.ground import Clock
from gbsmart.store.database import Store

CHANNEL = "gbsmart"
_RETRY_SECONDS = 1.0


class Bell:
    """Rings by topic (``lanes``, ``delivery``); made on the loop whose workers it wakes.

    The use is: ``mark = bell.mark(topic)``, look for work, and when there is none
    ``await bell.wait(topic, mark, clock, until)``. A ring after the mark ends the wait at once, so
    none can fall between the look and the wait.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._rings: defaultdict[str, int] = defaultdict(int)
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._wire = _Wire(store, self._heard) if store and store.dialect == "postgresql" else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def ring(self, topic: str) -> None:
        """Wake whoever waits for ``topic``, here and (on PostgreSQL) in other processes; any thread.

        Call it after the commit that made the work.
        """
        self._heard(topic)
        if self._wire:
            self._wire.send(topic)

    def mark(self, topic: str) -> int:
        """A mark to hand to :meth:`wait`, taken before looking for work."""
        return self._rings[topic]

    async def wait(self, topic: str, mark: int, clock: Clock, until: datetime) -> bool:
        """Wait for a ring after ``mark``; False when ``until`` came first on ``clock``."""
        if self._rings[topic] != mark:
            return True
        rung = self._loop.create_future()
        self._waiting[topic].add(rung)
        late = asyncio.ensure_future(clock.sleep_until(until, idle=True))
        try:
            await asyncio.wait((rung, late), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting[topic].discard(rung)
            late.cancel()
        return rung.done()

    async def close(self) -> None:
        """Stop listening."""
        if self._wire:
            await asyncio.to_thread(self._wire.close)

    def _heard(self, topic: str) -> None:
        try:
            self._loop.call_soon_threadsafe(self._wake, topic)
        except RuntimeError:  # the loop has closed
            return

    def _wake(self, topic: str) -> None:
        self._rings[topic] += 1
        for rung in self._waiting[topic]:
            if not rung.done():
                rung.set_result(None)


class _Wire:
    """LISTEN and NOTIFY, on two connections of their own, reconnected for as long as it takes."""

    def __init__(self, store: Store, heard: Callable[[str], None]) -> None:
        self._store = store
        self._heard = heard
        self._topics: set[str] = set()
        self._to_send = threading.Event()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(work,), name=f"gbsmart-bell-{name}", daemon=True)
            for name, work in (("listen", self._listen), ("notify", self._notify))
        ]
        for thread in self._threads:
            thread.start()

    def send(self, topic: str) -> None:
        self._topics.add(topic)
        self._to_send.set()

    def close(self) -> None:
        self._closing.set()
        self._to_send.set()
        for thread in self._threads:
            thread.join()

    def _keep(self, work: Callable[[Any], None]) -> None:
        while not self._closing.is_set():
            try:
                with self._store.engine.connect() as connection:
                    driver = cast("Any", connection.connection.driver_connection)
                    connection.detach()  # it stays with this thread: never back to the pool
                    driver.autocommit = True
                    work(driver)
            except self._store.broken:
                self._closing.wait(_RETRY_SECONDS)

    def _listen(self, driver: Any) -> None:
        driver.execute(f"LISTEN {CHANNEL}")
        while not self._closing.is_set():
            for note in driver.notifies(timeout=0.5):
                self._heard(note.payload)

    def _notify(self, driver: Any) -> None:
        while not self._closing.is_set():
            self._to_send.wait()
            self._to_send.clear()
            while self._topics:
                driver.execute("SELECT pg_notify(%s, %s)", (CHANNEL, self._topics.pop()))
