"""The shipped register in a store of each test's own, its pages and its REST interface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from gbsmart.codebook.consultations import TEMPLATES, CodeVersion, fill, interface, place
from gbsmart.ground import ManualClock
from gbsmart.store import Store, open_store
from gbsmart.web import Link, Site

NOW = datetime(2015, 3, 2, 9, 0, tzinfo=UTC)
VERSIONS = tuple(
    CodeVersion(number, date.fromisoformat(day))
    for number, day in (
        ("1.0", "2013-09-23"), ("2.0", "2014-03-31"), ("2.1", "2014-04-06"), ("3.0", "2014-07-31"),
        ("4.0", "2015-01-14"), ("4.1", "2015-01-26"), ("4.2", "2015-03-18"), ("4.3", "2015-07-01"),
        ("4.8", "2016-02-10"), ("4.12", "2016-06-15"), ("5.0", "2016-11-08"),
    )
)  # fmt: skip


class Client:
    """Asks an application as a browser or a program would."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://gb") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self("POST", path, **more)


@pytest.fixture
def register(store: Store) -> Store:
    """The store with the shipped register in it, on SQLite and on PostgreSQL."""
    with store.transaction() as connection:
        fill(connection, NOW)
    return store


@pytest.fixture
def own(sqlite_url: Any) -> Iterator[Store]:
    """The same on SQLite alone, for what does not depend on the database."""
    store = open_store(sqlite_url)
    with store.transaction() as connection:
        fill(connection, NOW)
    yield store
    store.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def pages(own: Store, clock: ManualClock) -> Client:
    site = Site("gbsmart", [Link("/code/consultations", "Consultations")], [TEMPLATES])
    place(site, own, clock, lambda _connection: VERSIONS)
    return Client(site.app())


@pytest.fixture
def rest(own: Store, clock: ManualClock) -> Client:
    declared = interface(lambda: own, clock.now, lambda _connection: VERSIONS)
    return Client(Starlette(routes=declared.routes()))


Opened = Callable[..., str]


@pytest.fixture
def open_one(own: Store) -> Opened:
    """Plans a consultation with questions and opens it."""
    from gbsmart.codebook.consultations import service
    from gbsmart.codebook.consultations.model import Basis, Consultation, ConsultationKind, Dated

    def opened(name: str = "C-OWN", closes: datetime | None = None) -> str:
        kind = ConsultationKind.CONSULTATION
        with own.transaction() as connection:
            new = Consultation(name, "Support materials", kind, "planned", closes_at=closes, source="own")
            service.add_consultation(connection, new, ["handover", "returns"], NOW)
            service.set_questions(connection, name, ["Do you agree?", "What is missing?"])
            service.step(connection, name, "open", Dated("2015-03-02", Basis.RECORDED), NOW)
        return name

    return opened
