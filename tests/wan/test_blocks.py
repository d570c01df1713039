"""Long messages over the WAN: cut into blocks on one side, joined on the other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from gbsmart.gbcs.blocks import WHOLE_LIMIT, Block, is_block
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import SystemClock
from gbsmart.wan import DccEnd, HubEnd, LocalWan, Parcel, WanClient, WanDown, WanLost, WanServer
from gbsmart.wan.blocks import cut, join

from ..devices.test_billing import switching_table, tariff
from ..devices.town import START, Town

LOG = {"read_log_period": {"start": START - timedelta(days=20), "end": START}}


class Road:
    """What goes over the WAN, in both directions."""

    def __init__(self, hubs: HubEnd) -> None:
        self.uplink: DccEnd | None = None
        self.down: list[Parcel] = []
        self.up: list[Parcel] = []
        self._hubs = hubs

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        self.down += parcels
        return await self._hubs.send(parcels)

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        self.up += parcels
        assert self.uplink is not None
        await self.uplink.receive(parcels)


class Dcc:
    def __init__(self) -> None:
        self.got: asyncio.Queue[Parcel] = asyncio.Queue()

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            self.got.put_nowait(parcel)


def parcel(town: Town, octets: bytes, name: str = "t1") -> Parcel:
    return Parcel(town.plans[0].hub, town.esme, name, octets)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def long(town: Town) -> Parcel:
    """A response of several blocks."""
    (reaction,) = town.give((town.esme, town.command("ECS22b", LOG, town.esme, 1)))
    assert reaction.response is not None
    assert len(reaction.response) > 5 * WHOLE_LIMIT
    return parcel(town, reaction.response)


def test_the_device_and_the_dcc_know_whole_messages_and_the_road_blocks(town: Town) -> None:
    async def run() -> None:
        async with LocalWan(town.street, town.clock) as wan:
            hubs = HubEnd(wan)
            road = Road(hubs)
            dcc, end = Dcc(), DccEnd(road)
            wan.uplink, hubs.uplink, road.uplink, end.uplink = hubs, road, end, dcc
            asked = town.command("ECS22b", LOG, town.esme, 1)
            set_tariff = town.command("ECS01a", tariff(switching_table([(0, 1)])), town.esme, 2)
            await end.send([parcel(town, asked), parcel(town, set_tariff, "t2")])
            answers = [await dcc.got.get() for _ in range(2)]
        assert [each.transport_id for each in answers] == ["t1", "t2"]
        outcome: Outcome = town.read(answers[0].octets)
        assert len(outcome.values["active_import_profile"]) == 48 * 20 - 1
        assert town.read(answers[1].octets).success
        for way, message in ((road.up, answers[0].octets), (road.down, set_tariff)):
            blocks = [each for each in way if is_block(each.octets)]
            assert len(blocks) > 1
            assert all(len(each.octets) <= WHOLE_LIMIT for each in way)
            assert b"".join(Block.parse(each.octets).data for each in blocks) == message

    asyncio.run(run())


def test_over_tcp_too(town: Town) -> None:
    async def run() -> None:
        async with LocalWan(town.street, town.clock) as wan, WanServer(wan) as server:
            client = WanClient("127.0.0.1", server.port, SystemClock())
            dcc, end = Dcc(), DccEnd(client)
            client.uplink, end.uplink = end, dcc
            async with client:
                await client.connected()
                await end.send([parcel(town, town.command("ECS22b", LOG, town.esme, 1))])
                answer = await dcc.got.get()
        assert len(town.read(answer.octets).values["active_import_profile"]) == 48 * 20 - 1

    asyncio.run(run())


def test_blocks_come_in_any_order_and_twice(town: Town, long: Parcel) -> None:
    other = long._replace(transport_id="t2")
    blocks = [*cut([long]), *cut([other]), cut([long])[1]]
    random.Random(1).shuffle(blocks)
    assert sorted(each.transport_id for each in join(blocks)) == ["t1", "t2"]
    assert {each.octets for each in join(blocks)} == {long.octets}


def test_what_is_short_or_no_message_goes_as_it_is(town: Town) -> None:
    parcels = [parcel(town, town.command("ECS17b", {}, town.esme, 1)), parcel(town, b"\x00" * 5_000)]
    assert cut(parcels) == parcels
    assert join(parcels) == parcels


def test_a_missing_block_is_asked_for_again(long: Parcel) -> None:
    blocks = cut([long])
    with pytest.raises(WanLost, match="t1"):
        join(blocks[:-2])
    assert join(blocks) == [long]


def test_blocks_that_make_no_message_are_dropped_and_hold_up_nothing(town: Town, long: Parcel) -> None:
    short = parcel(town, town.command("ECS17b", {}, town.esme, 1), "t2")
    blocks = cut([long])
    first = Block.parse(blocks[0].octets)
    torn = replace(first, data=bytes(len(first.data)))
    for broken in (blocks[0]._replace(octets=blocks[0].octets[:-1]), long._replace(octets=torn.encode())):
        assert join([broken, *blocks[1:], short]) == [short]
    twice = Block.parse(blocks[1].octets)
    contradicting = long._replace(octets=replace(twice, data=bytes(7)).encode())
    assert join([*blocks, contradicting, short]) == [short]


def test_nobody_there_takes_nothing(town: Town, long: Parcel) -> None:
    class Nowhere:
        async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
            return [each.transport_id for each in parcels]

    for end in (DccEnd(Nowhere()), HubEnd(Nowhere())):
        with pytest.raises(WanDown):
            asyncio.run(end.receive([long]))
    assert asyncio.run(DccEnd(Nowhere()).send([long])) == ["t1"], "missed once, whatever its blocks"
