"""A whole DCC over a store of its own: Users, a home, keys, a road that can be cut, a User's service."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiohttp import web
from sqlalchemy import URL

from gbsmart import duis, inventory, parties, registration
from gbsmart.dcc import Dcc, NotRunning, RequestKey, Settings, ledger
from gbsmart.duis import Request, RequestId, Response
from gbsmart.gbcs import Cra, Message, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import mac, secret_between, sign
from gbsmart.gbcs.shape import SEALED, Sealed
from gbsmart.ground import NOW, Eui64, ManualClock
from gbsmart.inventory import Device, DeviceStatus, DeviceType
from gbsmart.keys import KeyEntry, MemoryKeyring
from gbsmart.parties import Party, User, UserRole
from gbsmart.registration import Fuel, MeteringPoint, Responsibility
from gbsmart.store import Store, open_store
from gbsmart.trust import TestSmki
from gbsmart.wan import Parcel, WanDown, WanLost

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
GAINING = Eui64.parse("90-B3-D5-1F-30-03-00-00")
NETWORK = Eui64.parse("90-B3-D5-1F-30-02-00-00")
OTHER = Eui64.parse("00-DB-12-34-56-78-00-04")
ESME, GSME, HUB, GPF = (Eui64.parse(f"00-DB-12-34-56-78-90-A{n}") for n in range(4))
ANSWERED = {form.code: form for form in map(forms.form, ("ECS01a", "ECS17b"))}
MPAN, MPRN = "2000000000105", "1234567890"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Road:
    """The WAN of these tests: keeps what goes down; meters that answer do so at once."""

    scene: Scene
    down: list[Parcel] = field(default_factory=list)
    answering: bool = True
    is_down: bool = False
    breaks: bool = False
    """It takes everything, and is lost before it can say so."""
    payload: bytes | None = None
    """Of the answers. By default: it was done, for ``ANSWERED``; else nothing that can be read."""
    dead_hubs: set[Eui64] = field(default_factory=set)
    _answers: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[str]:
        if self.is_down:
            raise WanDown("the WAN is down")
        taken = [parcel for parcel in parcels if parcel.hub not in self.dead_hubs]
        self.down += taken
        if self.breaks:
            raise WanLost("the WAN broke")
        if self.answering:
            task = asyncio.create_task(self._hand_up([self.scene.answer(parcel) for parcel in taken]))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        return [parcel.transport_id for parcel in parcels if parcel.hub in self.dead_hubs]

    async def _hand_up(self, answers: Sequence[Parcel]) -> None:
        """As a hub does: what a DCC that stops does not take is kept."""
        with contextlib.suppress(NotRunning):
            await self.scene.dcc.uplink.receive(answers)


@dataclass
class Mailbox:
    """A User's Receive Response service: what it took, and how it answers."""

    status: int = 204
    documents: list[bytes] = field(default_factory=list)
    refused: int = 0
    on_taking: Callable[[], object] | None = None

    @property
    def messages(self) -> list[Response]:
        return [duis.parse_response(document).message for document in self.documents]

    async def take(self, request: web.Request) -> web.Response:
        document = await request.read()
        if not 200 <= self.status < 300:
            self.refused += 1
        else:
            self.documents.append(document)
            if self.on_taking is not None:
                self.on_taking()
        return web.Response(status=self.status)


