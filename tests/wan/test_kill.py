"""Whatever moment the street's process dies at, no command runs twice and no response is lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections import Counter
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess as Process
from pathlib import Path

from sqlalchemy import select

from gbsmart.devices.tables import device_log
from gbsmart.gbcs.envelope import Message
from gbsmart.ground import SystemClock
from gbsmart.store import open_store
from gbsmart.wan import Parcel, WanClient, WanDown

from ..devices.town import Town
from .street_process import be_a_street

HOMES, COMMANDS, DEATHS = 3, 300, 6
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload([be_a_street.__module__])
"""Where processes are born that have loaded their code already."""


class Dcc:
    """Takes what comes up; remembers every distinct response under its transport id."""

    def __init__(self) -> None:
        self.responses: dict[str, set[bytes]] = {}
        self.heard = 0

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            self.heard += 1
            self.responses.setdefault(parcel.transport_id, set()).add(parcel.octets)


class StreetProcess:
    """A street that is killed and started again on the same database and port."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._process: Process | None = None
        self.port = 0

    async def __aenter__(self) -> StreetProcess:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        ready, told = NURSERY.Pipe(duplex=False)
        asked = (self._database, self.port, HOMES, told)
        self._process = NURSERY.Process(target=be_a_street, args=asked)
        self._process.start()
        told.close()  # so that a street that ends too early is heard of
        self.port = await asyncio.to_thread(ready.recv)

    async def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.join)


def commands(town: Town) -> list[Parcel]:
    """Supply switched off and on in turn, at each home: every one is critical, never to be repeated."""
    parcels = []
    for number in range(COMMANDS):
        home = town.plans[number % HOMES]
        name = ("ECS43", "ECS42")[number // HOMES % 2]
        octets = town.command(name, {}, home.esme, 1000 + number)
        parcels.append(Parcel(home.hub, home.esme, f"delivery-{number}", octets))
    return parcels


async def stream(client: WanClient, parcels: Sequence[Parcel], dcc: Dcc) -> None:
    """Send in order, again and again what has no answer yet, as the DCC's lanes do."""
    while unanswered := [parcel for parcel in parcels if parcel.transport_id not in dcc.responses]:
        try:
            for at in range(0, len(unanswered), 10):
                assert await client.send(unanswered[at : at + 10]) == []
        except WanDown:
            await asyncio.sleep(0.05)
            continue
        await asyncio.sleep(0.2)


async def run(database: Path) -> tuple[Dcc, list[Parcel]]:
    draw = random.Random(7)
    town, dcc = Town(HOMES), Dcc()
    parcels = commands(town)
    async with (
        StreetProcess(database) as street,
        WanClient("127.0.0.1", street.port, SystemClock(), dcc) as client,
    ):
        await client.connected()
        sending = asyncio.create_task(stream(client, parcels, dcc))
        for _ in range(DEATHS):
            await asyncio.sleep(draw.uniform(0.01, 0.12))
            await street.kill()
            await street.start()
            await client.connected()
        await sending
        heard = dcc.heard
        for parcel in parcels:  # every delivery once more
            await client.send([parcel])
        while dcc.heard < heard + len(parcels):
            await asyncio.sleep(0.02)
    return dcc, parcels


def test_killed_at_random_moments(tmp_path: Path) -> None:
    database = tmp_path / "street.db"
    dcc, parcels = asyncio.run(run(database))
    assert set(dcc.responses) == {parcel.transport_id for parcel in parcels}
    assert {len(octets) for octets in dcc.responses.values()} == {1}  # one response, however often it came
    for parcel in parcels:
        (octets,) = dcc.responses[parcel.transport_id]
        assert Message.parse(octets).header.counter == Message.parse(parcel.octets).header.counter
    with open_store(f"sqlite:///{database}").reading() as connection:
        rows = connection.execute(select(device_log)).all()
    executed = Counter((row.device, row.detail) for row in rows if row.log == "event")
    assert len(executed) == COMMANDS
    assert set(executed.values()) == {1}
    assert [row.note for row in rows if row.log == "security"] == []
