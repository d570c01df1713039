"""A street in a process of its own, to be killed: ``street_process.py DATABASE PORT HOMES``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.devices.town import Town

from gbsmart.ground import SystemClock
from gbsmart.store import open_store
from gbsmart.wan import LocalWan, WanServer


async def serve(database: str, port: int, homes: int) -> None:
    store = open_store(f"sqlite:///{database}")
    store.migrate("devices", "wan")
    town = Town(homes, store, enrol=False, clock=SystemClock())
    if not town.street.hubs():
        town.enrol_all()
    async with (
        LocalWan(town.street, town.clock, largest_batch=20) as wan,
        WanServer(wan, port=port) as server,
    ):
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
