"""A street: any number of homes on one store, executing commands in batches (one commit each)."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from gbsmart.devices import esme, events, hcalcs, identity, ihd, ppmid, sapc, schedule
from gbsmart.devices.checks import FORMAT_FAILED
from gbsmart.devices.consumer import Action, T
from gbsmart.devices.credentials import Cell, CertificatePool
from gbsmart.devices.device import Device
from gbsmart.devices.enrolment import CELLS
from gbsmart.devices.exchange import EVENT, POWER, LogEntry, Reaction
from gbsmart.devices.home import WAKE_INTERVAL, Home, HomePlan, assemble
from gbsmart.devices.memory import Memory
from gbsmart.devices.tables import device_certificate, device_log, device_state, home_device
from gbsmart.gbcs.versions import NEWEST
from gbsmart.ground import NO_FAULTS, Clock, Eui64, Faults, NotFound
from gbsmart.keys import Certificate, RenewableKeyring
from gbsmart.store import Sql, Store, from_micros, to_micros

_log = logging.getLogger(__name__)

_STATE_OF_HUB = Sql(
    "SELECT s.device, s.slot, s.value FROM home_device d JOIN device_state s ON s.device = d.device "
    "WHERE d.hub = :hub"
)
_EVERY_DEVICE = Sql("SELECT device, kind, hub, seed FROM home_device")
_TEXTS = Sql("SELECT device, value FROM device_state WHERE slot = :slot")
_RECALL = Sql(
    "SELECT moment, code, detail FROM device_log WHERE device = :device AND log = :log"
    " ORDER BY number DESC LIMIT :most"
)
_CHOSEN = (EVENT, POWER)
"""The logs of which parties choose what they hold."""
_RECALLED = 100
"""As many entries as the largest log of a device holds."""
_PUT = Sql(
    "INSERT INTO device_state (device, slot, value) VALUES (:device, :slot, :value) "
    "ON CONFLICT (device, slot) DO UPDATE SET value = excluded.value"
)
_DROP = Sql("DELETE FROM device_state WHERE device = :device AND slot = :slot")
_LOG = Sql(
    "INSERT INTO device_log (device, number, moment, log, code, detail, note) "
    "VALUES (:device, :number, :moment, :log, :code, :detail, :note)"
)
_KEEP = Sql(
    "INSERT INTO device_certificate (digest, der) VALUES (:digest, :der) ON CONFLICT (digest) DO NOTHING"
)


_PENDING = Sql("SELECT slot, device FROM device_state WHERE substr(slot, 1, 4) = 'due/'")


class LogRow(NamedTuple):
    """An entry of a device's event or security log, as the street keeps it."""

    moment: datetime
    log: str
    code: int
    detail: bytes
    note: str


