"""The DCC's web services over HTTP (DUIS web services; media types and status codes basis M)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gbsmart.dcc.admission import LIMITS
from gbsmart.dcc.interface import Interface
from gbsmart.dcc.meddling import Occasion
from gbsmart.duis import WebService
from gbsmart.ground import Clock
from gbsmart.store.group_commit import WriterClosed
from gbsmart.web.metrics import metrics_route

MEDIA_TYPES = frozenset({"application/xml", "text/xml"})
RETRY_AFTER = timedelta(seconds=5)

Open = Callable[[], "Interface | None"]


def dcc_app(interface: Open, clock: Clock, measured: CollectorRegistry) -> ASGIApp:
    """The request services, and ``/health``, ``/ready``, ``/clock`` and ``/metrics`` (what is ``measured``).

    ``interface`` gives the open interface, or None while the DCC starts or stops (then 503). A document
    that is processed gets 200, whatever its response code; 400 is for what is no valid document, 413
    for one too large, 415 for another media type.
    """

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        opened = interface()
        is_ready = opened is not None and opened.is_open
        return JSONResponse({"ready": is_ready}, status_code=200 if is_ready else 503)

    async def tell_time(_request: Request) -> Response:
        return JSONResponse({"now": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")})

    plain = [
        Route(path, answer, methods=["GET"])
        for path, answer in (("/health", health), ("/ready", ready), ("/clock", tell_time))
    ]
    services = {_path(service): _RequestService(interface, service) for service in WebService}
    routes = [Route(path, service, methods=["POST"]) for path, service in services.items()]
    whole = Starlette(
        routes=[*routes, *plain, metrics_route(lambda: measured)],
        exception_handlers={404: _nothing_here, 405: _nothing_here},
    )
    return _ShortWay(services, whole)


def _path(service: WebService) -> str:
    return f"/api/v1/{service.value}"


class _ShortWay:
    """The whole application, past whose routing and middleware documents go straight to their service:
    they are the DCC's load."""

    def __init__(self, services: dict[str, _RequestService], whole: ASGIApp) -> None:
        self._services = services
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._services.get(scope["path"]) if scope.get("method") == "POST" else None
        await (service or self._whole)(scope, receive, send)


class _RequestService:
    """One of the request services, as an ASGI application of its own: the road that every request takes."""

    def __init__(self, interface: Open, service: WebService) -> None:
        self._interface = interface
        self._service = service
        self._largest = LIMITS[service].octets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Headers(scope=scope), receive)
        await answer(scope, receive, send)

    async def _answer(self, headers: Headers, receive: Receive) -> Response:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            return PlainTextResponse("Send application/xml.\n", 415)
        body = await _body(headers, receive, self._largest)
        if body is None:
            return PlainTextResponse(f"The document is larger than {self._largest} octets.\n", 413)
        opened = self._interface()
        if opened is None:
            return _busy()
        if not opened.pipeline.faults.awake:
            return await self._taken(opened, body)
        occasion = Occasion.of(opened.pipeline, self._service, body)
        return occasion.turned_away() or await occasion.answered(await self._taken(opened, body))

    async def _taken(self, opened: Interface, body: bytes) -> Response:
        try:
            answer = await opened.take(self._service, body)
        except WriterClosed:
            return _busy()
        if answer.status != 200:
            return PlainTextResponse(answer.body, answer.status)
        return Response(answer.body, media_type="application/xml")


async def _body(headers: Headers, receive: Receive, largest: int) -> bytes | None:
    """The whole body, or None as soon as it is too large; empty where the client went away."""
    if int(headers.get("content-length") or 0) > largest:
        return None
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > largest:
            return None
        more = message.get("more_body", False)
    return b"".join(chunks)


_SERVICES = ", ".join(map(_path, WebService))


async def _nothing_here(request: Request, wrong: Exception) -> Response:
    """Another path or method: most often an adapter whose base address is not quite right."""
    assert isinstance(wrong, HTTPException)
    told = f"{request.method} {request.url.path} is no service of the DCC. POST documents to {_SERVICES}.\n"
    return PlainTextResponse(told, wrong.status_code, headers=wrong.headers)


def _busy() -> Response:
    return PlainTextResponse(
        "The DCC is not ready. Send the same document again.\n",
        503,
        headers={"Retry-After": str(int(RETRY_AFTER.total_seconds()))},
    )
