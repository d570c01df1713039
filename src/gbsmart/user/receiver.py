"""The User's Receive Response service: the DCC delivers here (Appendix AD).

HTTP 204 once a message is stored, also for one that was stored before; 400 for a document that is not a
Response signed by the DCC to this User, so that the sender keeps it; 413 for one that is too large.
"""

from __future__ import annotations

import logging
import zlib
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gbsmart.duis import NON_DEVICE
from gbsmart.ground import GbsmartError, MalformedMessage
from gbsmart.user.inbox import Inbox
from gbsmart.web.hosting import CannotListen, Tls, address_of, bind, serving

__all__ = ["CannotListen", "ReceiveAt", "ReceiveService", "receive_app"]

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


def receive_app(inbox: Inbox, path: str = "/") -> Starlette:
    """The service as an application, to be mounted wherever the User likes."""

    async def deliver(request: Request) -> Response:
        try:
            inbox.take(await _document(request))
        except _TooLarge as problem:
            return PlainTextResponse(str(problem), status_code=413)
        except GbsmartError as problem:
            _log.warning("a delivery was turned away: %s", problem)
            return PlainTextResponse(str(problem), status_code=400)
        return Response(status_code=204)

    return Starlette(routes=[Route(path, deliver, methods=["POST"])])


class _TooLarge(Exception):
    """A delivery beyond the size limit, perhaps only once it is inflated."""


async def _document(request: Request) -> bytes:
    """The body, inflated where it is compressed; raises :class:`_TooLarge`, :class:`MalformedMessage`."""
    inflate = None
    if request.headers.get("content-encoding", "").lower() in {"gzip", "deflate"}:
        inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    octets = bytearray()
    async for chunk in request.stream():
        try:
            octets += inflate.decompress(chunk, _LARGEST + 1) if inflate else chunk
        except zlib.error:
            raise MalformedMessage("the content is not compressed as it says") from None
        if len(octets) > _LARGEST or (inflate and inflate.unconsumed_tail):
            raise _TooLarge(f"the document is larger than {_LARGEST} octets")
    return bytes(octets)


class ReceiveService:
    """Serves :func:`receive_app` in the running event loop from :meth:`start` to :meth:`stop`."""

    def __init__(self, inbox: Inbox, at: ReceiveAt) -> None:
        self._inbox = inbox
        self._at = at
        self._stack = AsyncExitStack()
        self.url = ""

    async def start(self) -> None:
        """Listen; :attr:`url` then says where. Raises :class:`CannotListen`."""
        at = self._at
        listening = bind(at.host, at.port, "the Receive Response service")
        tls = Tls(at.certificate, at.private_key, at.client_authorities) if at.certificate else None
        self.url = address_of(listening, "https" if tls else "http") + at.path
        app = receive_app(self._inbox, at.path)
        await self._stack.enter_async_context(serving((app, listening), tls=tls, patience=2))

    async def stop(self) -> None:
        """Stop listening; deliveries under way are finished."""
        await self._stack.aclose()
