"""Clocks tell aware time; a manual clock wakes sleepers in the order of their moments."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.ground import ManualClock, SystemClock

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def test_the_system_clock_is_aware_and_can_start_elsewhere() -> None:
    assert SystemClock().now().tzinfo is UTC
    fast = SystemClock(start=NOON, speed=1000)
    assert timedelta() <= fast.now() - NOON < timedelta(minutes=10)


def test_a_fast_clock_sleeps_fast() -> None:
    async def nap() -> datetime:
        clock = SystemClock(start=NOON, speed=100_000)
        await clock.sleep_until(NOON + timedelta(hours=1))
        return clock.now()

    assert asyncio.run(nap()) >= NOON + timedelta(hours=1)


def test_a_manual_clock_wakes_sleepers_in_order() -> None:
    async def scene() -> list[str]:
        clock = ManualClock(NOON)
        woken: list[str] = []

        async def sleeper(name: str, hours: int) -> None:
            await clock.sleep_until(NOON + timedelta(hours=hours))
            woken.append(name)

        tasks = [asyncio.create_task(sleeper(name, hours)) for name, hours in (("late", 3), ("early", 1))]
        await asyncio.sleep(0)
        clock.advance(hours=2)
        await asyncio.sleep(0)
        assert woken == ["early"]
        clock.set(NOON + timedelta(hours=3))
        await asyncio.gather(*tasks)
        return woken

    assert asyncio.run(scene()) == ["early", "late"]


def test_a_clock_does_not_run_back() -> None:
    clock = ManualClock(NOON)
    with pytest.raises(ValueError, match="does not run back"):
        clock.set(NOON - timedelta(seconds=1))
