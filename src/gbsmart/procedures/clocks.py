"""The deadlines of a case as they run: begun and moved by acts, closed by what is done or missed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, update

from gbsmart.accounts import Capacity
from gbsmart.procedures import reading
from gbsmart.procedures.declaration import OPENER, SUBJECT, Who
from gbsmart.procedures.due_dates import due_at
from gbsmart.procedures.model import RUNNING, Case, Due
from gbsmart.procedures.situation import Situation
from gbsmart.procedures.tables import case_deadline


def set_deadlines(
    situation: Situation, case: Case, source: str, entry: int, received: datetime | None
) -> None:
    """Close what is not due any more, set what is due from now on, move what depends on a date given."""
    known = reading.deadlines(situation.connection, reference=case.reference)
    running = [due for due in known if due.status in RUNNING]
    kept = {due.name: due for due in running}
    declared = {deadline.name for deadline in situation.procedure.deadlines}
    for each in running:  # a later release may declare some no more
        if each.name not in declared:
            close(situation.connection, each, _kept_or_not(situation, each))
    fields = situation.procedure.fields()
    fresh = {*situation.given, *situation.changes}
    for deadline in situation.procedure.deadlines:
        due = kept.get(deadline.name)
        if case.state not in deadline.states:
            if due is not None:
                close(situation.connection, due, _kept_or_not(situation, due))
            continue
        since = received if deadline.since_notice and received else case.entered_at
        within = deadline.within(situation) if callable(deadline.within) else deadline.within
        moment = due_at(deadline, within, fields, case.data, since)
        if due is not None:
            depends = deadline.on in fresh if deadline.on else callable(deadline.within)
            if depends and not deadline.since_notice and source == case.state and moment is not None:
                _move(situation.connection, due, moment)
        elif moment is not None and (source not in deadline.states or deadline.on in fresh):
            situation.connection.execute(
                insert(case_deadline).values(
                    reference=case.reference, entry=entry, name=deadline.name, title=deadline.title,
                    whom=str(addressee(deadline.whom, case)), due_at=moment, status="open",
                    act=deadline.then, note="",
                )
            )  # fmt: skip


def _kept_or_not(situation: Situation, due: Due) -> str:
    return "met" if situation.at <= due.due_at else "missed"


def close(connection: Connection, due: Due, status: str) -> bool:
    """Have a deadline not run any more; False where it did not."""
    running = case_deadline.c.status.in_(RUNNING)
    closed = connection.execute(
        update(case_deadline).where(*_row_of(due), running).values(status=status, again_at=None)
    )
    return bool(closed.rowcount)


def try_again(connection: Connection, due: Due, note: str, at: datetime) -> None:
    """Keep a deadline whose consequence failed, for ``note``, until that is tried again."""
    values = {"status": "failed", "note": note, "again_at": at}
    connection.execute(update(case_deadline).where(*_row_of(due)).values(values))


def _move(connection: Connection, due: Due, moment: datetime) -> None:
    values = {"due_at": moment, "status": "open", "note": "", "again_at": None}
    connection.execute(update(case_deadline).where(*_row_of(due)).values(values))


def _row_of(due: Due) -> tuple[ColumnElement[bool], ...]:
    row = case_deadline.c
    return (row.reference == due.case, row.name == due.name, row.entry == due.entry)


def addressee(who: Who, case: Case) -> Capacity:
    """Whom a notice of a case is for, or from whom something is due in it."""
    return Capacity(who.role, {SUBJECT: case.subject, OPENER: case.opener}.get(who.of, who.of))
