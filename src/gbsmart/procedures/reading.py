"""What is asked of cases: each reading in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select, tuple_, union_all

from gbsmart.accounts import Capacity, Role
from gbsmart.ground import NotFound
from gbsmart.procedures.declaration import OPENER, SUBJECT
from gbsmart.procedures.model import Actor, Case, CaseDocument, Due, Entry, Notice
from gbsmart.procedures.places import Place, in_order
from gbsmart.procedures.tables import (
    case_deadline,
    case_document,
    case_entry,
    case_notice,
    sec_case,
)

OVERDUE = "overdue"


class Turn(NamedTuple):
    """States of a procedure in which it is somebody's turn: in every case of it, or, where ``whose`` is
    :data:`SUBJECT` or :data:`OPENER`, in those about or opened for one of ``of``."""

    procedure: str
    states: frozenset[str]
    whose: str = ""
    of: frozenset[str] = frozenset()


def case(connection: Connection, reference: str, *, to_act: bool = False) -> Case:
    """The case of this reference; raises :class:`NotFound`.

    ``to_act`` holds it until the transaction ends: who acts next waits, and sees what this one did.
    """
    wanted = select(sec_case).where(sec_case.c.reference == reference)
    row = connection.execute(wanted.with_for_update() if to_act else wanted).first()
    if row is None:
        raise NotFound(f"there is no case {reference}", remedy="`gbsmart case list` shows those there are.")
    return _case(row)


def cases(
    connection: Connection,
    *,
    procedure: str = "",
    state: str = "",
    subject: str = "",
    parent: str | None = None,
    references: Iterable[str] | None = None,
    within: Iterable[str] | None = None,
    capacities: Iterable[Capacity] | None = None,
    turns: Iterable[Turn] | None = None,
    due_by: datetime | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Case]:
    """Cases, the newest first: of a procedure, in a state (or any of ``within``), about a subject.

    ``capacities`` keeps those which concern who holds them: they are about one, or one has acted in them, or
    something is due from one; ``turns`` those in which it is somebody's turn; ``due_by`` those in which
    something is due by then.
    """
    row = sec_case.c
    wanted = in_order(
        select(sec_case), row.opened_at, row.reference, after=after, limit=limit, falling=True
    )  # fmt: skip
    for column, value in (
        (sec_case.c.procedure, procedure),
        (sec_case.c.state, state),
        (sec_case.c.subject, subject),
    ):
        if value:
            wanted = wanted.where(column == value)
    if parent is not None:
        wanted = wanted.where(sec_case.c.parent == parent)
    if references is not None:
        wanted = wanted.where(row.reference.in_(list(references)))
    if within is not None:
        wanted = wanted.where(sec_case.c.state.in_(list(within)))
    if capacities is not None:
        wanted = wanted.where(_concerning(list(capacities)))
    if turns is not None:
        wanted = wanted.where(or_(false(), *map(_is_turn, turns)))
    if due_by is not None:
        due = select(case_deadline.c.reference).where(
            case_deadline.c.status == "open", case_deadline.c.due_at <= due_by
        )
        wanted = wanted.where(sec_case.c.reference.in_(due))
    return [_case(found) for found in connection.execute(wanted)]


def _concerning(capacities: list[Capacity]) -> ColumnElement[bool]:
    named = [each.of for each in capacities if each.of]
    acted = [
        and_(case_entry.c.role == each.role.value, case_entry.c.acting_for == each.of) for each in capacities
    ]
    due = select(case_deadline.c.reference).where(
        case_deadline.c.status == "open", case_deadline.c.whom.in_(list(map(str, capacities)))
    )
    return or_(
        sec_case.c.subject.in_(named),
        sec_case.c.reference.in_(select(case_entry.c.reference).where(or_(false(), *acted))),
        sec_case.c.reference.in_(due),
    )


def _is_turn(turn: Turn) -> ColumnElement[bool]:
    there = and_(sec_case.c.procedure == turn.procedure, sec_case.c.state.in_(turn.states))
    whose = {SUBJECT: sec_case.c.subject, OPENER: sec_case.c.opener}.get(turn.whose)
    return there if whose is None else and_(there, whose.in_(turn.of))


def entries(connection: Connection, reference: str) -> list[Entry]:
    """The ledger of a case, in order."""
    wanted = select(case_entry).where(case_entry.c.reference == reference).order_by(case_entry.c.number)
    return [_entry(row) for row in connection.execute(wanted)]


def entries_at(connection: Connection, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Entry]:
    """Entries of many ledgers, each by the reference of its case and its number."""
    row = case_entry.c
    wanted = select(case_entry).where(tuple_(row.reference, row.number).in_(list(places)))
    return {(found.reference, found.number): _entry(found) for found in connection.execute(wanted)}


def decisions(
    connection: Connection,
    *,
    reference: str = "",
    procedure: str = "",
    after: Place | None = None,
    limit: int | None = None,
) -> list[tuple[str, Entry]]:
    """Acts that had an outcome, with the case's reference, the newest first: of a case, of a procedure."""
    row = case_entry.c
    wanted = in_order(
        select(case_entry).where(row.outcome != ""), row.at, row.reference, row.number,
        after=after, limit=limit, falling=True,
    )  # fmt: skip
    if reference:
        wanted = wanted.where(row.reference == reference)
    if procedure:
        wanted = wanted.join(sec_case).where(sec_case.c.procedure == procedure)
    return [(found.reference, _entry(found)) for found in connection.execute(wanted)]


