"""The verbs of cases: open one, act in it, vote in it, let its deadlines pass. Each in the caller's
transaction, which makes everything that belongs to an act so, or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from gbsmart.accounts import Account, Capacity, Role
from gbsmart.ground import GbsmartError, InvalidValue, NotFound
from gbsmart.procedures import reading
from gbsmart.procedures.counting import ABSTAIN
from gbsmart.procedures.declaration import Act, Ballot, Procedure, Who
from gbsmart.procedures.due_dates import due_at
from gbsmart.procedures.fields import check_text, read_given
from gbsmart.procedures.model import (
    CLOCK,
    Actor,
    Case,
    Due,
    NewDocument,
    NotEntitled,
    Overtaken,
    Possible,
    Refused,
    entitled,
)
from gbsmart.procedures.polls import polls
from gbsmart.procedures.receipt import received_at
from gbsmart.procedures.situation import Procedures, Situation
from gbsmart.procedures.tables import (
    LONGEST_SUBJECT,
    case_deadline,
    case_document,
    case_entry,
    case_notice,
    case_number,
    case_vote,
    sec_case,
)

THE_CLOCK = Account(CLOCK.account, "the clock", frozenset({CLOCK.capacity}))
"""Who acts when a deadline has passed, as an account."""
LARGEST_DOCUMENT = 20 << 20
"""Octets of a document."""
_log = structlog.get_logger(__name__)


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
    actor = _actor(act, account, capacity, subject="", opener="")
    values = read_given(act.takes, given)
    subject = str(values.get(procedure.subject, "")) if procedure.subject else actor.capacity.of
    if len(subject) > LONGEST_SUBJECT:
        raise InvalidValue(f"more than {LONGEST_SUBJECT} characters", field=procedure.subject)
    title = str(values.get("title") or (f"{procedure.title}: {subject}" if subject else procedure.title))
    new = Case("", name, title[:300], subject, actor.capacity.of, "", 0, at, at, values, parent)
    situation = Situation(
        connection, procedures, procedure, new, act, actor, account, at, values, reason, documents
    )
    _check(situation)
    situation.case = replace(new, reference=_next_reference(connection, procedure.prefix), state=act.target)
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
    procedure = declared(procedures, case.procedure)
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
    actor = _actor(wanted, account, capacity, subject=case.subject, opener=case.opener)
    values = read_given(wanted.takes, given or {})
    situation = Situation(
        connection, procedures, procedure, case, wanted, actor, account, at, values, reason, documents
    )
    _check(situation)
    situation.outcome = wanted.decide(situation) if wanted.decide else ""
    target = wanted.outcomes[situation.outcome] if wanted.outcomes else wanted.target or case.state
    moved = target != case.state
    situation.case = replace(
        case, state=target, version=case.version + moved, entered_at=at if moved else case.entered_at,
        data={**case.data, **values, **situation.changes},
    )  # fmt: skip
    connection.execute(
        update(sec_case).where(sec_case.c.reference == reference).values(_columns(situation.case))
    )
    return _complete(situation, source=case.state)


def cast(
    connection: Connection,
    procedures: Procedures,
    reference: str,
    ballot: str,
    account: Account,
    choice: str,
    *,
    at: datetime,
    reason: str = "",
    capacity: Capacity | None = None,
) -> None:
    """Vote in a ballot that is open, or change one's vote.

    Raises :class:`Refused` where it is not open, :class:`NotEntitled` for who has no vote in it,
    :class:`InvalidValue` for what cannot be chosen.
    """
    case = reading.case(connection, reference, to_act=True)
    procedure = declared(procedures, case.procedure)
    wanted = procedure.ballot(ballot)
    if wanted is None:
        raise NotFound(f"{procedure.title} has no ballot {ballot!r}")
    if case.state not in wanted.states:
        raise Refused(f"{reference} is in {case.state}, where {wanted.title!r} is not open")
    act = voting_act(wanted)
    actor = _actor(act, account, capacity, subject=case.subject, opener=case.opener)
    situation = Situation(connection, procedures, procedure, case, act, actor, account, at, {}, reason)
    voters = {one.voter: one for one in wanted.electorate(situation)}
    if capacity is None:  # who holds several votes in the first that is entitled
        held = _holding(act, account, case.subject, case.opener)
        entitling = next((one for one in held if one.of in voters), actor.capacity)
        situation.actor = actor = Actor(account.name, entitling)
    check_text(reason, "reason")
    voter = voters.get(actor.capacity.of)
    if voter is None:
        raise NotEntitled(f"{actor.capacity} has no vote in {wanted.title!r} of {reference}")
    choices = choices_of(wanted, situation)
    if choice not in choices:
        raise InvalidValue(f"{choice!r} is not one of {', '.join(choices)}", field="choice")
    if wanted.needs_reason and choice != ABSTAIN and not reason.strip():
        raise InvalidValue(f"{wanted.title!r} asks for the reasons of a vote", field="reason")
    round_ = polls(connection, [reference]).round_of(reference, wanted.states)
    key = {"reference": reference, "ballot": ballot, "round": round_, "voter": voter.voter}
    values = {
        "constituency": voter.constituency, "choice": choice, "weight": voter.weight,
        "reason": reason, "at": at,
    }  # fmt: skip
    same = [case_vote.c[name] == value for name, value in key.items()]
    if not connection.execute(update(case_vote).where(*same).values(values)).rowcount:
        connection.execute(insert(case_vote).values(**key, **values))
    shown = {"ballot": ballot, "voter": voter.voter} | ({} if wanted.secret else {"choice": choice})
    situation.given = shown
    situation.reason = "" if wanted.secret else reason
    _enter(situation, case.state)


def lapse(connection: Connection, procedures: Procedures, at: datetime) -> Due | None:
    """Let the earliest open deadline that has passed by ``at`` have its consequence; None: there is none.

    The consequence happens at the moment of the deadline, so that what follows from it is counted from
    there; or with the last entry of the ledger, where the day was over when it was given. One that is
    refused, or breaks, is marked as failed, with the reason: it is not tried again, and no other waits for
    it.
    """
    passed = reading.deadlines(connection, status="open", until=at, limit=1)
    if not passed:
        return None
    due = passed[0]
    case = reading.case(connection, due.case, to_act=True)
    if not _mark(connection, due, "passed" if due.then else "missed"):
        return due  # somebody acted, or another process let it pass, before this one held the case
    try:
        with connection.begin_nested():
            _let_pass(connection, procedures, case, due)
    except GbsmartError as problem:
        _mark(connection, due, "failed", str(problem))
    except (OperationalError, InterfaceError):
        raise  # the database's, and nothing of the case: it is tried again
    except Exception as defect:  # noqa: BLE001 every other deadline would wait for this one
        _log.exception("the consequence of a deadline broke", case=due.case, deadline=due.name)
        _mark(connection, due, "failed", f"a defect of gbsmart ({type(defect).__name__}): its log says more")
    return due


def _let_pass(connection: Connection, procedures: Procedures, case: Case, due: Due) -> None:
    procedure = declared(procedures, case.procedure)
    moment = max(due.due_at, reading.entries(connection, due.case)[-1].at)
    if due.then:
        perform(
            connection, procedures, due.case, due.then, THE_CLOCK, at=moment,
            reason=f"deadline passed: {due.title}",
        )  # fmt: skip
        return
    act = Act(f"missed {due.name}", f"Missed: {due.title}", by=(Who(Role.CLOCK),))
    missed = Situation(connection, procedures, procedure, case, act, CLOCK, THE_CLOCK, moment, {}, due.title)
    _enter(missed, case.state)


def possible(procedures: Procedures, case: Case, account: Account | None) -> list[Possible]:
    """The acts that ``account`` can do in a case as it is, each in the first capacity that entitles it.

    A guard may still refuse one: what it is refused for is only known when it is tried.
    """
    if account is None:
        return []
    found = []
    for act in declared(procedures, case.procedure).acts_in(case.state):
        held = _holding(act, account, case.subject, case.opener)
        if held:
            found.append(Possible(act.name, held[0]))
    return found


def declared(procedures: Procedures, name: str) -> Procedure:
    """The procedure of this name; raises :class:`NotFound`."""
    if name not in procedures:
        raise NotFound(
            f"there is no procedure {name!r}", remedy=f"There are {', '.join(sorted(procedures))}."
        )
    return procedures[name]


def voting_act(ballot: Ballot) -> Act:
    """Casting a vote, as an act."""
    return Act(f"vote {ballot.name}", f"Vote: {ballot.title}", by=(ballot.by,), sources=ballot.states)


def choices_of(ballot: Ballot, situation: Situation) -> Sequence[str]:
    """What can be voted for."""
    return ballot.choices if isinstance(ballot.choices, tuple) else tuple(ballot.choices(situation))


def serve(
    connection: Connection, reference: str, to: Capacity, subject: str, text: str, channel: str, at: datetime
) -> datetime:
    """Serve a notice in a case (SEC M10); the moment at which it counts as received."""
    received = received_at(channel, at)
    connection.execute(
        insert(case_notice).values(
            reference=reference, number=_next(connection, case_notice, reference),
            entry=_next(connection, case_entry, reference) - 1, to=str(to), subject=subject[:300],
            text=text, channel=channel, sent_at=at, received_at=received,
        )
    )  # fmt: skip
    return received


# --- the parts of an act ---


def _actor(act: Act, account: Account, capacity: Capacity | None, *, subject: str, opener: str) -> Actor:
    held = _holding(act, account, subject, opener)
    if capacity is not None:
        held = [one for one in held if one == capacity]
    if not held:
        may = "; ".join(map(str, act.by)) or "nobody"
        raise NotEntitled(
            f"{act.title!r} is for {may}; {account.name or account.person} acts as {entitled(account)}"
        )
    return Actor(account.name, held[0])


def _holding(act: Act, account: Account, subject: str, opener: str) -> list[Capacity]:
    if account is THE_CLOCK:
        return [CLOCK.capacity]
    held = sorted(account.capacities)
    return [one for who in act.by for one in held if who.holds(one, subject, opener)]


def _check(situation: Situation) -> None:
    check_text(situation.reason, "reason")
    for document in situation.documents:
        _check_document(document)
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
    number = _enter(situation, source)
    for document in situation.documents:
        _file(connection, reference, document, number)
    received = [
        situation.notify(
            to,
            told.subject.format_map(_Words(situation)),
            told.text.format_map(_Words(situation)),
            told.channel,
        )
        for told in situation.act.tells
        for to in [_addressee(told.to, situation.case)]
    ]
    for effect in situation.act.effects:
        effect(situation)
    now = reading.case(connection, reference)
    if situation.changes:
        now = replace(now, data={**now.data, **situation.changes})
        connection.execute(
            update(sec_case).where(sec_case.c.reference == reference).values(data=dict(now.data))
        )
    if now.state == situation.case.state:
        _set_deadlines(situation, now, source, number, max(received, default=None))
    return now


def _enter(situation: Situation, source: str) -> int:
    reference = situation.case.reference
    number = _next(situation.connection, case_entry, reference)
    situation.connection.execute(
        insert(case_entry).values(
            reference=reference, number=number, at=situation.at, act=situation.act.name,
            account=situation.actor.account, role=situation.actor.capacity.role.value,
            acting_for=situation.actor.capacity.of, source=source, target=situation.case.state,
            outcome=situation.outcome, reason=situation.reason or situation.act.title,
            given=dict(situation.given),
        )
    )  # fmt: skip
    return number


def file(connection: Connection, reference: str, document: NewDocument) -> None:
    """File a document that an act itself made, with the last entry of the ledger."""
    _check_document(document)
    _file(connection, reference, document, _next(connection, case_entry, reference) - 1)


def _file(connection: Connection, reference: str, document: NewDocument, entry: int) -> None:
    connection.execute(
        insert(case_document).values(
            reference=reference, number=_next(connection, case_document, reference),
            kind=document.kind, title=document.title, media_type=document.media_type,
            size=len(document.octets), sha256=sha256(document.octets).hexdigest(), entry=entry,
            confidential=document.confidential, octets=document.octets,
        )
    )  # fmt: skip


def _check_document(document: NewDocument) -> None:
    check_text(document.kind, "document")
    check_text(document.title, "document")
    if len(document.octets) > LARGEST_DOCUMENT:
        raise InvalidValue(f"more than {LARGEST_DOCUMENT:,} octets", field=document.title)


def _set_deadlines(
    situation: Situation, case: Case, source: str, entry: int, received: datetime | None
) -> None:
    """Close what is not due any more, set what is due from now on, move what depends on a date given."""
    running = reading.deadlines(situation.connection, reference=case.reference, status="open")
    kept = {due.name: due for due in running}
    fields = situation.procedure.fields()
    fresh = {*situation.given, *situation.changes}
    for deadline in situation.procedure.deadlines:
        due = kept.get(deadline.name)
        if case.state not in deadline.states:
            if due is not None:
                _mark(situation.connection, due, "met" if situation.at <= due.due_at else "missed")
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
                    whom=str(_addressee(deadline.whom, case)), due_at=moment, status="open",
                    act=deadline.then, note="",
                )
            )  # fmt: skip


def _mark(connection: Connection, due: Due, status: str, note: str = "") -> bool:
    """Close a deadline; False where it was closed already."""
    same = _row_of(due)
    known = ("open", "passed", "missed") if status == "failed" else ("open",)
    closed = connection.execute(
        update(case_deadline).where(*same, case_deadline.c.status.in_(known)).values(status=status, note=note)
    )
    return bool(closed.rowcount)


def _move(connection: Connection, due: Due, moment: datetime) -> None:
    same = _row_of(due)
    connection.execute(
        update(case_deadline).where(*same, case_deadline.c.status == "open").values(due_at=moment)
    )


def _row_of(due: Due) -> tuple[ColumnElement[bool], ...]:
    row = case_deadline.c
    return (row.reference == due.case, row.name == due.name, row.entry == due.entry)


def _addressee(who: Who, case: Case) -> Capacity:
    return Capacity(who.role, {"@subject": case.subject, "@opener": case.opener}.get(who.of, who.of))


def _next_reference(connection: Connection, prefix: str) -> str:
    """The next reference; a counter that is held until the transaction ends, so that none is given twice."""
    counted = update(case_number).where(case_number.c.prefix == prefix).values(last=case_number.c.last + 1)
    if not connection.execute(counted).rowcount:
        with suppress(IntegrityError), connection.begin_nested():  # or somebody else's is the first
            connection.execute(insert(case_number).values(prefix=prefix, last=0))
        connection.execute(counted)
    last = connection.scalar(select(case_number.c.last).where(case_number.c.prefix == prefix))
    return f"{prefix}{last:03}"


def _next(connection: Connection, table: Any, reference: str) -> int:
    last = connection.scalar(select(func.max(table.c.number)).where(table.c.reference == reference))
    return (last or 0) + 1


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
