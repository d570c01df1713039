"""Executions of DCC schedules: at its moment each becomes a request of the DCC's own, in a lane.

The Access Control Broker originates it under a counter of its own, with the User in the supplementary
fields (RequestID mapping B, assumed): an execution has no counter of the User's. The request is of
Command Variant 9, names the User and the counter of its 5.1, and is checked as one that the User sends.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import access, admission, counters, dsp_schedules, lanes, ledger, schedule
from gbsmart.dcc.dsp_schedules import Schedule
from gbsmart.dcc.failures import Failures
from gbsmart.dcc.model import NewRequest, RequestKey
from gbsmart.dcc.pipeline import Pipeline
from gbsmart.dcc.refusal import Refused
from gbsmart.duis import WebService
from gbsmart.duis.schedules import values_on

INTERNAL = 9
"""The Command Variant of the DCC's own requests."""


def execution(creation: RequestKey, values: duis.Values, run: int) -> duis.Request:
    """The request that execution ``run`` of the schedule made by ``creation`` sends to its device."""
    named = duis.RequestId(creation.originator, values["device_id"], creation.counter)
    asked = values_on(values, dsp_schedules.day_of(values, run))
    return duis.Request(named, INTERNAL, values["dsp_scheduled_service_reference_variant"], asked)


def execute(
    pipeline: Pipeline, failures: Failures, connection: Connection, due: Schedule, at: datetime
) -> bool:
    """Carry out the execution that is due: access control again, then its lane; or remove the schedule."""
    values = dsp_schedules.details(connection, due)
    made = execution(due.request, values, due.runs)
    case = access.Case(
        made, admission.key_of(made.request_id), WebService.SEND_COMMAND, at, pipeline.settings
    )
    try:
        access.check_again(access.gather(connection, case))
    except Refused as refused:
        return failures.remove_schedule(connection, due, refused, at=at)
    acb = pipeline.settings.acb
    (counter,) = counters.take(connection, due.device, acb, floor=int(at.timestamp() * 1000))
    key = RequestKey(due.device, acb, counter)
    variant = made.service_reference_variant
    ledger.receive(connection, NewRequest(key, variant, INTERNAL, duis.build_request(made), at))
    dsp_schedules.note_run(connection, due, key, values)
    lanes.enqueue(connection, key, acb, at=at)
    schedule.queued(connection, key, "execute schedule", "received", at=at, settings=pipeline.settings)
    return True
