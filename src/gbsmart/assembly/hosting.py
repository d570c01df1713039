"""Serving an ASGI application on a socket that is bound before anything depends on its address."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from gbsmart.ground import Blame, GbsmartError


class AddressTaken(GbsmartError):
    """Another program listens there already."""

    blame = Blame.WORLD


def bind(host: str, port: int, what: str) -> socket.socket:
    """A listening socket; raises :class:`AddressTaken` naming ``what`` wanted it."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as problem:
        listening.close()
        raise taken(host, port, what, problem) from None
    return listening


def taken(host: str, port: int, what: str, problem: OSError) -> AddressTaken:
    """The error to raise where ``what`` cannot listen because of ``problem``."""
    return AddressTaken(
        f"{what} cannot listen on {host}:{port}: {problem.strerror}.",
        remedy="Stop what listens there, or choose another port (0 takes any free one).",
    )


def address_of(listening: socket.socket) -> str:
    """``http://host:port`` of a bound socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that leaves signals to the program it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # pragma: no cover - never installed
        """Nothing: the program decides."""


@contextlib.asynccontextmanager
async def serving(*served: tuple[ASGIApp, socket.socket]) -> AsyncIterator[None]:
    """Serve applications on bound sockets while the context is open; leaving finishes open requests."""
    servers = [_Server(_config(app)) for app, _ in served]
    tasks = [
        asyncio.create_task(server.serve(sockets=[listening]))
        for server, (_, listening) in zip(servers, served, strict=True)
    ]
    try:
        for server, task in zip(servers, tasks, strict=True):
            while not server.started and not task.done():
                await asyncio.sleep(0.005)
            if task.done():
                await task
        yield
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, date_header=False, lifespan="off",
        timeout_graceful_shutdown=5, backlog=2048, proxy_headers=False, http="httptools",
    )  # fmt: skip


def run_fast(main: Coroutine[Any, Any, None]) -> None:
    """Run ``main`` on uvloop where there is one, else on the standard event loop."""
    try:
        import uvloop
    except ImportError:  # pragma: no cover - Windows
        asyncio.run(main)
    else:
        uvloop.run(main)
