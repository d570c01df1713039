"""5.1 Create Schedule, 5.2 Read Schedule, 5.3 Delete Schedule: the answers of these Non-Device services.

What is checked, and which code says so, stands in the order of the checks; the meanings of the codes of
Service Reference 5 are inferred.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gbsmart.dcc import access, admission, dsp_schedules, messages
from gbsmart.dcc.access import Case, Grant
from gbsmart.dcc.answers import Found, Service
from gbsmart.dcc.dsp_schedules import MOST, Schedule
from gbsmart.dcc.executions import execution
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.transform import transform
from gbsmart.duis.schedules import disagreement
from gbsmart.ground import Eui64, InvalidValue

_CODES = {
    "role": "E050105",
    "device_unknown": "E050107",
    "device_type": "E050108",
    "not_responsible": "E050110",
    "device_status": "E050111",
    "key_agreement_certificate": "E050112",
}
"""What a check of the scheduled request says of the schedule."""


def check_creation(connection: Connection, case: Case, _grant: Grant) -> Found:
    """That a schedule can be executed as it is asked for; raises :class:`Refused`."""
    values = _values(case)
    if reason := disagreement(values):
        raise _refused("E050103", reason)
    last = values.get("schedule_end_date")
    if last is not None and last < values["schedule_start_date"]:
        raise _refused("E050102", f"it ends on {last}, before it starts")
    first = dsp_schedules.moment_of(values, 0, 0)
    if first is None or first <= case.at:
        raise _refused("E050101", "its first execution is past")
    _check_execution(connection, case)
    if len(dsp_schedules.active(connection, values["device_id"], case.key.originator)) >= MOST:
        raise _refused("E050109", f"there are {MOST} schedules for this device")
    return Found()


def _check_execution(connection: Connection, case: Case) -> None:
    """The checks of the request that each execution will make."""
    values = _values(case)
    try:
        made = execution(case.key, values, 0)
        probe = Case(made, admission.key_of(made.request_id), case.web_service, case.at, case.settings)
        grant = access.check(access.gather(connection, probe))
        transform(made, grant._replace(standing=None), case.at, case.settings)
    except InvalidValue as wrong:
        raise Refused("not_served", wrong.message) from None
    except Refused as refused:
        raise Refused(refused.fault, refused.message, code=_CODES.get(refused.fault, refused.code)) from None


def create(connection: Connection, case: Case, octets: bytes) -> Found:
    """Enter the schedule; its id."""
    number = dsp_schedules.add(connection, case.key, _values(case), messages.digest_of(octets))
    return Found({"dsp_schedule_id": number})


def read(connection: Connection, case: Case, _grant: Grant) -> Found:
    """The schedules asked for, as they were created (5.2)."""
    found = _named(connection, case, unknown="E050201", foreign="E050202")
    if not found:
        return Found(code="W050201")
    entries = [
        {"dsp_schedule_id": each.id, "dsp_schedule_details": dsp_schedules.details(connection, each)}
        for each in found
    ]
    return Found({"dsp_schedules_read": tuple(entries)})


def check_deletion(connection: Connection, case: Case, _grant: Grant) -> Found:
    """That the schedules named are the User's (5.3)."""
    found = _named(connection, case, unknown="E050301", foreign="E050302")
    return Found() if found else Found(code="W050301")


def delete(connection: Connection, case: Case, _octets: bytes) -> Found:
    """End the schedules named; an execution that is under way goes on."""
    found = _named(connection, case, unknown="E050301", foreign="E050302")
    for each in found:
        dsp_schedules.end(connection, each.id, "delete")
    return Found() if found else Found(code="W050301")


def _named(connection: Connection, case: Case, *, unknown: str, foreign: str) -> list[Schedule]:
    """The active schedules that 5.2 or 5.3 names: one by its id, or the User's own for a device."""
    values = _values(case)
    device: Eui64 | None = values.get("device_id")
    if device is not None:
        return dsp_schedules.active(connection, device, case.key.originator)
    number = values["dsp_schedule_id"]
    found = dsp_schedules.find(connection, number)
    if found is None or found.next_at is None:
        raise _refused(unknown, f"there is no schedule {number}")
    if found.user != case.key.originator:
        raise _refused(foreign, f"schedule {number} is another User's")
    return [found]


def _values(case: Case) -> dict[str, Any]:
    assert case.request.values is not None
    return dict(case.request.values)


def _refused(code: str, reason: str) -> Refused:
    return Refused("variant", reason, code=code)


SERVICES = {
    "5.1": Service(check_creation, create),
    "5.2": Service(read),
    "5.3": Service(check_deletion, delete),
}
