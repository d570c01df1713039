"""The pages of the ledger: every Service Request, filtered, newest first and live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gbsmart.console.filtering import EVERYTHING, FIELDS, Filter, FilterError, read_filter
from gbsmart.console.model import JourneySource, RequestLine
from gbsmart.console.words import code_meaning, tone
from gbsmart.ground import Clock
from gbsmart.web import Event, Page, Site, event_stream

PAGE_LENGTH = 50
EXAMPLES = ("state:refused", "code:E*,N*", "kind:critical", "variant:4.1 since:1h", "-state:delivered")


class LedgerPages:
    """The list of requests, and the stream of events that keeps its first page up to date."""

    def __init__(self, source: JourneySource, clock: Clock, site: Site, refresh: timedelta) -> None:
        self._source = source
        self._clock = clock
        self._site = site
        self._refresh = refresh

    async def index(self, request: Request) -> Page:
        """``/requests``: ``q`` is a filter, ``before`` the RequestID to go on from."""
        text, before = request.query_params.get("q", ""), request.query_params.get("before")
        lines: list[RequestLine] = []
        fault: FilterError | None = None
        try:
            lines = list(await self._source.find(PAGE_LENGTH, before, self._read(text)))
        except FilterError as wrong:
            fault = wrong
        older = lines[-1].id if len(lines) == PAGE_LENGTH else None
        model = {
            "filter": text,
            "fault": fault
            and {
                "reason": fault.reason,
                "position": fault.position,
                "length": fault.length,
                "remedy": fault.remedy,
            },
            "requests": lines,
            "older": older,
        }
        extra = {
            "fields": FIELDS,
            "examples": [(each, _address(q=each)) for each in EXAMPLES],
            "older": _address(q=text, before=older or ""),
            "evidence": f"/evidence.zip?{urlencode({'q': text})}",
            "first": _address(q=text),
            "before": before,
            "live": "" if before or fault else f"/requests/events?{urlencode({'q': text})}",
            "tone": tone,
            "meaning": code_meaning,
        }
        return Page("Service Requests", "requests.html", model, extra, status=400 if fault else 200)

    async def turned_away(self, _request: Request) -> Page:
        """``/requests/turned-away``: documents that never became requests, and why."""
        model = {"turned_away": list(await self._source.turned_away(PAGE_LENGTH))}
        return Page("Turned away", "turned_away.html", model, {"meaning": code_meaning})

    async def events(self, request: Request) -> Response:
        """``/requests/events``: the rows of the first page, whenever they have changed."""
        wanted = request.query_params.get("q", "")
        self._read(wanted)  # a wrong filter is an error page, not an endless stream
        return event_stream(self._updates(wanted), self._site.closing)

    async def _updates(self, text: str) -> AsyncIterator[Event]:
        while True:
            lines = await self._source.find(PAGE_LENGTH, None, self._read(text))
            yield Event("update", {"text": {}, "html": {"rows": self.rows(lines)}})
            await asyncio.sleep(self._refresh.total_seconds())  # for the person who looks: in real time

    def rows(self, lines: Sequence[RequestLine]) -> str:
        """The rows of the table, as the page draws them."""
        return self._site.fragment("request_rows.html", requests=lines, tone=tone, meaning=code_meaning)

    def _read(self, text: str) -> Filter:
        return read_filter(text, self._clock.now()) if text else EVERYTHING


def _address(**query: str) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"/requests?{urlencode(given, safe=':,*')}" if given else "/requests"
