"""Traces: the moments of a request, wherever they are worked on, are one trace."""

from __future__ import annotations

import sys

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.tracing import span, start_tracing
from gbsmart.ground import InvalidValue

KEY = RequestKey.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1000")
OTHER = KEY._replace(counter=1001)


def test_the_moments_of_a_request_are_one_trace() -> None:
    exporter = InMemorySpanExporter()
    stop = start_tracing(exporter)
    try:
        with span("take", KEY, variant="4.1.1"):
            pass
        with span("take", OTHER), pytest.raises(ValueError, match="wrong"), span("deliver", KEY):
            raise ValueError("wrong")
        with span("of no request", None):
            pass
    finally:
        stop()
    spans = exporter.get_finished_spans()
    assert [each.name for each in spans] == ["take", "deliver", "take"]
    traces = [each.context.trace_id for each in spans]
    assert traces[0] == traces[1] != traces[2]
    assert spans[0].attributes == {"gbsmart.request": str(KEY), "gbsmart.variant": "4.1.1"}
    assert not spans[1].status.is_ok


def test_without_tracing_a_span_is_nothing() -> None:
    assert span("take", KEY) is span("deliver", OTHER)


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(InvalidValue) as said:
        start_tracing()
    assert said.value.remedy == "Install gbsmart[otel]."
