"""The User's Receive Response service: the DCC delivers here (Appendix AD).

HTTP 204 once a message is stored, also for one that was stored before; 400 for a document that is not a
Response signed by the DCC to this User, so that the sender keeps it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gbsmart.duis import NON_DEVICE
from gbsmart.ground import Blame, GbsmartError
from gbsmart.user.inbox import Inbox

_log = logging.getLogger(__name__)
_LARGEST = NON_DEVICE.octets


@dataclass(frozen=True, slots=True)
class ReceiveAt:
    """Where the Receive Response service listens. Port 0 takes any free one.

    For https, ``certificate`` and ``private_key`` are PEM files of the server and ``client_authorities``
    those whose client certificates are let in (the DCC's).
    """

    host: str = "127.0.0.1"
    port: int = 0
    path: str = "/"
    certificate: Path | None = None
    private_key: Path | None = None
    client_authorities: Path | None = None


class CannotListen(GbsmartError):
    """The address of the Receive Response service is taken or not this machine's."""

    blame = Blame.WORLD


def receive_app(inbox: Inbox, path: str = "/") -> Starlette:
    """The service as an application, to be mounted wherever the User likes."""

    async def deliver(request: Request) -> Response:
        try:
            document = await _document(request)
        except ValueError as problem:
            return PlainTextResponse(str(problem), status_code=413)
        try:
            inbox.take(document)
        except GbsmartError as problem:
            _log.warning("a delivery was turned away: %s", problem)
            return PlainTextResponse(str(problem), status_code=400)
        return Response(status_code=204)

    return Starlette(routes=[Route(path, deliver, methods=["POST"])])


async def _document(request: Request) -> bytes:
    """The body, inflated where it is compressed; raises ValueError beyond the size limit."""
    inflate = None
    if request.headers.get("content-encoding", "").lower() in {"gzip", "deflate"}:
        inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    octets = bytearray()
    async for chunk in request.stream():
        try:
            octets += inflate.decompress(chunk, _LARGEST + 1) if inflate else chunk
        except zlib.error:
            raise ValueError("the content is not compressed as it says") from None
        if len(octets) > _LARGEST or (inflate and inflate.unconsumed_tail):
            raise ValueError(f"the document is larger than {_LARGEST} octets")
    return bytes(octets)


class _Server(uvicorn.Server):
    """Leaves the process's signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ReceiveService:
    """Serves :func:`receive_app` in the running event loop from :meth:`start` to :meth:`stop`."""

    def __init__(self, inbox: Inbox, at: ReceiveAt) -> None:
        self._inbox = inbox
        self._at = at
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen; :attr:`url` then says where. Raises :class:`CannotListen`."""
        at = self._at
        try:
            listener = socket.create_server((at.host, at.port))
        except OSError as problem:
            raise CannotListen(
                f"cannot listen on {at.host}:{at.port}: {problem.strerror or problem}.",
                remedy="Choose another port for the Receive Response service, or 0 for any free one.",
            ) from None
        scheme = "https" if at.certificate else "http"
        host = f"[{at.host}]" if ":" in at.host else at.host
        self.url = f"{scheme}://{host}:{listener.getsockname()[1]}{at.path}"
        self._server = _Server(
            uvicorn.Config(
                receive_app(self._inbox, at.path),
                log_config=None,
                access_log=False,
                lifespan="off",
                ssl_certfile=at.certificate,
                ssl_keyfile=at.private_key,
                ssl_ca_certs=str(at.client_authorities) if at.client_authorities else None,
                ssl_cert_reqs=2 if at.client_authorities else 0,  # ssl.CERT_REQUIRED, ssl.CERT_NONE
                timeout_graceful_shutdown=2,
            )
        )
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop listening; deliveries under way are finished."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
            self._server = self._task = None
