"""What hubs push up to the DCC, until it takes it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

import pytest

from gbsmart.wan import LocalWan, Parcel

from ..devices.town import Town
from .test_local import Dcc, parcel, running, settled, until


@running
async def test_what_the_dcc_does_not_take_is_pushed_again(town: Town, dcc: Dcc, wan: LocalWan) -> None:
    dcc.refuses = 2
    await wan.send([parcel(town, "ECS43", 1)])

    async def refused_until(left: int) -> None:
        await until(lambda: dcc.refuses == left)
        await settled()
        town.clock.advance(seconds=5)

    await refused_until(1)
    await refused_until(0)
    assert (await dcc.has(1))[0].transport_id == "t1"


def test_a_dcc_that_breaks_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it fails by: here, as its own store would."""

    class Broken(Dcc):
        async def receive(self, parcels: Sequence[Parcel]) -> None:
            if self.refuses:
                self.refuses -= 1
                raise sqlite3.OperationalError("disk I/O error")
            await super().receive(parcels)

    async def run() -> None:
        town, dcc = Town(), Broken()
        dcc.refuses = 1
        async with LocalWan(town.street, town.clock, dcc) as wan:
            await wan.send([parcel(town, "ECS43", 1)])
            await until(lambda: dcc.refuses == 0)
            town.clock.advance(seconds=3)
            await wan.send([parcel(town, "ECS42", 2)])
            assert [each.transport_id for each in await dcc.has(2)] == ["t1", "t2"]

    asyncio.run(run())
    assert "disk I/O error" in caplog.text
