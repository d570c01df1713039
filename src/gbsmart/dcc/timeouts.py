"""Time-outs: the sweep over every stored deadline.

Nobody waits in memory for an answer, a signature or a moment: each wait is a row with its deadline, and
this sweep ends those that have passed, each with the one message that its failure gives.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import access, commands, dsp_schedules, lanes, ledger, messages, schedule
from gbsmart.dcc.executions import execute
from gbsmart.dcc.failures import Failures
from gbsmart.dcc.model import Request, RequestKey
from gbsmart.dcc.pipeline import DELIVERIES, LANES, Pipeline
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.transform import originator_of
from gbsmart.duis import WebService

_log = structlog.get_logger(__name__)


class Timeouts:
    """Ends what has waited long enough, and starts what was held until now."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._failures = Failures(pipeline)

    async def run(self) -> None:
        """Sweep for ever; first after one interval, so that a restart dispatches before it gives up."""
        pipeline = self._pipeline
        while True:
            await pipeline.clock.sleep_until(pipeline.now() + pipeline.settings.sweep_every, idle=True)
            try:
                while await self.sweep():
                    pass
            except pipeline.store.broken:
                _log.exception("the sweep meets a broken store")

    async def sweep(self) -> int:
        """End every wait that is over; how many there were."""
        at = self._pipeline.now()
        if not await self._pipeline.read(lambda connection: _is_any(connection, at)):
            return 0
        ended = await self._pipeline.write(lambda connection: self._sweep(connection, at))
        self._pipeline.measures.waits_ended.inc(ended)
        self._pipeline.bell.ring(DELIVERIES)
        self._pipeline.bell.ring(LANES)
        return ended

    def _sweep(self, connection: Connection, at: datetime) -> int:
        ended = 0
        for command in commands.overdue(connection, now=at):
            ended += self._unanswered(connection, command.key, at)
        for request in ledger.due(connection, "queued", now=at):
            if commands.undeliverable(connection, request.key, at=at):
                ended += self._failures.report(
                    connection, request.key, "not_delivered", "undeliverable", at=at
                )
            else:
                ended += self._unanswered(connection, request.key, at)
        for request in ledger.due(connection, "awaiting execution", now=at):
            ended += self._failures.report(
                connection, request.key, "outcome_alert_missing", "time out", at=at
            )
        for request in ledger.due(connection, "awaiting signature", now=at):
            ended += ledger.advance(connection, request.key, "lapse", at=at, state=request.state) is not None
        for request in ledger.due(connection, "sequenced", now=at):
            ended += self._failures.predecessor_missing(connection, request.key, at=at)
        for request in ledger.due(connection, "held", now=at):
            ended += self._start(connection, request, at)
        for one in dsp_schedules.due(connection, now=at):
            ended += execute(self._pipeline, self._failures, connection, one, at)
        return ended

    def _unanswered(self, connection: Connection, key: RequestKey, at: datetime) -> bool:
        """No answer came to what the device may have executed."""
        if not commands.time_out(connection, key, at=at):
            return False
        # The record of the dispatch may be behind, or was never made.
        ledger.advance_all(connection, [key], "dispatch", at=at)
        return self._failures.unanswered(connection, key, at=at)

    def _start(self, connection: Connection, request: Request, at: datetime) -> bool:
        """A held request falls due: access control again, then its lane."""
        key, settings = request.key, self._pipeline.settings
        octets = messages.content_of(connection, key.device, request.content)
        service_request = duis.parse_request(octets).message
        case = access.Case(service_request, key, WebService.SEND_COMMAND, at, settings)
        try:
            grant = access.check_again(access.gather(connection, case))
        except Refused as refused:
            return self._failures.remove_held(connection, key, refused, at=at)
        if lanes.enqueue(connection, key, originator_of(grant, case), at=at) is not lanes.Place.QUEUED:
            return False
        schedule.queued(connection, key, "fall due", "held", at=at, settings=settings)
        return True


def _is_any(connection: Connection, at: datetime) -> bool:
    if commands.overdue(connection, now=at, limit=1):
        return True
    if dsp_schedules.due(connection, now=at, limit=1):
        return True
    return any(ledger.due(connection, state, now=at, limit=1) for state in WAITS)


WAITS = ("queued", "awaiting execution", "awaiting signature", "sequenced", "held")
"""The states of a request that end by themselves."""
