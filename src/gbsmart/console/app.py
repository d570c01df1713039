"""The console as one application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request

from gbsmart.accounts import pages as sign_in
from gbsmart.accounts.web import operator_from_here
from gbsmart.codebook import consultations
from gbsmart.codebook import loads as code_texts
from gbsmart.codebook import pages as library
from gbsmart.console.clock import ClockPages
from gbsmart.console.documents import Reader
from gbsmart.console.evidence import EvidenceFiles
from gbsmart.console.explaining import ExplainPage
from gbsmart.console.exploring import Explorer
from gbsmart.console.faults import FaultPages
from gbsmart.console.handbook import HandbookPages
from gbsmart.console.homes import HomePages
from gbsmart.console.journeys import JourneyPages
from gbsmart.console.ledger import LedgerPages
from gbsmart.console.legend import legend, spelled
from gbsmart.console.model import (
    Address,
    HomeSource,
    JourneySource,
    SendSource,
    Timekeeper,
    TopUpSource,
    UserSource,
)
from gbsmart.console.sendforms import SendPages
from gbsmart.console.users import UsersPage
from gbsmart.console.words import code_meaning, money, price, tone
from gbsmart.governance import pages as duty_pages
from gbsmart.governance.registers import REGISTERS
from gbsmart.ground import NO_FAULTS, Clock, Eui64, Faults, SystemClock
from gbsmart.keys import Certificate, Keyring
from gbsmart.parties import pages as party_pages
from gbsmart.procedures import Desk
from gbsmart.procedures import pages as case_pages
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site
from gbsmart.web.site import PageSource

REFRESH = timedelta(seconds=2)
"""How often a home's page is brought up to date."""


def console_app(
    homes: HomeSource,
    journeys: JourneySource,
    *,
    addresses: Sequence[Address] = (),
    keyring: Keyring | None = None,
    acb: Eui64 | None = None,
    authorities: Sequence[Certificate] = (),
    clock: Clock | None = None,
    sender: SendSource | None = None,
    timekeeper: Timekeeper | None = None,
    top_ups: TopUpSource | None = None,
    users: UserSource | None = None,
    faults: Faults = NO_FAULTS,
    people: Store | None = None,
    only_operators: bool = False,
    governance: Desk | None = None,
    refresh: timedelta = REFRESH,
) -> Starlette:
    """Every page of the console.

    ``addresses`` are what the first page lists. ``keyring`` decides what the console can check and open:
    given none it shows messages as anyone on the road sees them. ``acb`` is the Access Control Broker,
    whose key makes the MACs of commands, and ``authorities`` are what certificates are held against.
    Without a ``sender``, ``users``, a ``timekeeper``, ``top_ups`` or ``faults`` their pages and forms are not
    there, without the store of ``people`` nobody signs in, and without a desk of ``governance`` no case is
    seen. With ``only_operators`` nobody else steers the laboratory (clock, faults, requests, top-ups). Set
    ``app.state.closing`` before the server stops.
    """
    reader = Reader(keyring, acb)
    clock = clock or SystemClock()
    links = [Link("/", "Overview"), Link("/homes", "Homes"), Link("/requests", "Requests")]
    filters = {"money": money, "price": price, "spelled": spelled}
    wings = (
        "console", "accounts", "codebook", "codebook.consultations", "parties", "procedures", "governance",
    )  # fmt: skip
    site = Site("gbsmart", links, [f"gbsmart.{each}" for each in wings], filters=filters)
    if people is not None:
        sign_in.place(site, people, SystemClock())  # who signs in lives by the machine's clock
    site.footer = [Link("/legend", "What the letters mean")]
    site.page("/legend", legend)
    site.page("/", OverviewPage(homes, journeys, addresses, sends=sender is not None).page)
    home_pages = HomePages(homes, journeys, refresh, site, top_ups)
    site.page("/homes", home_pages.index)
    site.route("/homes/{id}/events", home_pages.events)
    lab = _guarded if only_operators else _open
    site.page("/homes/{id}", lab(home_pages.home), methods=("GET", "POST") if top_ups else ("GET",))
    site.page("/devices/{id}", home_pages.device)
    ledger_pages = LedgerPages(journeys, clock, site, refresh)
    site.route("/requests/events", ledger_pages.events)
    site.page("/requests", ledger_pages.index)
    site.page("/requests/turned-away", ledger_pages.turned_away)
    evidence = EvidenceFiles(journeys, reader, clock, authorities)
    site.route("/evidence.zip", evidence.of_filter)
    site.route("/requests/{id}/evidence.zip", evidence.of_request)
    site.page("/requests/{id}", JourneyPages(journeys, reader, homes, sender).journey)
    if sender is not None:
        links.append(Link("/send", "Send"))
        send_pages = SendPages(sender, journeys, clock)
        site.page("/send", send_pages.index)
        site.page("/send/{variant}", lab(send_pages.form), methods=("GET", "POST"))
    if users is not None:
        links.append(Link("/users", "Users"))
        site.page("/users", UsersPage(users).page)
    if people is not None:
        links.append(party_pages.place(site, people, clock))
        consultations.place(site, people, clock)
        code_texts.place(site, people, clock)
        links.append(library.place(site, people, clock))  # after all that is under /code; it leads there
    if governance is not None and people is not None:
        beside = duty_pages.place(site, people, clock)
        links.append(case_pages.place(site, governance, beside, REGISTERS))
    links.append(Link("/reference", "Reference"))
    handbook = HandbookPages(sends=sender is not None)
    site.page("/reference", handbook.index)
    site.page("/reference/use-cases/{name}", handbook.use_case)
    site.page("/reference/service-requests/{variant}", handbook.service_request)
    links.append(Link("/explain", "Explain"))
    explorer = Explorer(reader, clock, tuple(authorities))
    site.page("/explain", ExplainPage(explorer).page, methods=("GET", "POST"))
    if timekeeper is not None:
        links.append(Link("/clock", "Clock"))
        clock_pages = ClockPages(timekeeper, site)
        site.status = clock_pages.status
        site.route("/clock/events", clock_pages.events)
        site.page("/clock", lab(clock_pages.page), methods=("GET", "POST"))
    if faults.declared:
        links.append(Link("/faults", "Faults"))
        fault_pages = FaultPages(faults)
        site.page("/faults", lab(fault_pages.index), methods=("GET", "POST"))
        site.page("/faults/{name}", lab(fault_pages.fault), methods=("GET", "POST"))
    return site.app()


def _open(source: PageSource) -> PageSource:
    return source


def _guarded(source: PageSource) -> PageSource:
    """A page on which everybody looks and only operators act."""

    async def guarded(request: Request) -> Page:
        if request.method == "POST":
            operator_from_here(request)
        return await source(request)

    return guarded


class OverviewPage:
    """``/``: what listens where, the homes, and the latest requests."""

    def __init__(
        self, homes: HomeSource, journeys: JourneySource, addresses: Sequence[Address], *, sends: bool
    ) -> None:
        self._homes = homes
        self._sends = sends
        self._journeys = journeys
        self._addresses = addresses

    async def page(self, _request: Request) -> Page:
        """The page."""
        lines = list(await self._homes.homes())
        recent = list(await self._journeys.find(8))
        model = {"addresses": list(self._addresses), "homes": lines, "requests": recent}
        extra = {"tone": tone, "meaning": code_meaning, "sends": self._sends}
        return Page("Overview", "overview.html", model, extra)
