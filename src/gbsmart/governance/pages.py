"""Pages of duties, readiness for DCC Live, and the systems of the Code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from starlette.requests import Request

from gbsmart import codebook, parties
from gbsmart.governance import duties, telling
from gbsmart.governance.panel import pages as body_pages
from gbsmart.governance.readiness import readiness
from gbsmart.governance.systems import RUNNING, systems
from gbsmart.governance.web import interface
from gbsmart.ground import Clock
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site

T = TypeVar("T")


def place(site: Site, store: Store, clock: Clock) -> tuple[Link, ...]:
    """Put the pages and the interface on a site; the links to them."""
    pages = DutyPages(store, clock)
    site.interface(interface(store, clock))
    site.page("/governance/licences", pages.licences)
    site.page("/governance/obligations", pages.obligations)
    site.page("/governance/readiness", pages.readiness)
    site.page("/governance/systems", pages.systems)
    return (
        body_pages.place(site, store, clock),
        Link("/governance/obligations", "Obligations of a Party"),
        Link("/governance/licences", "Licence conditions"),
        Link("/governance/readiness", "Readiness for DCC Live"),
        Link("/governance/systems", "Systems of the Code"),
    )


class DutyPages:
    """``/governance/licences``, ``/obligations``, ``/readiness`` and ``/systems``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def licences(self, request: Request) -> Page:
        """Licence conditions, what each leads to, and who holds such a licence."""
        at = self._moment(request)
        licence = telling.licence_of(request.query_params.get("licence", ""))
        held = await self._read(lambda connection: duties.held_conditions(connection, at, licence))
        model = {"at": at, "conditions": telling.told_conditions(held)}
        return Page("Licence conditions", "licences.html", model)

    async def obligations(self, request: Request) -> Page:
        """What a Party owes; without one, which Parties there are."""
        at, party = self._moment(request), request.query_params.get("party", "")
        there = await self._read(lambda connection: parties.members(connection, at))
        names = {each.signifier: each.name for each in there if each.state not in parties.GONE}
        owed = await self._read(lambda connection: duties.obligations(connection, party, at)) if party else []
        model = {"at": at, "party": party, "parties": names, "obligations": telling.told_obligations(owed)}
        return Page(f"Obligations of {party}" if party else "Obligations", "obligations.html", model)

    async def readiness(self, request: Request) -> Page:
        """What DCC Live needed, and how each stands on a day."""
        at = self._moment(request)
        needed = await self._read(lambda connection: readiness(connection, at))
        ready = sum(each.is_ready for each in needed)
        model = {"at": at, "ready": ready, "needed": telling.told_readiness(needed)}
        return Page("Readiness for DCC Live", "readiness.html", model)

    async def systems(self, _request: Request) -> Page:
        """The systems of the Code, and where each runs."""
        listed = systems()
        running = sum(each.status == RUNNING for each in listed)
        model = {"running": running, "systems": telling.told_systems(listed)}
        return Page("Systems of the Code", "systems.html", model)

    def _moment(self, request: Request) -> datetime:
        at = request.query_params.get("at", "")
        return codebook.moment_of(at) if at else self._clock.now()

    async def _read(self, work: Callable[[Connection], T]) -> T:
        def read() -> T:
            with self._store.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(read)
