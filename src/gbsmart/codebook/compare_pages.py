"""The page that sets two states of the Code side by side: ``/code/compare?from=5.0&to=5.1&ref=H``."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.codebook.comparing import FORMATS, Compared, compare_states, notes, told, written
from gbsmart.codebook.references import CODE, permanent
from gbsmart.codebook.service import versions
from gbsmart.codebook.texts import Difference, marked_text
from gbsmart.ground import Clock
from gbsmart.store import Store
from gbsmart.web import Page, Site

_T = TypeVar("_T")
_PATH = "/code/compare"


def place(site: Site, store: Store, clock: Clock) -> None:
    """Put the page and its files on ``site``, before any page at ``/code/{ref}``."""
    pages = _ComparePages(store, clock)
    site.page(_PATH, pages.compare)
    site.route(f"{_PATH}/file.{{form:str}}", pages.file)


class _ComparePages:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def compare(self, request: Request) -> Page:
        """The form, and the comparison that it asks for."""
        asked = await asyncio.to_thread(self._asked, request)
        if not asked["from"] or not asked["to"]:
            return Page("Compare", "code_compare.html", {**asked, "compared": None})
        compared = await asyncio.to_thread(self._compared, asked)
        shown = [_shown(each) for each in compared.changes]
        return Page(
            compared.title,
            "code_compare.html",
            {**asked, "compared": told(compared)},
            extra={
                "address": permanent,
                "shown": shown,
                "notes": notes(compared),
                "summary": marked_text.summary(compared.differences),
            },
            twin=told(compared),
        )

    async def file(self, request: Request) -> Response:
        """The comparison as a file."""
        form = request.path_params["form"]
        asked = await asyncio.to_thread(self._asked, request)
        compared = await asyncio.to_thread(self._compared, asked)
        octets = await asyncio.to_thread(written, compared, form, self._clock.now())
        of = re.sub(r"[^A-Za-z0-9.()_-]", "_", compared.ref.replace(" ", "-"))
        name = f"{of}-{asked['from']}-to-{asked['to']}.{'txt' if form == 'text' else form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(octets, media_type=FORMATS[form], headers=headers)

    def _asked(self, request: Request) -> dict[str, Any]:
        query = request.query_params
        known = [each.number for each in self._read(versions)]
        return {
            "from": query.get("from", "").strip(),
            "to": query.get("to", "").strip(),
            "ref": query.get("ref", "").strip(),
            "versions": known,
        }

    def _compared(self, asked: dict[str, Any]) -> Compared:
        return self._read(
            lambda connection: compare_states(connection, asked["from"], asked["to"], asked["ref"] or CODE)
        )

    def _read(self, question: Callable[[Connection], _T]) -> _T:
        with self._store.reading() as connection:
            return question(connection)


def _shown(each: Difference) -> dict[str, Any]:
    return {
        "ref": each.ref,
        "is_gone": each.new is None,
        "told": marked_text.told(each),
        "heading": Markup(marked_text.html_of(each.heading_marks())),  # noqa: S704 - escaped there
        "text": Markup(marked_text.html_of(each.text_marks())),  # noqa: S704 - escaped there
    }
