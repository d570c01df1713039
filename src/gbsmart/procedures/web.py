"""Procedures and cases over HTTP, under ``/governance/v1``: what there is, what is due, acting and voting.

Everybody reads. Who acts sends the token of an account, or is signed in and sends the session's mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from pydantic import Field as Value
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gbsmart.accounts import Account, require, signed_in
from gbsmart.procedures import reading
from gbsmart.procedures.calendar import calendar_of
from gbsmart.procedures.declaration import Procedure, declared
from gbsmart.procedures.desk import Desk
from gbsmart.procedures.handing import HandedIn, handed_json
from gbsmart.procedures.model import Case, NotEntitled, Overtaken, Refused
from gbsmart.procedures.record import LARGEST_DOCUMENT
from gbsmart.procedures.registers import (
    MOST,
    REGISTERS,
    Asked,
    OfCases,
    Part,
    Register,
    as_atom,
    capacity_named,
    in_csv,
    read_cases,
)
from gbsmart.procedures.schemas import one_of, schemas_of
from gbsmart.procedures.telling import (
    Told,
    told_case,
    told_in_short,
    told_procedure,
)
from gbsmart.procedures.whole import document_of
from gbsmart.web import Interface, Operation, Takes, part_response
from gbsmart.web.feed import MEDIA_TYPE, MOST_NEWS

BASE = "/governance/v1"
LARGEST = 2 * LARGEST_DOCUMENT
"""Octets of what is handed in at once: a document of the largest size, in base64."""
_IN_PARTS = " In parts: the header Link leads to the next."
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


class Filter(OfCases):
    """Which cases, for an account too."""

    mine: bool = Value(default=False, description="those which concern the account that asks")


class OfWhom(Takes):
    """What is due."""

    whom: str = Value(default="", description="from whom, such as party:SUP1")


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
            Operation("list_cases", get, "/cases", f"Cases, the newest first.{_IN_PARTS}", Filter,
                      list[Told], self._cases),
            Operation("show_case", get, "/cases/{reference}", "A case with its ledger, documents, deadlines, "
                      "notices and ballots, and what whoever asks can do in it now.", OfCase, Told,
                      self._case),
            Operation("read_document", get, "/cases/{reference}/documents/{number}", "A document's octets.",
                      OfDocument, None, self._document, media_type="application/octet-stream"),
            Operation("calendar", get, "/calendar.ics", f"The next {MOST:,} things that are due, as a "
                      "calendar.", OfWhom, None, self._calendar, media_type="text/calendar"),
        ]  # fmt: skip

    def over_all(self, registers: Sequence[Register]) -> list[Operation]:
        """Registers to take away."""
        found = []
        for each in registers:
            found.append(self._operation(each, "csv", f"{each.title}, as CSV.", self._csv, "text/csv"))
            if each.entry is not None:
                told = f"The newest {MOST_NEWS} of {each.title}, as an Atom feed."
                found.append(self._operation(each, "atom", told, self._atom, MEDIA_TYPE))
            if each.name != "cases":  # they are listed for an account, too
                found.append(
                    Operation(f"list_{each.name}", "GET", f"/{each.name}", f"{each.title}.{_IN_PARTS}",
                              each.asked, list[Told], self._rows(each))
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
        account = require(request)
        return self._told(self._desk.open(asked.name, account, asked.handed()), account)

    def _act(self, asked: Acting, request: Request) -> Told:
        account, handed = require(request), asked.handed(asked.seen)
        return self._told(self._desk.act(asked.reference, asked.act, account, handed), account)

    def _told(self, case: Case, account: Account) -> Told:
        with self._desk.store.reading() as connection:
            return told_case(self._desk.sight(connection, account).case(case))

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

    def _cases(self, asked: Filter, request: Request) -> Response:
        capacities = require(request).capacities if asked.mine else None
        with self._desk.store.reading() as connection:
            sight = self._desk.sight(connection, signed_in(request))
            return _told_part(read_cases(sight, asked, capacities), request)

    def _case(self, asked: OfCase, request: Request) -> Told:
        return self._desk.whole(asked.reference, signed_in(request))

    def _document(self, asked: OfDocument, request: Request) -> Response:
        return document_response(self._desk, asked.reference, asked.number, request)

    def _calendar(self, asked: OfWhom, request: Request) -> Response:
        with self._desk.store.reading() as connection:
            whom = capacity_named(asked.whom)
            dues = reading.deadlines(connection, status="open", whom=whom, limit=MOST)
        title = f"SEC: due from {whom[0]}" if whom else "SEC: what is due"
        octets = calendar_of(dues, title, now=self._desk.clock.now(), address=_address(request))
        return Response(octets, media_type="text/calendar")

    # --- registers ---

    def _operation(
        self, register: Register, ending: str, told: str, give: Give, media_type: str
    ) -> Operation:
        return Operation(
            f"{register.name}_{ending}", "GET", f"/{register.name}.{ending}", told, register.asked, None,
            partial(give, register), media_type=media_type,
        )  # fmt: skip

    def _read(self, register: Register, asked: Asked, request: Request) -> Part:
        with self._desk.store.reading() as connection:
            return register.read(self._desk.sight(connection, signed_in(request)), asked)

    def _rows(self, register: Register) -> Callable[[Asked, Request], Response]:
        return lambda asked, request: _told_part(self._read(register, asked, request), request)

    def _csv(self, register: Register, asked: Asked, request: Request) -> Response:
        """All that is asked for, written as it is read: a table is saved, and nobody turns its pages."""
        whole = asked.model_copy(update={"limit": MOST})
        first = self._read(register, whole, request)  # before anything is answered: the filter may be wrong
        lines = in_csv(register.columns, self._parts(register, whole, first, request))
        return StreamingResponse(lines, media_type="text/csv")

    def _parts(self, register: Register, asked: Asked, part: Part, request: Request) -> Iterator[Part]:
        yield part
        while part.next:
            part = self._read(register, asked.model_copy(update={"after": part.next}), request)
            yield part

    def _atom(self, register: Register, asked: Asked, request: Request) -> Response:
        newest = self._read(register, asked.model_copy(update={"limit": MOST_NEWS}), request)
        octets = as_atom(register, newest.rows, f"{_address(request)}/", request.url.query)
        return Response(octets, media_type=MEDIA_TYPE)


Give = Callable[[Register, Any, Request], Response]


def _told_part(part: Part, request: Request) -> Response:
    return part_response(part.rows, part.next, request)


def document_response(desk: Desk, reference: str, number: int, request: Request) -> Response:
    """A document, to be kept and not shown as a page of ours; raises :class:`~gbsmart.ground.NotFound`."""
    with desk.store.reading() as connection:
        document, octets = document_of(desk.sight(connection, signed_in(request)), reference, number)
    media_type, name = document.media_type, document.file_name or document.title
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    known = media_type if _MEDIA_TYPE.match(media_type) else "application/octet-stream"
    return Response(octets, media_type=known, headers=headers)


def _address(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
