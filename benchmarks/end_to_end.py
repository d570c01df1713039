"""4.1.1 end to end, durable, device included: how many a second one core carries.

A system runs in a process of its own (the DCC, the hubs and the meters, both stores on disk). This
process is the User: it signs its requests beforehand, posts them, and takes the Responses; its own work
is not counted. What is counted is the processor time of the system's process, which is held to one core
(more cores are for more workers): on several, its threads would wake each other across them.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from gbsmart.assembly.keys import open_keys
from gbsmart.assembly.plan import IMPORT_SUPPLIER, plan_street
from gbsmart.duis import Request, RequestId, build_request, sign
from gbsmart.ground import NOW, ManualClock

HOMES, IN_FLIGHT = 200, 64


@dataclass(frozen=True, slots=True)
class Result:
    """How many requests were answered, in how much wall and processor time of the system."""

    answered: int
    wall: float
    processor: float

    @property
    def per_core(self) -> float:
        """Requests a second that one core carries."""
        return self.answered / self.processor


def measure(requests: int = 2000, warm: int = 400, database: str = "") -> Result:
    """Run ``requests`` after ``warm`` ones that are not counted."""
    with tempfile.TemporaryDirectory(prefix="gbsmart-bench-") as folder:
        return asyncio.run(_measure(Path(folder), requests, warm, database))


async def _measure(folder: Path, requests: int, warm: int, database: str) -> Result:
    counter = _Counter()
    runner = web.AppRunner(counter.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    system, url = await _start(folder, port, database)
    try:
        documents = _documents(folder, requests + warm)
        await _send(url, documents[:warm], counter)
        processor, began = _processor_time(system.pid), time.perf_counter()
        await _send(url, documents[warm:], counter)
        return Result(requests, time.perf_counter() - began, _processor_time(system.pid) - processor)
    finally:
        system.terminate()
        system.wait(30)
        await runner.cleanup()


class _Counter:
    """Takes deliveries and counts them."""

    def __init__(self) -> None:
        self.taken = 0
        self._changed = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 22)
        app.router.add_post("/", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if b"GBCSPayload" not in body:
            raise RuntimeError(body.decode())
        self.taken += 1
        self._changed.set()
        return web.Response(status=204)

    async def until(self, count: int) -> None:
        while self.taken < count:
            self._changed.clear()
            await asyncio.wait_for(self._changed.wait(), 60)


async def _start(folder: Path, port: int, database: str) -> tuple[subprocess.Popen[bytes], str]:
    command = [
        sys.executable, "-m", "gbsmart.cli", "up", "--json", "--data", str(folder), "--homes", str(HOMES),
        "--dcc-port", "0", "--repository-port", "0", "--console-port", "0", "--user-port", "0",
        "--response-wait", "60",
        "--receive", f"{IMPORT_SUPPLIER}=http://127.0.0.1:{port}/",
        *(["--database", database] if database else []),
    ]  # fmt: skip
    system = subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=_hold_to_one_core)
    assert system.stdout is not None
    line = await asyncio.to_thread(system.stdout.readline)
    return system, json.loads(line)["addresses"]["DCC"]


def _hold_to_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _documents(folder: Path, count: int) -> list[bytes]:
    """Signed requests, spread over the homes' electricity meters."""
    clock = ManualClock(datetime.now(UTC))
    homes = list(plan_street(HOMES))
    ring = open_keys(folder / "keys", clock, [], None).user(clock, IMPORT_SUPPLIER)
    return [
        sign(
            build_request(
                Request(
                    RequestId(IMPORT_SUPPLIER, homes[number % HOMES].esme, 1_000_000 + number),
                    1, "4.1.1", {"execution_date_time": NOW},
                )
            ),
            ring,
            IMPORT_SUPPLIER,
        )
        for number in range(count)
    ]  # fmt: skip


async def _send(url: str, documents: list[bytes], counter: _Counter) -> None:
    wanted = counter.taken + len(documents)
    slots = asyncio.Semaphore(IN_FLIGHT)
    headers = {"Content-Type": "application/xml"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:

        async def one(document: bytes) -> None:
            async with (
                slots,
                session.post(f"{url}/api/v1/serviceS", data=document, headers=headers) as answer,
            ):
                body = await answer.read()
                if b">I99<" not in body:
                    raise RuntimeError(body.decode())

        await asyncio.gather(*map(one, documents))
    await counter.until(wanted)


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
