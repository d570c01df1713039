"""A street in a process of its own, to be killed."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from tests.devices.town import Town

from gbsmart.ground import SystemClock
from gbsmart.store import open_store
from gbsmart.wan import LocalWan, WanServer


def be_a_street(database: Path, port: int, homes: int, ready: Connection) -> None:
    """Serve until killed; ``ready`` hears the port."""
    asyncio.run(_serve(database, port, homes, ready))


async def _serve(database: Path, port: int, homes: int, ready: Connection) -> None:
    store = open_store(f"sqlite:///{database}")
    store.migrate("devices", "wan")
    town = Town(homes, store, enrol=False, clock=SystemClock())
    if not town.street.hubs():
        town.enrol_all()
    async with (
        LocalWan(town.street, town.clock, largest_batch=20) as wan,
        WanServer(wan, port=port) as server,
    ):
        ready.send(server.port)
        await asyncio.Event().wait()
