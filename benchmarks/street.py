"""A street of 1,000 homes in one process: how long until it serves, and what a home takes in memory."""

from __future__ import annotations

import time
from typing import NamedTuple

from benchmarks.end_to_end import Road
from benchmarks.running import running

HOMES = 1000


class Found(NamedTuple):
    """Seconds until it serves, with new keys and on the same data; octets for each home spoken to."""

    homes: int
    started: float
    started_again: float
    octets_per_home: float


async def measure(homes: int = HOMES) -> Found:
    """Start a street twice; then speak to every home once."""
    began = time.perf_counter()
    async with running(homes) as system:
        started = time.perf_counter() - began
        began = time.perf_counter()
        await system.restart()
        again = time.perf_counter() - began
        before = system.memory()
        await Road(system).read(homes)
        return Found(homes, started, again, (system.memory() - before) / homes)
