"""Kill -9: the DCC, the street or both die at random moments in a stream of signed requests.

Two processes share the work, each with a store of its own, as ``gbsmart street`` and ``gbsmart up
--street`` start them. A User in this process keeps sending, takes what is delivered, and remembers all of
it. When the killing is over everything may drain; then what the User was promised is held against the
DCC's ledger, the devices' logs and the hubs' buffer.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess as Process
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from gbsmart.assembly.keys import open_keys
from gbsmart.assembly.plan import IMPORT_SUPPLIER, plan_street
from gbsmart.assembly.street import devices_of
from gbsmart.cli import app as cli
from gbsmart.dcc.model import RequestKey
from gbsmart.duis import WebService
from gbsmart.ground import Eui64, GbsmartError, SystemClock
from gbsmart.store import open_store
from gbsmart.user import AsyncUser, Inbox, Patience, Received, Refused, receive_app
from gbsmart.web.hosting import CannotListen, address_of, bind, serving
from soak import Options, Verdict
from soak.judgement import Witness, judge, left

FULL, SAMPLE = 50, 10
HOMES = 3
RESPONSE_WAIT, WAKE_INTERVAL = 3.0, 0.3
AIMED = 0.6
"""The share of kills that fall just after an acknowledgement, when its command is on its way."""
PAUSE = 0.05
"""At most so many seconds between an acknowledgement and the next request to the same device."""
DRAIN = 30.0
"""Seconds within which everything must have ended once the killing is over."""
REPEATED = 0.2
"""The share of acknowledged documents that are sent once more, as if the acknowledgement had been lost."""

_PATIENCE = Patience(http=5, attempts=300, first_delay=timedelta(seconds=0.2), growth=1.0)
_FOREVER = datetime(2099, 1, 1, tzinfo=UTC)


class Ask(NamedTuple):
    """One kind of request: how often, by weight."""

    variant: str
    weight: int
    fields: Mapping[str, Any] = {}


_READ = Ask("4.1.1", 6)
_RESTRICT = Ask("3.2", 1, {"restriction_date_time": datetime(2025, 1, 1, tzinfo=UTC)})
_DISABLE = Ask("7.2", 2)
ASKED: Mapping[str, tuple[Ask, ...]] = {
    "ESME": (_READ, _RESTRICT, Ask("7.1", 2), _DISABLE),
    "GPF": (_READ, _RESTRICT),
    "GSME": (_READ, _DISABLE),
}
"""What each type of device is asked; 7.1 and 7.2 are critical (Transform, Signed Pre-Command)."""


@dataclass
class Report:
    """What happened, and what was wrong with it."""

    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    witness: Witness = field(default_factory=Witness)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The summary."""
        seen = self.witness
        yield f"{self.kills.total()} kills ({_counted(self.kills)}) in {self.seconds:.0f} s"
        yield (
            f"{len(seen.acknowledged)} requests acknowledged ({_counted(seen.variants)}), "
            f"{seen.repeats} sent once more"
        )
        yield f"outcomes: {_counted(self.outcomes)}"
        yield f"{seen.deliveries} deliveries of {len(seen.documents)} messages"


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))


def run(options: Options) -> Verdict:
    """The soak: 50 kills, 10 as a sample; ``count`` asks for another number."""
    kills = options.count or (SAMPLE if options.sample else FULL)
    with tempfile.TemporaryDirectory(prefix="gbsmart-kill-") as folder:
        report = asyncio.run(kill_at_random(Path(folder), kills=kills, seed=options.seed))
    return Verdict(list(report.lines()), report.faults)


async def kill_at_random(folder: Path, *, kills: int, seed: int = 1) -> Report:
    """Run a system in ``folder``, kill its processes ``kills`` times, and judge what is left."""
    began = time.monotonic()
    draw = random.Random(seed)
    report = Report()
    async with contextlib.AsyncExitStack() as stack:
        receiving = bind("127.0.0.1", 0, "the User's receive service")
        site = Site(folder, address_of(receiving))
        stack.callback(site.end)
        site.start("street", "dcc")
        await site.ready("street", "dcc")
        user = await stack.enter_async_context(_user(site, report.witness))
        await stack.enter_async_context(serving((receive_app(user.inbox), receiving)))
        stream = Stream(user, site, report.witness, draw.getrandbits(32))
        sending = asyncio.create_task(stream.run())
        while report.kills.total() < kills and not sending.done():
            report.kills[await kill_once(site, stream, draw)] += 1
        stream.ending.set()
        await site.ready("street", "dcc")
        await sending
        await _drain(site, report.faults)
        report.witness.kept = {
            key: [each.document for each in user.inbox.about(request_id)]
            for key, request_id in report.witness.acknowledged.items()
        }
        site.end()
    judge(folder, report.witness, report.outcomes, report.faults)
    report.seconds = time.monotonic() - began
    return report


