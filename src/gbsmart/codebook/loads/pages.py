"""The pages of what was loaded: ``/code/loads`` and ``/code/loads/{number}``. Files are loaded by command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from starlette.requests import Request

from gbsmart.codebook import compare_pages
from gbsmart.codebook.loads.service import load_of, loads
from gbsmart.codebook.loads.web import interface
from gbsmart.codebook.references import address
from gbsmart.ground import Clock, NotFound
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site

_T = TypeVar("_T")
_PATH = "/code/loads"


def place(site: Site, store: Store, clock: Clock) -> Link:
    """Put loads and comparisons on a site, before any page at ``/code/{ref}``; the link to comparisons.

    Its templates are those of ``gbsmart.codebook``.
    """
    site.interface(interface(lambda: store, clock))
    compare_pages.place(site, store, clock)
    pages = _LoadPages(store)
    site.page(_PATH, pages.index)
    site.page(f"{_PATH}/{{number:int}}", pages.one)
    return Link("/code/compare", "Compare")


class _LoadPages:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def index(self, request: Request) -> Page:
        """Every load."""
        found = await asyncio.to_thread(self._read, loads)
        return Page("Texts that were loaded", "code_loads.html", {"loads": found})

    async def one(self, request: Request) -> Page:
        """What one load made, and what it left out."""
        number = request.path_params["number"]
        if number >= 2**31:
            raise NotFound(f"there is no load {number}")
        found = await asyncio.to_thread(self._read, lambda connection: load_of(connection, number))
        addresses = {ref: address(ref) for ref in found.refs}
        return Page(f"Load {found.id}", "code_load.html", found, extra={"addresses": addresses})

    def _read(self, question: Callable[[Connection], _T]) -> _T:
        with self._store.reading() as connection:
            return question(connection)
