"""Server-sent events: how a page that is already readable stays up to date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import StreamingResponse

from gbsmart.web.json_twin import as_json


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream: its name and its data, a value with a JSON form."""

    name: str
    data: Any

    def encode(self) -> bytes:
        """The event as it goes over the wire: always one line of data."""
        text = json.dumps(as_json(self.data), ensure_ascii=False, separators=(",", ":"))
        return f"event: {self.name}\ndata: {text}\n\n".encode()


def event_stream(
    events: AsyncIterator[Event], closing: asyncio.Event, *, retry_ms: int = 3000
) -> StreamingResponse:
    """A response that sends ``events`` as they come, until ``closing`` is set.

    A browser that loses it comes back by itself after ``retry_ms``.
    """

    async def body() -> AsyncIterator[bytes]:
        yield f"retry: {retry_ms}\n\n".encode()
        async for event in _until(closing, events):
            yield event.encode()

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(body(), media_type="text/event-stream", headers=headers)


async def _until(closing: asyncio.Event, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """``events`` until ``closing`` is set or they end; what is under way then is given up."""
    closed = asyncio.ensure_future(closing.wait())
    try:
        while True:
            following = asyncio.ensure_future(_next(events))
            try:
                await asyncio.wait((following, closed), return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not following.done():
                    following.cancel()
            if not following.done() or (event := following.result()) is None:
                return
            yield event
    finally:
        closed.cancel()


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)
