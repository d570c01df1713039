"""The pages of procedures and cases, all made from the declarations: a procedure needs no page of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.accounts import Account, Capacity, acting_parts, require, signed_in
from gbsmart.ground import GbsmartError, InvalidValue, NotAllowed, NotFound
from gbsmart.procedures import reading
from gbsmart.procedures.declaration import Procedure, declared
from gbsmart.procedures.desk import Desk, Handed
from gbsmart.procedures.drawing import drawing
from gbsmart.procedures.handing import HandedIn, handed_json
from gbsmart.procedures.model import NotEntitled, Overtaken, Refused, reached
from gbsmart.procedures.registers import (
    REGISTERS,
    Asked,
    OfCases,
    Part,
    Register,
    read_asked,
    read_cases,
)
from gbsmart.procedures.telling import (
    Told,
    told_act,
    told_case,
    told_due,
    told_in_short,
    told_notice,
    told_procedure,
)
from gbsmart.procedures.undeclared import not_known, procedure_of, procedure_to_act
from gbsmart.procedures.web import LARGEST, document_response, interface
from gbsmart.procedures.whole import capacities_for, offered
from gbsmart.procedures.words import act_title, cell, due_day, london, shown, spoken, titled
from gbsmart.store import StoreBusy
from gbsmart.web import Link, Page, Parts, Site
from gbsmart.web.rest import headers_of

T = TypeVar("T")
GOVERNANCE = "/governance"
_NEWEST, _DUE, _NOTICES = 200, 20, 50
_STATUS: Mapping[type[GbsmartError], int] = {
    NotEntitled: 403, Overtaken: 409, Refused: 409, InvalidValue: 422, NotFound: 404, StoreBusy: 503,
}  # fmt: skip


def place(site: Site, desk: Desk, beside: Sequence[Link] = (), registers: Sequence[Register] = ()) -> Link:
    """Put the pages and the interface for programs on a site; the link to them.

    ``beside`` are pages of other wings to which the first one leads, ``registers`` theirs to take away. The
    site's templates must include those of ``gbsmart.procedures``.
    """
    pages = CasePages(desk, beside, registers)
    both = ("GET", "POST")
    site.page(GOVERNANCE, pages.index)
    site.page(f"{GOVERNANCE}/desk", pages.desk)
    site.page(f"{GOVERNANCE}/registers/{{name}}", pages.register)
    site.page(f"{GOVERNANCE}/procedures", pages.catalogue)
    site.page(f"{GOVERNANCE}/procedures/{{name}}", pages.procedure)
    site.page(f"{GOVERNANCE}/procedures/{{name}}/open", pages.opening, methods=both)
    site.page(f"{GOVERNANCE}/cases/{{reference}}", pages.case, methods=both)
    site.route(f"{GOVERNANCE}/cases/{{reference}}/documents/{{number:int}}", pages.document)
    site.interface(interface(desk, registers))
    return Link(GOVERNANCE, "Governance")


class CasePages:
    """``/governance`` and all below it."""

    def __init__(self, desk: Desk, beside: Sequence[Link] = (), registers: Sequence[Register] = ()) -> None:
        self._desk = desk
        self._registers = (*REGISTERS, *registers)
        self._beside = tuple(beside)
        self._words = {
            "spoken": spoken, "london": london, "due_day": due_day, "shown": shown,
            "not_known": not_known,
            "act_title": lambda case, name: act_title(self._procedure_of(case), name),
            "title_of": lambda name: desk.procedures[name].title if name in desk.procedures else name,
        }  # fmt: skip

    # --- lists ---

    async def index(self, request: Request) -> Page:
        """Cases by filter, and what is due."""
        asked = {
            name: request.query_params.get(name, "").strip()
            for name in ("procedure", "state", "subject", "due")
        }
        is_mine = bool(request.query_params.get("mine"))
        errors: dict[str, str] = {}
        by = None
        try:
            by = date.fromisoformat(asked["due"]) if asked["due"] else None
        except ValueError:
            errors["due"] = "is no date: write 2026-01-31"
        after = request.query_params.get("after", "")
        wanted = read_asked(OfCases, {**asked, "due": by, "after": after, "limit": _NEWEST})
        capacities = require(request).capacities if is_mine else None

        def read(connection: Connection) -> tuple[Part, dict[str, list[Told]]]:
            dues = reading.deadlines(connection, status="open", limit=_DUE)
            late = reading.deadlines(connection, status=reading.OVERDUE, limit=_DUE)
            failed = reading.deadlines(connection, status="failed", limit=_DUE)
            found = read_cases(self._desk.sight(connection, signed_in(request)), wanted, capacities)
            told = {"due": dues, "overdue": late, "failed": failed}
            return found, {name: list(map(told_due, each)) for name, each in told.items()}

        found, dues = await self._read(read)
        model = {
            "asked": {**asked, "mine": is_mine}, "errors": errors, "cases": found.rows,
            "next": found.next, **dues,
        }  # fmt: skip
        states = sorted({state for each in self._desk.procedures.values() for state in each.states})
        extra = {
            "beside": self._beside, "registers": self._registers,
            "procedures": self._desk.procedures, "states": states, "signed_in": signed_in(request),
            **_turning(request, found),
        }  # fmt: skip
        return self._page("Governance", "cases.html", model, extra, status=422 if errors else 200)

    async def register(self, request: Request) -> Page:
        """A register, part by part, as its filter has it."""
        name = request.path_params["name"]
        register = next((each for each in self._registers if each.name == name), None)
        if register is None:
            raise NotFound(f"there is no register {name!r}", remedy="The first page lists them.")
        given = {key: value for key, value in request.query_params.items() if value}
        asked = read_asked(register.asked, {"limit": _NEWEST, **given})
        account = signed_in(request)
        part: Part = await self._read(
            lambda connection: register.read(self._desk.sight(connection, account), asked)
        )
        fields = {
            key: {"value": given.get(key, ""), "help": field.description or ""}
            for key, field in register.asked.model_fields.items()
            if key not in Asked.model_fields
        }
        model = {
            "name": name, "title": register.title, "columns": register.columns, "rows": part.rows,
            "asked": fields, "next": part.next,
        }  # fmt: skip
        extra = {"cell": cell, "feed": register.entry is not None, **_turning(request, part)}
        return self._page(register.title, "register.html", model, extra)

    async def desk(self, request: Request) -> Page:
        """What concerns whoever is signed in: what is due, votes, acts, cases and notices."""
        account = require(request)
        model = await self._read(lambda connection: self._own(connection, account))
        return self._page("My desk", "my_desk.html", model, {"urlencode": urlencode})

    def _own(self, connection: Connection, account: Account) -> Told:
        held = sorted(account.capacities)
        named = list(map(str, held))
        acts, votes, sight = [], [], self._desk.sight(connection, account)
        for each in offered(sight, account, limit=_NEWEST):
            case = {"case": each.case.reference, "title": each.case.title}
            votes += [
                {**case, "ballot": ballot["title"], "voted": _has_voted(ballot)} for ballot in each.ballots
            ]
            if each.acts:
                titles = [act["title"] for act in each.acts]
                acts.append({**case, "state": each.case.state, "acts": titles})
        addressed = reached(held)
        dues = [
            each
            for status in (reading.OVERDUE, "open")
            for each in reading.deadlines(connection, status=status, whom=addressed, limit=_NEWEST)
        ]
        cases = map(sight.case, reading.cases(connection, capacities=held, limit=_NEWEST))
        notices = sight.notices(reading.notices(connection, to=addressed, limit=_NOTICES))
        return {
            "name": account.name, "person": account.person, "capacities": named,
            "due": list(map(told_due, dues)), "votes": votes, "acts": acts,
            "cases": list(map(told_case, cases)), "notices": list(map(told_notice, notices)),
        }  # fmt: skip

    # --- what is declared ---

    async def catalogue(self, request: Request) -> Page:
        """Every procedure, and those which whoever is signed in can open."""
        account = signed_in(request)
        told = [
            {**told_in_short(each), "may_open": bool(capacities_for(each.opening, account))}
            for each in self._desk.procedures.values()
        ]
        return self._page("Procedures", "procedures.html", {"procedures": told}, {})

    async def procedure(self, request: Request) -> Page:
        """One procedure: drawing, states, acts, clocks, ballots."""
        procedure = self._named(request)
        model = told_procedure(procedure)
        model["may_open"] = bool(capacities_for(procedure.opening, signed_in(request)))
        return self._page(procedure.title, "procedure.html", model, {"drawing": drawing(procedure)})

    async def opening(self, request: Request) -> Page:
        """The form that opens a case."""
        procedure = self._named(request)
        account, values, problem, status = (
            require(request) if request.method == "GET" else None,
            {},
            None,
            200,
        )
        if request.method == "POST":
            account, parts = await acting_parts(request, LARGEST)
            values = dict(parts.fields)
            try:
                handed = self._handed(parts)
                case = await asyncio.to_thread(self._desk.open, procedure.name, account, handed)
            except GbsmartError as wrong:
                problem, status = _told_problem(wrong), _status(wrong)
            else:
                return _to_case(case.reference)
        act = told_act(procedure.opening)
        act["capacities"] = capacities_for(procedure.opening, account)
        act["held"] = []
        model = {"procedure": told_in_short(procedure), "act": act, "problem": problem}
        return self._page(procedure.opening.title, "open_case.html", model, {"values": values}, status=status)

    # --- one case ---

    async def case(self, request: Request) -> Page:
        """A case, and what can be done in it; a form does it."""
        reference = request.path_params["reference"]
        values: Mapping[str, Any] = {}
        problem, status, tried = None, 200, ""
        if request.method == "POST":
            account, parts = await acting_parts(request, LARGEST)
            values, tried = dict(parts.fields), parts.one("do")
            try:
                await asyncio.to_thread(self._do, reference, account, parts)
            except (Refused, InvalidValue, StoreBusy) as wrong:
                problem, status = _told_problem(wrong), _status(wrong)
            else:
                return _to_case(reference)
        model = await asyncio.to_thread(self._desk.whole, reference, signed_in(request))
        procedure = self._procedure_of(model)
        model["problem"] = problem
        passed = [entry["target"] for entry in model["ledger"]]
        extra = {
            "drawing": drawing(procedure, present=model["state"], passed=passed), "values": values,
            "tried": tried, "signed_in": signed_in(request), "procedure": procedure,
            "titled": lambda given: titled(procedure, given), "way": list(dict.fromkeys(passed)),
            "data": titled(procedure, _own_values(model["data"])),
        }  # fmt: skip
        title = f"{reference}: {model['title']}"
        return self._page(title, "case.html", model, extra, status=status)

    def _do(self, reference: str, account: Account, parts: Parts) -> None:
        """Do what a form of the case's page says: an act, or a vote."""
        ballot, name = parts.one("ballot"), parts.one("do")
        if ballot:
            handed = HandedIn(reason=parts.one("reason"), capacity=parts.one("capacity")).handed()
            self._desk.vote(reference, ballot, account, parts.one("choice"), handed)
            return
        with self._desk.store.reading() as connection:
            case = reading.case(connection, reference)
        if procedure_to_act(self._desk.procedures, case).act(name) is None:
            raise InvalidValue("is no act of this procedure", field="do")
        self._desk.act(reference, name, account, self._handed(parts))

    async def document(self, request: Request) -> Response:
        """A document's octets."""
        reference, number = request.path_params["reference"], request.path_params["number"]
        return await asyncio.to_thread(document_response, self._desk, reference, number, request)

    # --- how ---

    @staticmethod
    def _handed(parts: Parts) -> Handed:
        said = handed_json(parts)
        seen = parts.one("seen")
        kept = {name: said[name] for name in ("documents", "reason", "capacity") if name in said}
        try:
            read = HandedIn(given=said["given"], **kept)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            raise InvalidValue(first["msg"], field=str(first["loc"][0])) from None
        return read.handed(int(seen) if seen.isdecimal() and len(seen) < 10 else None)

    def _procedure_of(self, case: Told) -> Procedure:
        return procedure_of(self._desk.procedures, case["procedure"], case["state"])

    def _named(self, request: Request) -> Procedure:
        return declared(self._desk.procedures, request.path_params["name"])

    async def _read(self, read: Callable[[Connection], T]) -> T:
        def work() -> T:
            with self._desk.store.reading() as connection:
                return read(connection)

        return await asyncio.to_thread(work)

    def _page(
        self, title: str, template: str, model: Told, extra: Mapping[str, Any], *, status: int = 200
    ) -> Page:
        shown = {**self._words, **extra}
        return Page(title, template, model, shown, status=status, headers=headers_of(status))


