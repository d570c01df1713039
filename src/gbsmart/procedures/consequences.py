"""What happens by itself when a deadline has passed; and once more, where it failed."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from gbsmart.accounts import Role
from gbsmart.ground import GbsmartError
from gbsmart.procedures import clocks, reading, record
from gbsmart.procedures.declaration import Act, Procedures, Who, declared
from gbsmart.procedures.entitlement import THE_CLOCK
from gbsmart.procedures.model import CLOCK, Case, Due
from gbsmart.procedures.service import perform
from gbsmart.procedures.situation import Situation

SOONEST, LATEST = timedelta(hours=1), timedelta(days=7)
"""After how long a consequence that failed is tried again: twice as long each time, within these bounds."""
_log = structlog.get_logger(__name__)


def lapse(connection: Connection, procedures: Procedures, at: datetime) -> Due | None:
    """Let the first deadline that waits at ``at`` have its consequence; None: there is none.

    The consequence happens at the moment of the deadline, so that what follows from it is counted from
    there; or with the last entry of the ledger, where the day was over when it was given. One that is
    refused, or breaks, is marked as failed, with the reason, and tried again later, then to happen at that
    later moment; no other waits for it.
    """
    due = reading.waiting(connection, at)
    if due is None:
        return None
    case = reading.case(connection, due.case, to_act=True)
    if not clocks.close(connection, due, "passed" if due.then else "missed"):
        return due  # somebody acted, or another process let it pass, before this one held the case
    try:
        with connection.begin_nested():
            _let_pass(connection, procedures, case, due)
    except GbsmartError as refusal:
        _put_off(connection, due, at, str(refusal))
    except (OperationalError, InterfaceError):
        raise  # the database's, and nothing of the case
    except Exception as defect:  # noqa: BLE001 what a procedure declares may break in any way
        _log.exception("the consequence of a deadline broke", case=due.case, deadline=due.name)
        _put_off(connection, due, at, f"a defect of gbsmart ({type(defect).__name__}): its log says more")
    return due


def _put_off(connection: Connection, due: Due, at: datetime, why: str) -> None:
    again = at + min(LATEST, max(SOONEST, at - due.due_at))
    clocks.try_again(connection, due, why, again)
    _log.warning(
        "what a deadline brings about failed", case=due.case, deadline=due.name, why=why,
        again=again.isoformat(),
    )  # fmt: skip


def _let_pass(connection: Connection, procedures: Procedures, case: Case, due: Due) -> None:
    procedure = declared(procedures, case.procedure)
    moment = max(due.again_at or due.due_at, reading.entries(connection, due.case)[-1].at)
    if due.then:
        perform(
            connection, procedures, due.case, due.then, THE_CLOCK, at=moment,
            reason=f"deadline passed: {due.title}",
        )  # fmt: skip
        return
    act = Act(f"missed {due.name}", f"Missed: {due.title}", by=(Who(Role.CLOCK),))
    missed = Situation(connection, procedures, procedure, case, act, CLOCK, THE_CLOCK, moment, {}, due.title)
    record.enter(missed, case.state)
