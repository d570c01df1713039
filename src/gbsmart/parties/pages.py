"""The pages of the public register of Parties."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.accounts import Account, acting_form, signed_in
from gbsmart.ground import Clock, InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.parties import telling
from gbsmart.parties.consumer_bodies import consumer_bodies
from gbsmart.parties.membership import CHANNELS, Category, Licence, Right
from gbsmart.parties.web import change, interface, may_change, seen, sees_whole
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site

_PARTIES = "/parties"
_FIELDS = ("registered_name", "company_number", "address", "vat_number", "group", "domestic_premises",
           "notices_to", "notices_channel", "notices_address")  # fmt: skip


def place(site: Site, store: Store, clock: Clock) -> Link:
    """Put the register on a site: its pages, files and interface for programs; the link to it."""
    pages = PartyPages(store, clock)
    site.interface(interface(lambda: store, clock))
    site.route(f"{_PARTIES}.csv", pages.csv)
    site.route(f"{_PARTIES}.atom", pages.atom)
    site.page(_PARTIES, pages.index)
    site.page(f"{_PARTIES}/{{signifier}}", pages.one, methods=("GET", "POST"))
    return Link(_PARTIES, "Parties")


class PartyPages:
    """``/parties`` and ``/parties/{signifier}``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def index(self, request: Request) -> Page:
        """Every Party, as at a day, of a category, by words."""
        asked = {name: request.query_params.get(name, "") for name in ("at", "category", "q")}
        model = await self._read(lambda connection: self._index(connection, asked))
        extra = {"asked": asked, "categories": list(Category), "query": urlencode(asked)}
        return Page("Parties", "parties.html", model, extra)

    def _index(self, connection: Connection, asked: dict[str, str]) -> dict[str, Any]:
        moment = telling.moment_of(asked["at"], self._clock.now())
        category = telling.category_of(asked["category"])
        found = telling.select(connection, moment, category=category, words=asked["q"])
        bodies = [telling.told_body(each, civil_day(moment)) for each in consumer_bodies()]
        told = [telling.told(each, moment, whole=False, reasons=False) for each in found]
        return {"at": moment, "parties": told, "consumer_bodies": bodies}

    async def csv(self, request: Request) -> Response:
        """The register as CSV."""
        text = await self._read(lambda connection: telling.as_csv(*self._found(connection, request)))
        return Response(text, media_type="text/csv; charset=utf-8")

    async def atom(self, request: Request) -> Response:
        """The register as an Atom feed."""
        address = str(request.base_url).rstrip("/")
        octets = await self._read(
            lambda connection: telling.as_atom(self._found(connection, request)[0], address)
        )
        return Response(octets, media_type="application/atom+xml")

    def _found(self, connection: Connection, request: Request) -> tuple[Any, Any]:
        asked = request.query_params
        moment = telling.moment_of(asked.get("at", ""), self._clock.now())
        category = telling.category_of(asked.get("category", ""))
        return telling.select(connection, moment, category=category, words=asked.get("q", "")), moment

    async def one(self, request: Request) -> Page:
        """One Party; who acts for it changes its details here (SEC M6)."""
        signifier, errors, form = request.path_params["signifier"], dict[str, str](), dict[str, str]()
        if request.method == "POST":
            account, form = await acting_form(request)
            try:
                await self._write(
                    lambda connection: change(connection, account, signifier, _given(form), self._clock)
                )
                return Page(signifier, "party.html", {}, location=f"{_PARTIES}/{quote(signifier)}")
            except InvalidValue as wrong:
                errors[wrong.field] = wrong.reason
        reader = signed_in(request)
        moment = telling.moment_of(request.query_params.get("at", ""), self._clock.now())
        model, whole = await self._read(lambda connection: self._one(connection, signifier, moment, reader))
        extra = {
            "changes_it": reader is not None and may_change(reader, signifier), "whole": whole, "form": form,
            "licences": list(Licence), "channels": CHANNELS, "rights": list(Right),
        }  # fmt: skip
        return Page(
            model["name"], "party.html", {**model, "errors": errors}, extra, status=400 if errors else 200
        )

    def _one(
        self, connection: Connection, signifier: str, moment: datetime, reader: Account | None
    ) -> tuple[dict[str, Any], bool]:
        whole = sees_whole(connection, reader, self._clock.now())(signifier)
        return {"at": moment, **seen(connection, reader, signifier, moment, self._clock.now())}, whole

    async def _read(self, work: Callable[[Connection], Any]) -> Any:
        def read() -> Any:
            with self._store.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(read)

    async def _write(self, work: Callable[[Connection], None]) -> None:
        def write() -> None:
            with self._store.transaction() as connection:
                work(connection)

        await asyncio.to_thread(write)


def _given(form: dict[str, str]) -> dict[str, Any]:
    """The details of a form: a box for each licence, a line for each contact."""
    given: dict[str, Any] = {name: form[name] for name in _FIELDS if name in form}
    given["licences"] = [licence for licence in Licence if f"licence-{licence}" in form]
    given["contacts"] = [line for line in form.get("contacts", "").splitlines() if line.strip()]
    return given
