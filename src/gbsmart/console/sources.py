"""The console's sources as they are here: the DCC's ledger, and a street of emulated homes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, select

from gbsmart import duis
from gbsmart.console.filtering import EVERYTHING, Filter
from gbsmart.console.held import held_for
from gbsmart.console.model import (
    DCC,
    DEVICE,
    USER,
    DeviceView,
    Document,
    HalfHourUse,
    HomeLine,
    HomeView,
    Journey,
    LedgerEvent,
    LogLine,
    Pending,
    RequestLine,
    Step,
    TurnedAway,
)
from gbsmart.console.searching import find, turned_away
from gbsmart.dcc import commands, ledger, messages
from gbsmart.dcc.model import Event, Request, RequestKey
from gbsmart.dcc.tables import delivery
from gbsmart.devices import schedule
from gbsmart.devices.home import Home, Snapshot
from gbsmart.devices.service import Street
from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.ground import Clock, Eui64, NotFound
from gbsmart.store import Store

T = TypeVar("T")

LOG_LINES = 12
"""How much of its devices' logs the page of a home shows."""


class StreetHomes:
    """The homes of a street, as their meters see them, called by number."""

    def __init__(self, street: Street, clock: Clock) -> None:
        self._street = street
        self._clock = clock

    async def homes(self) -> Sequence[HomeLine]:
        """Every home, by its hub."""
        return [
            HomeLine(hub, _name(number), self._devices(hub))
            for number, hub in enumerate(self._street.hubs(), 1)
        ]

    async def home(self, eui: Eui64) -> HomeView:
        """A home now; raises :class:`NotFound`."""
        hub = self._hub(eui)
        number = self._street.hubs().index(hub) + 1
        return await asyncio.to_thread(lambda: self._view(hub, _name(number)))

    async def device(self, eui: Eui64, *, newest: int = 200) -> DeviceView:
        """One device now; raises :class:`NotFound`."""
        hub = self._hub(eui)
        name = _name(self._street.hubs().index(hub) + 1)
        kind = next(kind for kind, each in self._devices(hub) if each == eui)

        def read() -> DeviceView:
            home = self._street.home(hub)
            pending = tuple(each for each in _pending(home) if each.device == eui)
            return DeviceView(eui, kind, name, hub, self._log(eui, kind, newest), pending)

        return await asyncio.to_thread(read)

    def _hub(self, eui: Eui64) -> Eui64:
        hub = self._street.hub_of(eui)
        if hub is None:
            raise NotFound(f"{eui} is not in this street")
        return hub

    def _view(self, hub: Eui64, name: str) -> HomeView:
        home = self._street.home(hub)
        devices = self._devices(hub)
        log = [line for kind, eui in devices for line in self._log(eui, kind, LOG_LINES)]
        log.sort(key=lambda line: line.at, reverse=True)
        view = home_view(home.snapshot(self._clock.now()), name, devices)
        return replace(view, log=tuple(log[:LOG_LINES]), pending=_pending(home))

    def _log(self, eui: Eui64, kind: str, newest: int) -> tuple[LogLine, ...]:
        return tuple(
            LogLine(row.moment, eui, kind, row.log, f"{row.code:04X}", _event_name(row.code), row.note)
            for row in reversed(self._street.log(eui, newest=newest))
        )

    def _devices(self, hub: Eui64) -> tuple[tuple[str, Eui64], ...]:
        return tuple((kind, eui) for eui, kind in self._street.plan(hub).devices())


def _pending(home: Home) -> tuple[Pending, ...]:
    """What every device of a home holds until later, earliest first."""
    held = [
        Pending(at, device.eui, kind, held_for(what))
        for kind, device in home.devices.items()
        for at, what in schedule.held(device.memory)
    ]
    return tuple(sorted(held, key=lambda each: each.at))


def _event_name(code: int) -> str:
    known = alert_codes().get(code)
    return known.name if known else ""


def _name(number: int) -> str:
    return f"Home {number}"


