"""Pages and interface of the bodies of the Code: seats, terms, meetings, decisions, and who owns SECCo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pydantic import Field
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gbsmart import codebook
from gbsmart.governance.panel import telling
from gbsmart.governance.panel.telling import Told
from gbsmart.ground import Clock
from gbsmart.store import Store
from gbsmart.web import Interface, Link, Operation, Page, Site, Takes, csv_table

T = TypeVar("T")
PAGES, BASE = "/governance/bodies", "/governance/v1/bodies"


def place(site: Site, store: Store, clock: Clock) -> Link:
    """Put the pages and the interface on a site; the link to them."""
    pages = BodyPages(store, clock)
    site.interface(interface(store, clock))
    site.page(PAGES, pages.index)
    site.page(f"{PAGES}/{{name}}", pages.body)
    return Link(PAGES, "Panel and committees")


class BodyPages:
    """``/governance/bodies`` and ``/governance/bodies/{name}``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def index(self, request: Request) -> Page:
        """Every body."""
        at = _moment(request.query_params.get("at", ""), self._clock)
        found = await self._read(lambda connection: telling.told_bodies(connection, at))
        return Page("Panel and committees", "bodies.html", {"at": at, "bodies": found})

    async def body(self, request: Request) -> Page:
        """One body."""
        at = _moment(request.query_params.get("at", ""), self._clock)
        name = request.path_params["name"]
        told = await self._read(lambda connection: telling.told_body(connection, name, at))
        return Page(told["title"], "body.html", told)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        def read() -> T:
            with self._store.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(read)


def _moment(at: str, clock: Clock) -> datetime:
    return codebook.moment_of(at) if at else clock.now()


class At(Takes):
    """When."""

    at: str = Field("", description="a day or a moment in ISO 8601; now, if it is left out")


class OfBody(At):
    """Which body."""

    name: str = Field(description="such as panel or ssc")


_OF_TERM = ("body", "seat", "constituency", "holder", "since", "until")
_OF_SHARE = ("party", "name", "since")


def interface(store: Store, clock: Clock) -> Interface:
    """Bodies, terms and shares for programs; terms and shares as CSV, too."""

    def reading(work: Callable[[Connection], T]) -> T:
        with store.reading() as connection:
            return work(connection)

    def bodies(asked: At, _request: Request) -> list[Told]:
        return reading(lambda connection: telling.told_bodies(connection, _moment(asked.at, clock)))

    def body(asked: OfBody, _request: Request) -> Told:
        return reading(lambda connection: telling.told_body(connection, asked.name, _moment(asked.at, clock)))

    def terms(_asked: At, _request: Request) -> Response:
        return Response(csv_table(_OF_TERM, reading(telling.told_terms)), media_type="text/csv")

    def shares(asked: At, _request: Request) -> Response:
        rows = reading(lambda connection: telling.told_shares(connection, _moment(asked.at, clock)))
        return Response(csv_table(_OF_SHARE, rows), media_type="text/csv")

    get = "GET"
    return Interface(
        BASE, "Bodies of the Code", "Who sits on which body, what it met about and what it decided.",
        (
            Operation("list_bodies", get, "", "The bodies of the Code, and how many sit on each.", At,
                      list[Told], bodies),
            Operation("terms_csv", get, "/terms.csv", "Every term there was in any seat, as CSV.", At, None,
                      terms, media_type="text/csv"),
            Operation("shares_csv", get, "/shares.csv", "Who owns SECCo, as CSV.", At, None, shares,
                      media_type="text/csv"),
            Operation("show_body", get, "/{name}", "A body with its terms of reference, seats, terms, "
                      "meetings, decisions and actions.", OfBody, Told, body),
        ),
        {},
    )  # fmt: skip
