"""Bodies with who sits on them, what they meet about and what they decided, as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gbsmart.governance import offices, seats
from gbsmart.governance.bodies import BODIES, THE_CHAIR, Body
from gbsmart.governance.panel.administration import shareholders
from gbsmart.governance.panel.attendance import is_chaired
from gbsmart.governance.panel.elections import UNDER_WAY
from gbsmart.governance.panel.resolutions import RESOLUTIONS
from gbsmart.governance.seats import Seat
from gbsmart.ground import NotFound
from gbsmart.procedures import Case, cases

Told = dict[str, Any]
_NEWEST = 100


def told_bodies(connection: Connection, at: datetime) -> list[Told]:
    """Every body, those that were convened for a proposal too, with how many sit on it."""
    return [
        {
            **_told(body),
            "in_post": len(seats.seats(connection, body.name, at)),
            "seats": sum(body.seats.values()) or None,
        }
        for body in _bodies(connection)
    ]


def told_body(connection: Connection, name: str, at: datetime) -> Told:
    """A body with its seats at a moment, terms, meetings and decisions; raises :class:`NotFound`."""
    body = next((each for each in _bodies(connection) if each.name == name), None)
    if body is None:
        raise NotFound(f"there is no body {name!r}", remedy=f"There are {', '.join(BODIES)}.")
    return {
        **_told(body),
        "at": at,
        "seats": _told_seats(connection, body, at),
        "terms": [_told_term(each) for each in reversed(seats.terms(connection, name))],
        "elections": [
            _in_short(each)
            for each in cases(connection, procedure="election", within=UNDER_WAY)
            if each.data["body"] == name
        ],
        "meetings": [_told_meeting(each) for each in _of(connection, "meeting", name)],
        "decisions": [
            {**_in_short(each), "manner": each.data["manner"]}
            for procedure in RESOLUTIONS
            for each in _of(connection, procedure, name)
        ],
        "actions": [
            {**_in_short(each), "action": each.data["action"], "owner": each.data["owner"],
             "due_on": each.data["due_on"]}
            for each in _of(connection, "action", name)
        ],
        "work": [
            {**_in_short(each), "kind": each.data["kind"]}
            for each in _of(connection, "committee-work", name)
        ],
    }  # fmt: skip


def told_terms(connection: Connection) -> list[Told]:
    """Every term there was in any seat, the newest first."""
    found = [
        {"body": each.body, **_told_term(each)}
        for body in _bodies(connection)
        for each in seats.terms(connection, body.name)
    ]
    return sorted(found, key=lambda each: each["since"], reverse=True)


def told_shares(connection: Connection, at: datetime) -> list[Told]:
    """Who owns SECCo at a moment."""
    return [each._asdict() for each in shareholders(connection, at)]


def _bodies(connection: Connection) -> list[Body]:
    """Those of the Code, and those that have had members besides: Working Groups."""
    others = [name for name in seats.bodies(connection) if name not in BODIES]
    groups = [Body(name, _spoken(name), "D6", terms_of_reference="Refines a proposal.") for name in others]
    return [*BODIES.values(), *groups]


def _spoken(name: str) -> str:
    kind, _, reference = name.rpartition("-")
    return f"{kind.replace('-', ' ').title()} {reference}".strip()


def _told(body: Body) -> Told:
    return {
        "name": body.name, "title": body.title, "clause": body.clause, "meets": body.meets,
        "terms_of_reference": body.terms_of_reference, "role": body.role.value,
        "chaired": is_chaired(body), "elected": list(body.elected), "composition": dict(body.seats),
        "one_for_each_voting_group": list(body.by_voting_group),
    }  # fmt: skip


def _told_seats(connection: Connection, body: Body, at: datetime) -> list[Told]:
    """The seats that there are by number, vacant ones too, and those beside them."""
    held = {each.seat: each for each in seats.seats(connection, body.name, at)}
    alternates = {
        term.subject: term.data["alternate"]
        for term in offices.in_post(connection, body.name)
        if "alternate" in term.data
    }
    known = body.seat_names() | {each.seat: each.constituency for each in held.values()}
    order = sorted(known, key=lambda seat: seat != THE_CHAIR)
    return [
        {
            "seat": seat, "constituency": known[seat],
            "holder": held[seat].holder if seat in held else None,
            "since": held[seat].since if seat in held else None,
            "until": held[seat].until if seat in held else None,
            "alternate": alternates.get(seat) if seat in held else None,
        }
        for seat in order
    ]  # fmt: skip


def _told_term(term: Seat) -> Told:
    return {
        "seat": term.seat, "constituency": term.constituency, "holder": term.holder, "since": term.since,
        "until": term.until,
    }  # fmt: skip


def _of(connection: Connection, procedure: str, body: str) -> Iterable[Case]:
    return cases(connection, procedure=procedure, subject=body, limit=_NEWEST)


def _in_short(case: Case) -> Told:
    return {"reference": case.reference, "title": case.title, "state": case.state, "since": case.entered_at}


def _told_meeting(case: Case) -> Told:
    papers: list[Mapping[str, Any]] = list(case.data.get("papers", []))
    return {
        **_in_short(case), "held_at": datetime.fromisoformat(case.data["held_at"]),
        "agenda": case.data["agenda"], "papers": len(papers),
        "late_papers": sum(each["late"] for each in papers), "quorum": case.data.get("quorum"),
    }  # fmt: skip
