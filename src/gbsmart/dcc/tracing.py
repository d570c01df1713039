"""Spans along the way of a request, for OpenTelemetry where the extra ``otel`` is installed.

A request is not one call: it is taken, sent, answered and delivered, in different tasks and perhaps in
different processes. So that its spans are one trace all the same, the trace id is made from the
RequestID, which every one of these moments knows. Without the extra, or before :func:`start_tracing`,
``with span(...)`` does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from hashlib import blake2b
from typing import Any

from gbsmart.dcc.model import RequestKey
from gbsmart.ground import InvalidValue

_NOTHING: AbstractContextManager[object] = nullcontext()
_open: Callable[[str, RequestKey, dict[str, str]], AbstractContextManager[object]] | None = None


def span(name: str, key: RequestKey | None, **facts: str) -> AbstractContextManager[object]:
    """One moment on the way of a request, while the block runs; ``facts`` are codes and names."""
    if _open is None or key is None:
        return _NOTHING
    return _open(name, key, facts)


def start_tracing(exporter: Any | None = None) -> Callable[[], None]:
    """Send spans to ``exporter`` from now on; what is returned ends it, and sends what is left.

    The default is OTLP over HTTP, told where by the standard variables (``OTEL_EXPORTER_OTLP_ENDPOINT``).
    Raises :class:`InvalidValue` where the extra is not installed.
    """
    global _open
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise InvalidValue(
            "traces need OpenTelemetry, which is not installed", field="--traces",
            remedy="Install gbsmart[otel].",
        ) from None  # fmt: skip
    if exporter is None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": "gbsmart"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("gbsmart")

    def opened(name: str, key: RequestKey, facts: dict[str, str]) -> AbstractContextManager[object]:
        digest = blake2b(str(key).encode(), digest_size=24).digest()
        whole = trace.SpanContext(
            int.from_bytes(digest[:16]), int.from_bytes(digest[16:]), is_remote=True,
            trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
        )  # fmt: skip
        within = trace.set_span_in_context(trace.NonRecordingSpan(whole))
        attributes = {
            "gbsmart.request": str(key),
            **{f"gbsmart.{fact}": told for fact, told in facts.items()},
        }
        return tracer.start_as_current_span(name, within, attributes=attributes)

    _open = opened

    def stop() -> None:
        global _open
        _open = None
        provider.shutdown()

    return stop
