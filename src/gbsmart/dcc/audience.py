"""Audience: who is told what becomes of a request, and by which names.

Of a User's request it is that User. An execution of a DCC schedule is the DCC's own request; its User is
told under the RequestID of the 5.1 and the schedule's id, with a ResponseID of the execution's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import dsp_schedules
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.pipeline import request_id, response_id
from gbsmart.ground import Eui64


class Audience(NamedTuple):
    """``schedule`` is the DSPScheduleID of an execution; None for a User's own request."""

    user: Eui64
    request_id: duis.RequestId
    response_id: duis.ResponseId
    version: str
    schedule: int | None = None


def audience(
    connection: Connection, key: RequestKey, acb: Eui64, version: Callable[[Eui64], str]
) -> Audience:
    """Who is told of the request ``key``; ``acb`` originates the DCC's own.

    ``version`` says in which DUIS version a User is spoken to.
    """
    run = dsp_schedules.of_run(connection, key) if key.originator == acb else None
    if run is None:
        return Audience(key.originator, request_id(key), response_id(key), version(key.originator))
    named = duis.ResponseId(key.device, run.user, key.counter)
    return Audience(run.user, request_id(run.request), named, version(run.user), run.id)
