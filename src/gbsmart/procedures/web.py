"""Procedures and cases over HTTP, under ``/governance/v1``: what there is, what is due, acting and voting.

Everybody reads. Who acts sends the token of an account, or is signed in and sends the session's mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from pydantic import Field as Value
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.accounts import Capacity, require, signed_in
from gbsmart.ground.working_days import end_of
from gbsmart.procedures import reading
from gbsmart.procedures.calendar import calendar_of
from gbsmart.procedures.declaration import Procedure
from gbsmart.procedures.desk import Desk
from gbsmart.procedures.handing import HandedIn, handed_json
from gbsmart.procedures.model import NotEntitled, Overtaken, Refused
from gbsmart.procedures.registers import REGISTERS, Register, as_atom, as_csv
from gbsmart.procedures.schemas import one_of, schemas_of
from gbsmart.procedures.service import LARGEST_DOCUMENT, declared
from gbsmart.procedures.telling import (
    Told,
    told_case,
    told_due,
    told_in_short,
    told_notice,
    told_procedure,
)
from gbsmart.procedures.whole import document_of
from gbsmart.web import Interface, Operation, Takes

BASE = "/governance/v1"
LARGEST = 2 * LARGEST_DOCUMENT
"""Octets of what is handed in at once: a document of the largest size, in base64."""
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*/[A-Za-z0-9][A-Za-z0-9.+-]*\Z")


class Nothing(Takes):
    """What there is."""


class OfProcedure(Takes):
    """One procedure."""

    name: str


class Opening(HandedIn):
    """What a case is opened with."""

    name: str


class OfCase(Takes):
    """One case."""

    reference: str


class Acting(HandedIn):
    """What an act in a case is done with."""

    reference: str
    act: str
    seen: int | None = Value(default=None, description="the version of the case that was looked at")


class Voting(Takes):
    """A vote."""

    reference: str
    ballot: str
    choice: str
    reason: str = Value(default="", max_length=20_000)
    capacity: str = Value(default="", description="such as panel-member:consumer-1, where several would do")


class OfDocument(Takes):
    """One document of a case."""

    reference: str
    number: int


class Filter(Takes):
    """Which cases."""

    procedure: str = ""
    state: str = ""
    subject: str = Value(default="", description="what they are about, such as SUP1")
    mine: bool = Value(default=False, description="those which concern the account that asks")
    due: date | None = Value(
        default=None, lt=date.max, description="those in which something is due by that day's end"
    )
    limit: int = Value(default=1000, ge=1, le=10_000)


class OfWhom(Takes):
    """What is due."""

    whom: str = Value(default="", description="from whom, such as party:SUP1")


class ToWhom(Takes):
    """Notices."""

    to: str = Value(default="", description="to whom, such as party:SUP1")


def interface(desk: Desk, registers: Sequence[Register] = ()) -> Interface:
    """The interface to the cases of a desk; ``registers`` of other wings come beside those of cases."""
    operations = Operations(desk)
    return Interface(
        BASE, "Governance of the Code", "The procedures of the Smart Energy Code, and the cases run by them.",
        (*operations.about_procedures(), *operations.about_cases(), *operations.acts(),
         *operations.over_all((*REGISTERS, *registers))),
        {NotEntitled: 403, Overtaken: 409, Refused: 409}, LARGEST, schemas_of(desk.procedures),
    )  # fmt: skip


class Operations:
    """What the interface does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- what there is to read ---

    def about_procedures(self) -> list[Operation]:
        """What is declared."""
        get = "GET"
        return [
            Operation("list_procedures", get, "/procedures", "Every procedure.", Nothing, list[Told],
                      self._procedures),
            Operation("show_procedure", get, "/procedures/{name}", "A procedure: states, acts, deadlines, "
                      "ballots, and its diagram in Mermaid.", OfProcedure, Told, self._procedure),
        ]  # fmt: skip

    def about_cases(self) -> list[Operation]:
        """What is under way."""
        get = "GET"
        return [
            Operation("list_cases", get, "/cases", "Cases, the newest first.", Filter, list[Told],
                      self._cases),
            Operation("show_case", get, "/cases/{reference}", "A case with its ledger, documents, deadlines, "
                      "notices and ballots, and what whoever asks can do in it now.", OfCase, Told,
                      self._case),
            Operation("read_document", get, "/cases/{reference}/documents/{number}", "A document's octets.",
                      OfDocument, None, self._document, media_type="application/octet-stream"),
            Operation("list_due", get, "/due", "What is due, from whom, by when.", OfWhom, list[Told],
                      self._due),
            Operation("list_notices", get, "/notices", "Notices served, in order.", ToWhom, list[Told],
                      self._notices),
            Operation("calendar", get, "/calendar.ics", "What is due, as a calendar.", OfWhom, None,
                      self._calendar, media_type="text/calendar"),
        ]  # fmt: skip

    def over_all(self, registers: Sequence[Register]) -> list[Operation]:
        """Registers to take away."""
        found = []
        for each in registers:
            found.append(self._export(each, "csv", "text/csv"))
            if each.entry is not None:
                found.append(self._export(each, "atom", "application/atom+xml"))
            if each.name not in ("cases", "due", "notices"):
                found.append(
                    Operation(f"list_{each.name}", "GET", f"/{each.name}", f"{each.title}.", Nothing,
                              list[Told], self._rows(each))
                )  # fmt: skip
        return found

    # --- what is done ---

    def acts(self) -> list[Operation]:
        """What somebody does who is signed in."""
        procedures = self._desk.procedures
        openings = [f"{each.name}.{each.opening.name}" for each in procedures.values()]
        acts = [f"{each.name}.{act.name}" for each in procedures.values() for act in each.acts]
        post = "POST"
        return [
            Operation("open_case", post, "/procedures/{name}/cases", "Open a case.", Opening, Told,
                      self._open, status=201, guard=require, form=handed_json,
                      refined={"given": one_of(openings)}),
            Operation("act", post, "/cases/{reference}/acts/{act}", "Act in a case.", Acting, Told,
                      self._act, guard=require, form=handed_json, refined={"given": one_of(acts)}),
            Operation("vote", post, "/cases/{reference}/ballots/{ballot}", "Vote, or change one's vote.",
                      Voting, Told, self._vote, guard=require),
        ]  # fmt: skip

    def _open(self, asked: Opening, request: Request) -> Told:
        return told_case(self._desk.open(asked.name, require(request), asked.handed()))

    def _act(self, asked: Acting, request: Request) -> Told:
        handed = asked.handed(asked.seen)
        return told_case(self._desk.act(asked.reference, asked.act, require(request), handed))

    def _vote(self, asked: Voting, request: Request) -> Told:
        account = require(request)
        handed = HandedIn(reason=asked.reason, capacity=asked.capacity).handed()
        self._desk.vote(asked.reference, asked.ballot, account, asked.choice, handed)
        ballots = self._desk.whole(asked.reference, account)["ballots"]
        return next(each for each in ballots if each["name"] == asked.ballot)

    # --- how it is read ---

    def _procedures(self, _asked: Nothing, _request: Request) -> list[Told]:
        return [told_in_short(each) for each in self._desk.procedures.values()]

    def _procedure(self, asked: OfProcedure, _request: Request) -> Told:
        return told_procedure(self._named(asked.name))

    def _named(self, name: str) -> Procedure:
        return declared(self._desk.procedures, name)

    def _cases(self, asked: Filter, request: Request) -> list[Told]:
        capacities = require(request).capacities if asked.mine else None
        with self._desk.store.reading() as connection:
            found = reading.cases(
                connection, procedure=asked.procedure, state=asked.state, subject=asked.subject,
                capacities=capacities, due_by=end_of(asked.due) if asked.due else None, limit=asked.limit,
            )  # fmt: skip
        return list(map(told_case, found))

    def _case(self, asked: OfCase, request: Request) -> Told:
        return self._desk.whole(asked.reference, signed_in(request))

    def _document(self, asked: OfDocument, request: Request) -> Response:
        return document_response(self._desk, asked.reference, asked.number, request)

    def _due(self, asked: OfWhom, _request: Request) -> list[Told]:
        with self._desk.store.reading() as connection:
            dues = reading.deadlines(connection, status="open", whom=_whom(asked.whom))
        return list(map(told_due, dues))

    def _notices(self, asked: ToWhom, _request: Request) -> list[Told]:
        with self._desk.store.reading() as connection:
            return list(map(told_notice, reading.notices(connection, to=[asked.to] if asked.to else None)))

    def _calendar(self, asked: OfWhom, request: Request) -> Response:
        with self._desk.store.reading() as connection:
            dues = reading.deadlines(connection, status="open", whom=_whom(asked.whom))
        title = f"SEC: due from {asked.whom}" if asked.whom else "SEC: what is due"
        octets = calendar_of(dues, title, now=self._desk.clock.now(), address=_address(request))
        return Response(octets, media_type="text/calendar")

    def _export(self, register: Register, ending: str, media_type: str) -> Operation:
        def export(_asked: Nothing, request: Request) -> Response:
            with self._desk.store.reading() as connection:
                rows = register.rows(connection)
            if ending == "csv":
                return Response(as_csv(register, rows), media_type=media_type)
            return Response(as_atom(register, rows, f"{_address(request)}/"), media_type=media_type)

        return Operation(
            f"{register.name}_{ending}", "GET", f"/{register.name}.{ending}",
            f"{register.title}, as {ending.upper() if ending == 'csv' else 'an Atom feed'}.",
            Nothing, None, export, media_type=media_type,
        )  # fmt: skip

    def _rows(self, register: Register) -> Any:
        def rows(_asked: Nothing, _request: Request) -> list[Told]:
            with self._desk.store.reading() as connection:
                return [dict(each) for each in register.rows(connection)]

        return rows


def document_response(desk: Desk, reference: str, number: int, request: Request) -> Response:
    """A document, to be kept and not shown as a page of ours; raises :class:`~gbsmart.ground.NotFound`."""
    with desk.store.reading() as connection:
        document, octets = document_of(connection, desk.procedures, reference, number, signed_in(request))
    media_type = document.media_type
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(document.title, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    known = media_type if _MEDIA_TYPE.match(media_type) else "application/octet-stream"
    return Response(octets, media_type=known, headers=headers)


def _whom(text: str) -> list[str] | None:
    return [str(Capacity.parse(text))] if text else None


def _address(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
