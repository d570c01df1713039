"""A made-up story for the pages: one home by its seed, and requests whose messages are real GBCS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from sqlalchemy import URL

from gbsmart import duis
from gbsmart.console import HomeLine, HomeView
from gbsmart.console.model import DeviceView, HalfHourUse, LogLine, Pending
from gbsmart.console.sources import LedgerJourneys
from gbsmart.dcc import lanes, ledger, messages, outbox
from gbsmart.dcc.model import NewRequest, RequestKey
from gbsmart.devices import Balance, FuelScreen, Prepayment, Screen, Spent
from gbsmart.devices.consumption import Home, Register
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import add_mac, data_secret, seal
from gbsmart.ground import Eui64, NotFound
from gbsmart.keys import Certificate, KeyNotHeld, KeyUse, SharedSecret, UnknownCertificate
from gbsmart.store import Store, open_store

from .looking import CHROMIUM, FLAGS, tab

NOW = datetime(2026, 1, 15, 17, 42, 10, tzinfo=UTC)
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
HUB = Eui64.parse("00-DB-12-34-C0-00-01-02")
GPF = Eui64.parse("00-DB-12-34-C0-00-01-03")
METER = Eui64.parse("00-DB-12-34-C0-00-01-00")
GAS_METER = Eui64.parse("00-DB-12-34-C0-00-01-01")
READ, ENABLE = RequestKey(METER, SUPPLIER, 1000), RequestKey(METER, SUPPLIER, 1001)
ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


class Everyone:
    """A keyring that holds everybody's keys, made when they are first asked for."""

    def __init__(self) -> None:
        self._keys: dict[tuple[Eui64, KeyUse], ec.EllipticCurvePrivateKey] = {}

    def _key(self, holder: Eui64, use: KeyUse) -> ec.EllipticCurvePrivateKey:
        return self._keys.setdefault((holder, use), ec.generate_private_key(ec.SECP256R1()))

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        public = self._key(holder, use).public_key()
        return Certificate(b"%s %d" % (holder, len(use)), holder, None, 1, "CN=Test", b"", *ALWAYS, public)

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        raise UnknownCertificate("not looked for by serial here")

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        return True

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        der = self._key(holder, use).sign(data, ec.ECDSA(hashes.SHA256()))
        return b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(der))

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        return SharedSecret(self._key(holder, use).exchange(ec.ECDH(), peer.public_key))


class NoKeys(Everyone):
    """A keyring that holds nothing."""

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        raise UnknownCertificate("none here")

    def _key(self, holder: Eui64, use: KeyUse) -> ec.EllipticCurvePrivateKey:
        raise KeyNotHeld("none here")


KEYS = Everyone()


def command(counter: int = READ.counter) -> Message:
    """Read the import registers, protected."""
    form = forms.form("ECS17b")
    header = Header(Cra.COMMAND, counter, SUPPLIER, METER, OtherInformation(form.code))
    return add_mac(Message(header, codec.payload(form, header, {})), KEYS, ACB)


def response(wh: int) -> Message:
    """The device's answer, its values sealed for the supplier."""
    form = forms.form("ECS17b")
    header = Header(Cra.RESPONSE, READ.counter, METER, SUPPLIER, OtherInformation(form.code))
    unit = {"scaler": 0, "unit": 30}
    registers = {
        "active_import": wh, "active_import_unit": unit,
        "reactive_import": wh // 10, "reactive_import_unit": {"scaler": 0, "unit": 32},
    }  # fmt: skip
    secret = data_secret(header, KEYS)
    values = Outcome({"import_registers": registers}, (0,))
    payload = codec.payload(form, header, values, seal=lambda plain: seal(header, plain, secret))
    return add_mac(Message(header, payload), KEYS, ACB)


def request_document(key: RequestKey, variant: str, command_variant: int, values: dict[str, object]) -> bytes:
    ident = duis.RequestId(key.originator, key.device, key.counter)
    return duis.build_request(duis.Request(ident, command_variant, variant, values))


def answer_document(key: RequestKey, variant: str, code: str, at: datetime, **payload: object) -> bytes:
    ident = duis.RequestId(key.originator, key.device, key.counter)
    return duis.build_response(duis.acknowledgement(ident, variant, code, at, **payload))


