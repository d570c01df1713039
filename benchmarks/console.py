"""The console's pages over a large system: 1,000 homes, and a ledger of 100,000 requests.

The ledger is made up row by row, without the way through the DCC that would take an hour; the pages read
it as they read any other.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import httpx
from sqlalchemy import URL

from gbsmart.console import console_app
from gbsmart.console.sources import LedgerJourneys, StreetHomes
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.tables import event, message, request
from gbsmart.devices.home import HomePlan
from gbsmart.devices.service import Street
from gbsmart.ground import Eui64, ManualClock
from gbsmart.keys import MemoryKeyring
from gbsmart.store import Store, open_store

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


async def page_times(homes: int = 1_000, requests: int = 100_000, rounds: int = 5) -> dict[str, float]:
    """The median milliseconds of each page."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(URL.create("sqlite", database=str(Path(folder) / "big.db")))
        store.migrate()
        clock = ManualClock(NOW)
        street = Street(store, clock, MemoryKeyring(clock))
        head = bytes.fromhex("00DB1234C0")
        plans = [
            HomePlan(
                *(Eui64(head + bytes((*divmod(number, 256), kind))) for kind in (2, 3, 0, 1)), seed=number
            )
            for number in range(1, homes + 1)
        ]
        street.enrol(plans, {})
        keys = fill(store, plans, requests)
        middle = keys[requests // 2]
        names = {"hub": plans[7].hub, "meter": plans[7].esme, "middle": middle, "user": USERS[0]}
        app = console_app(StreetHomes(street, clock), LedgerJourneys(store), clock=clock)
        transport = httpx.ASGITransport(app)
        found = {}
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
            for page, path in PAGES.items():
                times = []
                for _ in range(rounds + 1):
                    begun = perf_counter()
                    answer = await browser.get(path.format(**names))
                    times.append(perf_counter() - begun)
                    answer.raise_for_status()
                found[page] = sorted(times[1:])[rounds // 2] * 1000
        store.close()
        return found


def main() -> None:
    """Print each page's time."""
    for page, milliseconds in asyncio.run(page_times()).items():
        print(f"{page:<32} {milliseconds:8.1f} ms")


if __name__ == "__main__":
    main()
