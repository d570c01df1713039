"""The DCC as a whole: its web services, its workers, and what the hubs hand up to it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta

import structlog
from starlette.types import ASGIApp

from gbsmart.dcc import lanes, moments, outbox
from gbsmart.dcc.alerts import Alerts
from gbsmart.dcc.delivery import Delivery, open_client
from gbsmart.dcc.dispatch import Dispatcher, Prepared
from gbsmart.dcc.interface import Interface
from gbsmart.dcc.measures import FaultCounts, Measures, StoreGauges
from gbsmart.dcc.pipeline import DELIVERIES, LANES, Pipeline, Renewed
from gbsmart.dcc.responses import Responses
from gbsmart.dcc.settings import Settings
from gbsmart.dcc.timeouts import Timeouts
from gbsmart.dcc.web import dcc_app
from gbsmart.duis import OfficialSchema
from gbsmart.ground import NO_FAULTS, Blame, Clock, Faults, GbsmartError, SystemClock
from gbsmart.keys import Certificates, Keyring
from gbsmart.store import Bell, GroupCommit, Store
from gbsmart.wan import Downlink, Parcel

_log = structlog.get_logger(__name__)


class NotRunning(GbsmartError):
    """The DCC has not started, or has stopped; hand the same over again later."""

    blame = Blame.WORLD


class Dcc:
    """The Data and Communications Company, in one process; several may share a PostgreSQL store, but not
    a SQLite one.

    ``keyring`` holds the private keys of the DCC's parties; ``certificates`` finds those of
    Users (XML and digital signing) and of devices (key agreement and digital signing). Use as
    ``async with Dcc(...) as dcc``, or :meth:`start` and :meth:`stop`; everything unfinished is in the
    store, and a start goes on with it.
    """

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        certificates: Certificates,
        clock: Clock,
        downlink: Downlink,
        settings: Settings | None = None,
        *,
        wall: Clock | None = None,
        faults: Faults = NO_FAULTS,
        random: Callable[[int], bytes] = os.urandom,
        renewed: Renewed = lambda _: None,
    ) -> None:
        """``wall`` is the machine's clock, on which the leases of deliveries run. ``faults`` are those that
        may be switched on (:data:`gbsmart.dcc.faults.FAULTS`). ``random`` is what numbers are drawn from.
        ``renewed`` is told of each certificate that a device says it has taken into use: from then on
        ``certificates`` has to find it.
        """
        self.store = store
        self.keyring = keyring
        self.certificates = certificates
        self.clock = clock
        self._wall = wall or SystemClock()
        self.downlink = downlink
        self.settings = settings or Settings()
        self.faults = faults
        self._random = random
        self._renewed = renewed
        self._stack: AsyncExitStack | None = None
        self._interface: Interface | None = None
        self._responses: Responses | None = None
        self._alerts: Alerts | None = None
        self._pipeline: Pipeline | None = None
        self._timeouts: Timeouts | None = None
        self._workers: list[asyncio.Task[None]] = []
        self.measures = Measures()
        """What this process has counted, and gauges of the store, for Prometheus."""
        self.measures.registry.register(StoreGauges(store, clock.now))
        self.measures.registry.register(FaultCounts(faults))
        self._app = dcc_app(lambda: self._interface, clock, self.measures.registry)

    @property
    def is_running(self) -> bool:
        """Whether requests, responses and alerts are taken."""
        return self._interface is not None and self._interface.is_open

    @property
    def uplink(self) -> Dcc:
        """What the hubs call (:class:`gbsmart.wan.Uplink`)."""
        return self

    def app(self) -> ASGIApp:
        """The web services, as an ASGI application; they answer 503 unless the DCC runs."""
        return self._app

    async def __aenter__(self) -> Dcc:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Open the doors and start the workers; raises what the official schemas raise."""
        official = self.settings.official_schema
        schema = None if official is None else OfficialSchema(official)
        if self.store.dialect == "sqlite":
            self._free_leases()
        stack = AsyncExitStack()
        writer = await stack.enter_async_context(GroupCommit(self.store, committed=self.measures.commit))
        bell = await stack.enter_async_context(Bell(self.store))
        wait = timedelta(seconds=self.settings.delivery_timeout)
        client = await stack.enter_async_context(open_client(wait))
        pipeline = Pipeline(
            self.store,
            writer,
            bell,
            self.keyring,
            self.certificates,
            self.clock,
            self._wall,
            self.downlink,
            self.settings,
            self.faults,
            self.measures,
            self._random,
            self._renewed,
        )
        prepared = Prepared()
        self._stack, self._pipeline, self._timeouts = stack, pipeline, Timeouts(pipeline)
        self._responses, self._alerts = Responses(pipeline), Alerts(pipeline)
        self._workers = [
            asyncio.create_task(_kept_alive(name, worker), name=name)
            for name, worker in (
                ("dispatch", Dispatcher(pipeline, prepared)),
                ("delivery", Delivery(pipeline, client)),
                ("time-outs", self._timeouts),
            )
        ]
        self._interface = Interface(pipeline, prepared, schema)

    def _free_leases(self) -> None:
        """On SQLite the DCC is one process: what is leased is left over from one that died."""
        now = self.clock.now()
        with self.store.transaction() as connection:
            lanes.free_all(connection, now=now)
            outbox.free_all(connection)

    async def run(self) -> None:
        """Start, and work until cancelled."""
        async with self:
            await asyncio.gather(*self._workers)

    async def stop(self) -> None:
        """Close the doors, let the workers go, and commit what is on its way to the store."""
        self._interface = self._responses = self._alerts = None
        self._pipeline = self._timeouts = None
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers = []
        if self._stack is not None:
            await self._stack.aclose()
            self._stack = None

    # --- for whoever moves the clock ---

    async def catch_up(self) -> int:
        """Begin or end at once what has fallen due, and wake the workers; how much there was.

        Raises :class:`NotRunning`, as the next two do.
        """
        pipeline, timeouts = self._running()
        total = 0
        while ended := await timeouts.sweep():
            total += ended
        pipeline.bell.ring(LANES)
        pipeline.bell.ring(DELIVERIES)
        return total

    async def next_due(self) -> datetime | None:
        """The next moment at which something falls due here; None where nothing waits."""
        pipeline, _ = self._running()
        now = pipeline.now()
        return await pipeline.read(lambda connection: moments.next_due(connection, now=now))

    async def is_quiet(self) -> bool:
        """Whether nothing is being taken, dispatched or delivered, nor could be, before the clock goes on."""
        pipeline, _ = self._running()
        if self._interface is None or self._interface.taking or pipeline.writer.is_busy:
            return False
        now = pipeline.now()
        return not await pipeline.read(lambda connection: moments.is_moving(connection, now=now))

    @property
    def work_done(self) -> int:
        """Units of work that were made durable since the start: it rises with whatever happens."""
        return self._running()[0].writer.units

    @contextmanager
    def in_haste(self) -> Iterator[None]:
        """For the block, commit each thing at once: where one thing happens after the other, it waits in
        vain for others to share its commit.
        """
        writer = self._running()[0].writer
        before, writer.linger = writer.linger, 0.0
        try:
            yield
        finally:
            writer.linger = before

    def _running(self) -> tuple[Pipeline, Timeouts]:
        if self._pipeline is None or self._timeouts is None:
            raise NotRunning("the DCC is not running")
        return self._pipeline, self._timeouts

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Take responses and alerts from the hubs; returns once they are durable.

        Raises :class:`NotRunning`; a hub then keeps them.
        """
        takes_responses, takes_alerts = self._responses, self._alerts
        if takes_responses is None or takes_alerts is None:
            raise NotRunning("the DCC is not running")
        if responses := [parcel for parcel in parcels if not parcel.alert]:
            self.measures.responses.inc(len(responses))
            await takes_responses.receive(responses)
        if alerts := [parcel for parcel in parcels if parcel.alert]:
            self.measures.alerts.inc(len(alerts))
            await takes_alerts.receive(alerts)


_RESTART_AFTER = 1.0  # seconds of wall time


async def _kept_alive(name: str, worker: Dispatcher | Delivery | Timeouts) -> None:
    """Run a worker; one that fails by a defect of ours is reported and starts again."""
    while True:
        try:
            await worker.run()
        except Exception:  # noqa: BLE001 logged with its traceback, and tried again
            _log.exception("a worker failed and starts again", worker=name)
            await asyncio.sleep(_RESTART_AFTER)
