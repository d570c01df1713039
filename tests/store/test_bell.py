"""A bell wakes whoever waits, in this process and across processes, and never needs to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.ground import ManualClock, SystemClock
from gbsmart.store import Bell, Store

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_ring_ends_the_wait_of_everyone_on_its_topic() -> None:
    async def run() -> None:
        async with Bell() as bell:
            clock = ManualClock(START)
            until = START + timedelta(days=1)
            mark = bell.mark("lanes")
            waits = [asyncio.ensure_future(bell.wait("lanes", mark, clock, until)) for _ in range(3)]
            other = asyncio.ensure_future(bell.wait("delivery", bell.mark("delivery"), clock, until))
            await asyncio.sleep(0)
            await asyncio.to_thread(bell.ring, "lanes")
            assert await asyncio.gather(*waits) == [True, True, True]
            assert not other.done()
            clock.advance(days=1)
            assert await other is False

    asyncio.run(run())


def test_a_ring_between_the_look_and_the_wait_is_not_missed() -> None:
    async def run() -> None:
        async with Bell() as bell:
            mark = bell.mark("lanes")
            bell.ring("lanes")
            await asyncio.sleep(0)
            assert await bell.wait("lanes", mark, ManualClock(START), START + timedelta(days=1))

    asyncio.run(run())


@pytest.mark.postgresql
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_ring_reaches_the_bell_of_another_process(store: Store) -> None:
    async def run() -> None:
        clock = SystemClock()
        async with Bell(store) as here, Bell(store) as there:
            mark = there.mark("lanes")
            for _ in range(100):  # the first rings may come before the other bell listens
                here.ring("lanes")
                if await there.wait("lanes", mark, clock, clock.now() + timedelta(seconds=0.1)):
                    return
            pytest.fail("no ring was heard")

    asyncio.run(run())
