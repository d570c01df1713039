"""The hubs of a street in this process: they buffer, wait for sleepy meters, execute and redeliver.

All that a batch of commands does is one transaction: the devices' memories, their responses under
their transport ids, and their alerts. So a command is executed at most once, and a response once given
is there for every repeated delivery, however the process ends. How it goes up to the DCC is in
:mod:`gbsmart.wan.pushing`.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final, TypeVar

from gbsmart.ground import Clock, Eui64, Faults, GbsmartError
from gbsmart.ground.clock import wait_for
from gbsmart.wan import buffer, faults
from gbsmart.wan.buffer import Waiting
from gbsmart.wan.link import Parcel, Uplink, WanDown
from gbsmart.wan.meddling import Meddling
from gbsmart.wan.premises import Premises
from gbsmart.wan.pushing import RETRY, Pushing

T = TypeVar("T")

_log = logging.getLogger(__name__)

LARGEST_BATCH: Final = 500
REMEMBERS: Final = timedelta(days=1)
"""How long a hub keeps a parcel that is done with: the DCC repeats no delivery after so long."""
_TIDIES: Final = timedelta(hours=1)


def no_latency() -> timedelta:
    """A WAN on which nothing takes time."""
    return timedelta()


class LocalWan:
    """The hubs of ``premises`` as the DCC's :class:`~gbsmart.wan.link.Downlink`.

    ``latency`` is asked once per parcel for how long the WAN takes (injected randomness). ``faults`` are
    those that may be switched on (by default :data:`gbsmart.wan.faults.FAULTS`, in a register of its own).
    Use as ``async with LocalWan(...) as wan``; it executes and pushes up to ``uplink`` while it is open.
    """

    def __init__(
        self,
        premises: Premises,
        clock: Clock,
        uplink: Uplink | None = None,
        *,
        latency: Callable[[], timedelta] = no_latency,
        largest_batch: int = LARGEST_BATCH,
        switched: Faults | None = None,
    ) -> None:
        self.faults = Faults(faults.FAULTS, clock) if switched is None else switched
        self.executed = 0
        self._premises = premises
        self._clock = clock
        self._latency = latency
        self._largest = largest_batch
        self._meddling = Meddling(self.faults, self._next_place)
        with premises.store.reading() as connection:
            waiting, upward, self._place = buffer.reopen(connection)
        heapq.heapify(waiting)
        self._waiting = waiting
        self._pushing = Pushing(premises.store, clock, self._meddling, self._in_thread, largest=largest_batch)
        self._pushing.uplink = uplink
        self._pushing.reopen(upward)
        self._again_at: datetime | None = None  # set after a failure: when to go on from the store
        self._jobs = 0  # of the street's thread that are not done
        self._tidy_at = clock.now()
        self._work = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gbsmart-street")
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> LocalWan:
        self._tasks = [asyncio.create_task(self._serve()), asyncio.create_task(self._pushing.run())]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._in_thread(self._pushing.note)
        self._thread.shutdown()

    @property
    def uplink(self) -> Uplink | None:
        """Who takes what goes up, if anybody does."""
        return self._pushing.uplink

    @uplink.setter
    def uplink(self, uplink: Uplink | None) -> None:
        self._pushing.uplink = uplink

    # --- faults that can be switched on ---

    @property
    def down(self) -> bool:
        """The whole WAN is off: sending raises :class:`WanDown`, nothing goes up."""
        return self._meddling.is_down

    @down.setter
    def down(self, down: bool) -> None:
        self._meddling.switch(faults.WAN_DOWN, on=down)
        self._wake()

    def switch_hub(self, hub: Eui64, *, on: bool) -> None:
        """Switch a hub off (it does not answer; its buffer stays) or on again."""
        self._meddling.switch(faults.HUB_OFF, on=not on, hub=hub)
        self._wake()

    def switch_device(self, device: Eui64, *, alive: bool) -> None:
        """Let a device die (the hub keeps what is for it) or live again."""
        self._meddling.switch(faults.DEVICE_DEAD, on=not alive, device=device)
        self._wake()

    def is_alive(self, device: Eui64) -> bool:
        """Whether a device was not let die."""
        hub = self._premises.hub_of(device)
        return not any(
            each.fault is faults.DEVICE_DEAD
            and each.given.get("device", device) == device
            and each.given.get("hub", hub) == hub
            for each in self.faults.switches()
        )

    # --- in the home ---

    async def perform(self, device: Eui64, action: Callable[..., T]) -> T:
        """Let somebody in a home do something at a device; its alerts go up. Raises what the action does."""
        return await self._in_thread(self._perform, device, action)

    def _perform(self, device: Eui64, action: Callable[..., T]) -> T:
        now = self._clock.now()
        try:
            with self._premises.store.transaction() as connection:
                done, alerts = self._premises.perform(connection, device, action, now)
                sent = [self._alert(device, alert) for alert in alerts]
                upward = self._go_up(sent, [], now) if self.faults.awake else sent
                buffer.hold_alerts(connection, sent, self._place, now)
        except GbsmartError:
            self._premises.undo()
            raise
        except Exception:
            self._fail(now)
            raise
        self._premises.committed()
        self._pushing.queue.extend(upward)
        self._from_thread(self._pushing.rung.set)
        self._from_thread(self._wake)
        return done

    # --- downlink ---

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        """Hold parcels durably at their hubs; the transport ids whose hub does not answer."""
        if self._meddling.stops(parcels):
            raise WanDown("The WAN is switched off.")
        reached: list[Parcel] = []
        missed: list[Parcel] = []
        for parcel in parcels:
            there = self._premises.hub_of(parcel.device) == parcel.hub and not self._meddling.is_off(parcel)
            (reached if there else missed).append(parcel)
        if reached:
            await self._in_thread(self._hold, reached)
        return [parcel.transport_id for parcel in missed]

    def _hold(self, sent: Sequence[Parcel]) -> None:
        now = self._clock.now()
        arriving = self._meddling.reaching(sent)
        parcels = [each.parcel for each in arriving]
        contacts = [
            self._meddling.contact(
                each.parcel,
                self._premises.next_contact(each.parcel.device, now + self._latency() + each.later),
            )
            for each in arriving
        ]
        fresh: dict[str, Waiting] = {}
        for parcel, due in zip(parcels, contacts, strict=True):
            fresh.setdefault(parcel.transport_id, Waiting(due, self._next_place(), parcel))
        again: list[Parcel] = []
        try:
            with self._premises.store.transaction() as connection:
                if buffer.hold(connection, fresh.values()) < len(fresh):
                    again = buffer.known_before(connection, fresh)
        except Exception:
            self._fail(now)
            raise
        for each in fresh.values():
            heapq.heappush(self._waiting, each)
        self._meddling.reached(arriving, contacts, self._waiting)
        self._pushing.queue.extend(again)
        self._from_thread(self._wake)

    # --- executing ---

    def next_due(self) -> datetime | None:
        """The next moment at which a hub or a device does something; None where nothing waits.

        What waits for a hub or a device to be switched on, or for the WAN, waits for no moment.
        """
        if self._again_at is not None:
            return self._again_at
        going = [each.due for each in self._waiting if not self._is_stuck(each.parcel)]
        going += self._meddling.due_up
        moments = [self._premises.next_due(), self._pushing.next_due(), *going]
        now = self._clock.now()
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    def is_quiet(self) -> bool:
        """Whether nothing is executed or pushed up now, nor could be, before the clock goes on."""
        if self._jobs:
            return False
        now = self._clock.now()
        if not self._pushing.is_quiet(now):
            return False
        if self._again_at is not None:
            return self._again_at > now
        if any(moment <= now for moment in self._meddling.due_up):
            return False
        due = self._premises.next_due()
        return (due is None or due > now) and not any(
            each.due <= now and not self._is_stuck(each.parcel) for each in self._waiting
        )

    def _is_stuck(self, parcel: Parcel) -> bool:
        """Whether a parcel waits at its hub for something to be switched on."""
        return self._meddling.stuck(parcel) is not None

    async def _serve(self) -> None:
        while True:
            self._work.clear()
            if await self._in_thread(self._run_batch):
                continue
            await wait_for(self._work, self._clock, self._next_moment())

    def _next_moment(self) -> datetime | None:
        if self._again_at is not None:
            return self._again_at
        moments = [self._premises.next_due(), self._waiting[0].due if self._waiting else None]
        moments += self._meddling.due_up
        return min((moment for moment in moments if moment is not None), default=None)

    def _run_batch(self) -> bool:
        """Execute what is due; whether there was anything."""
        now = self._clock.now()
        try:
            if self._again_at is not None:
                if now < self._again_at:
                    return False
                self._recover()
            return self._run(now)
        except Exception:  # noqa: BLE001 a broken store, or a defect: tried again
            _log.exception("a batch of commands failed")
            self._fail(now)
            return False

    def _fail(self, now: datetime) -> None:
        """Trust nothing in memory any more: a commit that raised may be durable all the same."""
        self._again_at = now + RETRY
        self._from_thread(self._wake)

    def _recover(self) -> None:
        """Go on from what the store says. What was on its way up goes up again, which changes nothing."""
        self._premises.undo()
        with self._premises.store.reading() as connection:
            waiting, upward, self._place = buffer.reopen(connection)
        heapq.heapify(waiting)
        self._waiting = waiting
        self._pushing.reopen(upward)
        self._meddling.forget()
        self._again_at = None
        self._from_thread(self._pushing.rung.set)

    def _run(self, now: datetime) -> bool:
        batch, kept, lost = self._take(now)
        due = self._premises.next_due()
        upward: list[Parcel] | None = None
        if batch or lost or (due is not None and due <= now):
            upward = self._execute(batch, lost, now)
            self._premises.committed()
        for each in kept:
            heapq.heappush(self._waiting, each)
        self._meddling.crossed(batch, self._waiting, now)
        if late := self._meddling.going_up(now):
            upward = [*(upward or ()), *late]
        if upward is None:
            return False
        self.executed += len(batch)
        self._pushing.queue.extend(upward)
        self._from_thread(self._pushing.rung.set)
        return True

    def _take(self, now: datetime) -> tuple[list[Waiting], list[Waiting], list[str]]:
        """The parcels to execute now, those that go on waiting, and the transport ids of those lost.

        What waits is for a hub that is off, for a dead device, or late or overtaken in the HAN.
        """
        batch: list[Waiting] = []
        kept: list[Waiting] = []
        lost: list[str] = []
        while self._waiting and self._waiting[0].due <= now and len(batch) < self._largest:
            each = heapq.heappop(self._waiting)
            if self._meddling.holds(each.parcel):
                kept.append(each._replace(due=now + RETRY))
            elif self.faults.awake:
                self._meddling.cross(each, now, batch, kept, lost)
            else:
                batch.append(each)
        return batch, kept, lost

    def _execute(self, batch: Sequence[Waiting], lost: Sequence[str], now: datetime) -> list[Parcel]:
        parcels = [each.parcel for each in batch]
        with self._premises.store.transaction() as connection:
            reactions = self._premises.execute(connection, [(p.device, p.octets) for p in parcels], now)
            said: list[Parcel] = []
            silent = list(lost)
            alerts: list[tuple[Eui64, bytes]] = []
            for parcel, reaction in zip(parcels, reactions, strict=True):
                if reaction.response is not None:
                    said.append(parcel._replace(octets=reaction.response))
                else:
                    silent.append(parcel.transport_id)
                alerts += [(parcel.device, alert) for alert in reaction.alerts]
            alerts += self._premises.activate(connection, now)
            said += [self._alert(*each) for each in alerts]
            upward = self._go_up(said, silent, now) if self.faults.awake else said
            answers = [(each.transport_id, each.octets) for each in said if not each.alert]
            buffer.answer(connection, [*answers, *((named, None) for named in silent)], now)
            buffer.hold_alerts(connection, [each for each in said if each.alert], self._place, now)
            self._pushing.note_within(connection)
            if now >= self._tidy_at:
                buffer.forget(connection, now - REMEMBERS)
                self._tidy_at = now + _TIDIES
        return upward

    def _go_up(self, said: list[Parcel], silent: list[str], now: datetime) -> list[Parcel]:
        """What goes up now of what devices said, under the faults that are on (:meth:`Meddling.go_up`)."""
        upward, lost = self._meddling.go_up(said, silent, now)
        self._pushing.taken += lost
        return upward

    def _next_place(self) -> int:
        self._place += 1
        return self._place

    def _alert(self, device: Eui64, octets: bytes) -> Parcel:
        hub = self._premises.hub_of(device)
        assert hub is not None
        return Parcel(hub, device, f"alert-{device.compact}-{self._next_place()}", octets, alert=True)

    # --- waking, and the street's thread ---

    def ring(self) -> None:
        """Whoever takes parcels is there again: push what waits for it."""
        self._wake()

    def _wake(self) -> None:
        self._work.set()
        self._pushing.rung.set()

    def _from_thread(self, call: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(call)

    @property
    def _loop(self) -> asyncio.AbstractEventLoop:
        return self._tasks[0].get_loop()

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        self._jobs += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)
        finally:
            self._jobs -= 1
