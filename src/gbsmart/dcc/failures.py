"""Failures after the acknowledgement: one failure gives one message (DUIS 7.0).

The pairs of DCC Alert and response code are data: :func:`gbsmart.duis.failures`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import commands, counters, ledger, outbox
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.pipeline import Pipeline, request_id, version_of


class Failures:
    """Ends requests that failed, each with its one DCC Alert."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def report(
        self,
        connection: Connection,
        key: RequestKey,
        failure: str,
        event: str,
        *,
        at: datetime,
        detail: str = "",
    ) -> bool:
        """Move a request along ``event`` and put the alert of ``failure`` into its User's outbox.

        Its sequenced successors fail with it. False, and nothing is written, where the request has
        ended already or ``event`` means nothing in its state.
        """
        pair = duis.failure(failure)
        if ledger.advance(connection, key, event, at=at, code=pair.alert, detail=detail) is None:
            return False
        self._tell(connection, key, pair.response_code, pair.alert, at)
        self.fail_successors(connection, key, at=at)
        return True

    def fail_successors(self, connection: Connection, key: RequestKey, *, at: datetime) -> None:
        """The requests sequenced after one that failed, fail too (E40, an assumed code)."""
        failed = [key]  # not by recursion: a User chooses how long a sequence is
        while failed:
            for command in commands.waiting_for(connection, failed.pop()):
                if commands.cancel(connection, command.key, at=at):
                    self._break_sequence(
                        connection, command.key, "predecessor failed", "preceding_failed", at
                    )
                    failed.append(command.key)

    def predecessor_missing(self, connection: Connection, key: RequestKey, *, at: datetime) -> bool:
        """A sequenced request whose predecessor did not succeed in time (E41, an assumed code)."""
        if not commands.cancel(connection, key, at=at):
            return False
        self._break_sequence(connection, key, "expire", "preceding_missing", at)
        self.fail_successors(connection, key, at=at)
        return True

    def _break_sequence(
        self, connection: Connection, key: RequestKey, event: str, fault: str, at: datetime
    ) -> None:
        code = duis.fault(fault).response_code
        if ledger.advance(connection, key, event, at=at, state="sequenced", code=code) is None:
            return
        request = ledger.find(connection, key)
        assert request is not None
        version = version_of(connection, key.originator)
        message = duis.acknowledgement(request_id(key), request.variant, code, at, version=version)
        outbox.put_outcome(connection, key, self._pipeline.signed(message), at=at)

    def _tell(self, connection: Connection, key: RequestKey, code: str, alert: str, at: datetime) -> None:
        acb = self._pipeline.settings.acb
        floor = int(at.timestamp() * 1000)
        counter = counters.take(connection, key.originator, acb, floor=floor)[0]
        failed = {"command_request_id": request_id(key), "device_id": key.device}
        message = duis.Response(
            code,
            at,
            "DCCAlertMessage",
            {"dcc_alert_code": alert, "dcc_alert": {"command_failure": failed}},
            response_id=duis.ResponseId(acb, key.originator, counter),
            schema_version=version_of(connection, key.originator),
        )
        outbox.put_outcome(connection, key, self._pipeline.signed(message), at=at)
