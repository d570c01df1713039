"""A gate: work passes while the system stands, and waits while it is being rebuilt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gbsmart.ground import Blame, GbsmartError

_PATIENCE = 5.0
"""Seconds of wall time: how long the gate waits for what is inside, and what is outside for the gate."""


class Interrupted(GbsmartError):
    """The system was taken down while this was under way: reset, restored or rebuilt."""

    blame = Blame.WORLD


class NotStanding(GbsmartError):
    """The system could not be rebuilt, so that nothing stands; it can be reset."""

    blame = Blame.WORLD


class Gate:
    """Lets any number pass together, or one who closes it, alone.

    Closing first cuts off those who passed as ``cut`` (they wait for something and would hold everyone
    up): they see :class:`Interrupted`. The others it waits for, at most ``patience`` seconds.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._alone = asyncio.Lock()
        self._open = asyncio.Event()
        self._open.set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._inside = 0
        self._cut: set[asyncio.Task[object]] = set()

    @asynccontextmanager
    async def passing(self, *, cut: bool = False) -> AsyncIterator[None]:
        """Be inside, once the gate is open; raises :class:`Interrupted` where that takes too long."""
        await self._opened()
        task = asyncio.current_task()
        assert task is not None
        if cut:
            self._cut.add(task)
        self._inside += 1
        self._empty.clear()
        try:
            yield
        except asyncio.CancelledError:
            if cut and task not in self._cut and not task.uncancel():
                raise Interrupted(
                    "the system was rebuilt meanwhile (reset, restored, or its homes changed)",
                    remedy="Ask again: what was asked before may be gone.",
                ) from None
            raise
        finally:
            self._cut.discard(task)
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Be alone: nobody is inside (but who outstayed the patience), and nobody comes in."""
        async with self._alone:
            self._open.clear()
            try:
                for task in list(self._cut):
                    self._cut.discard(task)  # who is cancelled by us is known by not being here any more
                    task.cancel()
                await _within(self._patience, self._empty)
                yield
            finally:
                self._open.set()

    async def _opened(self) -> None:
        while not self._open.is_set():
            if not await _within(self._patience, self._open):
                raise Interrupted("the system is being rebuilt", remedy="Try again in a moment.")


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Wait for an event in wall time; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


class Doorway:
    """An ASGI application that stays while what is behind it is rebuilt: it asks for it each time.

    While the gate is closed a request waits; it gets 503 where it waits too long, or nothing stands.
    """

    def __init__(self, gate: Gate, behind: Callable[[], ASGIApp]) -> None:
        self._gate = gate
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on to what stands now."""
        try:
            async with self._gate.passing():
                await self._behind()(scope, receive, send)
        except (NotStanding, Interrupted) as closed:  # before anything was answered
            await PlainTextResponse(f"{closed}\n", 503, headers={"Retry-After": "1"})(scope, receive, send)
