"""A system in a process of its own, held to one core, and the User beside it that is not counted.

The system is the DCC, the hubs and the meters, with both stores on disk. What is counted is the processor
time of its process, which is held to one core (more cores are for more workers): on several, its threads
would wake each other across them.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from benchmarks.lines import Lines, Listener
from gbsmart.assembly.keys import open_keys
from gbsmart.assembly.plan import IMPORT_SUPPLIER, Premises, plan_street
from gbsmart.ground import ManualClock
from gbsmart.keys import Keyring

IN_FLIGHT = 64


@dataclass(frozen=True, slots=True)
class Spent:
    """How many operations, in how much wall and processor time (seconds) of the system."""

    operations: int
    wall: float
    processor: float

    @property
    def per_core(self) -> float:
        """Operations a second that one core carries."""
        return self.operations / self.processor

    @property
    def micros(self) -> float:
        """Microseconds of processor time for one."""
        return 1e6 * self.processor / self.operations


class Receiver:
    """The User's Receive Response service: counts what it takes; closed, it answers 503."""

    def __init__(self) -> None:
        self.taken = 0
        self.open = True
        self._changed = asyncio.Event()

    def take(self, body: bytes) -> bytes:
        """One delivery; the answer's status."""
        if not self.open:
            return b"503 Service Unavailable"
        if b"GBCSPayload" not in body:
            raise RuntimeError(body.decode())
        self.taken += 1
        self._changed.set()
        return b"204 No Content"

    async def until(self, count: int, patience: float = 60) -> None:
        """Return when ``count`` have been taken; none for ``patience`` seconds is an error."""
        while self.taken < count:
            self._changed.clear()
            await asyncio.wait_for(self._changed.wait(), patience)


class Running:
    """The system: its addresses, its process, its supplier's keys, and the supplier's receiver."""

    def __init__(
        self, command: list[str], folder: Path, homes: int, receiver: Receiver, session: aiohttp.ClientSession
    ) -> None:
        self.homes: list[Premises] = list(plan_street(homes))
        self.receiver = receiver
        self._command = command
        self._folder = folder
        self._session = session

    process: subprocess.Popen[bytes]
    addresses: dict[str, str]

    async def start(self) -> None:
        """Start it; it serves when this returns."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, preexec_fn=_hold_to_one_core)
        assert self.process.stdout is not None
        said = await asyncio.to_thread(self.process.stdout.readline)
        self.addresses = json.loads(said)["addresses"]
        dcc = urlsplit(self.addresses["DCC"])
        assert dcc.hostname
        assert dcc.port
        self._lines = Lines(dcc.hostname, dcc.port)

    def stop(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(30)

    async def restart(self) -> None:
        """Stop it and start it on the same data."""
        self.stop()
        await self.start()

    def keyring(self) -> Keyring:
        """The supplier's keys."""
        clock = ManualClock(datetime.now(UTC))
        return open_keys(self._folder / "keys", clock, [], None).user(clock, IMPORT_SUPPLIER)

    async def post(self, service: str, document: bytes) -> bytes:
        """One document to one of the DCC's services; its answer."""
        return await self._lines.post(f"/api/v1/{service}", document)

    async def page(self, path: str) -> bytes:
        """A page of the console."""
        async with self._session.get(f"{self.addresses['Console']}{path}") as answer:
            answer.raise_for_status()
            return await answer.read()

    async def spend(self, operations: int, work: Callable[[], Awaitable[object]]) -> Spent:
        """What the system spends while ``work`` is done."""
        processor, began = self.processor_time(), time.perf_counter()
        await work()
        return Spent(operations, time.perf_counter() - began, self.processor_time() - processor)

    def processor_time(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Octets resident."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


async def in_flight(work: Callable[[bytes], Awaitable[None]], documents: list[bytes]) -> None:
    """Do ``work`` for every document, :data:`IN_FLIGHT` at a time."""
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def one(document: bytes) -> None:
        async with slots:
            await work(document)

    await asyncio.gather(*map(one, documents))


@asynccontextmanager
async def running(homes: int, *options: str) -> AsyncIterator[Running]:
    """A system of ``homes``, whose supplier receives here."""
    receiver = Receiver()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listener(receiver.take), "127.0.0.1", 0)
    at = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    with tempfile.TemporaryDirectory(prefix="gbsmart-bench-") as folder:
        async with aiohttp.ClientSession() as session:
            command = _command(folder, homes, at, options)
            system = Running(command, Path(folder), homes, receiver, session)
            await system.start()
            try:
                yield system
            finally:
                system.stop()
                server.close()


def _command(folder: str, homes: int, receive: str, options: tuple[str, ...]) -> list[str]:
    return [
        sys.executable, "-m", "gbsmart.cli", "up", "--json", "--data", folder, "--homes", str(homes),
        "--dcc-port", "0", "--repository-port", "0", "--console-port", "0", "--user-port", "0",
        "--response-wait", "60", "--receive", f"{IMPORT_SUPPLIER}={receive}", *options,
    ]  # fmt: skip


def _hold_to_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