class Scene:
    """The things of a test, and short ways to use them."""

    def __init__(self, store: Store, keyring: MemoryKeyring, clock: ManualClock) -> None:
        self.store, self.keyring, self.clock = store, keyring, clock
        self.road = Road(self)
        self.mailboxes = {user: Mailbox() for user in (SUPPLIER, GAINING, NETWORK, OTHER)}
        self.settings = Settings()
        self.wall = ManualClock(datetime(2030, 1, 1, tzinfo=UTC))
        self.dcc = Dcc(store, keyring, keyring, clock, self.road, self.settings, wall=self.wall)
        self._counter = 1000

    # --- the User ---

    def request(self, variant: str = "4.1.1", device: Eui64 = ESME, **changes: object) -> Request:
        """A request of the supplier's, under the next counter."""
        self._counter += 1
        service = duis.service(variant)
        values = {} if service.execution_date_time == "none" else {"execution_date_time": NOW}
        wanted = 4 if service.critical else 8 if service.non_device else 1
        target = ACB if service.non_device else device
        made = Request(RequestId(SUPPLIER, target, self._counter), wanted, variant, values)
        return replace(made, **changes)  # type: ignore[arg-type]

    def by(self, user: Eui64, request: Request) -> Request:
        return replace(request, request_id=request.request_id._replace(originator=user))

    def signed(self, request: Request, signer: Eui64 | None = None) -> bytes:
        return duis.sign(duis.build_request(request), self.keyring, signer or request.request_id.originator)

    async def post(
        self, octets: bytes, web_service: str = "serviceS", media_type: str = "application/xml"
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.dcc.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://dcc") as client:
            return await client.post(
                f"/api/v1/{web_service}", content=octets, headers={"Content-Type": media_type}
            )

    async def send(self, request: Request, web_service: str | None = None) -> Response:
        """Sign and send; the synchronous answer."""
        named = web_service or duis.COMMAND_VARIANTS[request.command_variant].web_service
        assert named is not None
        answer = await self.post(self.signed(request), str(named))
        assert answer.status_code == 200, answer.text
        return duis.parse_response(answer.content).message

    async def code(self, request: Request, web_service: str | None = None) -> str:
        """Sign and send; the response code of the answer."""
        return (await self.send(request, web_service)).response_code

    def sign_pre_command(self, request: Request, answer: Response, *, null: bool = False) -> Request:
        """The Signed Pre-Command for a Pre-Command; ``null``: the octet before the signature is kept."""
        octets = answer.gbcs_payload
        assert octets is not None
        message = sign(Message.parse(octets), self.keyring)
        assert message.signature is not None
        signed = octets + b"\x40" + message.signature if null else message.encode()
        return replace(
            request, command_variant=5, values={"execution_date_time": NOW, "gbcs_payload": signed}
        )

    # --- the device ---

    def answer(self, parcel: Parcel, *, key: Eui64 | None = None) -> Parcel:
        """A device's protected response."""
        command = Message.parse(parcel.octets).header
        header = replace(
            command, cra=Cra.RESPONSE, originator=command.recipient, recipient=command.originator
        )
        payload = self.road.payload
        if payload is None and header.message_code in ANSWERED:
            form = ANSWERED[header.message_code]
            results = (0,) * len(form.body(Cra.RESPONSE).items)
            payload = codec.payload(form, header, Outcome({SEALED: Sealed(bytes(40))}, results))
        answer = Message(header, payload or b"\xda\x20\x00\x00")
        return parcel._replace(octets=self.protected(answer, parcel))

    def protected(self, message: Message, parcel: Parcel | None = None) -> bytes:
        critical = parcel is not None and Message.parse(parcel.octets).signature is not None
        if critical:
            return sign(message, self.keyring).encode()
        secret = secret_between(self.keyring, message.header.originator, message.header.recipient)
        unprotected = replace(message, null_signature=True)
        return unprotected.with_mac(mac(unprotected, secret)).encode()

    # --- time and state ---

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the workers work until ``holds`` is true; a test that waits in vain fails.

        The clock goes on a little meanwhile, so that a worker that was behind looks again.
        """
        for turn in range(1, 2000):
            if holds():
                return
            await asyncio.sleep(0.005)
            if turn % 50 == 0:
                self.clock.advance(seconds=1)
        raise AssertionError("it did not happen")

    async def pass_time(self, **units: float) -> None:
        """Move the clock, in steps that let every worker look."""
        end = self.clock.now() + timedelta(**units)
        step = max((end - self.clock.now()) / 8, timedelta(seconds=1))
        while self.clock.now() < end:
            self.clock.set(min(end, self.clock.now() + step))
            await asyncio.sleep(0.02)

    def state(self, request: Request | RequestKey) -> str | None:
        found = self.stored(request)
        return None if found is None else found.state

    def stored(self, request: Request | RequestKey) -> ledger.Request | None:
        if isinstance(request, Request):
            request = RequestKey(
                request.request_id.target, request.request_id.originator, request.request_id.counter
            )
        with self.store.reading() as connection:
            return ledger.find(connection, request)

    def events(self, request: Request) -> list[str]:
        name = request.request_id
        with self.store.reading() as connection:
            return [
                event.name
                for event in ledger.history(
                    connection, RequestKey(name.target, name.originator, name.counter)
                )
            ]

    def mail(self, user: Eui64 = SUPPLIER) -> list[Response]:
        return self.mailboxes[user].messages


def _fill(scene: Scene, addresses: dict[Eui64, str]) -> None:
    """The registers: three Parties, one home with electricity and gas."""
    roles = {
        SUPPLIER: {UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER},
        GAINING: {UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER},
        NETWORK: {UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER},
        OTHER: {UserRole.OTHER_USER},
    }
    commissioned = DeviceStatus.COMMISSIONED
    with scene.store.transaction() as connection:
        for user, held in roles.items():
            party = f"P{user.compact}"
            parties.add_party(connection, Party(party, party))
            parties.add_user(connection, User(user, party, frozenset(held), (addresses[user],)))
        registration.add_point(connection, MeteringPoint(MPAN, Fuel.ELECTRICITY, uprn="100"))
        registration.add_point(connection, MeteringPoint(MPRN, Fuel.GAS))
        for point, role, user in (
            (MPAN, UserRole.IMPORT_SUPPLIER, SUPPLIER),
            (MPAN, UserRole.ELECTRICITY_DISTRIBUTOR, NETWORK),
            (MPRN, UserRole.GAS_SUPPLIER, SUPPLIER),
            (MPRN, UserRole.GAS_TRANSPORTER, NETWORK),
        ):
            since = START - timedelta(days=100)
            held_by = Responsibility(point, role, f"P{user.compact}", since)
            registration.register(connection, held_by, received_at=since)
        for device in (
            Device(HUB, DeviceType.CHF, commissioned, manufacturer="HubCo", model="H1"),
            Device(ESME, DeviceType.ESME, commissioned, HUB, "MeterCo", "E1", import_mpxn=MPAN),
            Device(GSME, DeviceType.GSME, commissioned, HUB, "MeterCo", "G1", import_mpxn=MPRN),
            Device(GPF, DeviceType.GPF, commissioned, HUB, "HubCo", "P1"),
        ):
            inventory.add_device(connection, device, at=START)


@pytest.fixture(scope="session")
def smki() -> TestSmki:
    return TestSmki.create(ManualClock(START), random.Random(7).randbytes)


@pytest.fixture(scope="session")
def device_keys(smki: TestSmki) -> list[KeyEntry]:
    return [entry for device in (ESME, GSME, HUB, GPF) for entry in smki.device(device)]


@pytest.fixture
def scene_url(sqlite_url: URL) -> URL:
    """The database of a scene: SQLite, unless a module asks for both by overriding this."""
    return sqlite_url


@pytest.fixture
async def scene(scene_url: URL, smki: TestSmki, device_keys: list[KeyEntry]) -> AsyncIterator[Scene]:
    """A running DCC."""
    clock = ManualClock(START)
    keyring = MemoryKeyring(clock)
    keyring.add_set(smki.key_set())
    keyring.add_entries(device_keys)
    store = open_store(scene_url)
    scene = Scene(store, keyring, clock)
    app = web.Application()
    for user, mailbox in scene.mailboxes.items():
        app.router.add_post(f"/{user.compact}", mailbox.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    _fill(scene, {user: f"http://127.0.0.1:{port}/{user.compact}" for user in scene.mailboxes})
    async with scene.dcc:
        yield scene
    await runner.cleanup()
    store.close()
