"""How a running system is watched: its metrics, and whether it lives and is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gbsmart.assembly.gate import NotStanding
from gbsmart.web.metrics import metrics_route

if TYPE_CHECKING:
    from gbsmart.assembly.system import System


def watching_routes(system: System) -> list[Route]:
    """``GET /metrics``, ``/health`` and ``/ready``, which answer while the system is rebuilt too."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        try:
            is_ready = system.dcc.is_running
        except NotStanding:
            is_ready = False
        return JSONResponse({"ready": is_ready}, status_code=200 if is_ready else 503)

    return [
        Route("/health", health),
        Route("/ready", ready),
        metrics_route(lambda: system.dcc.measures.registry),
    ]