class Street:
    """The emulated homes of one store.

    Homes are loaded when first spoken to and stay in memory; one process owns a store's street, and one
    thread of it the devices in memory. All that executes goes through :meth:`execute` and
    :meth:`activate`, inside the caller's transaction: responses, alerts and what the devices remember are
    durable together. A caller whose transaction fails calls :meth:`undo`. Whoever only looks, from any
    thread, asks :meth:`home` and gets a copy from the store: it neither waits for the devices nor sees
    what may yet be undone, and nothing that it does is remembered.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keyring: RenewableKeyring,
        *,
        wake_interval: timedelta = WAKE_INTERVAL,
        faults: Faults = NO_FAULTS,
    ) -> None:
        self.store = store
        self.clock = clock
        self.wake_interval = wake_interval
        self.faults = faults
        self._keyring = keyring
        self._homes: dict[Eui64, Home] = {}
        self._plans: dict[Eui64, HomePlan] = {}
        self._hubs: dict[Eui64, Eui64] = {}
        self._touched: set[Eui64] = set()
        self._transaction: Connection | None = None  # in which devices do something, until it ends
        with store.reading() as connection:
            ders = connection.execute(select(device_certificate.c.der)).scalars()
            self._pool = CertificatePool(map(Certificate.from_der, ders))
            self._due = _pending(connection)
            self._know(_plans(connection))
            self._number = connection.execute(select(func.max(device_log.c.number))).scalar() or 0

    # --- homes ---

    def enrol(self, homes: Iterable[HomePlan], certificates: Mapping[Cell, Certificate]) -> None:
        """Add homes, installed and commissioned: each device with the cells of its type filled.

        In a home that is there already, the devices that it lacks are added; what it uses stays.
        """
        homes = [plan._replace(seed=self._plans.get(plan.hub, plan).seed) for plan in homes]
        rows: list[dict[str, object]] = []
        slots: list[dict[str, object]] = []
        for plan in homes:
            if plan.hub not in self._hubs:
                version = plan.gbcs_version.encode()
                slots.append({"device": plan.hub, "slot": identity.GBCS_VERSION, "value": version})
            for eui, kind in plan.devices():
                if eui in self._hubs:
                    continue
                rows.append({
                    "device": eui, "kind": kind, "hub": plan.hub, "seed": plan.seed.to_bytes(8, "big"),
                })  # fmt: skip
                if kind == esme.KIND:
                    slots.append({"device": eui, "slot": identity.VARIANT, "value": plan.variant.encode()})
                slots += [
                    {"device": eui, "slot": each.slot, "value": self._pool.add(certificates[each])}
                    for each in CELLS[kind]
                    if each in certificates
                ]
        with self.store.transaction() as connection:
            connection.execute(home_device.insert(), rows)
            self._keep_certificates(connection)
            _PUT.many(connection, slots)
        self._pool.saved()
        self._know(homes)
        for plan in homes:
            self._homes.pop(plan.hub, None)

    def dissolve(self, hub: Eui64) -> None:
        """Take a home out of the store, with all that its devices remember but their logs.

        For a street that nothing is sent to, and that is opened anew afterwards. Raises :class:`NotFound`.
        """
        devices = [eui for eui, _ in self.plan(hub).devices()]
        with self.store.transaction() as connection:
            for table in (device_state, home_device):
                connection.execute(delete(table).where(table.c.device.in_(devices)))

    def _know(self, plans: Iterable[HomePlan]) -> None:
        for plan in plans:
            self._plans[plan.hub] = plan
            self._hubs.update((eui, plan.hub) for eui, _ in plan.devices())

    def hubs(self) -> list[Eui64]:
        """The hub of every home."""
        return sorted(self._plans)

    def plan(self, hub: Eui64) -> HomePlan:
        """Which devices are behind a hub; raises :class:`NotFound`."""
        if hub not in self._plans:
            raise NotFound(f"there is no hub {hub} in this street")
        return self._plans[hub]

    def hub_of(self, device: Eui64) -> Eui64 | None:
        """The hub that a device is behind, or None for a device of another street."""
        return self._hubs.get(device)

    def home(self, hub: Eui64) -> Home:
        """The home behind a hub as it was last committed, to look at; raises :class:`NotFound`."""
        with self.store.reading() as connection:
            return self._load(connection, hub)

    def device(self, eui: Eui64) -> Device:
        """A device of the street itself, for the thread that executes; raises :class:`NotFound`."""
        with self.store.reading() as connection:
            return self._device(connection, eui)

    def _device(self, connection: Connection, eui: Eui64) -> Device:
        if eui not in self._hubs:
            raise NotFound(f"{eui} is not in this street")
        hub = self._hubs[eui]
        home = self._homes.get(hub)
        if home is None:
            home = self._homes[hub] = self._load(connection, hub)
            for device in home.devices.values():
                device.recall = partial(self._recall, device.eui)
        return next(device for device in home.devices.values() if device.eui == eui)

    def next_contact(self, device: Eui64, now: datetime) -> datetime:
        """When a device next takes messages from its hub; raises :class:`NotFound`."""
        if device not in self._hubs:
            raise NotFound(f"{device} is not in this street")
        plan = self._plans[self._hubs[device]]
        return plan.next_wake(self.wake_interval, now) if device == plan.gsme else now

    def _load(self, connection: Connection, hub: Eui64) -> Home:
        plan = self.plan(hub)
        slots: dict[bytes, dict[str, bytes]] = {}
        for device, slot, value in _STATE_OF_HUB.rows(connection, {"hub": hub}):
            slots.setdefault(bytes(device), {})[slot] = bytes(value)
        return assemble(
            plan, lambda eui: Memory(slots.get(bytes(eui))), self._pool, self._keyring, self.wake_interval,
            self.faults,
        )  # fmt: skip

    # --- what happens ---

    def execute(
        self, connection: Connection, arrivals: Sequence[tuple[Eui64, bytes]], now: datetime
    ) -> list[Reaction]:
        """Give each message to its device, in order; what they do is written in this transaction.

        A device that is not in this street says nothing: its home was taken away while the message waited.
        """
        self._transaction = connection
        reactions: list[Reaction] = []
        for eui, octets in arrivals:
            if eui not in self._hubs:
                reactions.append(Reaction())
                continue
            device = self._device(connection, eui)
            self._touched.add(eui)
            mark = device.memory.mark()
            try:
                reactions.append(device.receive(octets, now))
            except Exception as defect:  # noqa: BLE001
                # a defect of ours: one message must not hold up the street, nor leave half a command
                _log.exception("%s failed on a message", eui)
                device.memory.back_to(mark)
                note = f"defect: {type(defect).__name__}"
                reactions.append(Reaction(log=[LogEntry(now, "security", FORMAT_FAILED, note=note)]))
        said = zip((eui for eui, _ in arrivals), reactions, strict=True)
        self._keep(connection, [(eui, reaction) for eui, reaction in said if eui in self._hubs])
        return reactions

    def perform(
        self, connection: Connection, eui: Eui64, action: Action[T], now: datetime
    ) -> tuple[T, list[bytes]]:
        """Let the people of a home do something at a device; what came of it, and the alerts.

        Written in this transaction, as :meth:`execute` is. Raises :class:`NotFound` and what the action
        raises.
        """
        self._transaction = connection
        device = self._device(connection, eui)
        self._touched.add(eui)
        mark = device.memory.mark()
        reaction = device.activate_due(now)
        try:
            done = action(device, now, reaction)
        except Exception:
            device.memory.back_to(mark)
            raise
        self._keep(connection, [(eui, reaction)])
        return done, reaction.alerts

    def next_due(self) -> datetime | None:
        """When the next pending instruction of any device is to be carried out."""
        return self._due[0][0] if self._due else None

    def activate(self, connection: Connection, now: datetime) -> list[tuple[Eui64, bytes]]:
        """Carry out what is due: the alerts, each with its device. Written in this transaction."""
        self._transaction = connection
        due: set[Eui64] = set()
        while self._due and self._due[0][0] <= now:
            due.add(heapq.heappop(self._due)[1])
        self._touched |= due
        reactions = [(eui, self._device(connection, eui).activate_due(now)) for eui in sorted(due)]
        self._keep(connection, reactions)
        return [(eui, alert) for eui, reaction in reactions for alert in reaction.alerts]

    def undo(self) -> None:
        """Forget what devices did since the last commit: they are loaded again from the store."""
        with self.store.reading() as connection:
            for eui in self._touched:
                self._homes.pop(self._hubs[eui], None)
            self._due = _pending(connection)
        self._transaction = None
        self._touched.clear()

    def committed(self) -> None:
        """The transaction of the last :meth:`execute` and :meth:`activate` is durable."""
        self._transaction = None
        self._touched.clear()
        self._pool.saved()

    def log(self, device: Eui64, log: str = "", *, newest: int | None = None) -> list[LogRow]:
        """A device's log (``event``, ``security``, or both), oldest first; all of it, or its ``newest``."""
        query = select(device_log).where(device_log.c.device == device)
        query = query.order_by(device_log.c.number.desc()).limit(newest)
        if log:
            query = query.where(device_log.c.log == log)
        with self.store.reading() as connection:
            rows = connection.execute(query).all()
        return [LogRow(row.moment, row.log, row.code, row.detail, row.note) for row in reversed(rows)]

    def _recall(self, device: Eui64, log: str) -> list[LogEntry]:
        """The newest entries of a log, oldest first, for a device that is doing something."""
        assert self._transaction is not None
        rows = _RECALL.rows(self._transaction, {"device": device, "log": log, "most": _RECALLED})
        return [
            LogEntry(from_micros(moment), log, code, bytes(detail)) for moment, code, detail in reversed(rows)
        ]

    def _keep(self, connection: Connection, reactions: Sequence[tuple[Eui64, Reaction]]) -> None:
        puts: list[dict[str, object]] = []
        drops: list[dict[str, object]] = []
        entries: list[dict[str, object]] = []
        devices = {eui: self._device(connection, eui) for eui, _ in reactions}
        for eui, reaction in reactions:
            events.feel(devices[eui], reaction.log)
        for eui, device in devices.items():
            for slot, value in device.memory.take_changes().items():
                row: dict[str, object] = {"device": eui, "slot": slot, "value": value}
                (drops if value is None else puts).append(row)
                if value is not None and slot.startswith(schedule.PREFIX):
                    heapq.heappush(self._due, (schedule.moment_of(slot), eui))
        for eui, reaction in reactions:
            device = devices[eui]
            for entry in reaction.log:
                if entry.log in _CHOSEN and not device.wishes.logged(device, entry.code, entry.moment):
                    continue
                micros = to_micros(entry.moment)
                self._number = max(self._number + 1, micros)
                entries.append({
                    "device": eui, "number": self._number, "moment": micros, "log": entry.log,
                    "code": entry.code, "detail": entry.detail, "note": entry.note[:200],
                })  # fmt: skip
        _DROP.many(connection, drops)
        _PUT.many(connection, puts)
        _LOG.many(connection, entries)
        self._keep_certificates(connection)

    def _keep_certificates(self, connection: Connection) -> None:
        _KEEP.many(connection, ({"digest": d, "der": der} for d, der in self._pool.new))