def _turning(request: Request, part: Part) -> dict[str, str]:
    """Where the pages before and after this one of a list are; "" where there is none."""
    here = request.url.remove_query_params("after")
    following = here.include_query_params(after=part.next)
    return {
        "first": f"{here.path}?{here.query}" if "after" in request.query_params else "",
        "following": f"{following.path}?{following.query}" if part.next else "",
        "query": here.query,
    }


def _own_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, without what is shown elsewhere: the counts of ballots, and the title."""
    return {name: value for name, value in data.items() if not name.startswith("tally_") and name != "title"}


def _has_voted(ballot: Told) -> bool:
    """Whether every capacity that may vote has."""
    voted = {vote["voter"] for vote in ballot["votes"]}
    return all(Capacity.parse(each).of in voted for each in ballot["may_vote"])


def _to_case(reference: str) -> Page:
    """After acting: on to the case, so that loading the page again does nothing again."""
    return Page(reference, "case.html", {"reference": reference}, location=f"{GOVERNANCE}/cases/{reference}")


def _status(wrong: GbsmartError) -> int:
    return next((code for kind, code in _STATUS.items() if isinstance(wrong, kind)), 400)


def _told_problem(wrong: GbsmartError) -> Told:
    if isinstance(wrong, NotAllowed):
        raise wrong
    field = getattr(wrong, "field", "")
    return {"kind": type(wrong).__name__, "message": wrong.message, "field": field, "remedy": wrong.remedy}
