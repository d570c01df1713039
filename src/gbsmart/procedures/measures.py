"""How deadlines stand, for Prometheus: read from the store when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from gbsmart.procedures.model import RUNNING
from gbsmart.procedures.tables import case_deadline
from gbsmart.store import Store

_log = structlog.get_logger(__name__)


class DeadlineGauge:
    """Deadlines that run, by status: those that are ``failed`` are for somebody to look at."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """What it is, without looking into the store."""
        return [self._family()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """What it is now; nothing while the store does not answer."""
        status = case_deadline.c.status
        wanted = select(status, func.count()).where(status.in_(RUNNING)).group_by(status)
        try:
            with self._store.reading() as connection:
                found = {row[0]: row[1] for row in connection.execute(wanted)}
        except self._store.broken as broken:
            _log.warning("deadlines are not counted, for the store does not answer", why=str(broken))
            return
        family = self._family()
        for name in RUNNING:
            family.add_metric([name], found.get(name, 0))
        yield family

    @staticmethod
    def _family() -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "gbsmart_case_deadlines", "Deadlines of cases that run, and whose consequence failed.",
            labels=["status"],
        )  # fmt: skip
