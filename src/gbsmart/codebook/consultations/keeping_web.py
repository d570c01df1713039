"""What keeps the register, for programs: what ``gbsmart code consultations`` does, for who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.requests import Request

from gbsmart.accounts import Account, Role, require
from gbsmart.codebook.consultations import intake, service
from gbsmart.codebook.consultations.addresses import ID, LONGEST_ID
from gbsmart.codebook.consultations.govuk import Imported, import_page
from gbsmart.codebook.consultations.laying import recesses_of
from gbsmart.codebook.consultations.model import (
    Basis,
    Consultation,
    Correction,
    Dated,
    Document,
    DocumentKind,
    Effect,
    Happened,
    Outcome,
    Thing,
)
from gbsmart.ground import InvalidValue, NotAllowed
from gbsmart.ground.working_days import civil_day
from gbsmart.store import Store
from gbsmart.web import Operation, Takes

KEEPERS = (Role.SECRETARY_OF_STATE, Role.CODE_ADMINISTRATOR, Role.OPERATOR)
"""Who keeps the register: who consults, who administers the Code, and who runs this system."""
_T = TypeVar("_T")
_ON = Field("", max_length=10, description="as far as it is known: 2014, 2014-06, 2014-06-30")


@dataclass(frozen=True, slots=True)
class Published:
    """How many responses are shown from now on."""

    consultation: str
    published: int


class Imports(Takes):
    """A page of gov.uk; ``into`` is the consultation of the register that it is, if it is one."""

    content: dict[str, Any] = Field(description="JSON of gov.uk's content API")
    into: str = Field("", max_length=160)


class Planned(Takes):
    """A consultation that is planned, with its topics and its questions, numbered in their order."""

    id: str = Field(max_length=LONGEST_ID, pattern=ID)
    title: str = Field(min_length=1, max_length=500)
    topics: list[str] = []
    questions: list[str] = []
    parent: str = Field("", max_length=160, description="the consultation that it follows from")
    closes_at: datetime | None = Field(None, description="when it closes (UTC, if no zone is named)")


class OutcomeGiven(BaseModel):
    """What comes of a topic."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effect: Effect
    target_kind: Thing
    target: str = Field(min_length=1, max_length=200)


class StepGiven(Takes):
    """A step of a consultation, or of a topic of it with what comes of that."""

    id: str
    event: str = Field(max_length=40)
    topic: str = Field("", max_length=200)
    on: str = Field("", max_length=10, description="when it happened, as far as known; today, if left out")
    outcomes: list[OutcomeGiven] = []
    recess: str = Field("", description="ROSE..RETURNED, several with commas between", max_length=1000)
    note: str = ""


class DocumentGiven(Takes):
    """A document of a consultation."""

    id: str
    document: str = Field(min_length=1, max_length=400, description="an id for it")
    title: str = Field(min_length=1, max_length=500)
    kind: DocumentKind = DocumentKind.OTHER
    on: str = _ON
    annex: str = Field("", max_length=40)


class CorrectionGiven(Takes):
    """Which definition an erratum puts right, or that it did."""

    erratum: str
    corrects: str
    term: str = Field(min_length=1, max_length=200)
    provision: str = Field("A1.1", max_length=40)
    status: str = Field("to be amended", max_length=60)


class Which(Takes):
    """Which consultation."""

    id: str


def keeper(request: Request) -> Account:
    """Who asks, where he or she may keep the register; raises as :func:`~gbsmart.accounts.require`."""
    account = require(request)
    if not account.roles().intersection(KEEPERS):
        raise NotAllowed(f"{account.name} does not act as {', '.join(map(str, KEEPERS))}")
    return account


def operations(store: Callable[[], Store], now: Callable[[], datetime]) -> tuple[Operation, ...]:
    """The operations, declared."""

    def write(change: Callable[[Connection], _T]) -> _T:
        with store().transaction() as connection:
            return change(connection)

    def take_in(asked: Imports, _request: Request) -> Imported:
        return write(lambda connection: import_page(connection, asked.content, now(), into=asked.into))

    def plan(asked: Planned, _request: Request) -> Consultation:
        end = asked.closes_at
        closes = end.replace(tzinfo=UTC) if end is not None and end.tzinfo is None else end
        new = service.planned(asked.id, asked.title, parent=asked.parent, closes_at=closes)
        write(lambda connection: service.plan(connection, new, asked.topics, asked.questions, now()))
        return new

    def act(asked: StepGiven, request: Request) -> Happened:
        by, on = keeper(request).name, Dated(asked.on or civil_day(now()).isoformat(), Basis.RECORDED)
        if asked.outcomes and not asked.topic:
            raise InvalidValue("they are a topic's: name that", field="outcomes")
        outcomes = [Outcome(each.effect, each.target_kind, each.target) for each in asked.outcomes]

        def change(connection: Connection) -> Happened:
            if not asked.topic:
                return service.step(connection, asked.id, asked.event, on, now(), note=asked.note, actor=by)
            return service.step_topic(
                connection, asked.id, asked.topic, asked.event, on, now(), outcomes=outcomes,
                also_recesses=recesses_of(asked.recess), note=asked.note, actor=by,
            )  # fmt: skip

        return write(change)

    def document(asked: DocumentGiven, _request: Request) -> Document:
        dated = Dated(asked.on, Basis.RECORDED if asked.on else Basis.UNKNOWN)
        new = Document(asked.document, asked.id, asked.title, asked.kind, asked.annex, dated=dated)
        write(lambda connection: service.add_document(connection, new))
        return new

    def correct(asked: CorrectionGiven, _request: Request) -> Correction:
        new = Correction(asked.erratum, asked.corrects, asked.term, asked.provision, asked.status)
        write(lambda connection: service.correct(connection, new))
        return new

    def publish(asked: Which, _request: Request) -> Published:
        return Published(asked.id, write(lambda connection: intake.publish(connection, asked.id, now())))

    return (
        Operation("import_consultation", "POST", "/import", "Import a consultation of gov.uk, or bring it up"
                  " to date.", Imports, Imported, take_in, guard=keeper),
        Operation("plan_consultation", "POST", "", "Enter a consultation that is planned.", Planned,
                  Consultation, plan, 201, guard=keeper),
        Operation("enter_correction", "POST", "/corrections", "Enter which definition an erratum puts"
                  " right, or that it did.", CorrectionGiven, Correction, correct, guard=keeper),
        Operation("act", "POST", "/{id}/steps", "Let a step happen to a consultation, or to a topic.",
                  StepGiven, Happened, act, 201, guard=keeper),
        Operation("enter_document", "POST", "/{id}/documents", "Enter a document of a consultation.",
                  DocumentGiven, Document, document, 201, guard=keeper),
        Operation("publish_responses", "POST", "/{id}/publication", "Show the responses, but for"
                  " confidential ones.", Which, Published, publish, guard=keeper),
    )  # fmt: skip
