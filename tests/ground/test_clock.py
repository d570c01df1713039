"""Clocks tell aware time; a manual clock wakes sleepers in the order of their moments."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.ground import InvalidValue, ManualClock, SystemClock
from gbsmart.ground.clock import LAST, wait_for

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
    with pytest.raises(InvalidValue, match="does not run back"):
        clock.set(NOON - timedelta(seconds=1))
    running = SystemClock(start=NOON)
    with pytest.raises(InvalidValue, match="does not run back"):
        running.set(NOON)


def test_a_running_clock_can_be_set_forward_and_wakes_its_sleepers_in_order() -> None:
    async def scene() -> list[str]:
        clock = SystemClock(start=NOON)
        woken: list[str] = []

        async def sleeper(name: str, hours: int) -> None:
            await clock.sleep_until(NOON + timedelta(hours=hours))
            woken.append(name)

        tasks = [
            asyncio.create_task(sleeper(name, hours)) for name, hours in (("b", 3), ("a", 1), ("late", 30))
        ]
        await asyncio.sleep(0)
        clock.advance(hours=1)
        await asyncio.gather(tasks[1])
        assert woken == ["a"]
        clock.set(NOON + timedelta(days=1))
        await asyncio.gather(*tasks[:2])
        assert clock.now() - NOON < timedelta(days=1, minutes=10)  # and it runs on from there
        clock.advance(days=1)
        await asyncio.gather(*tasks)
        return woken

    assert asyncio.run(scene()) == ["a", "b", "late"]


def test_a_clock_that_is_made_faster_shortens_the_sleeps_that_have_begun() -> None:
    async def scene() -> datetime:
        clock = SystemClock(start=NOON)
        sleeper = asyncio.create_task(clock.sleep_until(NOON + timedelta(days=30)))
        await asyncio.sleep(0)
        clock.speed = 1e9
        await sleeper
        return clock.now()

    assert asyncio.run(scene()) >= NOON + timedelta(days=30)


def test_a_clock_can_stand_still_and_go_on() -> None:
    async def scene() -> None:
        clock = SystemClock()
        assert clock.speed == 1
        clock.speed = 0
        stands = clock.now()
        sleeper = asyncio.create_task(clock.sleep_until(stands + timedelta(milliseconds=1)))
        await asyncio.sleep(0.01)
        assert clock.now() == stands
        assert not sleeper.done()
        clock.speed = 1
        await sleeper
        assert clock.now() > stands

    asyncio.run(scene())


def test_a_clock_does_not_run_backwards() -> None:
    for wrong in (-1.0, float("inf"), float("nan")):
        with pytest.raises(InvalidValue, match="speed"):
            SystemClock(speed=wrong)


def test_sleepers_of_another_thread_wake_too() -> None:
    clock = SystemClock(start=NOON, speed=0)
    with ThreadPoolExecutor(1) as thread:
        sleeping = thread.submit(lambda: asyncio.run(clock.sleep_until(NOON + timedelta(hours=1))))
        while clock.next_alarm() is None:
            assert not sleeping.done()
        clock.advance(hours=2)
        sleeping.result(timeout=30)


def test_the_next_alarm_is_the_earliest_that_somebody_waits_for() -> None:
    async def scene() -> None:
        clock = ManualClock(NOON)
        assert clock.next_alarm() is None
        tasks = [
            asyncio.create_task(clock.sleep_until(NOON + timedelta(hours=hours), idle=idle))
            for hours, idle in ((1, True), (3, False), (2, False))
        ]
        await asyncio.sleep(0)
        assert clock.next_alarm() == NOON + timedelta(hours=2)
        clock.advance(hours=2)
        await asyncio.gather(tasks[0], tasks[2])
        assert clock.next_alarm() == NOON + timedelta(hours=3)
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
        assert clock.next_alarm() is None

    asyncio.run(scene())


def test_a_clock_goes_to_the_last_moment_and_stays_there() -> None:
    """As fast as it may run, and as far as it may be set, it tells a time that can be reckoned with."""
    clock = SystemClock(start=LAST - timedelta(seconds=1), speed=1e12)
    assert clock.now() == LAST
    assert asyncio.run(asyncio.wait_for(clock.sleep_until(LAST), 5)) is None
    still = ManualClock(NOON)
    for too_far in (LAST + timedelta(seconds=1), datetime.max.replace(tzinfo=UTC)):
        with pytest.raises(InvalidValue, match="3000-01-01"):
            still.set(too_far)
        with pytest.raises(InvalidValue, match="3000-01-01"):
            SystemClock(start=too_far)
    with pytest.raises(InvalidValue, match="calendar"):
        still.advance(days=1e8)
    assert still.now() == NOON
    still.set(LAST)
    assert still.now() == LAST


def test_an_event_is_waited_for_until_a_moment_at_the_latest() -> None:
    async def scene() -> None:
        clock, event = ManualClock(NOON), asyncio.Event()
        late = asyncio.create_task(wait_for(event, clock, NOON + timedelta(hours=1)))
        rung = asyncio.create_task(wait_for(event, clock, None))
        await asyncio.sleep(0)
        clock.advance(hours=1)
        await late
        assert not rung.done()
        event.set()
        await rung

    asyncio.run(asyncio.wait_for(scene(), 5))