def home_view(shot: Snapshot, name: str, devices: tuple[tuple[str, Eui64], ...]) -> HomeView:
    """A street's snapshot of a home as the page's view-model."""
    return HomeView(
        id=shot.hub,
        name=name,
        at=shot.moment,
        devices=devices,
        electricity_wh=shot.electricity_wh,
        power_w=shot.electricity_power_w,
        electricity_supply=shot.electricity_supply,
        price=shot.electricity_price,
        electricity_today=tuple(HalfHourUse(*each) for each in shot.electricity_today),
        gas_litres=shot.gas_litres,
        gas_litres_per_hour=shot.gas_flow_litres_per_hour,
        gas_supply=shot.gas_supply,
        gas_today=tuple(HalfHourUse(*each) for each in shot.gas_today),
        gas_awake_at=shot.gas_awake_at,
        screen=shot.screen,
        prepayment=shot.prepayment,
        load_switch=shot.load_switch,
        behind_pin=shot.behind_pin,
        notices=shot.notices,
        alarms=shot.alarms,
    )


class LedgerJourneys:
    """What the DCC's ledger and outbox say of each Service Request."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(
        self, limit: int, before: str | None = None, wanted: Filter = EVERYTHING
    ) -> Sequence[RequestLine]:
        """The newest requests that ``wanted`` lets through, by their arrival."""
        place = None if before is None else RequestKey.parse(before)
        rows = await self._read(lambda connection: find(connection, wanted, limit, place))
        return [_line_of_row(row) for row in rows]

    async def turned_away(self, limit: int) -> Sequence[TurnedAway]:
        """The latest documents that the DCC refused before their RequestIDs were used, newest first."""
        rows = await self._read(lambda connection: turned_away(connection, limit))
        return [
            TurnedAway(
                row.at,
                str(RequestKey(Eui64(row.device), Eui64(row.originator), row.counter)),
                row.code,
                row.detail,
            )
            for row in rows
        ]

    async def journey(self, request_id: str) -> Journey:
        """One request; raises :class:`NotFound`, or ``InvalidValue`` for what is no RequestID."""
        key = RequestKey.parse(request_id)
        return await self._read(lambda connection: _journey(connection, key))

    async def _read(self, work: Callable[[Connection], T]) -> T:
        def reading() -> T:
            with self._store.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(reading)


def _line_of_row(row: Row[Any]) -> RequestLine:
    key = RequestKey(Eui64(row.device), Eui64(row.originator), row.counter)
    return RequestLine(
        str(key), row.variant, _name_of(row.variant), key.device, key.originator, row.state,
        row.outcome or "", row.code, row.received_at,
    )  # fmt: skip


def _name_of(variant: str) -> str:
    try:
        return duis.service(variant).name
    except NotFound:
        return "(not in the catalogue)"


class _Says(NamedTuple):
    """Who says something at an event of the ledger, and what it is called."""

    sender: str
    receiver: str
    what: str


_SAYS: Mapping[str, _Says] = {
    "receive": _Says(USER, DCC, "Service Request"),
    "refuse": _Says(DCC, USER, "refusal"),
    "refuse signed pre-command": _Says(DCC, USER, "refusal of the Signed Pre-Command"),
    "turn away": _Says(DCC, USER, "turned away"),
    "complete": _Says(DCC, USER, "answer"),
    "issue pre-command": _Says(DCC, USER, "Pre-Command"),
    "acknowledge": _Says(DCC, USER, "acknowledgement"),
    "queue": _Says(DCC, DCC, "queued"),
    "dispatch": _Says(DCC, DEVICE, "Command"),
    "respond": _Says(DEVICE, DCC, "Response"),
    "accept": _Says(DEVICE, DCC, "Response (accepted for later)"),
    "last outcome alert": _Says(DEVICE, DCC, "outcome alert"),
    "discard response": _Says(DEVICE, DCC, "Response that was discarded"),
    "deliver": _Says(DCC, USER, "Service Response"),
}
"""Every other event happens at the DCC itself and says nothing to anyone."""


def _journey(connection: Connection, key: RequestKey) -> Journey:
    found = ledger.find(connection, key)
    history = ledger.history(connection, key)
    if found is None:
        if not history:
            raise NotFound(f"no request {key} is known here")
        last = history[-1]
        raise NotFound(
            f"no request {key} is known here: its document was turned away with {last.code}, {last.detail}",
            remedy="Its RequestID may still be used.",
        )
    papers = _Papers(connection, found)
    steps: list[Step] = []
    for each in history:
        steps += papers.steps(each)
    steps += papers.undelivered()
    steps.sort(key=lambda step: step.at)  # at one moment, in the order of the ledger
    line = RequestLine(
        str(key), found.variant, _name_of(found.variant), key.device, key.originator, found.state,
        found.outcome or "", found.code, found.received_at,
    )  # fmt: skip
    told = tuple(LedgerEvent(e.at, e.name, e.source, e.target, e.code, e.detail) for e in history)
    return Journey(line, tuple(steps), tuple(papers.documents), told)


class _Papers:
    """Lays out what was said in the course of one request, each document once, in order."""

    def __init__(self, connection: Connection, request: Request) -> None:
        self.documents: list[Document] = []
        self._connection = connection
        self._request = request
        self._places: dict[bytes, int] = {}
        self._deliveries = _deliveries(connection, request.key)

    def steps(self, event: Event) -> list[Step]:
        """The step or steps of one event."""
        if event.name == "acknowledge" and event.source == "awaiting signature":
            signed = self._paper(
                self._content(self._request.signed_pre_command), "Signed Pre-Command", USER, DCC
            )
            came = Step(event.at, "Signed Pre-Command", USER, DCC, document=signed)
            return [came, self._step(event, self._content(self._request.signed_answer))]
        return [self._step(event, self._said(event))]

    def undelivered(self) -> list[Step]:
        """Steps of messages that wait for the User's service to take them."""
        steps = []
        for row in self._deliveries:
            if row.state != "taken":
                paper = self._paper(
                    self._content(bytes(row.message)), "Service Response, not yet taken", DCC, USER
                )
                detail = f"{row.attempts} attempt{'' if row.attempts == 1 else 's'}"
                steps.append(Step(row.created_at, f"delivery {row.state}", DCC, DCC, "", detail, paper))
        return steps

    def _step(self, event: Event, octets: bytes | None) -> Step:
        says = _SAYS.get(event.name)
        if says is None:
            return Step(event.at, event.name, DCC, DCC, event.code, event.detail)
        paper = self._paper(octets, says.what, says.sender, says.receiver)
        return Step(event.at, says.what, says.sender, says.receiver, event.code, event.detail, paper)

    def _said(self, event: Event) -> bytes | None:
        """What was said at an event, if anything was."""
        if event.name == "dispatch":
            sent = commands.find(self._connection, self._request.key)
            return None if sent is None else sent.content
        if event.name == "deliver":
            return self._content(
                next((bytes(row.message) for row in self._deliveries if row.state == "taken"), None)
            )
        if event.name in ("refuse", "acknowledge", "complete", "issue pre-command"):
            return self._content(self._request.answer)
        return self._content(event.message)

    def _content(self, digest: bytes | None) -> bytes | None:
        if digest is None:
            return None
        return messages.content_of(self._connection, self._request.key.device, digest)

    def _paper(self, octets: bytes | None, name: str, sender: str, receiver: str) -> int | None:
        """The index of a document, which is laid out when it is first met."""
        if octets is None:
            return None
        if octets not in self._places:
            kind = "xml" if octets.lstrip().startswith(b"<") else "gbcs"
            self._places[octets] = len(self.documents)
            self.documents.append(Document(name, kind, sender, receiver, octets))
        return self._places[octets]


def _deliveries(connection: Connection, key: RequestKey) -> Sequence[Row[Any]]:
    return connection.execute(
        select(delivery)
        .where(
            delivery.c.device == key.device,
            delivery.c.originator == key.originator,
            delivery.c.counter == key.counter,
        )
        .order_by(delivery.c.id)
    ).all()
