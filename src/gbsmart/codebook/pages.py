"""The library's pages: versions, contents, a provision at any date, what happened to it, terms, search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from markupsafe import Markup, escape
from sqlalchemy import Connection
from starlette.requests import Request

from gbsmart.codebook import interpreting
from gbsmart.codebook import telling as tell
from gbsmart.codebook.defining import term, terms
from gbsmart.codebook.model import Version
from gbsmart.codebook.references import CODE, normal, permanent
from gbsmart.codebook.searching import MARKS, search
from gbsmart.codebook.service import (
    errata,
    history,
    moment_asked,
    provisions_at,
    redirects,
    ref_named,
    version_at,
    version_named,
    versions,
)
from gbsmart.codebook.version_control import version_row
from gbsmart.codebook.web import interface
from gbsmart.ground import Clock, NotFound
from gbsmart.ground.working_days import civil_day
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site

_T = TypeVar("_T")
TEMPLATES = "gbsmart.codebook"
"""The package whose templates a site needs for these pages."""
_WIDTH, _LEFT, _STEP, _TOP = 900, 40, 22, 18


def place(site: Site, store: Store, clock: Clock) -> Link:
    """Put the library on a site, after every other page under ``/code/``; the link to it."""
    pages = _LibraryPages(store, clock)
    site.interface(interface(lambda: store, clock.now))
    site.page("/code", pages.index)
    site.page("/code/versions", pages.versions)
    site.page("/code/versions/{number}", pages.version)
    site.page("/code/contents", pages.contents)
    site.page("/code/search", pages.search)
    site.page("/code/terms", pages.terms)
    site.page("/code/terms/{name}", pages.term)
    interpreting.place(site, clock.now)
    site.page("/code/{ref}", pages.provision)
    return Link("/code", "Code")


class _LibraryPages:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def index(self, _request: Request) -> Page:
        """``/code``: where to begin."""

        def ask(connection: Connection) -> dict[str, Any]:
            moment = self._clock.now()
            documents = [each for each in provisions_at(connection, moment) if each.parent == CODE]
            return {
                "version": version_row(version_at(connection, moment)),
                "documents": [tell.line(each) for each in documents],
                "errata": errata(connection),
            }

        return Page("The Code", "code_library.html", await self._read(ask), {"address": permanent})

    async def versions(self, _request: Request) -> Page:
        """``/code/versions``: the version-control table, and its timeline."""
        found = await self._read(versions)
        rows = [version_row(each) for each in reversed(found)]
        extra = {"drawing": _drawn(found), "address": permanent}
        return Page("Versions of the Code", "code_versions.html", {"versions": rows}, extra)

    async def version(self, request: Request) -> Page:
        """``/code/versions/{number}``: what one version changed."""

        def ask(connection: Connection) -> dict[str, Any]:
            found = version_named(connection, request.path_params["number"])
            numbers = [each.number for each in versions(connection)]
            at = numbers.index(found.number)
            return {
                **version_row(found), "events": [tell.event(each) for each in found.events],
                "before": numbers[at - 1] if at else "",
                "after": numbers[at + 1] if at + 1 < len(numbers) else "",
            }  # fmt: skip

        model = await self._read(ask)
        return Page(f"Version {model['version']}", "code_version.html", model, {"address": permanent})

    async def contents(self, request: Request) -> Page:
        """``/code/contents?at=``: the tree of the Code at a date."""
        at = request.query_params.get("at", "")

        def ask(connection: Connection) -> dict[str, Any]:
            moment = self._moment(connection, at)
            found = [{**tell.line(each), "parent": each.parent} for each in provisions_at(connection, moment)]
            return {"at": at, "day": civil_day(moment), "provisions": found}

        model = await self._read(ask)
        within: dict[str, list[Any]] = {}
        for each in model["provisions"]:
            within.setdefault(each["parent"], []).append(each)
        return Page(
            "Contents of the Code", "code_contents.html", model, {"within": within, "address": permanent}
        )

    async def search(self, request: Request) -> Page:
        """``/code/search?q=&at=``: provisions by their words."""
        words, at = request.query_params.get("q", ""), request.query_params.get("at", "")

        def ask(connection: Connection) -> tuple[list[Any], str]:
            if not words.strip():
                return [], ""
            return search(connection, words, self._moment(connection, at)), ref_named(connection, words)

        hits, provision = await self._read(ask)
        model = {"q": words, "at": at, "hits": hits, "provision": provision}
        extra = {"address": permanent, "marked": [_marked(each.snippet) for each in hits]}
        return Page("Search the Code", "code_search.html", model, extra)

    async def terms(self, request: Request) -> Page:
        """``/code/terms``: the defined terms."""
        at = request.query_params.get("at", "")
        found = await self._read(lambda connection: terms(connection, self._moment(connection, at)))
        model = {"at": at, "terms": [tell.term(each) for each in found]}
        return Page("Defined terms", "code_terms.html", model, {"address": permanent, "name": _name})

    async def term(self, request: Request) -> Page:
        """``/code/terms/{name}``: one term, and where it is used."""
        name, at = request.path_params["name"], request.query_params.get("at", "")
        found = await self._read(lambda connection: term(connection, name, self._moment(connection, at)))
        extra = {"address": permanent, "name": _name}
        return Page(found.term, "code_term.html", tell.term(found), extra)

    async def provision(self, request: Request) -> Page:
        """``/code/{ref}`` (now) and ``/code/{ref}@{at}``: what it says, whether it applies, what happened."""
        ref, _, pinned = request.path_params["ref"].partition("@")
        at = pinned or request.query_params.get("at", "")

        def ask(connection: Connection) -> dict[str, Any]:
            moment = self._moment(connection, at)
            told = _short_told(connection, ref, moment)
            events = [tell.event(each) for each in history(connection, told["ref"])]
            return {**told, "pinned": at, "events": events, "also": redirects(connection, normal(ref))}

        model = await self._read(ask)
        title = f"{model['ref']} {model['heading']}".strip()
        return Page(title, "code_provision.html", model, {"address": permanent})

    def _moment(self, connection: Connection, at: str) -> datetime:
        return moment_asked(connection, at) if at else self._clock.now()

    async def _read(self, question: Callable[[Connection], _T]) -> _T:
        def ask() -> _T:
            with self._store.reading() as connection:
                return question(connection)

        return await asyncio.to_thread(ask)


def _short_told(connection: Connection, ref: str, moment: datetime) -> dict[str, Any]:
    """A provision as JSON values; where it is not part of the Code then, what happened to it all the same."""
    try:
        return {**tell.whole(connection, ref, moment), "missing": ""}
    except NotFound as missing:
        told = tell.absent(connection, ref, moment)
        if told is None:
            raise
        return {**told, "missing": f"{missing.message}. {missing.remedy}".strip()}


def _name(term_: str) -> str:
    return f"/code/terms/{quote(term_, safe='')}"


def _marked(snippet: str) -> Markup:
    """A snippet with the found words marked; all else is escaped."""
    html = str(escape(snippet)).replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>")
    return Markup(html)  # noqa: S704 - escaped above


def _drawn(found: Sequence[Version]) -> Markup:
    """The versions along a line of time, one row for each year."""
    years = sorted({civil_day(each.effective).year for each in found})
    height = _TOP + _STEP * len(years) + 4
    lines = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="Versions by year" class="plot">']
    for row, year in enumerate(years):
        y = _TOP + row * _STEP
        lines.append(f'<text x="18" y="{y + 4}" class="label">{year}</text>')
        lines.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}" class="axis"></line>')
    for each in found:
        day = civil_day(each.effective)
        x = _LEFT + (day.timetuple().tm_yday - 1) / 366 * (_WIDTH - _LEFT - 10) + 5
        y = _TOP + years.index(day.year) * _STEP
        lines.append(
            f'<circle cx="{x:.0f}" cy="{y}" r="5" class="bar">'
            f"<title>{escape(each.number)}, {day}</title></circle>"
        )
    return Markup("".join([*lines, "</svg>"]))  # noqa: S704 - numbers are escaped
