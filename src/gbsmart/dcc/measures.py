"""What the DCC counts and measures of itself, for Prometheus: declared here once.

Labels are bounded: variants, codes and outcomes, never an EUI-64. Counters and the histogram begin at
zero with the process; gauges are read from the store when they are asked for, so that they cost the road
of a request nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import Connection

from gbsmart.duis import service_requests
from gbsmart.ground import Faults
from gbsmart.store import Sql, Store, to_micros

_log = logging.getLogger(__name__)


class _Counted(NamedTuple):
    name: str
    what: str
    labels: tuple[str, ...] = ()


REQUESTS = _Counted(
    "gbsmart_requests", "Documents answered, by web service, variant and response code.",
    ("service", "variant", "code"),
)  # fmt: skip
DISPATCHED = _Counted("gbsmart_commands_dispatched", "Commands that the WAN took.")
MISSED = _Counted("gbsmart_commands_missed", "Commands that the WAN did not take, to be tried again.")
ENDED = _Counted("gbsmart_waits_ended", "Waits that ended by themselves: time-outs and held requests.")
DELIVERIES = _Counted(
    "gbsmart_deliveries", "Attempts to deliver a message to a User, by outcome.", ("outcome",)
)
PARCELS = _Counted("gbsmart_wan_parcels", "Responses and alerts that hubs handed up.", ("kind",))

_COMMIT_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)


class _Gauge(NamedTuple):
    name: str
    what: str
    statement: Sql


GAUGES = (
    _Gauge(
        "gbsmart_lanes_waiting", "Lanes with commands that a worker may take now.",
        Sql("SELECT count(*) FROM lane WHERE ready <= :now"),
    ),
    _Gauge(
        "gbsmart_lane_depth", "Commands in the lanes that are not dispatched yet.",
        Sql("SELECT coalesce(sum(tail - head), 0) FROM lane WHERE ready IS NOT NULL"),
    ),
    _Gauge(
        "gbsmart_commands_unanswered", "Commands that were sent and wait for their answer.",
        Sql("SELECT count(*) FROM command WHERE state = 'sent'"),
    ),
    _Gauge(
        "gbsmart_outbox_messages", "Messages that wait for their User to take them.",
        Sql("SELECT count(*) FROM delivery WHERE state = 'pending'"),
    ),
    _Gauge(
        "gbsmart_outbox_oldest_seconds", "Age of the oldest message that waits for its User.",
        Sql("SELECT coalesce((:now - min(created_at)) / 1000000, 0) FROM delivery WHERE state = 'pending'"),
    ),
)  # fmt: skip

_REQUEST = re.compile(rb"RequestID>([0-9A-Fa-f:-]{1,80})<")
_CODE = re.compile(rb"ResponseCode>([A-Z0-9]{2,10})<")
_VARIANT = re.compile(rb"ServiceReferenceVariant>([0-9.]{1,10})<")


class Measures:
    """Counters of one process, in a ``registry`` of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter(REQUESTS)
        self.dispatched = self._counter(DISPATCHED)
        self.missed = self._counter(MISSED)
        self.waits_ended = self._counter(ENDED)
        deliveries, parcels = self._counter(DELIVERIES), self._counter(PARCELS)
        self.taken, self.refused, self.unreachable = map(
            deliveries.labels, ("taken", "refused", "unreachable")
        )
        self.responses, self.alerts = map(parcels.labels, ("response", "alert"))
        self._commits = Histogram(
            "gbsmart_store_commit_seconds", "Time of a shared transaction until it was durable.",
            buckets=_COMMIT_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._units = self._counter(_Counted("gbsmart_store_units", "Units of work that commits shared."))
        self._known = frozenset(service_requests())

    def _counter(self, counted: _Counted) -> Counter:
        return Counter(counted.name, counted.what, counted.labels, registry=self.registry)

    def request(self, service: str, status: int, body: bytes) -> None:
        """A document was answered; its variant and code are those of the answer."""
        variant, code = "", str(status)
        if status == 200:  # what else is said may repeat what anybody sent
            variant, code = _said(_VARIANT, body), _said(_CODE, body) or code
        self._requests.labels(service, variant if variant in self._known else "", code).inc()

    def commit(self, seconds: float, units: int) -> None:
        """A shared transaction was committed."""
        self._commits.observe(seconds)
        self._units.inc(units)


def said(body: bytes) -> tuple[str, str, str]:
    """RequestID, variant and response code of an answer of ours, ``""`` where it has none."""
    return _said(_REQUEST, body), _said(_VARIANT, body), _said(_CODE, body)


def _said(pattern: re.Pattern[bytes], body: bytes) -> str:
    match = pattern.search(body)
    return "" if match is None else match[1].decode("ascii")


class StoreGauges:
    """Gauges that are read from the DCC's store whenever they are asked for; ``now`` is the DCC's clock."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Which they are, without looking into the store."""
        return [GaugeMetricFamily(gauge.name, gauge.what) for gauge in GAUGES]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What they are now; nothing while the store does not answer: the counters are told all the same."""
        try:
            with self._store.reading() as connection:
                found = [(gauge, _value(connection, gauge, self._now())) for gauge in GAUGES]
        except self._store.broken as broken:
            _log.warning("no gauges, for the store does not answer: %s", broken)
            return
        for gauge, value in found:
            yield GaugeMetricFamily(gauge.name, gauge.what, value=value)


def _value(connection: Connection, gauge: _Gauge, now: datetime) -> float:
    row = gauge.statement.row(connection, {"now": to_micros(now)})
    assert row is not None
    return float(row[0])


class FaultCounts:
    """How often each fault that was ever switched on has met an occasion, and struck."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def describe(self) -> Iterable[CounterMetricFamily]:
        """Which they are."""
        return self._families()

    def collect(self) -> Iterable[CounterMetricFamily]:
        """What they are now."""
        met, struck = self._families()
        for name, (occasions, hits) in self._faults.counters().items():
            met.add_metric([name], occasions)
            struck.add_metric([name], hits)
        return (met, struck)

    @staticmethod
    def _families() -> tuple[CounterMetricFamily, CounterMetricFamily]:
        return (
            CounterMetricFamily("gbsmart_fault_occasions", "Occasions that a fault met.", labels=["fault"]),
            CounterMetricFamily("gbsmart_fault_hits", "Occasions that a fault struck.", labels=["fault"]),
        )
