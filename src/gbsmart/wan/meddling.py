"""What faults do to parcels on the road, and in the homes.

Nothing is stored of it: after a restart the hubs go on from what they hold, with nothing switched on.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gbsmart.ground import Eui64, Fault, Faults, Strike
from gbsmart.wan.buffer import Waiting
from gbsmart.wan.faults import (
    DEVICE_DEAD,
    DEVICE_SLEEPY,
    FROM_DEVICE,
    HAN_LEG,
    HUB_OFF,
    TO_DEVICE,
    WAN_DOWN,
    WAN_LEG,
    Leg,
)
from gbsmart.wan.link import Parcel

_EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class Carried(NamedTuple):
    """What arrives of a parcel: ``later`` than usual, and ``behind`` what overtakes it meanwhile."""

    parcel: Parcel
    later: timedelta = timedelta()
    behind: Strike | None = None


class Road:
    """One leg of the road under the faults that are switched on.

    A parcel that something else overtakes is told of by :meth:`overtaking`; only then has it been
    reordered.
    """

    def __init__(self, leg: Leg, faults: Faults) -> None:
        self._leg = leg
        self._faults = faults
        self._behind: dict[tuple[Eui64, str], list[tuple[str, Strike]]] = {}

    def carry(self, parcel: Parcel, direction: str) -> list[Carried]:
        """What arrives of a parcel: nothing, the parcel, the parcel changed, or twice."""
        leg = self._leg
        if self._strike(leg.loss, parcel, direction):
            return []
        if (changed := self._strike(leg.corruption, parcel, direction)) is not None:
            parcel = parcel._replace(octets=corrupted(parcel.octets, changed))
        later = timedelta()
        if (late := self._strike(leg.delay, parcel, direction)) is not None:
            jitter: timedelta = late["jitter"]
            drawn = late.draw(jitter // timedelta(microseconds=1) + 1, "jitter")
            later = late["seconds"] + timedelta(microseconds=drawn)
        behind = self._decide(leg.reordering, parcel, direction)
        if behind is not None:
            later += behind["seconds"]
            self._behind.setdefault((parcel.device, direction), []).append((parcel.transport_id, behind))
        carried = Carried(parcel, later, behind)
        if self._strike(leg.duplication, parcel, direction):
            return [carried, carried]
        return [carried]

    def overtaking(self, parcel: Parcel, direction: str) -> set[str]:
        """The transport ids of those for or from the same device that a parcel has overtaken now."""
        found = self._behind.pop((parcel.device, direction), [])
        for _, strike in found:
            strike.record(f"overtaken by {parcel.transport_id}")
        return {transport_id for transport_id, _ in found}

    def _strike(self, fault: Fault, parcel: Parcel, direction: str) -> Strike | None:
        found = self._decide(fault, parcel, direction)
        if found is not None:
            found.record()
        return found

    def _decide(self, fault: Fault, parcel: Parcel, direction: str) -> Strike | None:
        return self._faults.decide(
            fault, about=parcel.transport_id, hub=parcel.hub, device=parcel.device, direction=direction
        )


class Meddling:
    """What faults do to the parcels of a street's hubs, and what waits because of them.

    ``next_place`` gives the next place in the queues. Asked by the street's thread, but for the
    switches.
    """

    def __init__(self, faults: Faults, next_place: Callable[[], int]) -> None:
        self._faults = faults
        self._next_place = next_place
        self._wan, self._han = Road(WAN_LEG, faults), Road(HAN_LEG, faults)
        self._through: Counter[str] = Counter()  # of those that wait: how many have come through the HAN
        self._later: list[Waiting] = []  # what goes up later than it was said

    def forget(self) -> None:
        """Whatever waits is read from the store again."""
        self._through.clear()
        self._later.clear()

    # --- what stands still ---

    def switch(self, fault: Fault, *, on: bool, **where: Eui64) -> None:
        """Switch a standing fault on, or off where it was on for exactly this."""
        for each in self._faults.switches():
            if each.fault is fault and each.given == where:
                self._faults.withdraw(each)
        if on:
            self._faults.on(fault.name, where)

    @property
    def is_down(self) -> bool:
        """Whether the whole WAN is off."""
        return self._faults.awake and self._faults.decide(WAN_DOWN) is not None

    def stops(self, parcels: Iterable[Parcel]) -> bool:
        """Whether parcels are not sent, because the whole WAN is off."""
        if not self.is_down:
            return False
        for parcel in parcels:
            self._faults.strike(WAN_DOWN, about=parcel.transport_id)
        return True

    def is_off(self, parcel: Parcel) -> bool:
        """Whether a parcel is not taken, because its hub is off."""
        faults = self._faults
        return faults.awake and faults.strike(HUB_OFF, about=parcel.transport_id, hub=parcel.hub) is not None

    def stuck(self, parcel: Parcel) -> Strike | None:
        """Why a parcel would wait at its hub: that is off, or the device is dead."""
        if not self._faults.awake:
            return None
        named, hub = parcel.transport_id, parcel.hub
        return self._faults.decide(HUB_OFF, about=named, hub=hub) or self._faults.decide(
            DEVICE_DEAD, about=named, hub=hub, device=parcel.device
        )

    def holds(self, parcel: Parcel) -> bool:
        """Whether a parcel that is due waits at its hub all the same."""
        strike = self.stuck(parcel)
        if strike is not None:
            strike.record()
        return strike is not None

    # --- to devices ---

    def reaching(self, sent: Iterable[Parcel]) -> list[Carried]:
        """What reaches hubs of what the DCC sent, and how late."""
        if not self._faults.awake:
            return [Carried(parcel) for parcel in sent]
        return [each for parcel in sent for each in self._wan.carry(parcel, TO_DEVICE)]

    def contact(self, parcel: Parcel, due: datetime) -> datetime:
        """When a device takes a parcel that would be given to it at ``due``."""
        if not self._faults.awake:
            return due
        sleepy = self._faults.strike(
            DEVICE_SLEEPY, about=parcel.transport_id, hub=parcel.hub, device=parcel.device
        )
        return due if sleepy is None else next_wake(sleepy["seconds"], due)

    def reached(self, arrived: Iterable[Carried], contacts: Iterable[datetime], queue: list[Waiting]) -> None:
        """Parcels are in the queue: those that they have overtaken on the WAN follow them."""
        if self._faults.awake:
            for each, due in zip(arrived, contacts, strict=True):
                if each.behind is None:
                    self._let_go(queue, self._wan.overtaking(each.parcel, TO_DEVICE), due)

    def cross(
        self, each: Waiting, now: datetime, batch: list[Waiting], kept: list[Waiting], lost: list[str]
    ) -> None:
        """A parcel goes through the HAN: into the ``batch``, or it is ``kept`` for later, or ``lost``."""
        named = each.parcel.transport_id
        if self._through[named]:
            self._through -= Counter((named,))
            batch.append(each)
            return
        arriving = self._han.carry(each.parcel, TO_DEVICE)
        if not arriving:
            lost.append(named)
        for parcel, later, _ in arriving:
            if later:
                self._through[named] += 1
                kept.append(Waiting(now + later, self._next_place(), parcel))
            else:
                batch.append(each._replace(parcel=parcel))

    def crossed(self, batch: Iterable[Waiting], queue: list[Waiting], now: datetime) -> None:
        """Devices have got a batch: what that has overtaken in the HAN follows."""
        if self._faults.awake:
            for each in batch:
                self._let_go(queue, self._han.overtaking(each.parcel, TO_DEVICE), now)

    # --- from devices ---

    def go_up(self, said: list[Parcel], silent: list[str], now: datetime) -> tuple[list[Parcel], list[str]]:
        """What goes up now of what devices ``said``, and the transport ids of what is lost on the WAN.

        ``said`` becomes what the hubs hold of it: what is lost in the HAN was never said to them
        (``silent``). What is lost on the WAN they hold, and believe taken.
        """
        upward: list[Parcel] = []
        held: list[Parcel] = []
        lost: list[str] = []
        for parcel in said:
            in_home = self._han.carry(parcel, FROM_DEVICE)
            if not in_home:
                silent += [] if parcel.alert else [parcel.transport_id]
                continue
            held.append(in_home[0].parcel)
            arriving = [
                each._replace(later=each.later + first.later)
                for first in in_home
                for each in self._wan.carry(first.parcel, FROM_DEVICE)
            ]
            if not arriving:
                lost.append(parcel.transport_id)
            for carried in arriving:
                if carried.later:
                    late = Waiting(now + carried.later, self._next_place(), carried.parcel)
                    heapq.heappush(self._later, late)
                    continue
                upward.append(carried.parcel)
                for road in (self._han, self._wan):
                    self._let_go(self._later, road.overtaking(carried.parcel, FROM_DEVICE), now)
        said[:] = held
        return upward, lost

    @property
    def due_up(self) -> list[datetime]:
        """When the first goes up of what goes up late: one moment, or none."""
        return [self._later[0].due] if self._later else []

    def going_up(self, now: datetime) -> list[Parcel]:
        """What was late and goes up now."""
        found: list[Parcel] = []
        while self._later and self._later[0].due <= now:
            found.append(heapq.heappop(self._later).parcel)
        return found

    def _let_go(self, queue: list[Waiting], names: set[str], due: datetime) -> None:
        """What has been overtaken follows at ``due``, at the latest when it would have come anyway."""
        if not names:
            return
        for index, each in enumerate(queue):
            if each.parcel.transport_id in names:
                queue[index] = each._replace(due=min(due, each.due), place=self._next_place())
        heapq.heapify(queue)


def corrupted(octets: bytes, strike: Strike) -> bytes:
    """``octets`` with some of them changed, which ones and how drawn from the seed."""
    changed = bytearray(octets)
    for number in range(strike["octets"]):
        place = strike.draw(len(changed), f"place {number}")
        changed[place] ^= 1 + strike.draw(255, f"bits {number}")
    return bytes(changed)


def next_wake(interval: timedelta, moment: datetime) -> datetime:
    """When a sleepy device next takes messages, at the earliest at ``moment``."""
    return moment + (_EPOCH - moment) % interval
