"""Pushing up: what devices said goes to the DCC until that has taken it, and that it was taken is noted.

It is pushed at least once: what was taken and could not be noted is pushed again, which changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from gbsmart.ground import Clock, GbsmartError
from gbsmart.ground.clock import wait_for
from gbsmart.store import Store
from gbsmart.wan import buffer
from gbsmart.wan.link import Parcel, Uplink
from gbsmart.wan.meddling import Meddling

_log = logging.getLogger(__name__)

RETRY: Final = timedelta(seconds=2)
"""How long until what could not be done is tried again, such as parcels pushed that the DCC did not take."""


class Pushing:
    """The parcels of a street's hubs on their way up to the DCC, and who takes them (``uplink``).

    ``queue`` are those still to be pushed, ``taken`` the transport ids of those that the DCC has taken, as
    far as that is not noted yet. Whoever queues some sets ``rung``. ``in_thread`` runs something in the
    street's thread, which may put another queue in the place of this one (:meth:`reopen`).
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        meddling: Meddling,
        in_thread: Callable[[Callable[[], None]], Awaitable[None]],
        *,
        largest: int,
    ) -> None:
        self.uplink: Uplink | None = None
        self.queue: deque[Parcel] = deque()
        self.taken: list[str] = []
        self.rung = asyncio.Event()
        self._store = store
        self._clock = clock
        self._meddling = meddling
        self._in_thread = in_thread
        self._largest = largest
        self._is_asking = False  # the DCC to take a batch
        self._again_at: datetime | None = None  # set when the DCC did not take something: when to push again

    def reopen(self, upward: Iterable[Parcel]) -> None:
        """Queue what was not taken, as the store has it, and nothing else."""
        self.queue = deque(upward)

    @property
    def is_cut_off(self) -> bool:
        """Whether nothing goes up: nobody takes it, or the whole WAN is off."""
        return self.uplink is None or self._meddling.is_down

    def next_due(self) -> datetime | None:
        """When what the DCC did not take is pushed again; None where nothing waits for a moment."""
        return None if self.is_cut_off else self._again_at

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing is pushed up now, nor could be, before the clock goes on."""
        if self._is_asking:
            return False
        return not self.queue or self.is_cut_off or (self._again_at is not None and self._again_at > now)

    async def run(self) -> None:
        """Push for ever."""
        while True:
            self.rung.clear()
            queue = self.queue
            batch = [queue.popleft() for _ in range(min(len(queue), self._largest))]
            if not batch:
                await self._in_thread(self._note_if_possible)
                await self.rung.wait()
                continue
            if self.is_cut_off or not await self._is_taken(batch):
                self.queue.extendleft(reversed(batch))
                self._again_at = self._clock.now() + RETRY
                await wait_for(self.rung, self._clock, self._again_at)
                self._again_at = None
                continue
            self.taken += [parcel.transport_id for parcel in batch]

    async def _is_taken(self, batch: Sequence[Parcel]) -> bool:
        assert self.uplink is not None
        self._is_asking = True
        try:
            await self.uplink.receive(batch)
        except (GbsmartError, OSError) as error:
            _log.warning("the DCC did not take %d parcels: %s", len(batch), error)
            return False
        except Exception:  # noqa: BLE001 a defect, or the DCC's store: it is pushed again, whatever it is
            _log.exception("the DCC did not take %d parcels", len(batch))
            return False
        finally:
            self._is_asking = False
        return True

    def _note_if_possible(self) -> None:
        """As long as it cannot be noted, the worst is that it is pushed twice."""
        try:
            self.note()
        except self._store.broken:
            _log.exception("what the DCC took is not noted")

    def note(self) -> None:
        """Note what the DCC has taken."""
        if self.taken:
            with self._store.transaction() as connection:
                self.note_within(connection)

    def note_within(self, connection: Connection) -> None:
        """Within some transaction, note what the DCC has taken; forgotten again it is only pushed twice."""
        taken, self.taken = self.taken, []
        buffer.taken(connection, taken, self._clock.now())
