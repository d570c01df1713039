"""DCC schedules with several DCC processes on one PostgreSQL store: each execution is one all the same."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, text

from gbsmart.dcc import Dcc
from gbsmart.store import open_store

from .test_dsp_schedules import created

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = [pytest.mark.anyio, pytest.mark.postgresql]

FIRST = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def scene_url(postgresql_url: URL) -> URL:
    return postgresql_url


async def test_whoever_looks_first_executes_and_nobody_else(scene: Scene) -> None:
    numbers = [(await created(scene))[1] for _ in range(4)]
    async with AsyncExitStack() as stack:
        several = [scene.dcc]
        for _ in range(2):
            store = open_store(scene.store.engine.url)
            stack.callback(store.close)
            several.append(
                await stack.enter_async_context(
                    Dcc(store, scene.keyring, scene.keyring, scene.clock, scene.road, wall=scene.wall)
                )
            )
        for day in range(2):
            scene.clock.set(FIRST + timedelta(days=day))
            await asyncio.gather(*(each.catch_up() for each in several for _ in range(3)))
            await scene.until(lambda day=day: len(scene.mail()) >= len(numbers) * (day + 1))
    with scene.store.reading() as connection:
        runs = connection.execute(text("SELECT schedule, count(*) FROM schedule_run GROUP BY schedule"))
        assert dict(map(tuple, runs)) == dict.fromkeys(numbers, 2)
    assert len(scene.mail()) == len({parcel.octets for parcel in scene.road.down}) == 2 * len(numbers)
