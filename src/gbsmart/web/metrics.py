"""What a process counts, in the text form that Prometheus collects."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gbsmart.ground import GbsmartError


def metrics_route(registry: Callable[[], CollectorRegistry]) -> Route:
    """``GET /metrics``: everything in the registry that ``registry`` gives, in a thread of its own.

    503 where it gives none (it raises an error of ours).
    """

    def metrics(_request: Request) -> Response:
        try:
            measured = registry()
        except GbsmartError as down:
            return PlainTextResponse(f"{down}\n", 503, headers={"Retry-After": "1"})
        return Response(generate_latest(measured), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", metrics, methods=["GET"])
