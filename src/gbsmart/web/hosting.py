"""Serving an ASGI application on a socket that is bound before anything depends on its address."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import re
import socket
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gbsmart.ground import Blame, GbsmartError


class CannotListen(GbsmartError):
    """The address is taken by another program, or not this machine's."""

    blame = Blame.WORLD


def bind(host: str, port: int, what: str) -> socket.socket:
    """A bound socket; raises :class:`CannotListen` naming ``what`` wanted it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once, without waiting for acknowledgements, only where the protocol is named
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as problem:
        listening.close()
        raise taken(host, port, what, problem) from None
    return listening


def taken(host: str, port: int, what: str, problem: OSError) -> CannotListen:
    """The error to raise where ``what`` cannot listen because of ``problem``."""
    return CannotListen(
        f"{what} cannot listen on {host}:{port}: {problem.strerror or problem}.",
        remedy="Stop what listens there, or choose another port (0 takes any free one).",
    )


def address_of(listening: socket.socket, scheme: str = "http") -> str:
    """``http://host:port`` of a bound socket."""
    host, port = listening.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that leaves signals to the program it is part of, and stops when it is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Finish open requests, then end."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        """Wait to be told: nothing needs the ticks of its own loop (no date header, no limit of requests)."""
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish open requests, for as long as the patience lasts; at once where nothing is open.

        Uvicorn's own waits a tenth of a second first, and as long again between looks.
        """
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                await asyncio.sleep(0)  # what closes says so in the loop's next turn
                while state.connections or state.tasks:
                    await asyncio.sleep(0.005)
        except TimeoutError:
            for task in state.tasks:
                task.cancel(msg="the server's patience has ended")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server proves who it is over https: PEM files.

    Only clients with a certificate of ``client_authorities`` are let in, where these are given.
    """

    certificate: Path
    private_key: Path | None = None
    client_authorities: Path | None = None

    def options(self) -> dict[str, Any]:
        """What uvicorn is told."""
        known = self.client_authorities
        return {
            "ssl_certfile": self.certificate,
            "ssl_keyfile": self.private_key,
            "ssl_ca_certs": str(known) if known else None,
            "ssl_cert_reqs": ssl.CERT_REQUIRED if known else ssl.CERT_NONE,
        }


@contextlib.asynccontextmanager
async def serving(
    *served: tuple[ASGIApp, socket.socket], tls: Tls | None = None, patience: int = 5
) -> AsyncIterator[None]:
    """Serve applications on bound sockets while the context is open.

    Leaving it finishes open requests, for at most ``patience`` seconds.
    """
    servers = [_Server(_config(app, tls, patience)) for app, _ in served]
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
            server.stop()
        await asyncio.gather(*tasks)


class NoAnswer(Response):
    """A response that never comes: the connection is closed without an octet (a fault on demand)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection, and return once it is."""
        hang_up = scope.get("extensions", {}).get(_HANG_UP)
        if hang_up is None:
            raise RuntimeError("only a server of this module can hang up")
        hang_up["call"]()
        while (await receive())["type"] != "http.disconnect":
            pass


_HANG_UP = "gbsmart.hang_up"


_UPGRADE = re.compile(rb"(?i)\r\nupgrade:")


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 on one connection, which an application may have closed (:class:`NoAnswer`).

    An offer to speak something else is passed over, as a server may (RFC 9110 7.8): Java's own client
    offers HTTP/2 with its first request, and the parser would take the offer for accepted and the body
    for the other protocol's octets.
    """

    _within = False

    def on_message_begin(self) -> None:
        self._within = True
        super().on_message_begin()
        self.scope["extensions"] = {_HANG_UP: {"call": self.transport.abort}}

    def on_message_complete(self) -> None:
        self._within = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        if not self._within and b"pgrade" in data:
            head, end, body = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"\r\nX-Offered-Upgrade:", head) + end + body
        super().data_received(data)


def _config(app: ASGIApp, tls: Tls | None, patience: int) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, date_header=False, lifespan="off",
        timeout_graceful_shutdown=patience, backlog=2048, proxy_headers=False, http=_Protocol,
        **(tls.options() if tls else {}),
    )  # fmt: skip


def run_fast(main: Coroutine[Any, Any, None]) -> None:
    """Run ``main``, which serves for long, on uvloop where there is one, else on the standard event loop."""
    # A request makes thousands of objects and next to no cycles: looking for those at Python's usual pace
    # costs a tenth of all the processor time.
    gc.set_threshold(50_000, 10, 10)
    try:
        import uvloop
    except ImportError:  # pragma: no cover - Windows
        asyncio.run(main)
    else:
        uvloop.run(main)
