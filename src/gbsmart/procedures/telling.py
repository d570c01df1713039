"""Procedures and cases as JSON values, the same for REST, command line and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gbsmart.procedures.declaration import Act, Ballot, Deadline, Field, Procedure
from gbsmart.procedures.model import Actor, Case, CaseDocument, Due, Entry, Notice
from gbsmart.procedures.spans import Span

Told = dict[str, Any]


def told_procedure(procedure: Procedure) -> Told:
    """A procedure: its states, what can be done in them and by whom, what is due, who votes, the diagram."""
    return {
        **told_in_short(procedure),
        "states": [
            {"name": name, "meaning": meaning, "final": name in procedure.final}
            for name, meaning in procedure.states.items()
        ],
        "initial": procedure.initial,
        "opening": told_act(procedure.opening),
        "acts": [told_act(act) for act in procedure.acts],
        "deadlines": [_told_deadline(each) for each in procedure.deadlines],
        "ballots": [_told_ballot(each) for each in procedure.ballots],
        "diagram": procedure.machine.diagram(),
    }


def told_in_short(procedure: Procedure) -> Told:
    """What a list of procedures says of one."""
    return {
        "name": procedure.name, "title": procedure.title, "source": procedure.source,
        "purpose": procedure.purpose, "prefix": procedure.prefix, "subject": procedure.subject,
        "systems": list(procedure.systems), "private": procedure.private,
        "opened_by": list(map(str, procedure.opening.by)),
    }  # fmt: skip


def told_act(act: Act) -> Told:
    """An act: who, where from, where to, what is given with it, what it brings about."""
    return {
        "name": act.name, "title": act.title, "by": list(map(str, act.by)), "sources": list(act.sources),
        "target": act.target, "outcomes": dict(act.outcomes), "takes": list(map(told_field, act.takes)),
        "documents": list(act.documents), "needs_reason": act.needs_reason,
        "guards": _said(act.guards), "effects": _said(act.effects),
        "tells": [
            {"to": str(each.to), "subject": each.subject, "channel": each.channel} for each in act.tells
        ],
        "clause": act.clause,
    }  # fmt: skip


def told_field(each: Field) -> Told:
    """A field as a form needs it."""
    return {
        "name": each.name, "title": each.title, "kind": str(each.kind), "required": each.required,
        "choices": list(each.choices), "least": each.least, "most": each.most, "help": each.help,
        "private": each.private,
    }  # fmt: skip


def told_case(case: Case) -> Told:
    """A case, without what belongs to it."""
    return {
        "reference": case.reference, "procedure": case.procedure, "title": case.title,
        "subject": case.subject, "opener": case.opener, "state": case.state, "version": case.version,
        "opened_at": case.opened_at, "entered_at": case.entered_at, "data": dict(case.data),
        "parent": case.parent,
    }  # fmt: skip


def told_entry(entry: Entry) -> Told:
    """A line of a ledger."""
    return {
        "number": entry.number, "at": entry.at, "act": entry.act, "actor": _told_actor(entry.actor),
        "source": entry.source, "target": entry.target, "outcome": entry.outcome, "reason": entry.reason,
        "given": dict(entry.given),
    }  # fmt: skip


def told_due(due: Due) -> Told:
    """A deadline of a case."""
    return {
        "case": due.case, "name": due.name, "title": due.title, "whom": due.whom, "due_at": due.due_at,
        "status": due.status, "then": due.then, "note": due.note, "entry": due.entry,
        "again_at": due.again_at,
    }  # fmt: skip


def told_notice(notice: Notice) -> Told:
    """A notice."""
    return {
        "case": notice.case, "to": notice.to, "subject": notice.subject, "text": notice.text,
        "channel": notice.channel, "sent_at": notice.sent_at, "received_at": notice.received_at,
        "number": notice.number,
    }  # fmt: skip


def told_document(document: CaseDocument) -> Told:
    """A document, without its octets."""
    return {
        "number": document.number, "kind": document.kind, "title": document.title,
        "media_type": document.media_type, "size": document.size, "sha256": document.sha256,
        "entry": document.entry, "confidential": document.confidential, "file_name": document.file_name,
    }  # fmt: skip


def _told_actor(actor: Actor) -> Told:
    return {"account": actor.account, "capacity": str(actor.capacity)}


def _told_deadline(due: Deadline) -> Told:
    span = due.within
    within = _said([span])[0] if callable(span) else str(span or "")
    return {
        "name": due.name, "title": due.title, "states": list(due.states), "whom": str(due.whom),
        "within": within, "since_notice": due.since_notice, "on": due.on,
        "at_start": due.at_start,
        "then": due.then, "clause": due.clause, "basis": span.basis if isinstance(span, Span) else "",
    }  # fmt: skip


def _told_ballot(ballot: Ballot) -> Told:
    return {
        "name": ballot.name, "title": ballot.title, "states": list(ballot.states), "by": str(ballot.by),
        "choices": list(ballot.choices) if isinstance(ballot.choices, tuple) else "differ from case to case",
        "secret": ballot.secret, "needs_reason": ballot.needs_reason,
        "counted": _said([ballot.count])[0], "clause": ballot.clause,
    }  # fmt: skip


def _said(functions: Sequence[Any]) -> list[str]:
    """What a guard, an effect or a count says of itself: the first line of its docstring, else its name."""
    return [_line_of(each) for each in functions]


def _line_of(function: Any) -> str:
    if function.__doc__:
        return str(function.__doc__).splitlines()[0]
    name = function.__qualname__.rpartition(".<locals>")[0] or function.__qualname__
    return "as the case has it" if "<" in name else name.strip("_").replace("_", " ").capitalize()