def documents(connection: Connection, reference: str) -> list[CaseDocument]:
    """The documents of a case, in the order in which they came."""
    columns = [column for column in case_document.c if column is not case_document.c.octets]
    wanted = select(*columns).where(case_document.c.reference == reference).order_by(case_document.c.number)
    return [
        CaseDocument(
            row.number,
            row.kind,
            row.title,
            row.media_type,
            row.size,
            row.sha256,
            row.entry,
            row.confidential,
            row.file_name,
        )
        for row in connection.execute(wanted)
    ]


def octets_of(connection: Connection, reference: str, number: int) -> bytes:
    """The octets of a document; raises :class:`NotFound`."""
    wanted = select(case_document.c.octets).where(
        case_document.c.reference == reference, case_document.c.number == number
    )
    octets = connection.scalar(wanted)
    if octets is None:
        raise NotFound(f"{reference} has no document {number}")
    return bytes(octets)


def deadlines(
    connection: Connection,
    *,
    reference: str = "",
    status: str = "",
    whom: Iterable[str] | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Due]:
    """Deadlines in the order in which they fall due: of a case, of a status.

    Of those that were missed :data:`OVERDUE` are those whose case is still in the state that it was in then.
    ``whom`` are the capacities in which it is due, such as ``party:SUP1``.
    """
    row = case_deadline.c
    wanted = in_order(
        select(case_deadline), row.due_at, row.reference, row.entry, row.name,
        after=after, limit=limit, falling=False,
    )  # fmt: skip
    if reference:
        wanted = wanted.where(row.reference == reference)
    if status == OVERDUE:
        since = select(sec_case.c.entered_at).where(sec_case.c.reference == row.reference)
        wanted = wanted.where(row.status == "missed", since.scalar_subquery() <= row.due_at)
    elif status:
        wanted = wanted.where(row.status == status)
    if whom is not None:
        wanted = wanted.where(row.whom.in_(list(whom)))
    return [_due(found) for found in connection.execute(wanted)]


def waiting(connection: Connection, at: datetime) -> Due | None:
    """The first deadline that has passed by ``at`` and waits for its consequence, or for another attempt."""
    row = case_deadline.c
    passed = and_(row.status == "open", row.due_at <= at)
    again = and_(row.status == "failed", row.again_at <= at)
    first = func.coalesce(row.again_at, row.due_at)
    wanted = select(case_deadline).where(or_(passed, again)).order_by(first, row.reference, row.name).limit(1)
    found = connection.execute(wanted).first()
    return _due(found) if found else None


def next_due(connection: Connection) -> datetime | None:
    """When the next deadline of any case has its consequence, or that is tried again."""
    row = case_deadline.c
    wanted = union_all(
        select(func.min(row.due_at)).where(row.status == "open"),
        select(func.min(row.again_at)).where(row.status == "failed"),
    )
    return min((found for found in connection.scalars(wanted) if found is not None), default=None)


def notices(
    connection: Connection,
    *,
    reference: str = "",
    to: Iterable[str] | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> list[Notice]:
    """Notices served, the newest first: of a case, or to any of these."""
    row = case_notice.c
    wanted = in_order(
        select(case_notice), row.sent_at, row.reference, row.number, after=after, limit=limit, falling=True
    )  # fmt: skip
    if reference:
        wanted = wanted.where(row.reference == reference)
    if to is not None:
        wanted = wanted.where(row.to.in_(list(to)))
    return [_notice(found) for found in connection.execute(wanted)]


def _case(row: Row[Any]) -> Case:
    return Case(
        reference=row.reference, procedure=row.procedure, title=row.title, subject=row.subject,
        opener=row.opener, state=row.state, version=row.version, opened_at=row.opened_at,
        entered_at=row.entered_at, data=row.data, parent=row.parent,
    )  # fmt: skip


def _entry(row: Row[Any]) -> Entry:
    actor = Actor(row.account, Capacity(Role(row.role), row.acting_for))
    return Entry(
        row.number, row.at, row.act, actor, row.source, row.target, row.outcome, row.reason, row.given
    )


def _due(row: Row[Any]) -> Due:
    return Due(
        row.reference, row.name, row.title, row.whom, row.due_at, row.status, row.act, row.note, row.entry,
        row.again_at,
    )  # fmt: skip


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        row.reference, row.to, row.subject, row.text, row.channel, row.sent_at, row.received_at, row.number,
        row.entry,
    )  # fmt: skip
