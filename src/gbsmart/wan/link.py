"""The seam between the DCC and the communications hubs: parcels down, parcels up.

A parcel carries one whole GBCS message. Going down, its transport id names the delivery: the hub keeps
command and response under it, so that a repeated delivery after a crash gets the stored response and is
never executed twice. Going up, a response bears the transport id of its command; an alert has a
transport id of its own, made by the device side and unique. (The DCC takes an alert only once by its
octets: a device's counter rises from alert to alert.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gbsmart.ground import Blame, Eui64, GbsmartError


class Parcel(NamedTuple):
    """One message on the WAN: which hub, which device behind it, which delivery, which octets."""

    hub: Eui64
    device: Eui64
    transport_id: str
    octets: bytes
    alert: bool = False


class WanDown(GbsmartError):
    """The hubs cannot be reached now; nothing of the batch may be taken as delivered. Try again later."""

    blame = Blame.WORLD


class WanLost(WanDown):
    """The way to the hubs broke while they were asked: whether they took the batch is not known."""


class Downlink(Protocol):
    """What the DCC calls to reach devices."""

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        """Hand over parcels; returns once the hubs hold them durably, or raises :class:`WanDown`
        (:class:`WanLost` where they may hold them all the same).

        The result names the transport ids whose hub does not answer (no such hub, or it is off): those
        were not delivered, the others were. Sending a parcel again is harmless.
        """
        ...


class Uplink(Protocol):
    """What the DCC offers to the hubs."""

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Take responses and alerts; returns once they are durable. May be called again with the same."""
        ...
