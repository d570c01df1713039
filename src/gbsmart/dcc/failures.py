"""Failures after the acknowledgement: one failure gives one message (DUIS 7.0).

The pairs of DCC Alert and response code are data: :func:`gbsmart.duis.failures`. What access control
refuses at the execution of what the DCC held has the alert of :data:`STOPPED` and the code of the check.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import commands, counters, dsp_schedules, ledger, outbox
from gbsmart.dcc.audience import audience
from gbsmart.dcc.dsp_schedules import Schedule
from gbsmart.dcc.model import Request, RequestKey
from gbsmart.dcc.pipeline import Pipeline, request_id, version_of
from gbsmart.dcc.refusal import Refused
from gbsmart.ground import Eui64


class Stopped(NamedTuple):
    """The DCC Alerts for a fault at execution: of a held request, and of a schedule that is removed."""

    held: str
    schedule: str


_GONE, _CHANGED, _INELIGIBLE = Stopped("N3", "N1"), Stopped("N7", "N17"), Stopped("N5", "N4")
STOPPED: Mapping[str, Stopped] = {
    "device_unknown": _GONE,
    "device_status": _GONE,
    "not_responsible": _CHANGED,
    "unknown_user": _INELIGIBLE,
    "user_suspended": _INELIGIBLE,
    "role": _INELIGIBLE,
}
"""By the fault of access control: the device is out of service, another supplier's, or closed to the User
(basis: M and I)."""


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
        return self._end(connection, key, event, pair.alert, pair.response_code, at, detail)

    def unanswered(self, connection: Connection, key: RequestKey, *, at: datetime) -> bool:
        """No answer came in time: N13, or N11 for an execution of a schedule, N10 for a held request."""
        if key.originator == self._pipeline.settings.acb:
            failure = "schedule_timeout"
        elif any(event.name == "hold" for event in ledger.history(connection, key)):
            failure = "future_dated_timeout"
        else:
            failure = "no_response"
        return self.report(connection, key, failure, "time out", at=at)

    def cancelled(self, connection: Connection, request: Request, *, at: datetime) -> bool:
        """A request that was held until its moment was taken back: its User is told so (E45, assumed)."""
        key, code = request.key, duis.fault("cancelled").response_code
        if ledger.advance(connection, key, "cancel", at=at, state=request.state, code=code) is None:
            return False
        version = version_of(connection, key.originator)
        message = duis.acknowledgement(request_id(key), request.variant, code, at, version=version)
        return outbox.put_outcome(connection, key, self._pipeline.signed(message), at=at)

    def remove_held(self, connection: Connection, key: RequestKey, refused: Refused, *, at: datetime) -> bool:
        """What the DCC held until now is refused now; returns as :meth:`report`."""
        alert = STOPPED[refused.fault].held
        return self._end(connection, key, "remove", alert, refused.code, at, refused.message)

    def remove_schedule(
        self, connection: Connection, due: Schedule, refused: Refused, *, at: datetime
    ) -> bool:
        """A schedule whose execution is refused ends, with one alert; False where it has ended already."""
        if not dsp_schedules.end(connection, due.id, "remove"):
            return False
        alert = STOPPED[refused.fault].schedule
        removal = {"dsp_schedule_removal": {"device_id": due.device, "dsp_schedule_id": due.id}}
        message = self._alert(connection, due.user, refused.code, alert, removal, at)
        ledger.append(connection, due.device, "remove schedule", at=at, code=alert, detail=refused.message)
        return outbox.put(
            connection, due.user, "schedule removal", str(due.id), message, device=due.device, at=at
        )

    def _end(
        self,
        connection: Connection,
        key: RequestKey,
        event: str,
        alert: str,
        code: str,
        at: datetime,
        detail: str,
    ) -> bool:
        if ledger.advance(connection, key, event, at=at, code=alert, detail=detail) is None:
            return False
        self._tell(connection, key, code, alert, at)
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
        told = audience(connection, key, self._pipeline.settings.acb, partial(version_of, connection))
        failed: dict[str, Any] = {"command_request_id": told.request_id, "device_id": key.device}
        if told.schedule is not None:
            failed["dsp_schedule_id"] = told.schedule
        message = self._alert(connection, told.user, code, alert, {"command_failure": failed}, at)
        outbox.put_outcome(connection, key, message, at=at, user=told.user)

    def _alert(
        self,
        connection: Connection,
        user: Eui64,
        code: str,
        alert: str,
        payload: dict[str, Any],
        at: datetime,
    ) -> bytes:
        """A DCC Alert to a User, signed."""
        acb = self._pipeline.settings.acb
        counter = counters.take(connection, user, acb, floor=int(at.timestamp() * 1000))[0]
        message = duis.Response(
            code,
            at,
            "DCCAlertMessage",
            {"dcc_alert_code": alert, "dcc_alert": payload},
            response_id=duis.ResponseId(acb, user, counter),
            schema_version=version_of(connection, user),
        )
        return self._pipeline.signed(message)
