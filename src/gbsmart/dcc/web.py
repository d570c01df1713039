"""The DCC's web services over HTTP (DUIS web services; media types and status codes basis M)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gbsmart.dcc.admission import LIMITS
from gbsmart.dcc.interface import Interface
from gbsmart.duis import WebService
from gbsmart.ground import Clock
from gbsmart.store.group_commit import WriterClosed

MEDIA_TYPES = frozenset({"application/xml", "text/xml"})
RETRY_AFTER = timedelta(seconds=5)

Open = Callable[[], "Interface | None"]


def dcc_app(interface: Open, clock: Clock) -> Starlette:
    """The request services, and ``/health``, ``/ready`` and ``/clock``.

    ``interface`` gives the open interface, or None while the DCC starts or stops (then 503). A document
    that is processed gets 200, whatever its response code; 400 is for what is no valid document, 413
    for one too large, 415 for another media type.
    """

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        is_ready = interface() is not None
        return JSONResponse({"ready": is_ready}, status_code=200 if is_ready else 503)

    async def tell_time(_request: Request) -> Response:
        return JSONResponse({"now": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")})

    services = [
        Route(f"/api/v1/{service.value}", _endpoint(interface, service), methods=["POST"])
        for service in WebService
    ]
    plain = [
        Route(path, answer, methods=["GET"])
        for path, answer in (("/health", health), ("/ready", ready), ("/clock", tell_time))
    ]
    return Starlette(routes=[*services, *plain])


def _endpoint(interface: Open, service: WebService) -> Callable[[Request], Awaitable[Response]]:
    largest = LIMITS[service].octets

    async def take(request: Request) -> Response:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            return PlainTextResponse("Send application/xml.\n", 415)
        body = await _body(request, largest)
        if body is None:
            return PlainTextResponse(f"The document is larger than {largest} octets.\n", 413)
        opened = interface()
        if opened is None:
            return _busy()
        try:
            answer = await opened.take(service, body)
        except WriterClosed:
            return _busy()
        if answer.status != 200:
            return PlainTextResponse(answer.body, answer.status)
        return Response(answer.body, media_type="application/xml")

    return take


async def _body(request: Request, largest: int) -> bytes | None:
    """The whole body, or None as soon as it is too large."""
    if int(request.headers.get("content-length") or 0) > largest:
        return None
    octets = bytearray()
    try:
        async for chunk in request.stream():
            octets += chunk
            if len(octets) > largest:
                return None
    except ClientDisconnect:
        return b""
    return bytes(octets)


def _busy() -> Response:
    return PlainTextResponse(
        "The DCC is not ready. Send the same document again.\n",
        503,
        headers={"Retry-After": str(int(RETRY_AFTER.total_seconds()))},
    )