async def kill_once(site: Site, stream: Stream, draw: random.Random) -> str:
    """Let the stream run for a moment, kill, leave dead for a moment, start again; who was killed."""
    await asyncio.sleep(draw.uniform(0.1, 0.8))
    if draw.random() < AIMED:
        await stream.next_acknowledgement(within=1.0)
        await asyncio.sleep(draw.uniform(0.0, 0.02))
    who = draw.choice((("dcc",), ("street",), ("street", "dcc")))
    site.kill(*who)
    await asyncio.sleep(draw.uniform(0.0, 0.4))
    site.start(*draw.sample(who, len(who)))
    if draw.random() < 0.75:  # else the next blow may fall while it starts
        await site.ready(*who)
    return " and ".join(who)


async def _drain(site: Site, faults: list[str]) -> None:
    """Wait until no request and no delivery is under way."""
    deadline = time.monotonic() + DRAIN
    store = open_store(f"sqlite:///{site.folder / 'dcc.db'}")
    try:
        while (waiting := left(store)) and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
    finally:
        store.close()
    if waiting:
        faults.append(f"not drained after {DRAIN:.0f} s: {waiting}")


class Site:
    """The two processes on one data folder, and where they listen."""

    def __init__(self, folder: Path, receive: str) -> None:
        self.folder = folder
        self.dcc_url = f"http://127.0.0.1:{(ports := _free_ports(5))[0]}"
        self._street_port = ports[4]
        data = ("--data", str(folder), "--homes", str(HOMES), "--wake-interval", str(WAKE_INTERVAL), "--json")
        addresses = zip(
            ("--dcc-port", "--repository-port", "--console-port", "--user-port"), ports, strict=False
        )
        self._commands = {
            "street": ("street", *data, "--port", str(self._street_port)),
            "dcc": (
                "up", *data, "--street", f"127.0.0.1:{self._street_port}",
                *(text for option, port in addresses for text in (option, str(port))),
                "--response-wait", str(RESPONSE_WAIT), "--receive", f"{IMPORT_SUPPLIER}={receive}/",
            ),
        }  # fmt: skip
        self._processes: dict[str, Process] = {}
        self._said: dict[str, int] = {}

    def start(self, *names: str) -> None:
        """Start processes; what they print goes to ``NAME.log``."""
        for name in names:
            log = self._log(name)
            log.touch()
            self._said[name] = log.stat().st_size
            self._processes[name] = _NURSERY.Process(target=_serve, args=(self._commands[name], log))
            self._processes[name].start()

    def kill(self, *names: str) -> None:
        """Kill -9, all of them before any is waited for."""
        for name in names:
            self._processes[name].kill()
        for name in names:
            self._processes[name].join()

    def end(self) -> None:
        """Kill what runs."""
        self.kill(*self._processes)

    async def ready(self, *names: str, within: float = 30.0) -> None:
        """Return once they take work; raises TimeoutError with what they printed."""
        asked = {"street": self._street_ready, "dcc": self._dcc_ready}
        deadline = time.monotonic() + within
        for name in names:
            while not await asked[name]():
                ended = not self._processes[name].is_alive()
                if ended or time.monotonic() > deadline:
                    log = self._log(name).read_text()[-2000:]
                    raise TimeoutError(f"the {name} {'ended' if ended else 'is not ready'}: {log}")
                await asyncio.sleep(0.05)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    async def _street_ready(self) -> bool:
        # Connecting would make this process the street's DCC.
        return b'"street"' in self._log("street").read_bytes()[self._said["street"] :]

    async def _dcc_ready(self) -> bool:
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.dcc_url}/ready") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, OSError):
            return False


_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["gbsmart.assembly.system", "gbsmart.assembly.street", __name__])
"""Where processes are born that have loaded their code already: fifty deaths take minutes, not hours."""


