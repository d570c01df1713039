"""What a process counts, in the text form that Prometheus collects."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def metrics_route(registry: Callable[[], CollectorRegistry]) -> Route:
    """``GET /metrics``: everything in the registry that ``registry`` gives, in a thread of its own."""

    def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry()), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", metrics, methods=["GET"])
