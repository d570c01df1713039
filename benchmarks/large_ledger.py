"""The console's pages over a large system: 1,000 homes, and a ledger of 100,000 requests.

The ledger is made up row by row, without the way through the DCC that would take an hour; the pages read
it as they read any other.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
from sqlalchemy import URL

from benchmarks.pages import Page
from gbsmart.console import console_app
from gbsmart.console.sources import LedgerJourneys, StreetHomes
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.tables import event, message, request
from gbsmart.devices.home import HomePlan
from gbsmart.devices.service import Street
from gbsmart.ground import Eui64, ManualClock
from gbsmart.keys import MemoryKeyring
from gbsmart.store import Store, open_store

HOMES, REQUESTS, TIMES = 1_000, 100_000, 6
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
USERS = [Eui64.parse(f"90-B3-D5-1F-30-0{number}-00-00") for number in (1, 2, 3)]
VARIANTS = ("4.1.1", "4.1.1", "4.1.1", "4.8.1", "4.11.1", "7.1", "7.2", "1.1.1", "2.2", "8.2")
PAGES = {
    "overview": "/",
    "homes": "/homes",
    "one home": "/homes/{hub}",
    "ledger, newest": "/requests",
    "ledger, far back": "/requests?before={middle}",
    "ledger, one variant": "/requests?q=variant:7.2+state:refused",
    "ledger, one device": "/requests?q=device:{meter}",
    "ledger, rare code": "/requests?q=code:E40",
    "ledger, rare code of one User": "/requests?q=code:E40+user:{user}+kind:critical",
    "ledger, nothing found": "/requests?q=code:E41",
    "ledger, an event's words": "/requests?q=detail:nowhere",
    "journey": "/requests/{middle}",
}


def fill(store: Store, homes: list[HomePlan], count: int) -> list[RequestKey]:
    """``count`` requests of these homes, one every second up to :data:`NOW`, each with three events."""
    chance = random.Random(1)
    keys = [RequestKey(chance.choice(homes).esme, chance.choice(USERS), number) for number in range(count)]
    body = b"<Request/>"
    digest = sha256(body).digest()
    with store.transaction() as connection:
        for start in range(0, count, 5_000):
            part = range(start, min(start + 5_000, count))
            connection.execute(request.insert(), [_request(keys[at], at, count, digest) for at in part])
            connection.execute(event.insert(), [row for at in part for row in _events(keys[at], at, count)])
        devices = {key.device for key in keys}
        connection.execute(
            message.insert(),
            [{"device": each, "digest": digest, "content": body, "stored_at": NOW} for each in devices],
        )
    return keys


def _request(key: RequestKey, at: int, count: int, digest: bytes) -> dict[str, object]:
    code = "E40" if at % 20_000 == 7 else "E2" if at % 50 == 0 else "I0"
    outcome = "refused" if code == "E2" else "failed" if code == "E40" else "answered"
    return {
        "device": key.device, "originator": key.originator, "counter": key.counter,
        "variant": VARIANTS[at % len(VARIANTS)], "command_variant": 1,
        "state": "refused" if code == "E2" else "delivered", "outcome": outcome, "code": code,
        "received_at": NOW - timedelta(seconds=count - at), "content": digest,
    }  # fmt: skip


def _events(key: RequestKey, at: int, count: int) -> Iterator[dict[str, object]]:
    moment = NOW - timedelta(seconds=count - at)
    for name, target in (("receive", "received"), ("acknowledge", "acknowledged"), ("respond", "answered")):
        yield {
            "device": key.device, "originator": key.originator, "counter": key.counter, "at": moment,
            "name": name, "source": "", "target": target, "code": "", "message": None, "detail": "",
            "xact": 0,
        }  # fmt: skip


async def measure(homes: int = HOMES, requests: int = REQUESTS) -> list[Page]:
    """Every kind of page, each several times."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(URL.create("sqlite", database=str(Path(folder) / "large.db")))
        store.migrate()
        clock = ManualClock(NOW)
        street = Street(store, clock, MemoryKeyring(clock))
        plans = [_home(number) for number in range(1, homes + 1)]
        street.enrol(plans, {})
        keys = fill(store, plans, requests)
        names = {
            "hub": plans[7].hub, "meter": plans[7].esme, "middle": keys[requests // 2], "user": USERS[0],
        }  # fmt: skip
        app = console_app(StreetHomes(street, clock), LedgerJourneys(store), clock=clock)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://console"
        ) as browser:
            found = [await _page(browser, name, path.format(**names)) for name, path in PAGES.items()]
        store.close()
        return found


def _home(number: int) -> HomePlan:
    head = bytes.fromhex("00DB1234C0") + number.to_bytes(2, "big")
    hub, gpf, esme, gsme = (Eui64(head + bytes([kind])) for kind in (2, 3, 0, 1))
    return HomePlan(hub, gpf, esme, gsme, number)


async def _page(browser: httpx.AsyncClient, name: str, path: str) -> Page:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = await browser.get(path)
        times.append(1000 * (time.perf_counter() - began))
        answer.raise_for_status()
    return Page(name, statistics.median(times[1:]), max(times[1:]), len(answer.content))
