"""Deadlines pass on a clock: while it runs, while nobody looks, and when it is set forward."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import URL
from tests.procedures.painting import ANN, PROCEDURES, SEC, START

from gbsmart import procedures
from gbsmart.ground.clock import ManualClock
from gbsmart.procedures import Desk, Due, Handed, Lapsing, NewDocument
from gbsmart.store import open_store

pytestmark = pytest.mark.anyio
GREEN = {"title": "A green office", "colour": "green", "litres": 12}
SAMPLE = NewDocument("Sample", "A green card", b"green")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def keeping(desk: Desk) -> AsyncIterator[tuple[Desk, Lapsing]]:
    """Somebody keeps the clock."""
    lapsing = Lapsing(desk.store, desk.procedures, desk.clock)
    lapsing.start()
    yield Desk(desk.store, desk.procedures, desk.clock, changed=lapsing.ring), lapsing
    await lapsing.stop()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def desk(sqlite_url: URL, clock: ManualClock) -> Desk:
    return Desk(open_store(sqlite_url), PROCEDURES, clock)


async def settled(lapsing: Lapsing) -> None:
    async with asyncio.timeout(5):
        while not lapsing.is_quiet():
            await asyncio.sleep(0.001)


def due(desk: Desk, reference: str) -> dict[str, Due]:
    with desk.store.reading() as connection:
        return {each.name: each for each in procedures.deadlines(connection, reference=reference)}


async def test_a_deadline_passes_at_its_moment_and_not_before(desk: Desk, clock: ManualClock) -> None:
    async with keeping(desk) as (desk, lapsing):
        reference = (await asyncio.to_thread(desk.open, "painting", ANN, Handed(GREEN))).reference
        await settled(lapsing)
        moment = due(desk, reference)["sample"].due_at
        assert clock.next_alarm() == moment, "who travels in time stops there"
        clock.set(moment - timedelta(seconds=1))
        await settled(lapsing)
        assert due(desk, reference)["sample"].status == "open"
        clock.set(moment)
        assert not lapsing.is_quiet()
        await settled(lapsing)
        assert due(desk, reference)["sample"].status == "missed"
        assert clock.next_alarm() is None


async def test_who_acts_wakes_whoever_waits_for_something_later(desk: Desk, clock: ManualClock) -> None:
    async with keeping(desk) as (desk, lapsing):
        await settled(lapsing)
        reference = (await asyncio.to_thread(desk.open, "painting", ANN, Handed(GREEN))).reference
        await asyncio.to_thread(desk.act, reference, "show", SEC, Handed(documents=[SAMPLE]))
        await settled(lapsing)
        clock.set(due(desk, reference)["votes"].due_at)
        await settled(lapsing)
        with desk.store.reading() as connection:
            last = procedures.entries(connection, reference)[-1]
        assert (last.act, last.at) == ("count", clock.now())


async def test_what_passed_while_nobody_kept_the_clock_has_its_own_moment(
    desk: Desk, clock: ManualClock
) -> None:
    reference = desk.open("painting", ANN, Handed(GREEN)).reference
    desk.act(reference, "show", SEC, Handed(documents=[SAMPLE]))
    votes = due(desk, reference)["votes"].due_at
    clock.advance(days=365)
    async with keeping(desk) as (desk, lapsing):
        await settled(lapsing)
        with desk.store.reading() as connection:
            counted, missed = procedures.entries(connection, reference)[-2:]
        assert (counted.act, counted.target, counted.at) == ("count", "proposed", votes)
        assert (missed.act, missed.at > votes) == ("missed sample", True)
        again = due(desk, reference)["sample"]
        assert again.status == "missed", "what began to run at that moment has passed too"
        assert again.due_at < datetime(2024, 4, 12, tzinfo=UTC)