def _plans(connection: Connection) -> list[HomePlan]:
    """Every home that was enrolled."""
    homes: dict[bytes, dict[str, Eui64]] = {}
    seeds: dict[bytes, int] = {}
    variants, versions = _texts(connection, identity.VARIANT), _texts(connection, identity.GBCS_VERSION)
    for device, kind, hub, seed in _EVERY_DEVICE.rows(connection, {}):
        homes.setdefault(bytes(hub), {})[kind] = Eui64(device)
        seeds[bytes(hub)] = int.from_bytes(seed, "big")
    return [
        HomePlan(
            Eui64(hub), of["GPF"], of["ESME"], of["GSME"], seeds[hub],
            of.get(ppmid.KIND), of.get(hcalcs.KIND), of.get(ihd.KIND), of.get(sapc.KIND),
            variants.get(bytes(of["ESME"]), identity.SINGLE_ELEMENT), versions.get(hub, NEWEST),
        )
        for hub, of in homes.items()
    ]  # fmt: skip


def _texts(connection: Connection, slot: str) -> dict[bytes, str]:
    """What devices hold in a slot of text."""
    return {bytes(device): bytes(value).decode() for device, value in _TEXTS.rows(connection, {"slot": slot})}


def _pending(connection: Connection) -> list[tuple[datetime, Eui64]]:
    """When which device has something to carry out, as a heap."""
    due = [(schedule.moment_of(slot), Eui64(device)) for slot, device in _PENDING.rows(connection, {})]
    heapq.heapify(due)
    return due