def _serve(command: tuple[str, ...], log: Path) -> None:
    """Be ``gbsmart`` with the arguments ``command``, in a process of its own."""
    with log.open("ab") as written:
        os.dup2(written.fileno(), 1)
        os.dup2(written.fileno(), 2)
    sys.exit(cli.run(command))


_OURS = range(10_240, 32_768)
"""Ports that no system gives away by itself: nobody takes those of a dead process before it is back."""


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    with contextlib.ExitStack() as stack:
        while len(found) < count:
            port = random.choice(_OURS)
            with contextlib.suppress(CannotListen):
                stack.enter_context(bind("127.0.0.1", port, "a free port"))
                found.append(port)
    return found


class WatchedInbox(Inbox):
    """An inbox whose every delivery is witnessed."""

    witness: Witness

    def take(self, document: bytes) -> Received | None:
        """Witness it, then take it."""
        self.witness.deliveries += 1
        self.witness.documents.add(document)
        return super().take(document)


def _user(site: Site, witness: Witness) -> AsyncUser:
    plan = list(plan_street(HOMES))
    clock = SystemClock()
    keys = open_keys(site.folder / "keys", clock, devices_of(plan), None)
    user = AsyncUser(
        site.dcc_url,
        IMPORT_SUPPLIER,
        keys.user(clock, IMPORT_SUPPLIER),
        clock=clock,
        journal=site.folder / "driver.db",
        receive=None,
        devices={eui: kind.value for home in plan for eui, kind in home.devices},
        patience=_PATIENCE,
    )
    inbox = WatchedInbox(user.user_id, user.dcc_id, keys.user(clock, IMPORT_SUPPLIER), user.journal, clock)
    inbox.witness = witness
    user.inbox = inbox
    return user


class Stream:
    """One sender per device, so that the counters of a device rise in the order of acceptance."""

    def __init__(self, user: AsyncUser, site: Site, witness: Witness, seed: int) -> None:
        self.ending = asyncio.Event()
        self._acknowledged = asyncio.Event()
        self._user = user
        self._site = site
        self._witness = witness
        self._seed = seed

    async def run(self) -> None:
        """Send until ``ending``; what was begun then is seen through."""
        async with asyncio.TaskGroup() as group:
            for home in plan_street(HOMES):
                for kind, device in (("ESME", home.esme), ("GPF", home.gpf), ("GSME", home.gsme)):
                    group.create_task(self._send(device, ASKED[kind]))

    async def next_acknowledgement(self, *, within: float) -> None:
        """Return at the next acknowledgement, or after so many seconds without one."""
        self._acknowledged.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._acknowledged.wait(), within)

    async def _send(self, device: Eui64, asked: tuple[Ask, ...]) -> None:
        draw = random.Random(f"{self._seed} {device}")
        weights = [ask.weight for ask in asked]
        while not self.ending.is_set():
            ask = draw.choices(asked, weights)[0]
            await self._ask(device, ask, again=draw.random() < REPEATED)
            await asyncio.sleep(draw.uniform(0.0, PAUSE))

    async def _ask(self, device: Eui64, ask: Ask, *, again: bool) -> None:
        """Send one request until it is acknowledged; ``again`` once more, octet for octet."""
        witness = self._witness
        request = self._user.draft(ask.variant, device, **ask.fields)
        try:
            exchange = await self._user.send(request)
        except Refused as refused:
            witness.faults.append(f"{request.request_id} {ask.variant}: {refused}")
            return
        except GbsmartError as wrong:
            witness.faults.append(f"{request.request_id} {ask.variant} was not acknowledged: {wrong!r}")
            return
        named = request.request_id
        witness.acknowledged[RequestKey(named.target, named.originator, named.counter)] = named
        witness.variants[ask.variant] += 1
        self._acknowledged.set()
        if again:
            await self._repeat(exchange.steps[-2].octets, exchange.steps[-1].octets)

    async def _repeat(self, document: bytes, acknowledgement: bytes) -> None:
        url = f"{self._site.dcc_url}/api/v1/{WebService.SEND_COMMAND.value}"
        headers = {"Content-Type": "application/xml"}
        while True:
            try:
                async with (
                    aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
                    session.post(url, data=document, headers=headers) as answer,
                ):
                    body = await answer.read()
                    if answer.status == 200:
                        break
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.2)
        self._witness.repeats += 1
        if body != acknowledgement:
            self._witness.faults.append(f"a repeat was answered otherwise: {body[:200]!r}")
