"""The console as one application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request

from gbsmart.console.documents import Reader
from gbsmart.console.explaining import ExplainPage
from gbsmart.console.homes import HomePages
from gbsmart.console.journeys import JourneyPages
from gbsmart.console.ledger import LedgerPages
from gbsmart.console.model import Address, HomeSource, JourneySource, SendSource
from gbsmart.console.sendforms import SendPages
from gbsmart.console.words import code_meaning, money, price, tone
from gbsmart.ground import Clock, Eui64, SystemClock
from gbsmart.keys import Keyring
from gbsmart.web import Link, Page, Site

REFRESH = timedelta(seconds=2)
"""How often a home's page is brought up to date."""

NAVIGATION = (
    Link("/", "Overview"),
    Link("/homes", "Homes"),
    Link("/requests", "Requests"),
    Link("/send", "Send"),
    Link("/explain", "Explain"),
)


def console_app(
    homes: HomeSource,
    journeys: JourneySource,
    *,
    addresses: Sequence[Address] = (),
    keyring: Keyring | None = None,
    acb: Eui64 | None = None,
    clock: Clock | None = None,
    sender: SendSource | None = None,
    refresh: timedelta = REFRESH,
) -> Starlette:
    """Every page of the console.

    ``addresses`` are what the first page lists. ``keyring`` decides what the console can check and open:
    given none it shows messages as anyone on the road sees them. ``acb`` is the Access Control Broker,
    whose key makes the MACs of commands. Set ``app.state.closing`` before the server stops.
    """
    reader = Reader(keyring, acb)
    journey_pages = JourneyPages(journeys, reader)

    async def overview(_request: Request) -> Page:
        lines = list(await homes.homes())
        recent = list(await journeys.find(8))
        model = {"addresses": list(addresses), "homes": lines, "requests": recent}
        return Page("Overview", "overview.html", model, {"tone": tone, "meaning": code_meaning})

    site = Site("gbsmart", NAVIGATION, ["gbsmart.console"], filters={"money": money, "price": price})
    ledger_pages = LedgerPages(journeys, clock or SystemClock(), site, refresh)
    home_pages = HomePages(homes, journeys, refresh, site)
    site.page("/", overview)
    site.page("/homes", home_pages.index)
    site.route("/homes/{id}/events", home_pages.events)
    site.page("/homes/{id}", home_pages.home)
    site.page("/devices/{id}", home_pages.device)
    site.route("/requests/events", ledger_pages.events)
    site.page("/requests", ledger_pages.index)
    site.page("/requests/{id}", journey_pages.journey)
    if sender is not None:
        send_pages = SendPages(sender, journeys, clock or SystemClock())
        site.page("/send", send_pages.index)
        site.page("/send/{variant}", send_pages.form, methods=("GET", "POST"))
    site.page("/explain", ExplainPage(reader).page, methods=("GET", "POST"))
    return site.app()
