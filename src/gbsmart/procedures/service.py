"""The verbs of cases: open one, act in it. Each in the caller's transaction, which makes everything that
belongs to an act so, or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from gbsmart.accounts import Account, Capacity
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.procedures import reading, record
from gbsmart.procedures.clocks import addressee, set_deadlines
from gbsmart.procedures.declaration import Procedures, declared
from gbsmart.procedures.entitlement import able, actor_of
from gbsmart.procedures.fields import check_text, read_given
from gbsmart.procedures.model import Case, NewDocument, Overtaken, Refused
from gbsmart.procedures.situation import Situation, Verbs
from gbsmart.procedures.tables import LONGEST_SUBJECT, sec_case
from gbsmart.procedures.uncounted import let_ballots_lapse
from gbsmart.procedures.undeclared import procedure_to_act


def open_case(
    connection: Connection,
    procedures: Procedures,
    name: str,
    account: Account,
    given: Mapping[str, Any],
    *,
    at: datetime,
    reason: str = "",
    documents: Sequence[NewDocument] = (),
    capacity: Capacity | None = None,
    parent: str = "",
) -> Case:
    """Open a case of the procedure ``name``.

    Raises :class:`NotFound` for a procedure that there is not, :class:`NotEntitled`, :class:`Refused`,
    and :class:`InvalidValue` for what is given.
    """
    procedure = declared(procedures, name)
    act = procedure.opening
    actor = actor_of(act, account, capacity, subject="", opener="")
    values = read_given(act.takes, given)
    subject = str(values.get(procedure.subject, "")) if procedure.subject else actor.capacity.of
    if len(subject) > LONGEST_SUBJECT:
        raise InvalidValue(f"more than {LONGEST_SUBJECT} characters", field=procedure.subject)
    title = procedure.title_of(subject, values)[: record.LONGEST_TITLE]
    new = Case("", name, title, subject, actor.capacity.of, "", 0, at, at, values, parent)
    situation = Situation(
        connection,
        procedures,
        procedure,
        new,
        act,
        actor,
        account,
        at,
        values,
        reason,
        documents,
        verbs=_VERBS,
    )
    _check(situation)
    situation.case = replace(
        new, reference=record.next_reference(connection, procedure.prefix), state=act.target
    )
    connection.execute(insert(sec_case).values(_columns(situation.case)))
    return _complete(situation, source="")


def perform(
    connection: Connection,
    procedures: Procedures,
    reference: str,
    act: str,
    account: Account,
    given: Mapping[str, Any] | None = None,
    *,
    at: datetime,
    reason: str = "",
    documents: Sequence[NewDocument] = (),
    capacity: Capacity | None = None,
    seen: int | None = None,
) -> Case:
    """Do an act in a case; the case as it is then.

    ``seen`` is the version of the case that the actor looked at: where it has changed state since,
    :class:`Overtaken` is raised. Else as :func:`open_case`, and :class:`Refused` where the act cannot
    be done in the state that the case is in.
    """
    case = reading.case(connection, reference, to_act=True)
    procedure = procedure_to_act(procedures, case)
    wanted = procedure.act(act)
    if wanted is None:
        there = ", ".join(each.name for each in procedure.acts_in(case.state))
        raise NotFound(
            f"{procedure.title} has no act {act!r}", remedy=f"In {case.state} there is {there or 'none'}."
        )
    if seen is not None and seen != case.version:
        raise Overtaken(
            f"{reference} is in {case.state} now: somebody else acted", remedy="Look at it again, then act."
        )
    if case.state not in wanted.sources:
        raise Refused(
            f"{reference} is in {case.state}, where {wanted.title!r} cannot be done",
            remedy=f"It can be done in {', '.join(wanted.sources)}.",
        )
    capacity = capacity or next(iter(able(wanted, account, case)), None)
    actor = actor_of(wanted, account, capacity, subject=case.subject, opener=case.opener)
    values = read_given(wanted.takes, given or {})
    situation = Situation(
        connection,
        procedures,
        procedure,
        case,
        wanted,
        actor,
        account,
        at,
        values,
        reason,
        documents,
        verbs=_VERBS,
    )
    _check(situation)
    situation.outcome = wanted.decide(situation) if wanted.decide else ""
    target = wanted.outcomes[situation.outcome] if wanted.outcomes else wanted.target or case.state
    moved = target != case.state
    data = {**case.data, **values, **situation.changes}
    title = procedure.names(data)[: record.LONGEST_TITLE] if procedure.names else case.title
    situation.case = replace(
        case, state=target, version=case.version + moved, entered_at=at if moved else case.entered_at,
        data=data, title=title,
    )  # fmt: skip
    connection.execute(
        update(sec_case).where(sec_case.c.reference == reference).values(_columns(situation.case))
    )
    return _complete(situation, source=case.state)


_VERBS = Verbs(open_case, perform)


# --- the parts of an act ---


def _check(situation: Situation) -> None:
    check_text(situation.reason, "reason")
    for document in situation.documents:
        record.check_document(document)
    for kind in situation.act.documents:
        if not situation.has_document(kind):
            situation.refuse(f"{situation.act.title!r} needs the document {kind!r}")
    if situation.act.needs_reason and not situation.reason.strip():
        raise InvalidValue(f"{situation.act.title!r} is not done without a reason", field="reason")
    for guard in situation.act.guards:
        guard(situation)


def _complete(situation: Situation, source: str) -> Case:
    """Write what belongs to an act whose case row is written: ledger, documents, notices, deadlines."""
    connection, reference = situation.connection, situation.case.reference
    number = record.enter(situation, source)
    for document in situation.documents:
        titled = str(situation.given.get(situation.act.titled_by, "")) or document.title
        record.file(connection, reference, replace(document, title=titled))
    received = [
        situation.notify(
            to,
            told.subject.format_map(_Words(situation)),
            told.text.format_map(_Words(situation)),
            told.channel,
        )
        for told in situation.act.tells
        for to in [addressee(told.to, situation.case)]
    ]
    for effect in situation.act.effects:
        effect(situation)
    now = reading.case(connection, reference)
    if situation.changes:
        now = replace(now, data={**now.data, **situation.changes})
        connection.execute(
            update(sec_case).where(sec_case.c.reference == reference).values(data=dict(now.data))
        )
    let_ballots_lapse(situation, source, now)
    if now.state == situation.case.state:
        set_deadlines(situation, now, source, number, max(received, default=None))
    return now


def _columns(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference, "procedure": case.procedure, "title": case.title,
        "subject": case.subject, "opener": case.opener, "state": case.state, "version": case.version,
        "opened_at": case.opened_at, "entered_at": case.entered_at, "data": dict(case.data),
        "parent": case.parent,
    }  # fmt: skip


class _Words(dict[str, Any]):
    """What the text of a notice may name: fields of the case, its reference, title and subject."""

    def __init__(self, situation: Situation) -> None:
        case = situation.case
        super().__init__(
            {**case.data, "reference": case.reference, "subject": case.subject, "reason": situation.reason,
             "title": case.title, "outcome": situation.outcome, "state": case.state}
        )  # fmt: skip

    def __missing__(self, name: str) -> str:
        return ""
