"""The console's pages, of a system of 200 homes that has answered some thousand requests."""

from __future__ import annotations

import statistics
import time
from typing import NamedTuple

from benchmarks.end_to_end import HOMES, Road
from benchmarks.running import Running, running

REQUESTS, TIMES = 3000, 15


class Page(NamedTuple):
    """Milliseconds of wall time to the last octet, and how many octets."""

    name: str
    median: float
    worst: float
    octets: int


async def measure(requests: int = REQUESTS) -> list[Page]:
    """Every kind of page, each several times."""
    async with running(HOMES) as system:
        await Road(system).read(requests)
        home = system.homes[0]
        found = [
            await _page(system, name, path)
            for name, path in (
                ("overview", "/"),
                ("homes", "/homes"),
                ("a home", f"/homes/{home.chf}"),
                ("requests", "/requests"),
                ("explain, empty", "/explain"),
            )
        ]
        newest = (await system.page("/requests.json")).decode()
        request_id = newest.split('"id":"', 1)[1].split('"', 1)[0]
        return [*found, await _page(system, "the journey of a request", f"/requests/{request_id}")]


async def _page(system: Running, name: str, path: str) -> Page:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        body = await system.page(path)
        times.append(1000 * (time.perf_counter() - began))
    return Page(name, statistics.median(times[1:]), max(times[1:]), len(body))