def tell(store: Store) -> None:
    """Two requests as the DCC would record them: a reading that is delivered, and one that is refused."""
    at = NOW - timedelta(minutes=3)

    def later(seconds: float) -> datetime:
        return at + timedelta(seconds=seconds)

    sent, came = command().encode(), response(4_231_072).encode()
    asked = request_document(READ, "4.1.1", 1, {})
    with store.transaction() as connection:
        ledger.receive(connection, NewRequest(READ, "4.1.1", 1, asked, at))
        answer = answer_document(READ, "4.1.1", "I99", at)
        ledger.attach(connection, READ, "answer", answer, at=at)
        ledger.advance(connection, READ, "acknowledge", at=later(0.012), code="I99")
        ledger.advance(connection, READ, "queue", at=later(0.012))
        lanes.enqueue(connection, READ, SUPPLIER, at=later(0.012))
    claim_and_send(store, sent, later(0.05))
    with store.transaction() as connection:
        ledger.advance(connection, READ, "dispatch", at=later(0.05))
        kept = messages.keep(connection, METER, came, at=later(25.4))
        ledger.advance(connection, READ, "respond", at=later(25.4), message=kept)
        outcome = answer_document(READ, "4.1.1", "I0", later(25.4), gbcs_payload=came)
        outbox.put(
            connection, SUPPLIER, outbox.OUTCOME, str(READ), outcome,
            device=METER, at=later(25.41), request=READ,
        )  # fmt: skip
    with store.transaction() as connection:
        ledger.receive(connection, NewRequest(ENABLE, "7.1", 4, b"<Request/>", later(60)))
        refusal = answer_document(ENABLE, "7.1", "E2", later(60))
        ledger.attach(connection, ENABLE, "answer", refusal, at=later(60))
        ledger.advance(
            connection, ENABLE, "refuse", at=later(60.004), code="E2", detail="IS <not> eligible for 7.1"
        )


def claim_and_send(store: Store, octets: bytes, at: datetime) -> None:
    with store.transaction() as connection:
        held = lanes.claim(connection, "1", now=at, until=at + timedelta(seconds=10), limit=5)
        built = [
            lanes.Built(each.key, READ.counter, at + timedelta(days=1), octets) for each in held.commands
        ]
        lanes.build(connection, held, built, at=at)


class OneHome:
    """A source of one home: the real consumption of a seed, at a moment that stands still."""

    def __init__(self, home: Home | None = None, at: datetime = NOW) -> None:
        self._home = home or Home(seed=7, solar_wp=0)
        self.at = at

    async def homes(self) -> Sequence[HomeLine]:
        view = await self.home(HUB)
        return [HomeLine(view.id, view.name, view.devices)]

    async def home(self, eui: Eui64) -> HomeView:
        if eui not in (HUB, GPF, METER, GAS_METER):
            raise NotFound(f"{eui} is not in this street")
        home, at = self._home, self.at
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)

        def today(register: Register) -> tuple[HalfHourUse, ...]:
            return tuple(HalfHourUse(*each) for each in home.half_hours(register, midnight, at))

        return HomeView(
            id=HUB,
            name="Home 1",
            at=at,
            devices=(("CHF", HUB), ("GPF", GPF), ("ESME", METER), ("GSME", GAS_METER)),
            electricity_wh=home.register(Register.ACTIVE_IMPORT, at),
            power_w=home.import_power_w(at),
            electricity_supply="on",
            price=24_500,
            electricity_today=today(Register.ACTIVE_IMPORT),
            gas_litres=home.register(Register.GAS_VOLUME, at),
            gas_litres_per_hour=home.gas_flow_litres_per_hour(at),
            gas_supply="armed",
            gas_today=today(Register.GAS_VOLUME),
            gas_awake_at=at + timedelta(minutes=12),
            screen=Screen(
                home.import_power_w(at),
                FuelScreen(at, "on", 24_500, 53_000, *(Spent(at, 7_000 * n, 224_500 * n) for n in (1, 3, 9))),
                FuelScreen(at, "armed", 6_200, 29_000, *(Spent(at, 900 * n, 84_800 * n) for n in (1, 3, 9))),
            ),
            prepayment=Prepayment(Balance(2_345_000, 0, 0, "credit"), Balance(1_234_000, 500_000, -7_000)),
            load_switch="off",
            log=(LogLine(at, METER, "ESME", "security", "8F0C", "Something <happened>", "a note"),),
            pending=(Pending(at + timedelta(days=1), METER, "ESME", "calendar"),),
        )

    async def device(self, eui: Eui64, *, newest: int = 200) -> DeviceView:
        view = await self.home(eui)
        kind = next(kind for kind, each in view.devices if each == eui)
        return DeviceView(eui, kind, view.name, view.id, view.log, view.pending)


class OnlyElectricity(OneHome):
    """The same home without gas."""

    async def home(self, eui: Eui64) -> HomeView:
        view = await super().home(eui)
        return replace(
            view, gas_litres=None, gas_litres_per_hour=None, gas_supply=None, gas_today=(), gas_awake_at=None
        )


@pytest.fixture
def story(tmp_path: Path) -> Store:
    """The DCC's store, in which the story has happened."""
    told = open_store(URL.create("sqlite", database=str(tmp_path / "story.db")))
    told.migrate()
    tell(told)
    return told


@pytest.fixture
def journeys(story: Store) -> LedgerJourneys:
    """The story, as the DCC's ledger tells it."""
    return LedgerJourneys(story)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# --- for tests in a browser ---


@pytest.fixture(scope="module")
def browser(pytestconfig: pytest.Config) -> Iterator[Any]:
    """Chromium, for the tests of one module, which stand in one group (``xdist_group``).

    Its driver runs an event loop in this thread as long as it lives; tests with a loop of their own must
    not come in between.
    """
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium-headless-shell")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: make setup")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        chromium.keeps = pytestconfig.getoption("--screenshots")
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    with tab(browser, request.param) as opened:
        yield opened
