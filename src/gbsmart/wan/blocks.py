"""Long messages on the WAN: cut into blocks on one side of it, joined on the other (GBCS 7.2.11).

The DCC and the devices only ever see whole messages. The blocks of one go over the road together, in one
batch and under one transport id: a batch is taken as a whole or not at all, so where some of them did not
come the sender is told to send them all again, which stands for acknowledging block by block (assumed).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from gbsmart.gbcs.blocks import Block, Reassembly, is_block, needs_blocks, split
from gbsmart.gbcs.envelope import Message
from gbsmart.ground import GbsmartError
from gbsmart.wan.link import Downlink, Parcel, Uplink, WanDown, WanLost

_log = logging.getLogger(__name__)


def cut(parcels: Sequence[Parcel]) -> list[Parcel]:
    """The same parcels, those with a message too long for the road as one parcel for each block.

    What is no message at all, or too long for blocks too, goes as it is.
    """
    out: list[Parcel] = []
    for parcel in parcels:
        if needs_blocks(parcel.octets) and not is_block(parcel.octets):
            try:
                blocks = split(Message.parse(parcel.octets))
            except GbsmartError:
                out.append(parcel)
            else:
                out += [parcel._replace(octets=block.encode()) for block in blocks]
        else:
            out.append(parcel)
    return out


def join(parcels: Sequence[Parcel]) -> list[Parcel]:
    """The inverse of :func:`cut`, in the order in which the first block of each message came.

    Blocks that are none, or contradict each other, are dropped: their message is as if it had never been
    sent. Raises :class:`WanLost` where blocks are missing.
    """
    blocks: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        if is_block(parcel.octets):
            blocks.setdefault(parcel.transport_id, []).append(parcel)
    out: list[Parcel] = []
    for parcel in parcels:
        if not is_block(parcel.octets):
            out.append(parcel)
        elif (these := blocks.pop(parcel.transport_id, None)) is not None:
            octets = _joined(these)
            if octets is not None:
                out.append(parcel._replace(octets=octets))
    return out


def _joined(parcels: Sequence[Parcel]) -> bytes | None:
    """The message that blocks carry, or None where they are none; raises :class:`WanLost`."""
    name = parcels[0].transport_id
    try:
        whole = Reassembly.start(Block.parse(parcels[0].octets))
        for each in parcels[1:]:
            whole = whole.add(Block.parse(each.octets))
        if whole.complete:
            whole.message()
            return whole.octets()
    except GbsmartError as wrong:
        _log.warning("the blocks of %s make no message: %s", name, wrong)
        return None
    raise WanLost(f"Of the blocks of {name} not all came.")


class DccEnd:
    """The DCC's end of a road that carries blocks: a :class:`Downlink` for it, an :class:`Uplink` to it."""

    def __init__(self, downlink: Downlink) -> None:
        self.uplink: Uplink | None = None
        self._downlink = downlink

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        """Send messages down, cut where they are long; the transport ids whose hub does not answer."""
        missed = await self._downlink.send(cut(parcels))
        return list(dict.fromkeys(missed))

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Hand up what came, joined; raises :class:`WanLost` where blocks are missing."""
        if self.uplink is None:
            raise WanDown("Nobody takes what comes up.")
        await self.uplink.receive(join(parcels))


class HubEnd:
    """The hubs' end of a road that carries blocks, before hubs in this process that know whole messages."""

    def __init__(self, downlink: Downlink) -> None:
        self.uplink: Uplink | None = None
        self._downlink = downlink

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        """Hand down what came, joined; raises :class:`WanLost` where blocks are missing."""
        return await self._downlink.send(join(parcels))

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Send responses and alerts up, cut where they are long."""
        if self.uplink is None:
            raise WanDown("Nobody takes what comes up.")
        await self.uplink.receive(cut(parcels))
